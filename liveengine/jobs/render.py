"""A finished track: the engine's kernel on all cores, then 16 bits with dither. Runs on: worker process."""

from collections import deque
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from liveengine.engine.engine import Engine
from liveengine.engine.layout import FADE_FRAMES
from liveengine.engine.memory import Capacity, Memory, on_heap
from liveengine.engine.ops import Op, Tier
from liveengine.engine.pool import Segments
from liveengine.engine.streams import parallel
from liveengine.jobs import stretch
from liveengine.jobs.file import Shape, written
from liveengine.sound import pattern
from liveengine.sound.convert import resample
from liveengine.sound.decode import read
from liveengine.units import gain_of, level_of

Samples = npt.NDArray[np.float32]
Progress = Callable[[int, int, str], None]


def run(payload: dict[str, Any], progress: Progress) -> dict[str, Any]:
    """Render a score (see `arrange/score.py`) to a stereo 16-bit WAV at `path`; return {path, frames, peak}.

    The file appears under its name only when it is whole. `peak` is in dBFS. Raises BadAudio for a stem that cannot be
    read, DiskFull, BadArgument for a path that cannot be written.
    """
    path, frames = Path(payload["path"]), int(payload["frames"])
    sounds = []
    for number, sound in enumerate(payload["sounds"]):
        progress(0, frames, f"loading {number + 1} of {len(payload['sounds'])}")
        sounds.append(_load(sound, int(payload["rate"]), float(payload["frames_per_beat"])))
    shape = Shape(int(payload["rate"]), frames, seed=int(payload["seed"]))
    loudest = written(path, shape, pieces(payload, sounds), lambda done: progress(done, frames, "rendering"))
    return {"path": str(path), "frames": frames, "peak": round(min(level_of(loudest), float(payload["ceiling_db"])), 3)}


def _load(sound: dict[str, Any], rate: int, frames_per_beat: float) -> Samples:
    """Return the samples of a sound [channels, frames] at `rate`: a one-shot laid as its pattern, a loop stretched."""
    audio = read(sound["path"])
    samples = resample(audio.samples, audio.rate, rate, loop=bool(sound["loop"]))
    if (made := sound["stretched"]) is not None:
        loop = samples[:, : made["end"]]
        wanted = int(made["frames"]), float(made["semitones"]), rate, made["attacks"], bool(made["percussive"])
        return stretch.render(loop, *wanted)
    if sound["hits"] is None:
        return samples
    return pattern.lay(samples, frames_per_beat, float(sound["beats"]), sound["hits"] or [0.0])


def pieces(payload: dict[str, Any], sounds: list[Samples], cores: int = 0) -> Iterator[parallel.Piece]:
    """Yield the master piece by piece; `sounds` as `payload` numbers them, `cores` 0 = all."""
    rate, frames, fade = int(payload["rate"]), int(payload["frames"]), int(payload["fade"])
    ceiling = gain_of(payload["ceiling_db"])
    pool = _pool(payload, sounds)
    parts = [_part(payload, pool, tracks) for tracks in parallel.deal(int(payload["tracks"]), cores)]
    moves = [parallel.Move(frames - fade, 0.0, fade)]
    return parallel.render(parts, parallel.master(rate, ceiling), frames, moves)


def _pool(payload: dict[str, Any], sounds: list[Samples]) -> Memory:
    """Return memory with all sounds in its pool; sound n is segment n."""
    size = sum(4 * samples.shape[0] * (samples.shape[1] + 256) for samples in sounds)
    capacity = Capacity(tracks=1, segments=max(1, len(sounds)), tap_frames=1, pool_bytes=-(-size // 4096) * 4096)
    memory = on_heap(capacity, int(payload["rate"]))
    segments = Segments(memory)
    for number, samples in enumerate(sounds):
        segment = segments.allocate(samples.shape[1], samples.shape[0], number + 1)
        segments.view(segment)[:] = samples
        segments.ready(segment, samples.shape[1])
    return memory


def _part(payload: dict[str, Any], pool: Memory, tracks: list[int]) -> parallel.Part:
    """Return some of the tracks as a kernel of their own that plays from the common pool."""
    capacity = Capacity(
        tracks=len(tracks), buses=0, slots=1, voices=2 * len(tracks) + 16, events=1 << 10, segments=1, tap_frames=512,
        pool_bytes=64,
    )  # fmt: skip
    memory = on_heap(capacity, int(payload["rate"]), parallel.OPEN, float(payload["frames_per_beat"]))
    memory = memory._replace(segments=pool.segments, pool=pool.pool)
    engine = Engine(memory)
    engine.push(Op.RUN, value=1.0, frame=0)
    cues = [cue for cue in sorted(payload["cues"], key=_frame_of) if cue["track"] in tracks]
    waiting = deque(cues)

    def ready(first: int, count: int) -> None:
        while waiting and waiting[0]["frame"] - FADE_FRAMES < first + count:
            cue = waiting.popleft()
            _cue(engine, tracks.index(cue["track"]), cue, payload["sounds"])

    return parallel.Part(memory, tracks, ready)


def _frame_of(cue: dict[str, Any]) -> int:
    return int(cue["frame"])


def _cue(engine: Engine, track: int, cue: dict[str, Any], facts: list[dict[str, Any]]) -> None:
    number = int(cue["sound"])
    # What played is silent when the section begins: a loop's next attack is not heard inside its fade.
    engine.push(Op.STOP, track=track, frame=max(0, cue["frame"] - FADE_FRAMES))
    if number < 0:
        return
    fact = facts[number]
    engine.push(
        Op.LAUNCH,
        track=track,
        slot=cue["slot"],
        segment=number,
        frame=cue["frame"],
        gain=cue["gain"],
        loop_end=min(int(fact["loop_end"]), int(engine.memory.segments[number]["frames"])),
        source_frames_per_beat=fact["source_frames_per_beat"],
        tier=Tier.SINC,
    )
