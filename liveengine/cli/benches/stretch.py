"""How well time-stretch keeps attacks and spectra, beside the usual libraries. Runs on: bench.

Each tune is synthesised at its own tempo, stretched, and compared with the same tune synthesised at the other tempo.
"""

from collections.abc import Iterator

import numpy as np

from liveengine.cli.benches import Task
from liveengine.cli.figure import Figure, Found, Note, Table

SECONDS = 120
SPEEDS = (0.9, 1.15)
_BEATS, _BEATS_QUICK = 64, 8  # of each tune; about 30 s and 4 s


def run(task: Task) -> Iterator[Found]:
    """Yield onset error, sharpness and spectral error for each tune and speed, ours and the peers', and a table."""
    from liveengine.cli.peers import stretchers, tunes

    who = stretchers.known()
    for missing in {"rubberband_r3", "soundtouch"} - set(who):
        yield Note(f"{missing} is not installed, so it is not compared (apt install rubberband-cli soundstretch)")
    cases = [(name, tune, speed) for tune in tunes.TUNES for speed in SPEEDS for name in who]
    rows: dict[str, list[str | float]] = {name: [name] for name in who}
    columns = ["stretcher"]
    for name, tune, speed in task.each("time-stretch", cases):
        for what, value, unit, better in _measure(who[name], tune, speed, _BEATS_QUICK if task.quick else _BEATS):
            rows[name].append(value)
            if name == "ours":
                columns.append(f"{what} {tune} {speed}")
            place = f"stretch.{what}" if name == "ours" else f"stretch.{name}.{what}"
            yield Figure(f"{place}.{tune}.{speed}", value, unit, "higher" if better else "lower")
    yield Table("time-stretch", columns, list(rows.values()))


def _measure(stretch: object, tune: str, speed: float, beats: int) -> Iterator[tuple[str, float, str, bool]]:
    """Yield what is measured, its value, its unit, and whether more is better."""
    from liveengine.cli.peers import likeness, tunes

    ideal = tunes.TUNES[tune](speed, beats)
    assert callable(stretch)
    sound = stretch(tunes.TUNES[tune](1.0, beats).sound, speed)
    if tune == "loop":
        off, steep = likeness.attacks(sound, ideal.sound, ideal.onsets)
        yield "onset_p95_ms", round(float(np.percentile(off, 95)), 3), "ms", False
        yield "sharpness", round(float(np.median(steep)), 3), "of the ideal", True
    yield "spectral", round(likeness.spectral(sound, ideal.sound), 3), "of the ideal", False
