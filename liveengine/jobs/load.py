"""Decode a file and write it into the sample pool at the engine's rate. Runs on: worker process (`load`)."""

import os
import stat
from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

from liveengine.errors import BadArgument, BadAudio
from liveengine.sound.convert import as_channels, frames_at, resample
from liveengine.sound.decode import read

GUARD_FRAMES = 64  # zeroed frames behind each channel, which interpolation may read


def run(payload: dict[str, Any], progress: Callable[[int, int, str], None]) -> dict[str, Any]:
    """Write `path` as planar float32 at `offset` bytes of `pool_path`; return {"frames", "channels", "rate"}.

    Payload: path, rate (frames per second of the engine), pool_path, offset (bytes), stride (frames between the
    channels' first frames), channels (1 or 2), max_frames, and optionally loop (the ends hear each other when
    resampled). The rest of each channel's stride is zeroed. Raises BadAudio for the file, BadArgument for the place;
    nothing is written before the file has proved to be sound.
    """
    rate, offset, stride = int(payload["rate"]), int(payload["offset"]), int(payload["stride"])
    channels, most = int(payload["channels"]), min(int(payload["max_frames"]), stride - GUARD_FRAMES)
    if channels not in (1, 2) or offset < 0 or offset % 4 or most < 1:
        raise BadArgument(f"no such place in the pool: offset {offset}, stride {stride}, channels {channels}")
    audio = read(payload["path"], max_seconds=most / rate + 1.0)
    length = frames_at(audio.frames, audio.rate, rate)
    if length > most:
        raise BadAudio(
            f"{payload['path']!r} has {length} frames at {rate} Hz, {most} fit into its place: cut it shorter"
        )
    samples = resample(as_channels(audio.samples, channels), audio.rate, rate, loop=bool(payload.get("loop")))
    write(payload["pool_path"], offset, stride, samples)
    return {"frames": length, "channels": channels, "rate": audio.rate}


def write(pool_path: str, offset: int, stride: int, samples: npt.NDArray[np.float32]) -> None:
    """Write samples [channels, frames] to their place in the pool, and silence behind each channel.

    `offset` in bytes, `stride` in samples from channel to channel. Raises BadArgument for a place outside the pool, and
    OSError. By pwrite, not through a mapping: a full memory disk is then an error, not a SIGBUS.
    """
    descriptor = os.open(pool_path, os.O_WRONLY | os.O_CLOEXEC | os.O_NOFOLLOW)
    try:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode) or offset + samples.shape[0] * stride * 4 > status.st_size:
            raise BadArgument(
                f"the pool {pool_path!r} has {status.st_size} bytes, the place at {offset} ends beyond it"
            )
        spare = bytes((stride - samples.shape[1]) * 4)
        for channel, row in enumerate(samples):
            at = offset + channel * stride * 4
            at += _put(descriptor, np.ascontiguousarray(row).data.cast("B"), at)
            _put(descriptor, memoryview(spare), at)
    finally:
        os.close(descriptor)


def _put(descriptor: int, data: memoryview, at: int) -> int:
    done = 0
    while done < len(data):
        done += os.pwrite(descriptor, data[done:], at + done)
    return done


def warm() -> None:
    """Pay the first call of the resampler before the first job."""
    resample(np.zeros((2, 4_410), np.float32), 44_100, 48_000)
