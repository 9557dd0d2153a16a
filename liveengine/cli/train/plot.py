"""Draw how the training of a category went: loss, reconstruction and divergence, epoch by epoch. Runs on: a shell.

The lines of the stems that were learnt from, of those that were held back, and the epoch whose model was kept; beside
them how far the mean picture and the principal pictures alone miss those that were held back. Without --output the same
is told as a table; a picture needs matplotlib (pip install 'liveengine[plot]').
"""

import argparse
import json
import math
from pathlib import Path
from typing import Any

from liveengine import config
from liveengine.cli import paper, screen
from liveengine.errors import ModelDamaged, ModelMissing
from liveengine.units import counted

EXAMPLES = """examples:
  liveengine train plot kick
  liveengine train plot kick --output losses.png
  liveengine train plot kick --output losses.svg --dark
"""
PARTS = {"total": "loss", "reconstruction": "error of the levels", "divergence": "divergence of the codes"}
UNITS = {
    "total": "dB², mean square",
    "reconstruction": "dB, root of the mean square",
    "divergence": "nats of a picture",
}
WITHOUT = {"mean": ("mean picture alone", ":"), "principal": ("principal pictures alone", "-.")}
DEPTH_DB = 80.0  # of a picture: its levels 0..1
_ROWS = 20  # of the table on the screen


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("category", help="a category that was trained")
    parser.add_argument("--output", metavar="FILE", help="write a picture (PNG or SVG)")
    parser.add_argument("--dark", action="store_true", help="draw on dark paper")


def run(options: Any) -> int:
    """Draw, or tell; return 0."""
    told = read(config.library_root(options.library), options.category)
    if options.json:
        screen.line(told)
    elif options.output:
        file = Path(options.output).expanduser().absolute()
        draw(told, file, dark=options.dark)
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
    if part == "reconstruction":
        return decibels(found)
    return DEPTH_DB**2 * found if part == "total" else found


def decibels(error: float) -> float:
    """Return the root of a mean squared error of levels in dB."""
    return DEPTH_DB * math.sqrt(error)


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
    for name, (words, _) in WITHOUT.items():
        if name in told.get("without", {}):
            screen.console().print(f"{words}: {decibels(told['without'][name]):.2f} dB on what was held back")


def draw(told: dict[str, Any], file: Path, *, dark: bool = False) -> None:
    """Write the picture. Raises Unavailable without matplotlib."""
    rows, kept = told["losses"], told["kept_epoch"]
    on = paper.DARK if dark else paper.LIGHT
    look = paper.Look(size=(16.0, 6.2), on=on, kinds=(".png", ".svg"))
    with paper.sheet(file, 1, 3, look, left=0.07, right=0.98, top=0.72, bottom=0.12, wspace=0.25) as (page, at):
        page.text(0.04, 0.94, f"Training of {told['category']}", fontsize=22, fontweight="bold", va="center")
        below = (
            f"{counted(len(rows), 'epoch')}; the model of epoch {kept} was kept, the best on stems that were held back."
        )
        page.text(0.04, 0.875, below, fontsize=11.5, color=on.pale, va="center")
        for axis, part in zip(at[0], PARTS, strict=True):
            _panel(axis, told, part, on)
        handles, words = at[0, 1].get_legend_handles_labels()  # of the panel that has all lines
        page.legend(handles, words, loc="upper right", bbox_to_anchor=(0.985, 0.985), ncols=2, fontsize=10)


def _panel(axis: Any, told: dict[str, Any], part: str, on: paper.Palette) -> None:
    """Draw one loss over the epochs."""
    epochs = [row["epoch"] for row in told["losses"]]
    for who, colour, words in (("taught", on.wave, "learnt from"), ("held_out", paper.AMBER, "held back")):
        line = [value(row, who, part) for row in told["losses"]]
        axis.plot(epochs, line, color=colour, linewidth=2.2, label=words, marker="o", markersize=3.5)
    kept = told["kept_epoch"]
    axis.axvline(kept, color=on.ink, linewidth=1.4, linestyle="--", label=f"kept: epoch {kept}")
    if part == "reconstruction":
        for name, (words, dashes) in WITHOUT.items():
            if name in told.get("without", {}):
                height = decibels(told["without"][name])
                axis.axhline(height, color=on.pale, linewidth=1.8, linestyle=dashes, label=words)
    axis.set_title(PARTS[part])
    axis.set_xlabel("epoch")
    axis.set_ylabel(UNITS[part])
    axis.xaxis.get_major_locator().set_params(integer=True)
    axis.set_ylim(bottom=0.0)
