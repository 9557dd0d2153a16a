"""What a bench finds, and how it is shown: figures, histograms, tables. Runs on: the user's shell.

As JSON each is one line, told apart by its first key: `figure`, `histogram`, `table` or `note`.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from liveengine.cli import screen

_BARS = 40  # characters of the longest bar
_LINES = 24  # of a histogram on the screen
_SCALE = "bars grow with the logarithm of the count"


@dataclass(frozen=True)
class Figure:
    """One measured value and which direction is better."""

    figure: str
    value: float
    unit: str
    better: Literal["higher", "lower"]


@dataclass(frozen=True)
class Histogram:
    """How often a value fell between two edges; one more edge than counts."""

    histogram: str
    unit: str
    edges: list[float]
    counts: list[int]


@dataclass(frozen=True)
class Table:
    """Figures that are read beside each other."""

    table: str
    columns: list[str]
    rows: list[list[str | float]]


@dataclass(frozen=True)
class Note:
    """A sentence: what could not be measured, and what would help."""

    note: str


Found = Figure | Histogram | Table | Note


def histogram(name: str, unit: str, values: npt.NDArray[np.float64], bins: int = 64) -> Histogram:
    """Return the histogram of values >= 0 over logarithmic bins up to the largest; what is tiny is in the first."""
    high = max(float(values.max()), 1e-9) * (1 + 1e-9)
    low = max(float(values.min()), high * 1e-4)
    counts, edges = np.histogram(np.maximum(values, low), np.geomspace(low, max(high, low * 1.01), bins + 1))
    return Histogram(name, unit, [float(f"{edge:.4g}") for edge in edges], counts.tolist())


def show(found: Sequence[Found]) -> None:
    """Print for people: one table of all figures, then what does not fit into it."""
    figures = [one for one in found if isinstance(one, Figure)]
    if figures:
        rows = [(f.figure, f"{f.value:,.6g}", f.unit, f.better) for f in figures]
        screen.table("", ("figure", "value", "unit", "better"), rows, right=("value",), whole=("figure",))
    for one in found:
        if isinstance(one, Table):
            cells = [[_cell(cell) for cell in row] for row in one.rows]
            screen.table(one.table, one.columns, cells, right=_numbers(one))
        elif isinstance(one, Histogram):
            screen.table(one.histogram, (one.unit, "count", _SCALE), _bars(one), right=(one.unit, "count"))
        elif isinstance(one, Note):
            screen.console().print(one.note, markup=False)


def document(one: Found) -> dict[str, object]:
    """Return what `--json` prints of it."""
    return asdict(one)


def _numbers(table: Table) -> list[str]:
    """Return the columns that hold numbers."""
    return [name for n, name in enumerate(table.columns) if any(not isinstance(row[n], str) for row in table.rows)]


def _cell(cell: str | float) -> str:
    return cell if isinstance(cell, str) else f"{cell:,}" if isinstance(cell, int) else f"{cell:,.4g}"


def _bars(one: Histogram) -> list[tuple[str, str, str]]:
    """Return a row per bin, a few bins in one where there are many; bars grow with the logarithm of the count."""
    together = -(-len(one.counts) // _LINES)
    counts = [sum(one.counts[n : n + together]) for n in range(0, len(one.counts), together)]
    most = np.log1p(max(*counts, 1))
    rows = []
    for n, count in enumerate(counts):
        low = one.edges[n * together]
        high = one.edges[min((n + 1) * together, len(one.edges) - 1)]
        rows.append((f"{low:.3g} - {high:.3g}", f"{count:,}", "█" * int(np.ceil(_BARS * np.log1p(count) / most))))
    return rows
