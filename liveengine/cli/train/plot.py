"""Draw how the training of a category went: loss, reconstruction and divergence, epoch by epoch. Runs on: a shell.

The lines of the stems that were learnt from, of those that were held back, and the epoch whose model was kept. Without
matplotlib (pip install 'liveengine[plot]') and without --output the same is told as a table.
"""

import argparse
import json
from pathlib import Path
from typing import Any

from liveengine import config
from liveengine.cli import paper, screen
from liveengine.errors import ModelDamaged, ModelMissing
from liveengine.units import counted

EXAMPLES = """examples:
  liveengine train plot kick
  liveengine train plot kick --output losses.png
"""
PARTS = {"total": "loss", "reconstruction": "error of the levels", "divergence": "divergence of the codes"}
UNITS = {"total": "squared, of 80 dB", "reconstruction": "dB, root of the mean square", "divergence": "nats a picture"}
_ROWS = 20  # of the table on the screen


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("category", help="a category that was trained")
    parser.add_argument("--output", metavar="FILE", help="write a picture (PNG or SVG)")


def run(options: Any) -> int:
    """Draw, or tell; return 0."""
    told = read(config.library_root(options.library), options.category)
    if options.json:
        screen.line(told)
    elif options.output:
        file = Path(options.output).expanduser().absolute()
        draw(told, file)
        screen.console().print(f"written to {file}", markup=False, soft_wrap=True)
    else:
        tell(told)
    return 0


def read(library: Path, category: str) -> dict[str, Any]:
    """Return the losses of a category's model. Raises ModelMissing, ModelDamaged."""
    file = library / "models" / "vae" / category / "losses.json"
    try:
        told: dict[str, Any] = json.loads(file.read_text("utf-8"))
        if not told["losses"] or not all(part in row["taught"] for row in told["losses"] for part in PARTS):
            raise ValueError("it tells no losses")
    except FileNotFoundError:
        raise ModelMissing(
            f"there is no model of {category!r}: `liveengine train category {category}` teaches one"
        ) from None
    except (ValueError, KeyError, TypeError) as error:
        raise ModelDamaged(f"{file.name} of {category!r} is not as it was written ({error}): train it anew") from None
    return told


def value(row: dict[str, Any], who: str, part: str) -> float:
    """Return one loss in the unit that it is shown in."""
    found = float(row[who][part])
    return 80.0 * found**0.5 if part == "reconstruction" else found


def tell(told: dict[str, Any]) -> None:
    """Print the losses as a table, at most so many rows of it, with the kept epoch marked."""
    rows = told["losses"]
    step = -(-len(rows) // _ROWS)
    kept = told["kept_epoch"]
    shown = [row for row in rows if row["epoch"] % step == 0 or row["epoch"] in (1, kept, len(rows))]
    worst = max(value(row, "held_out", "reconstruction") for row in rows)
    cells = [
        (
            f"{row['epoch']}{' kept' if row['epoch'] == kept else ''}",
            *(f"{value(row, who, 'reconstruction'):.2f}" for who in ("taught", "held_out")),
            *(f"{value(row, who, 'divergence'):.0f}" for who in ("taught", "held_out")),
            "#" * max(1, round(30 * value(row, "held_out", "reconstruction") / worst)),
        )
        for row in shown
    ]
    columns = ("epoch", "learnt dB", "held back dB", "learnt nats", "held back nats", "held back")
    screen.table(told["category"], columns, cells, right=columns[:5])


def draw(told: dict[str, Any], file: Path) -> None:
    """Write the picture. Raises Unavailable without matplotlib."""
    rows, kept = told["losses"], told["kept_epoch"]
    epochs = [row["epoch"] for row in rows]
    look = paper.Look(size=(16.0, 6.2), kinds=(".png", ".svg"))
    with paper.sheet(file, 1, 3, look, left=0.055, right=0.98, top=0.74, bottom=0.12, wspace=0.22) as (page, at):
        page.text(0.04, 0.93, f"Training of {told['category']}", fontsize=22, fontweight="bold", va="center")
        below = (
            f"{counted(len(rows), 'epoch')}; the model of epoch {kept} was kept, the best on stems that were held back."
        )
        page.text(0.04, 0.865, below, fontsize=11.5, color=paper.PALE, va="center")
        for axis, (part, name) in zip(at[0], PARTS.items(), strict=True):
            for who, colour, words in (("taught", paper.BLUE, "learnt from"), ("held_out", paper.AMBER, "held back")):
                line = [value(row, who, part) for row in rows]
                axis.plot(epochs, line, color=colour, linewidth=2.2, label=words, marker="o", markersize=3.5)
            axis.axvline(kept, color=paper.GREEN, linewidth=1.4, linestyle="--", label=f"kept: epoch {kept}")
            axis.set_title(name)
            axis.set_xlabel("epoch")
            axis.set_ylabel(UNITS[part])
            axis.set_ylim(bottom=0.0)
            axis.legend(loc="best", fontsize=9.5)
