"""Find stems by meaning, in English or German. Runs on: the user's shell."""

import argparse
import asyncio
from pathlib import Path
from typing import Any

from liveengine import config
from liveengine.cli import connect, screen

EXAMPLES = """examples:
  liveengine search "dark techno kick" --category kick --top-k 5
  liveengine search "dunkler, hypnotischer Techno-Kick mit industrieller Textur"
  liveengine search "fast percussion loop 130bpm" --json
"""


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("prompt", help="what you hear in your head")
    parser.add_argument("--category", help="kick, snare, hihat, bass, percussion, fx, synth, vocal, atmo, ...")
    parser.add_argument("--top-k", type=int, default=10, help="how many matches (default 10)")
    parser.add_argument("--min-similarity", type=float, default=0.0, help="0..1 (default 0)")


def run(options: Any) -> int:
    """Print the matches; return 0, also when there are none."""
    return asyncio.run(_search(config.library_root(options.library), options))


async def _search(library: Path, options: Any) -> int:
    named = {"prompt": options.prompt, "top_k": options.top_k, "min_similarity": options.min_similarity}
    if options.category:
        named["category"] = options.category
    async with connect.commands(library) as call:
        matches = await call("/stems/search", **named)
    if options.json:
        screen.line({"matches": matches})
    else:
        show(options.prompt, matches)
    return 0


def show(prompt: str, matches: list[dict[str, Any]]) -> None:
    """Print matches as a table."""
    if not matches:
        screen.console().print("no match; `liveengine ingest PATH` fills the library, `liveengine demo` makes a kit")
        return
    columns = ("similarity", "category", "tempo", "key", "seconds", "stem")
    rows = [
        (
            f"{match['similarity']:.3f}",
            match["category"],
            f"{match['bpm']:.0f}" if match["bpm"] else "",
            match["key"] or "",
            f"{match['duration']:.1f}",
            match["filename"],
        )
        for match in matches
    ]
    screen.table(prompt, columns, rows, right=("similarity", "tempo", "seconds"))
