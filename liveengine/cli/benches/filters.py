"""The interpolators' frequency responses and the limiter, through the kernel, against their theory. Runs on: bench.

`--output FOLDER` draws both as pictures.
"""

from collections.abc import Iterator

import numpy as np

from liveengine.cli.benches import Task
from liveengine.cli.figure import Figure, Found, Note, Table
from liveengine.engine.bench import response
from liveengine.engine.bench.response import decibels

SECONDS = 10
STEPS = (0.75, 1.01, 1.5)  # frames of the source per frame
PASS = 0.4  # cycles per frame: below it an interpolator shall be transparent


def run(task: Task) -> Iterator[Found]:
    """Yield how far measurement and theory lie apart, and the worst images; draw the pictures."""
    frequencies = np.linspace(0.0, 3.0, 121 if task.quick else 1201)
    for tier in response.THEORIES:
        level = round(response.difference(tier, frequencies), 1)
        yield Figure(f"filters.{tier.name.lower()}.difference_db", level, "dB: largest difference from theory", "lower")
    yield _sines(task)
    yield from _limiter()
    if task.output is not None:
        from liveengine.cli.plots import draw

        for path in draw(task.output, frequencies):
            yield Note(f"picture: {path}")


def _sines(task: Task) -> Table:
    """Return per tier and step the gain where it is least, and the loudest of what does not belong there."""
    rows: list[list[str | float]] = []
    cases = [(tier, step) for tier in response.THEORIES for step in STEPS]
    for tier, step in task.each("sines", cases):
        found = [response.sine(tier, step, float(f)) for f in np.linspace(0.02, PASS, 3 if task.quick else 20)]
        kept = [gain for gain, _ in found if gain > decibels(0.0)]
        rows.append([tier.name.lower(), step, min(kept), max(rest for _, rest in found)])
    return Table(f"sines up to {PASS} cycles per frame", ["tier", "step", "least gain dB", "all else dB"], rows)


def _limiter() -> Iterator[Figure]:
    levels = 10.0 ** (np.arange(-24.0, 25.0, 3.0) / 20.0)
    error = np.abs(20.0 * np.log10(response.limited(levels) / np.minimum(levels, response.CEILING))).max()
    yield Figure("filters.limiter.curve_error_db", round(float(error), 5), "dB from theory, worst", "lower")
    _, found, wanted = response.release()
    error = np.abs(20.0 * np.log10(found / wanted)).max()
    yield Figure("filters.limiter.release_error_db", round(float(error), 5), "dB from theory, worst", "lower")
