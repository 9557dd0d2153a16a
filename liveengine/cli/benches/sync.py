"""How well a jittering MIDI clock is followed, over an hour of simulated time, and a Link session. Runs on: bench."""

import statistics
from collections.abc import Iterator

from liveengine.cli.benches import Task
from liveengine.cli.figure import Figure, Found, Note
from liveengine.errors import Unavailable

SECONDS = 40
TEMPOS = (60.0, 90.0, 120.0, 128.0, 174.0, 240.0)  # beats per minute
JITTER_MS = 5.0
SKEW = 1.0001  # the device's clock against the true time


def run(task: Task) -> Iterator[Found]:
    """Yield when the clock is locked, and how far what is heard then is from its beat."""
    from liveengine.sync.rehearsal import Rig, follow, locked_after, p99, ticks

    bars = max(locked_after(ticks(tempo, 60.0, JITTER_MS, seed=task.seed)) / 4.0 for tempo in TEMPOS)
    yield Figure("sync.midi_lock_bars", round(bars, 2), "bars: the slowest of six tempos to be locked", "lower")
    seconds = 120.0 if task.quick else 3600.0
    row = ticks(120.0, seconds, JITTER_MS, seed=task.seed)
    errors = follow(Rig(skew=SKEW, late_ns=300e3, seed=task.seed), row, 20e6 if task.quick else 100e6)
    yield Figure("sync.midi_phase_p99_ms", round(p99(errors), 3), "ms: heard too early or too late", "lower")
    sixth = len(errors) // 6
    drift = statistics.fmean(errors[-sixth:]) - statistics.fmean(errors[:sixth])
    yield Figure("sync.midi_drift_ms", round(abs(drift), 3), "ms: between the first and the last ten minutes", "lower")
    yield from _link()


def _link() -> Iterator[Found]:
    from liveengine.cli.latency import link

    try:
        apart = link.measure()
    except Unavailable as error:
        yield Note(f"no Link: {error}")
        return
    what = f"ms: two processes in a network of their own, {len(apart)} moments"
    yield Figure("sync.link_phase_p99_ms", round(sorted(map(abs, apart))[int(0.99 * len(apart))], 3), what, "lower")
