"""Train the model that search understands sounds and sentences with, from nothing but a seed. Runs on: a shell.

Renders a corpus of synthesised sounds on all cores, each with what may be said of it, and teaches two towers to find
each other's answers. The same seed gives the same corpus and, within 0.02 of every figure, the same model. What is
rendered already is kept, so that a run that was stopped goes on.
"""

import argparse
import asyncio
from pathlib import Path
from typing import Any

from liveengine import config
from liveengine.cli import screen
from liveengine.cores import cores
from liveengine.errors import OutOfRange
from liveengine.jobs.pool import Pool

EXAMPLES = """examples:
  liveengine train embedder --seed 0
  liveengine train embedder --seed 1 --clips 4000 --epochs 6 --output try/
"""
CLIPS = 28_000
FEWEST = 40  # clips: fewer hold no two of a kind
PIECE = 100  # clips of one job


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("--seed", type=int, default=0, help="what everything random depends on (default 0)")
    parser.add_argument("--clips", type=int, default=CLIPS, help=f"sounds of the corpus (default {CLIPS})")
    parser.add_argument("--epochs", type=float, help="how often each of them is heard")
    parser.add_argument("--output", metavar="DIR", help="where it goes (default: models/traum-mini in the library)")
    parser.add_argument("--corpus", metavar="DIR", help="where the corpus is kept (default: the data folder)")
    parser.add_argument("--workers", type=int, default=0, help="processes that render (default: one per core)")


def run(options: Any) -> int:
    """Render what is missing, teach, write; return 0. Raises OutOfRange for a number that makes no model."""
    for name, least in (("clips", FEWEST), ("workers", 0)):
        if getattr(options, name) < least:
            raise OutOfRange(f"--{name} {getattr(options, name)}: at least {least}")
    if options.epochs is not None and not options.epochs > 0:
        raise OutOfRange(f"--epochs {options.epochs:g}: more than 0, such as 22")
    output = Path(options.output or config.library_root(options.library) / "models" / "traum-mini").absolute()
    corpus = Path(options.corpus or config.user_folder() / "corpus").absolute()
    card = asyncio.run(_train(options, output, corpus))
    if options.json:
        screen.line({"output": str(output), **card})
    else:
        figures = [(name, value) for name, value in card["held_out"].items()]
        screen.table("on clips it never met", ("figure", "value"), figures, right=("value",))
        screen.console().print(f"written to {output}", markup=False)
    return 0


async def _train(options: Any, output: Path, corpus: Path) -> dict[str, Any]:
    async with Pool(options.workers or cores()) as pool:
        made_by = (await pool.run("corpus", {}))["made_by"]  # other code, other sounds: nothing old is taken for new
        corpus = corpus / f"{options.seed}-{options.clips}-{made_by}"
        corpus.mkdir(parents=True, exist_ok=True)
        with screen.progress(quiet=options.json or None) as display:
            await _render(pool, options, corpus, display)
            row = display.add_task("teaching", total=None, text="")

            def show(done: int, total: int, text: str) -> None:
                display.update(row, completed=done, total=total, text=text)

            payload = {"corpus": str(corpus), "target": str(output), "seed": options.seed, "epochs": options.epochs}
            return await pool.run("teach", payload, progress=show)


async def _render(pool: Pool, options: Any, corpus: Path, display: Any) -> None:
    """Render the pieces that are not there; the last one may be shorter."""
    row = display.add_task("rendering", total=options.clips, text="")
    waiting = []
    for first in range(0, options.clips, PIECE):
        file = corpus / f"corpus-{first:06d}.npz"
        count = min(PIECE, options.clips - first)
        if file.exists():
            display.advance(row, count)
            continue
        payload = {"seed": options.seed, "first": first, "count": count, "target": str(file)}
        waiting.append(_piece(pool, payload, display, row))
    await asyncio.gather(*waiting)


async def _piece(pool: Pool, payload: dict[str, Any], display: Any, row: Any) -> None:
    await pool.run("corpus", payload)
    display.advance(row, payload["count"])
