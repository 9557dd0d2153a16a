"""What a session must have sounded like: its journal, played again offline on buffers decoded anew."""

from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from liveengine import config
from liveengine.engine import pool, shared
from liveengine.engine.memory import Memory
from liveengine.engine.ops import Op
from liveengine.engine.pool import Segments
from liveengine.engine.streams import offline
from liveengine.jobs.stretch import render
from liveengine.session import journal
from liveengine.sound import pattern
from liveengine.sound.convert import as_channels, resample
from liveengine.sound.decode import read
from liveengine.units import frames_per_beat

Sound = npt.NDArray[np.float32]


def first_launch(library: Path) -> int:
    """Return the frame at which the first clip started."""
    records = journal.records(*journal.life(library / "journal"))
    return int(records["frame"][records["op"] == Op.LAUNCH].min())


def loaded(files: list[Path], memory: Memory, rate: int) -> None:
    """Fill the sample pool as the session's was: each stem decoded and resampled again, into the same segment.

    A segment that was used twice holds what came last.
    """
    segments = Segments(memory)
    last = dict(journal.loads(*files))
    for number in range(max(last) + 1):
        facts = last.get(number, {"frames": 1, "channels": 1, "key": 0})
        markers = facts.get("markers", ())
        assert segments.allocate(facts["frames"], facts["channels"], facts["key"], markers) == number
        segments.ready(number, facts["frames"])
        if number in last:
            segments.view(number)[:] = decoded(facts, rate)


def decoded(facts: dict[str, Any], rate: int) -> Sound:
    """Return float32[channels, frames] as the facts of a journal's load describe it: laid, rendered for a tempo."""
    audio = read(facts["path"])
    sound = resample(as_channels(audio.samples, facts["channels"]), audio.rate, rate, loop=facts["loop"])
    if "at" in facts:
        sound = pattern.lay(sound, frames_per_beat(facts["tempo"], rate), facts["beats"], facts["at"])
    if "variant" not in facts:
        return sound
    made = facts["variant"]
    loop = sound[:, made["loop_start"] : made["loop_end"]]
    return render(loop, facts["frames"], made["semitones"], rate, made["attacks"], made["percussive"])


def replayed(library: Path, last: int, live: Memory | None = None, rate: int = 48_000) -> Sound:
    """Return float32[rows, last] of the session from its frame 0 on, rendered from its journals.

    With `live` the buffers are copied from its pool, else the stems are loaded anew.
    """
    settings = config.load(library, {"audio": {"rate": rate}})
    memory = shared.create(settings)
    try:
        files = journal.life(library / "journal")
        loaded(files, memory.memory, rate) if live is None else pool.copy(live, memory.memory)
        memory.memory.bank["frames_per_beat"] = journal.start(*files)["frames_per_beat"]
        records = journal.records(*files)
        assert np.any(records["op"] == Op.LAUNCH), "the journal holds no launch"
        return offline.replay(memory.memory, records, last)
    finally:
        memory.unlink()
        memory.close()


def differing(heard: Sound, expected: Sound) -> int:
    """Return how many frames differ in any bit of any row."""
    assert heard.shape == expected.shape
    return int((heard.view(np.uint32) != expected.view(np.uint32)).any(axis=0).sum())
