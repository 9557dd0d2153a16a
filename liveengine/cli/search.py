"""Find stems by meaning, in English or German. Runs on: the user's shell."""

import argparse
import asyncio
from pathlib import Path
from typing import Any

from liveengine import config
from liveengine.cli import connect, screen
from liveengine.cli.ingest import follow
from liveengine.units import counted

EXAMPLES = """examples:
  liveengine search "dark techno kick" --category kick --top-k 5
  liveengine search "dunkler, hypnotischer Techno-Kick mit industrieller Textur"
  liveengine search "fast percussion loop 130bpm" --json
  liveengine search "warm pad" --key Am --min-length 4 --unheard
  liveengine search "dark rolling bass" --propose 4
"""
NARROWED = (
    "category",
    "loop",
    "tempo",
    "key",
    "min_length",
    "max_length",
    "provenance",
    "favourite",
    "unheard",
    "this",
    "proposals",
)
PROPOSED = ("category", "loop", "tempo", "key", "this")  # what narrows proposals
NOTHING = "no match: take filters away, or fill the library: `liveengine ingest PATH`, `liveengine demo` makes a kit"
ROOMY = 100  # columns of a terminal from which on each match has one line
VERDICTS = {
    "weak": "no match answers all of it",
    "none": "no good answer: these are the nearest there are",
}


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("prompt", help="what you hear in your head")
    parser.add_argument("--category", help="kick, snare, hihat, bass, percussion, fx, synth, vocal, atmo, ...")
    parser.add_argument("--top-k", type=int, default=10, help="how many matches (default 10)")
    parser.add_argument("--min-similarity", type=float, default=0.0, help="0..1 (default 0)")
    kind = parser.add_mutually_exclusive_group()
    kind.add_argument("--loop", action="store_const", const=True, help="loops alone")
    kind.add_argument("--one-shot", dest="loop", action="store_const", const=False, help="one-shots alone")
    parser.add_argument("--tempo", type=float, metavar="BPM", help="what fits this tempo, and one-shots")
    parser.add_argument("--key", help="what fits this key (Am, C, F#m), and what has none")
    parser.add_argument("--min-length", type=float, metavar="SECONDS", help="not shorter")
    parser.add_argument("--max-length", type=float, metavar="SECONDS", help="not longer")
    parser.add_argument("--provenance", help="original, separated or generated")
    parser.add_argument("--favourite", action="store_const", const=True, help="favourites alone")
    parser.add_argument("--unheard", action="store_const", const=True, help="what was never played")
    parser.add_argument("--this", type=int, metavar="STEM", help='the stem that "like this, but darker" speaks of')
    parser.add_argument("--propose", type=int, metavar="N", help="make up to N new stems that answer it, and rank them")
    parser.add_argument("--proposals", action="store_const", const=True, help="rank those that were made before, too")


def run(options: Any) -> int:
    """Print the matches; return 0, also when there are none."""
    return asyncio.run(_search(config.library_root(options.library), options))


async def _search(library: Path, options: Any) -> int:
    given = {name: getattr(options, name) for name in ("prompt", "top_k", "min_similarity", *NARROWED)}
    named = {name: value for name, value in given.items() if value is not None}
    async with connect.commands(library) as call:
        if options.propose:
            asked = {name: named[name] for name in ("prompt", *PROPOSED) if name in named}
            job = (await call("/stems/propose", **asked, count=options.propose))["job"]
            state = await follow(call, job, "proposals", options.json, counted=False)
            named |= {"proposals": True}
        answer = await call("/stems/find", **named)
    if options.json:
        screen.line(answer | ({"made": state["result"]} if options.propose else {}))
    else:
        show(options.prompt, answer)
        if options.propose:
            screen.console().print(f"{state['result']['words']}; `/stem/N/keep` or a like keeps one", markup=False)
    return 0


def show(prompt: str, answer: dict[str, Any]) -> None:
    """Print an answer of /stems/find: what was understood, the matches with their reasons, and how good they are."""
    console, matches, told = screen.console(), answer["matches"], answer["told"]
    if not matches:
        console.print(NOTHING)
        return
    one_line = console.width >= ROOMY
    facts = {"BPM": _tempo, "key": _key, "seconds": _seconds} if one_line else {}
    facts = {name: tell for name, tell in facts.items() if any(tell(match) for match in matches)}
    columns = ("stem", "similarity", "category", *facts, "name", *(["why"] if one_line else []))
    rows = [
        (
            match["id"],
            f"{match['similarity']:.2f}",
            match["category"],
            *(tell(match) for tell in facts.values()),
            *(_words(match) if one_line else ["\n".join(word for word in _words(match) if word)]),
        )
        for match in matches
    ]
    screen.table(
        prompt, columns, rows, right=("stem", "similarity", "BPM", "seconds"), whole=("similarity", "category")
    )
    console.print(f"understood: {told[told['language'] or 'en']}", markup=False)
    if unheard := told.get("unheard"):
        console.print(f"until the search model has heard them, by measurements and names: {counted(unheard, 'stem')}")
    if answer["verdict"] in VERDICTS:
        console.print(VERDICTS[answer["verdict"]])


def _words(match: dict[str, Any]) -> list[str]:
    """Return the name, and why it came; what nobody has recorded says so first: proposed, generated, separated."""
    origin = match["provenance"]
    marks = ["dreamt" if "dreamt" in match["tags"] else origin] if origin != "original" else []
    alike = [f"{len(match['alike'])} more like it"] if match["alike"] else []
    return [match["filename"], ", ".join([*marks, *match["reasons"], *alike])]


def _tempo(match: dict[str, Any]) -> str:
    return f"{match['bpm']:.4g}" if match["bpm"] else ""


def _key(match: dict[str, Any]) -> str:
    return match["key"] or ""


def _seconds(match: dict[str, Any]) -> str:
    return f"{match['duration']:.1f}"
