"""A finished track: the engine's kernel without a device, then 16 bits with dither. Runs on: worker process."""

import errno
import os
import wave
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from liveengine.engine.engine import Engine
from liveengine.engine.layout import FADE_FRAMES, Capacity, Op, on_heap
from liveengine.engine.streams.offline import render
from liveengine.errors import BadArgument, DiskFull
from liveengine.sound import pattern
from liveengine.sound.convert import resample
from liveengine.sound.decode import read
from liveengine.units import gain_of, level_of

CHUNK = 1 << 16  # frames rendered between two looks at the cues
BLOCK = 1024
FULL_SCALE = 32_767.0

Samples = npt.NDArray[np.float32]
Progress = Callable[[int, int, str], None]


def run(payload: dict[str, Any], progress: Progress) -> dict[str, Any]:
    """Render a score (see `arrange/score.py`) to a stereo 16-bit WAV at `path`; return {path, frames, peak}.

    The file appears under its name only when it is whole. `peak` is in dBFS. Raises BadAudio for a stem that cannot be
    read, DiskFull, BadArgument for a path that cannot be written.
    """
    path = Path(payload["path"])
    sounds = []
    for number, sound in enumerate(payload["sounds"]):
        progress(0, int(payload["frames"]), f"loading {number + 1} of {len(payload['sounds'])}")
        sounds.append(_load(sound, int(payload["rate"]), float(payload["frames_per_beat"])))
    part = path.with_name(f".{path.name}.part")
    try:
        peak = _write(part, payload, _sound(payload, sounds, progress))
        part.replace(path)
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
            raise DiskFull(f"{path.name!r} cannot be written: {error.strerror}; make room and try again") from None
        raise BadArgument(f"{str(path)!r} cannot be written: {error.strerror or error}; name another file") from None
    finally:
        part.unlink(missing_ok=True)
    return {"path": str(path), "frames": int(payload["frames"]), "peak": round(level_of(peak), 3)}


def _load(sound: dict[str, Any], rate: int, frames_per_beat: float) -> Samples:
    """Return the samples of a sound [channels, frames] at `rate`, a one-shot laid as its pattern."""
    audio = read(sound["path"])
    samples = resample(audio.samples, audio.rate, rate, loop=bool(sound["loop"]))
    if sound["hits"] is None:
        return samples
    return pattern.lay(samples, frames_per_beat, float(sound["beats"]), sound["hits"] or [0.0])


def _engine(payload: dict[str, Any], sounds: list[Samples]) -> tuple[Engine, list[int]]:
    """Return an engine on the heap with all sounds in its pool, and their segments."""
    tracks = int(payload["tracks"])
    bytes_needed = sum(4 * samples.shape[0] * (samples.shape[1] + 256) for samples in sounds)
    capacity = Capacity(
        tracks=tracks,
        buses=0,
        voices=2 * tracks + 16,
        events=1 << 10,
        segments=len(sounds),
        tap_frames=1 << 10,
        pool_bytes=-(-bytes_needed // 4096) * 4096,
    )
    memory = on_heap(capacity, int(payload["rate"]), gain_of(payload["ceiling_db"]), float(payload["frames_per_beat"]))
    engine = Engine(memory)
    segments = []
    for number, samples in enumerate(sounds):
        segment = engine.segments.allocate(samples.shape[1], samples.shape[0], number + 1)
        engine.segments.view(segment)[:] = samples
        engine.segments.ready(segment, samples.shape[1])
        segments.append(segment)
    return engine, segments


def _sound(payload: dict[str, Any], sounds: list[Samples], progress: Progress) -> Iterator[Samples]:
    """Yield the master [2, frames] piece by piece."""
    engine, segments = _engine(payload, sounds)
    frames, fade = int(payload["frames"]), int(payload["fade"])
    cues = sorted(payload["cues"], key=lambda cue: int(cue["frame"]))
    engine.push(Op.RUN, value=1.0, frame=0)
    engine.push(Op.MASTER_GAIN, value=0.0, ramp=fade, frame=frames - fade)
    done = 0
    while done < frames:
        count = min(CHUNK, frames - done)
        while cues and cues[0]["frame"] - FADE_FRAMES < done + count:
            _cue(engine, cues.pop(0), payload["sounds"], sounds, segments)
        yield render(engine.memory, count, BLOCK)[:2]
        done += count
        progress(done, frames, "rendering")


def _cue(
    engine: Engine, cue: dict[str, Any], facts: list[dict[str, Any]], sounds: list[Samples], segments: list[int]
) -> None:
    number = int(cue["sound"])
    # What played is silent when the section begins: a loop's next attack is not heard inside its fade.
    engine.push(Op.STOP, track=cue["track"], frame=max(0, cue["frame"] - FADE_FRAMES))
    if number < 0:
        return
    fact = facts[number]
    engine.push(
        Op.LAUNCH,
        track=cue["track"],
        slot=cue["slot"],
        segment=segments[number],
        frame=cue["frame"],
        gain=cue["gain"],
        loop_end=min(int(fact["loop_end"]), sounds[number].shape[1]),
        source_frames_per_beat=fact["source_frames_per_beat"],
    )


def _write(path: Path, payload: dict[str, Any], pieces: Iterator[Samples]) -> float:
    """Write 16 bits with triangular dither of 2 LSB peak to peak, force them to disk, return the peak before dither."""
    noise = np.random.default_rng(int(payload["seed"]))
    peak = 0.0
    with path.open("wb") as raw, wave.open(raw, "wb") as file:
        file.setnchannels(2)
        file.setsampwidth(2)
        file.setframerate(int(payload["rate"]))
        file.setnframes(int(payload["frames"]))
        for piece in pieces:
            peak = max(peak, float(np.abs(piece).max()))
            shape = piece.T.shape
            dither = noise.random(shape, np.float32) - noise.random(shape, np.float32)
            wide = np.rint(piece.T * np.float32(FULL_SCALE) + dither)
            file.writeframesraw(np.clip(wide, -FULL_SCALE - 1, FULL_SCALE).astype("<i2").tobytes())
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    return peak
