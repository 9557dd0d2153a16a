"""What all pictures share: size, colours, the file. Runs on: the user's shell.

matplotlib draws them; it is an extra of its own, so that the base install stays small.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from liveengine.errors import Unavailable

WIDTH, HEIGHT, DPI = 16.0, 10.0, 120  # inches and dots per inch: 1920 x 1200
SHADES = 40  # of levels: so few that the file stays small, so many that nobody sees a step
INK, PALE, GRID = "#1d2129", "#6b7280", "#e5e7eb"
BLUE, GREEN, AMBER, RED, VIOLET = "#2563eb", "#15803d", "#d97706", "#dc2626", "#7c3aed"


@dataclass(frozen=True)
class Palette:
    """The colours that a picture stands on: paper, words, lesser words, lines."""

    paper: str
    ink: str
    pale: str
    grid: str
    wave: str
    levels: tuple[str, ...]  # from silence to the loudest place


LIGHT = Palette("#ffffff", INK, PALE, GRID, BLUE, ("#ffffff", "#dbe7ff", "#8fb0f7", "#6d4fd8", "#3a1168", "#12061f"))
DARK = Palette(
    "#12141a",
    "#e8eaf0",
    "#9aa3b2",
    "#2b303b",
    "#7aa2ff",
    ("#0a0b10", "#33186b", "#a52c7a", "#f1605d", "#fdb777", "#fcfdd0"),
)

_STYLE = {
    "font.family": "DejaVu Sans",  # comes with matplotlib
    "font.size": 11.0,
    "axes.titlesize": 13.0,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "axes.titlepad": 10.0,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "axes.axisbelow": True,
    "legend.framealpha": 0.9,
    "legend.edgecolor": "none",
}


def _style(on: Palette) -> dict[str, Any]:
    return _STYLE | {
        "text.color": on.ink,
        "axes.edgecolor": on.pale,
        "axes.labelcolor": on.ink,
        "axes.facecolor": on.paper,
        "figure.facecolor": on.paper,
        "legend.facecolor": on.paper,
        "grid.color": on.grid,
        "xtick.color": on.pale,
        "ytick.color": on.pale,
    }


@dataclass(frozen=True)
class Look:
    """What a sheet is like: inches, colours, how high its rows are to each other, how its file may end."""

    size: tuple[float, float] = (WIDTH, HEIGHT)
    on: Palette = LIGHT
    ratios: tuple[float, ...] | None = None
    kinds: tuple[str, ...] = (".png",)


USUAL = Look()


@contextmanager
def sheet(path: Path, rows: int, columns: int, look: Look = USUAL, /, **spacing: Any) -> Iterator[tuple[Any, Any]]:
    """Lend a figure and its axes, [rows, columns]; write it to `path` at the end.

    Raises Unavailable without matplotlib and for a path whose ending is none of the look's.
    """
    try:
        import matplotlib
    except ImportError:
        raise Unavailable("pictures need matplotlib: pip install 'liveengine[plot]'") from None
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    if path.suffix.lower() not in look.kinds:
        raise Unavailable(
            f"{path} is no picture that is written here; give it one of the endings {', '.join(look.kinds)}"
        )
    with matplotlib.rc_context(_style(look.on)):
        figure = Figure(figsize=look.size, dpi=DPI)
        FigureCanvasAgg(figure)
        axes = figure.subplots(rows, columns, squeeze=False, height_ratios=look.ratios)
        figure.subplots_adjust(**spacing)
        yield figure, axes
        path.parent.mkdir(parents=True, exist_ok=True)
        _save(figure, path)


def _save(figure: Any, path: Path) -> None:
    """Write the file, in 256 colours where it is a PNG: a third of the size, and nobody sees it."""
    if path.suffix.lower() == ".svg":
        figure.savefig(path)
        return
    from PIL import Image

    figure.canvas.draw()
    Image.frombytes("RGBA", figure.canvas.get_width_height(), bytes(figure.canvas.buffer_rgba())).convert(
        "RGB"
    ).quantize(256, dither=Image.Dither.NONE).save(path, optimize=True)


def shades(on: Palette) -> Any:
    """Return matplotlib's map from 0, silence, to 1, the loudest place."""
    from matplotlib.colors import LinearSegmentedColormap

    return LinearSegmentedColormap.from_list("levels", on.levels, N=SHADES)


def title(figure: Any, text: str, below: str) -> None:
    """Write the head of the sheet."""
    figure.text(0.04, 0.955, text, fontsize=24, fontweight="bold", va="center")
    figure.text(0.04, 0.918, below, fontsize=11.5, color=PALE, va="center")


def note(axis: Any, text: str, colour: str = INK) -> None:
    """Write the one number to remember into the upper right corner of an axis."""
    axis.text(
        0.98, 0.95, text, transform=axis.transAxes, ha="right", va="top", fontsize=11, color=colour,
        bbox={"facecolor": "white", "edgecolor": GRID, "boxstyle": "round,pad=0.4", "alpha": 0.9},
    )  # fmt: skip
