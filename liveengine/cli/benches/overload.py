"""Far too many voices: blocks that we missed, what gave way, and whether it plays again alike. Runs on: bench."""

from collections.abc import Iterator

from liveengine.cli.benches import Task
from liveengine.cli.figure import Figure, Note

SECONDS = 60
VOICES = 2500


def run(task: Task) -> Iterator[Figure | Note]:
    """Strain a stream without a device and, where there is one, a JACK server; yield misses and what was shed."""
    from liveengine.engine.bench.strain import measure_overload
    from liveengine.errors import DeviceMissing

    seconds = task.span(10.0, 2.0)
    for kind in task.each("overload", ("null", "jack")):
        try:
            found = measure_overload(kind, VOICES, seconds)
        except DeviceMissing as missing:
            yield Note(f"overload on {kind}: {missing}")
            continue
        name = f"overload.{kind}"
        yield Figure(f"{name}.own_misses", found["own"], f"of {found['cycles']:,} cycles", "lower")
        yield Figure(f"{name}.machine_misses", found["machine"], f"of {found['cycles']:,} cycles", "lower")
        yield Figure(f"{name}.callback_p99_fraction", round(found["busy_p99"], 3), "of a 64-frame block", "lower")
        yield Figure(f"{name}.voices", found["voices"], "at once", "higher")
        shed = found["to_cubic"] + found["to_linear"] + found["cut"]
        yield Figure(f"{name}.shed", shed, "times that a voice gave way", "lower")
        yield Figure(f"{name}.replay_differing", found["differing"], "samples", "lower")
