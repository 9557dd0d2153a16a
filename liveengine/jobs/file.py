"""A rendered master to a WAV of 16 or 24 bits with dither. Runs on: worker process."""

import os
import wave
from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import numpy as np

from liveengine.engine import pcm
from liveengine.engine.streams.parallel import CHUNK, Piece
from liveengine.errors import BadArgument, DiskFull
from liveengine.sound.files import growing

_FLUSH = 64  # chunks; 16 MiB of 16 bits
LARGEST = (1 << 32) - 4096  # bytes of sound that a WAV's header can name


@dataclass(frozen=True)
class Shape:
    """What a stereo WAV holds."""

    rate: int  # frames per second
    frames: int
    bits: int = 16  # or 24
    seed: int = 0  # of the dither


def written(path: Path, shape: Shape, pieces: Iterable[Piece], progress: Callable[[int], None]) -> float:
    """Write the pieces to a WAV that appears under its name when it is whole and on disk; return the loudest sample.

    That is linear, before the limiter; `progress` gets the frames that are done. Raises DiskFull, and BadArgument for a
    path that cannot be written or a length that no WAV can hold.
    """
    if shape.bits not in (16, 24) or shape.frames * shape.bits // 4 > LARGEST:
        raise BadArgument(f"{shape.frames} frames of {shape.bits} bits: a WAV has 16 or 24 bits and at most 4 GiB")
    try:
        with growing(path) as part, part.open("wb") as raw, ThreadPoolExecutor(1, "disk") as disk:
            return _fill(raw, shape, pieces, progress, disk)
    except OSError as error:
        if error.errno in DiskFull.NUMBERS:
            raise DiskFull(f"{path.name!r} cannot be written: {error.strerror}; make room and try again") from None
        raise BadArgument(f"{str(path)!r} cannot be written: {error.strerror or error}; name another file") from None


def _fill(
    raw: BinaryIO, shape: Shape, pieces: Iterable[Piece], progress: Callable[[int], None], disk: ThreadPoolExecutor
) -> float:
    """Write the pieces; `disk` brings them there meanwhile, so that the end does not wait for all of them."""
    narrow = shape.bits == 16
    wide = np.empty(CHUNK * (2 if narrow else 6), np.int16 if narrow else np.uint8)
    quantise = pcm.quantise16 if narrow else pcm.quantise24
    first = shape.seed << 32  # the dither of another seed is another one, however long the file is
    peak = 0.0
    flushes: list[Future[None]] = []
    with wave.open(raw, "wb") as file:
        file.setnchannels(2)
        file.setsampwidth(shape.bits // 8)
        file.setframerate(shape.rate)
        file.setnframes(shape.frames)
        for piece in pieces:
            quantise(piece.sound, piece.row, 0, piece.frames, first + 2 * piece.first, wide)
            file.writeframesraw(wide.view(np.uint8)[: piece.frames * shape.bits // 4].data)
            peak = max(peak, piece.loudest)
            if (piece.first // CHUNK + 1) % _FLUSH == 0:
                flushes.append(disk.submit(os.fsync, raw.fileno()))
            progress(piece.first + piece.frames)
    for flush in flushes:
        flush.result()  # an error is told once only: here, not at the last flush
    return peak
