"""Show what is known of a stem: facts, quality, profile, lineage; as a picture, too. Runs on: the user's shell.

The picture is its waveform and its spectrogram with a line at each bar of a loop; with --beside, two stems side by
side, such as a generated one beside its parent.
"""

import argparse
import asyncio
from pathlib import Path
from typing import Any

from liveengine import config
from liveengine.cli import connect, screen
from liveengine.cli.lineage import how, whole
from liveengine.errors import BadArgument
from liveengine.units import counted

EXAMPLES = """examples:
  liveengine stem 12
  liveengine stem 12 --picture stem.png
  liveengine stem 12 --beside 40 --picture beside.png --dark
"""
_ENDS = {  # of the axes of the profile
    "energy": ("calm", "energetic"),
    "mood": ("dark", "bright"),
    "texture": ("smooth", "rough"),
    "movement": ("still", "moving"),
    "space": ("dry", "wide"),
}
_NEAREST = 8  # children that are named
_SQUARES = 20  # of an axis at the terminal


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("stem", type=int, help="its number")
    parser.add_argument("--picture", type=Path, metavar="FILE", help="draw it into this PNG file")
    parser.add_argument("--beside", type=int, metavar="STEM", help="draw this one beside it")
    parser.add_argument("--dark", action="store_true", help="draw on dark paper")


def run(options: Any) -> int:
    """Print what is known, draw what is asked for. Raises UnknownStem, BadArgument, Unavailable without matplotlib."""
    if options.beside is not None and options.picture is None:
        raise BadArgument("--beside draws: say where to with --picture FILE.png")
    root = config.library_root(options.library)
    known = asyncio.run(_ask(root, [options.stem, *([] if options.beside is None else [options.beside])]))
    if options.picture is not None:
        _draw(root, known, options)
    if options.json:
        screen.line(known[0] | ({} if options.picture is None else {"picture": str(options.picture)}))
        return 0
    for facts in known:
        show(facts)
    if options.picture is not None:
        screen.console().print(f"picture: {options.picture}", markup=False)
    return 0


async def _ask(root: Path, stems: list[int]) -> list[dict[str, Any]]:
    """Return the facts of each stem, its lineage among them."""
    async with connect.commands(root) as call:
        return [{**await call(f"/stem/{one}"), "lineage": whole(await call(f"/stem/{one}/lineage"))} for one in stems]


def _draw(root: Path, known: list[dict[str, Any]], options: Any) -> None:
    from liveengine.cli import sonogram

    sonogram.draw(sonogram.looked(root, known), options.picture, dark=options.dark)


def show(facts: dict[str, Any]) -> None:
    """Print the facts of a stem for people."""
    console = screen.console()
    console.print(f"[bold]{facts['id']}[/]  ", end="")
    console.print(facts["title"] or facts["filename"], markup=False, style="bold")
    for name, text in _lines(facts):
        console.print(f"  {name:<10}{text}", markup=False)
    if facts["profile"]:
        rows = [_axis(name, axis) for name, axis in facts["profile"].items()]
        screen.table("", ("", "", "", "place in the library"), rows, right=("place in the library",))


def _lines(facts: dict[str, Any]) -> list[tuple[str, str]]:
    from liveengine.cli.sonogram import described

    sound = [
        f"{facts['rate'] / 1000:g} kHz",
        {1: "mono", 2: "stereo"}.get(facts["channels"], f"{facts['channels']} channels"),
        "" if facts["loudness"] is None else f"{facts['loudness']:.1f} LUFS",
        "" if facts["peak"] is None else f"peak {facts['peak']:.1f} dBFS",
    ]
    worst = [reason["words"] for reason in facts["reasons"] if reason["kind"] == "technical" and reason["score"] < 0.8]
    quality = "" if facts["quality"] is None else f"{facts['quality']:.2f}" + "".join(f"; {one}" for one in worst)
    lines = [
        ("is", described(facts)),
        ("sounds", ", ".join(part for part in sound if part)),
        ("tags", ", ".join(facts["tags"])),
        ("quality", quality),
        ("played", counted(facts["plays"], "time") + (", a favourite" if facts["favourite"] else "")),
        ("licence", facts["licence"] or ""),
        *_lineage(facts["lineage"]),
        ("from", facts["source"]),
        ("lies in", facts["path"]),
    ]
    return [(name, text) for name, text in lines if text]


def _lineage(told: dict[str, Any]) -> list[tuple[str, str]]:
    """Return how a stem was made and what was made of it at once; `liveengine lineage` tells the rest."""
    near = [one for one in told["parents"] if one["generation"] == 1]
    names = [str(one["stem"]) if one["stem"] > 0 else one["title"] for one in near]
    parents = ", ".join(f"{name} ({one['share']:.0%})" for name, one in zip(names, near, strict=True))
    born = [str(one["stem"]) for one in told["children"] if one["generation"] == 1]
    more = f" and {len(born) - _NEAREST} more" if len(born) > _NEAREST else ""
    made = f"{how(told)} {parents}" if near else how(told).removesuffix(" from") if told["made_by"] else ""
    return [("made", made), ("led to", ", ".join(born[:_NEAREST]) + more)]


def _axis(name: str, axis: dict[str, Any]) -> tuple[str, str, str, str]:
    low, high = _ENDS.get(name, ("low", "high"))
    at = min(round(axis["place"] * (_SQUARES - 1)), _SQUARES - 1)
    line = "".join("●" if n == at else "·" for n in range(_SQUARES))
    return low, line, high, f"above {axis['percentile']:.0%}"
