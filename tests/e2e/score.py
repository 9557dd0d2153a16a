"""What a session must have sounded like: its journal, played again offline on buffers filled by the same loader."""

from pathlib import Path

import numpy as np
import numpy.typing as npt

from liveengine import config
from liveengine.engine import shared
from liveengine.engine.layout import Memory, Op
from liveengine.engine.pool import Segments
from liveengine.engine.shared import Shared
from liveengine.engine.streams import offline
from liveengine.jobs import load
from liveengine.session import journal

Sound = npt.NDArray[np.float32]


def whole(library: Path, file: Path) -> Path:
    """Write the journals of all daemons of a session, one after the other, into one file."""
    parts = [path.read_text("utf-8") for path in sorted((library / "journal").glob("*.jsonl"))]
    file.write_text("\n".join(parts), "utf-8")
    return file


def first_launch(library: Path, file: Path) -> int:
    """Return the frame at which the first clip started."""
    records = journal.records(whole(library, file))
    return int(records["frame"][records["op"] == Op.LAUNCH].min())


def loaded(file: Path, memory: Shared, rate: int) -> None:
    """Fill the sample pool as the session's was: each stem decoded and resampled again, into the same segment.

    A segment that was used twice holds what came last; patterns made of one-shots stay silent.
    """
    segments = Segments(memory.memory)
    last = dict(journal.loads(file))
    for number in range(max(last) + 1):
        facts = last.get(number, {"frames": 1, "channels": 1, "key": -1, "path": ""})
        assert segments.allocate(facts["frames"] + 64, facts["channels"], facts["key"]) == number
        place = memory.memory.segments[number]
        if facts["key"] < 0:
            segments.ready(number, facts["frames"])
            continue
        payload = {
            "path": facts["path"],
            "rate": rate,
            "pool_path": str(memory.pool_path),
            "offset": int(place["offset"]),
            "stride": int(place["stride"]),
            "channels": facts["channels"],
            "max_frames": facts["frames"] + 64,
            "loop": True,
        }
        segments.ready(number, load.run(payload, lambda done, total, text: None)["frames"])


def copied(live: Memory, memory: Memory) -> None:
    """Fill the sample pool with what lies in a living session's."""
    memory.segments[:] = live.segments
    end = int((live.segments["offset"] + live.segments["channels"] * live.segments["stride"] * 4).max()) // 4
    memory.pool[:end] = live.pool[:end]


def replayed(library: Path, file: Path, last: int, live: Memory | None = None, rate: int = 48_000) -> Sound:
    """Return float32[2 + 2 * tracks, last] of the session from its frame 0 on, rendered from its journals.

    With `live` the buffers are copied from its pool, else the stems are loaded anew.
    """
    settings = config.load(library, {"audio": {"rate": rate}})
    memory = shared.create(settings)
    try:
        path = whole(library, file)
        loaded(path, memory, rate) if live is None else copied(live, memory.memory)
        records = journal.records(path)
        assert np.any(records["op"] == Op.LAUNCH), "the journal holds no launch"
        return offline.replay(memory.memory, records, last)
    finally:
        memory.unlink()
        memory.close()


def differing(heard: Sound, expected: Sound) -> int:
    """Return how many frames differ in any bit of any row."""
    assert heard.shape == expected.shape
    return int((heard.view(np.uint32) != expected.view(np.uint32)).any(axis=0).sum())
