"""The interpolators' frequency responses and the limiter, through the kernel, against their theory. Runs on: bench.

`--output FOLDER` draws both as pictures.
"""

from collections.abc import Iterator

import numpy as np

from liveengine.cli.benches import Task
from liveengine.cli.figure import Figure, Found, Note, Table
from liveengine.engine import response

SECONDS = 10
STEPS = (0.75, 1.01, 1.5)  # frames of the source per frame
PASS = 0.4  # cycles per frame: below it an interpolator shall be transparent
_FLOOR = 1e-4  # below -80 dB theory and measurement may differ by much


def run(task: Task) -> Iterator[Found]:
    """Yield how far measurement and theory lie apart, and the worst images; draw the pictures."""
    frequencies = np.linspace(0.0, 3.0, 121 if task.quick else 1201)
    for tier, theory in response.THEORIES.items():
        measured = response.response(*response.curve(tier), frequencies)
        wanted = theory(frequencies)
        heard = wanted > _FLOOR
        error = float(np.abs(20.0 * np.log10(measured[heard] / wanted[heard])).max())
        yield Figure(f"filters.{tier.name.lower()}.error_db", round(error, 4), "dB from theory, worst", "lower")
    yield _sines(task)
    yield from _limiter()
    if task.output is not None:
        from liveengine.cli.plots import draw

        for path in draw(task.output, frequencies):
            yield Note(f"picture: {path}")


def _sines(task: Task) -> Table:
    """Return per tier and step the loss at 0.4 cycles per frame and the loudest of what does not belong there."""
    rows: list[list[str | float]] = []
    sines = np.linspace(0.02, PASS, 3 if task.quick else 20)
    for tier in task.each("sines", list(response.THEORIES)):
        for step in STEPS:
            found = [response.sine(tier, step, float(frequency)) for frequency in sines]
            rows.append([tier.name.lower(), step, found[-1][0], max(rest for _, rest in found)])
    return Table(f"sines up to {PASS} cycles per frame", ["tier", "step", "gain at the top dB", "images dB"], rows)


def _limiter() -> Iterator[Figure]:
    levels = 10.0 ** (np.arange(-24.0, 25.0, 3.0) / 20.0)
    error = np.abs(20.0 * np.log10(response.limited(levels) / np.minimum(levels, response.CEILING))).max()
    yield Figure("filters.limiter.curve_error_db", round(float(error), 5), "dB from theory, worst", "lower")
    _, found, wanted = response.release()
    error = np.abs(20.0 * np.log10(found / wanted)).max()
    yield Figure("filters.limiter.release_error_db", round(float(error), 5), "dB from theory, worst", "lower")
