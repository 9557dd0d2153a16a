"""What a clip sounds like in the session: its speed, its key; and the key of all that sounds. Runs on: event loop."""

from typing import NamedTuple

from liveengine.session import fit
from liveengine.session.clip import Clip
from liveengine.session.core import Core
from liveengine.stems.library import Library
from liveengine.stems.model import Stem
from liveengine.units import frames_per_beat


class Heard(NamedTuple):
    """How a clip is heard."""

    speed: float  # times as fast as it was recorded
    semitones: float  # higher than it was recorded
    key: str | None  # None where that is unknown
    warp: str


def heard(clip: Clip, stem: Stem, tempo: float, rate: int) -> Heard:
    """Return how a clip of a stem is heard at a tempo in beats per minute; `rate` is the engine's."""
    per_beat = clip.source_frames_per_beat
    speed = per_beat / frames_per_beat(tempo, rate) if per_beat and clip.at is None else 1.0
    key = stem.key if not clip.semitones else fit.moved(stem.key, clip.semitones)
    return Heard(round(speed, 6), clip.semitones, key, clip.warp)


async def sounding_key(core: Core, library: Library) -> str | None:
    """Return the session's key, or where it has none the one that most of the tonal clips have that play."""
    if core.model.key is not None:
        return core.model.key
    keys: list[str] = []
    for track in core.model.tracks:
        clip = track.slots[track.playing - 1].clip if track.playing else None
        if clip is not None and clip.category in fit.TONAL:
            other = await library.get(clip.stem)
            if (key := fit.moved(other.key, clip.semitones)) is not None:
                keys.append(key)
    return max(keys, key=keys.count, default=None)
