"""The same work done by us and by SuperCollider's scsynth, in turn: ratios of one run. Runs on: bench."""

import tempfile
from collections.abc import Iterator
from pathlib import Path
from statistics import median

from liveengine.cli.benches import Task
from liveengine.cli.figure import Figure, Found, Note
from liveengine.cli.peers import scsynth, work

SECONDS = 60
VOICES = 512  # of scsynth; with buffers of their own they exceed every cache
_SHORT = 1.0  # seconds of sound; what two scores of different length have in common falls out of their difference


def run(task: Task) -> Iterator[Found]:
    """Yield our figures, theirs, and ours / theirs, each the median of several turns."""
    if scsynth.installed() is None:
        yield Note("scsynth is not installed, so there is nothing to compare with (apt install supercollider-server)")
        return
    from liveengine.engine.bench import STEPS

    with tempfile.TemporaryDirectory() as folder:
        for kind in [kind for kind in work.KINDS if kind in STEPS]:
            yield from _voices(task, kind, Path(folder))


def _voices(task: Task, kind: str, folder: Path) -> Iterator[Figure]:
    from liveengine.engine import bench

    count, seconds = (32, 2.0) if task.quick else (VOICES, task.span(9.0, 2.0))
    pairs: list[tuple[float, float]] = []
    for _ in task.each(f"{kind} voices", range(1 if task.quick else 5)):
        ours = bench.measure_voices(kind, 256 if task.quick else 4096, scsynth.BLOCK, 0.05 if task.quick else 1.0)
        pairs.append((ours, theirs(kind, count, seconds, folder)))
    yield Figure(f"peers.ours.{kind}", round(median(ours for ours, _ in pairs), -1), "voices/core", "higher")
    yield Figure(f"peers.scsynth.{kind}", round(median(peer for _, peer in pairs), -1), "voices/core", "higher")
    ratio = median(ours / peer for ours, peer in pairs)
    yield Figure(f"peers.scsynth.{kind}_ratio", round(ratio, 2), "times scsynth", "higher")


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
