"""The same work done by us and by SuperCollider's scsynth, in turn: ratios of one run. Runs on: bench."""

import tempfile
from collections.abc import Iterator
from pathlib import Path
from statistics import median

from liveengine.cli.benches import Task
from liveengine.cli.figure import Figure, Found, Note
from liveengine.cli.peers import mixdown, scsynth, work

SECONDS = 100
VOICES = 512  # of scsynth; with buffers of their own they exceed every cache
_SHORT = 1.0  # seconds of sound; what two scores of different length have in common falls out of their difference


def run(task: Task) -> Iterator[Found]:
    """Yield our figures, theirs, and ours / theirs, each the median of several turns."""
    if scsynth.installed() is None:
        yield Note("scsynth is not installed, so there is nothing to compare with (apt install supercollider-server)")
        return
    with tempfile.TemporaryDirectory() as folder:
        for kind in work.KINDS:
            yield from _voices(task, kind, Path(folder))
        yield from _mixdown(task, Path(folder))


def _voices(task: Task, kind: str, folder: Path) -> Iterator[Figure]:
    from liveengine.engine.bench import voices as bench

    count, seconds = (32, 2.0) if task.quick else (VOICES, task.span(9.0, 2.0))
    turns: list[tuple[float, float, float]] = []
    for _ in task.each(f"{kind} voices", range(1 if task.quick else 5)):
        load = kind, 256 if task.quick else 4096, scsynth.BLOCK, 0.05 if task.quick else 1.0
        ours, shared = (bench.measure_voices(*load, shared=shared) for shared in (False, True))
        turns.append((ours, shared, theirs(kind, count, seconds, folder)))
    for name, rates in zip(("ours", "shared", "scsynth"), zip(*turns, strict=True), strict=True):
        yield Figure(f"peers.{name}.{kind}", round(median(rates), -1), "voices/core", "higher")
    for name, ratios in (
        ("", [ours / peer for ours, _, peer in turns]),
        ("_shared", [one / peer for _, one, peer in turns]),
    ):
        yield Figure(f"peers.scsynth.{kind}{name}_ratio", round(median(ratios), 2), "times scsynth", "higher")


def _mixdown(task: Task, folder: Path) -> Iterator[Found]:
    from liveengine.cores import cores

    count, seconds = (2, 2.0) if task.quick else (mixdown.TRACKS, mixdown.SECONDS)
    tracks = mixdown.write_tracks(folder, count, seconds)
    mixdown.measure(tracks, seconds, folder)  # compiles, and brings the files into memory
    found = [mixdown.measure(tracks, seconds, folder) for _ in task.each("mixdown", range(1 if task.quick else 5))]
    what = f"s, {count} stereo tracks of {seconds:.0f} s"
    yield Figure("peers.ours.mixdown_s", round(median(one.ours for one in found), 3), f"{what}, on disk", "lower")
    whole = median(one.command for one in found)
    yield Figure("peers.ours.mixdown_command_s", round(whole, 3), "s, `liveengine mix` with Python's start", "lower")
    yield Figure("peers.scsynth.mixdown_s", round(median(one.theirs for one in found), 3), what, "lower")
    yield Figure("peers.scsynth.start_s", round(median(one.start for one in found), 3), "s, not in mixdown_s", "lower")
    ratio = median(one.theirs / one.ours for one in found)
    yield Figure("peers.scsynth.mixdown_ratio", round(ratio, 2), f"times scsynth, {cores()} cores", "higher")
    yield Figure("peers.mixdown_apart", max(one.apart for one in found), "16-bit steps", "lower")


def theirs(kind: str, count: int, seconds: float, folder: Path) -> float:
    """Return how many voices scsynth carries per core, from two scores of which one is longer."""
    noise = folder / "noise.wav"
    if not noise.exists():
        work.write_noise(noise, 1)
    took = [
        scsynth.render(work.voices(kind, count, length, noise), folder, folder / "out.wav")
        for length in (_SHORT, _SHORT + seconds)
    ]
    return count * seconds / max(took[1] - took[0], 1e-9)
