"""What all pictures share: size, colours, the file. Runs on: the user's shell.

matplotlib draws them; it is an extra of its own, so that the base install stays small.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from liveengine.errors import Unavailable

WIDTH, HEIGHT, DPI = 16.0, 10.0, 120  # inches and dots per inch: 1920 x 1200
INK, PALE, GRID = "#1d2129", "#6b7280", "#e5e7eb"
BLUE, GREEN, AMBER, RED, VIOLET = "#2563eb", "#15803d", "#d97706", "#dc2626", "#7c3aed"

_STYLE = {
    "font.family": "DejaVu Sans",  # comes with matplotlib
    "font.size": 11.0,
    "text.color": INK,
    "axes.edgecolor": PALE,
    "axes.labelcolor": INK,
    "axes.titlesize": 13.0,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "axes.titlepad": 10.0,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "axes.axisbelow": True,
    "grid.color": GRID,
    "xtick.color": PALE,
    "ytick.color": PALE,
    "legend.framealpha": 0.9,
    "legend.edgecolor": "none",
}


@contextmanager
def sheet(path: Path, rows: int, columns: int, **spacing: Any) -> Iterator[tuple[Any, Any]]:
    """Lend a figure and its axes, [rows, columns]; write it to `path` at the end. Raises Unavailable."""
    try:
        import matplotlib
    except ImportError:
        raise Unavailable("pictures need matplotlib: pip install 'liveengine[plot]'") from None
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    if path.suffix.lower() != ".png":
        raise Unavailable(f"{path} is no PNG file; pictures are written as .png")
    with matplotlib.rc_context(_STYLE):
        figure = Figure(figsize=(WIDTH, HEIGHT), dpi=DPI)
        FigureCanvasAgg(figure)
        axes = figure.subplots(rows, columns, squeeze=False)
        figure.subplots_adjust(**spacing)
        yield figure, axes
        path.parent.mkdir(parents=True, exist_ok=True)
        figure.savefig(path)


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
