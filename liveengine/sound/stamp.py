"""Write acid, smpl, cue, bext and INFO chunks into a WAV file. Runs on: worker processes."""

import os
import struct
from pathlib import Path
from typing import IO

from liveengine.errors import BadAudio
from liveengine.sound.files import opened, replacing
from liveengine.sound.riff import (
    ACID,
    BEXT,
    CUE,
    ONE_SHOT,
    ROOT_VALID,
    SMPL,
    SMPL_LOOP,
    STRETCH,
    Acid,
    Broadcast,
    Chunks,
    Sampler,
)

_NANOSECONDS = 1_000_000_000
_NOT_MEASURED = 0x7FFF  # a bext loudness field without a value


def write(path: str | os.PathLike[str], chunks: Chunks) -> None:
    """Put the chunks behind the sound of a WAV file, replacing those of the same kind; the sound is not touched.

    The new file takes the old one's place in one step. Raises BadAudio for what is no RIFF WAVE file below 4 GiB.
    """
    target = Path(path)
    with opened(path) as descriptor, os.fdopen(os.dup(descriptor), "rb") as source:
        source.seek(0)
        head = source.read(12)
        if head[:4] != b"RIFF" or head[8:] != b"WAVE":
            raise BadAudio(f"{target.name!r} is no RIFF WAVE file: chunks can be written into WAV files only")
        before = os.fstat(descriptor)
        with replacing(target, before.st_mode) as made:
            made.write(head)
            _rewrite(source, made, chunks, before.st_size, _rate(source))


def _rate(source: IO[bytes]) -> int:
    """Return the sample rate from the fmt chunk, which stands first in nearly every file; 44,100 where it does not."""
    source.seek(12)
    head = source.read(16)
    return int(struct.unpack("<I", head[12:])[0]) if head[:4] == b"fmt " else 44_100


def _rewrite(source: IO[bytes], made: IO[bytes], chunks: Chunks, end: int, rate: int) -> None:
    new = _bodies(chunks, rate)
    _copy(source, made, {name for name, _ in new}, end)
    for name, body in new:
        made.write(name + struct.pack("<I", len(body)) + body + bytes(len(body) % 2))
    size = made.tell() - 8
    if size >= 1 << 32:
        raise BadAudio(f"the file would have {size} bytes, more than the 4 GiB of a WAV file: leave the chunks out")
    made.seek(4)
    made.write(struct.pack("<I", size))


def _copy(source: IO[bytes], made: IO[bytes], without: set[bytes], end: int) -> None:
    """Copy all chunks but those named; a data chunk that claims more than the file holds gets its real size."""
    at = 12
    while at + 8 <= end:
        source.seek(at)
        head = source.read(8)
        name, size = head[:4], min(struct.unpack("<I", head[4:])[0], end - at - 8)
        key = b"INFO" if name == b"LIST" and source.read(4) == b"INFO" else name
        if key not in {b"INFO" if name == b"LIST" else name for name in without}:
            source.seek(at + 8)
            made.write(name + struct.pack("<I", size))
            left = size
            while left and (data := source.read(min(left, 1 << 20))):
                made.write(data)
                left -= len(data)
            made.write(bytes(size % 2))
        at += 8 + size + size % 2


def _bodies(chunks: Chunks, rate: int) -> list[tuple[bytes, bytes]]:
    found = []
    if chunks.broadcast:
        found.append((b"bext", _broadcast(chunks.broadcast)))
    if chunks.acid:
        found.append((b"acid", _acid(chunks.acid)))
    if chunks.sampler:
        found.append((b"smpl", _sampler(chunks.sampler, rate)))
    if chunks.cues:
        found.append((b"cue ", _cues(chunks.cues)))
    if chunks.info:
        found.append((b"LIST", b"INFO" + b"".join(_entry(name, text) for name, text in chunks.info.items())))
    return found


def _acid(acid: Acid) -> bytes:
    flags = ONE_SHOT * acid.one_shot | STRETCH * acid.stretch | ROOT_VALID * (acid.root is not None)
    root = 60 if acid.root is None else acid.root
    return ACID.pack(flags, root, 0x8000, 0.0, acid.beats, acid.denominator, acid.numerator, acid.tempo)


def _sampler(sampler: Sampler, rate: int) -> bytes:
    fraction = min(int(sampler.cents / 100.0 * (1 << 32)), (1 << 32) - 1)
    head = SMPL.pack(0, 0, _NANOSECONDS // rate, sampler.root, fraction, 0, 0, len(sampler.loops), 0)
    loops = (SMPL_LOOP.pack(i, 0, loop.start, loop.end - 1, 0, 0) for i, loop in enumerate(sampler.loops))
    return head + b"".join(loops)


def _cues(frames: tuple[int, ...]) -> bytes:
    points = (CUE.pack(i + 1, frame, b"data", 0, 0, frame) for i, frame in enumerate(frames))
    return struct.pack("<I", len(frames)) + b"".join(points)


def _broadcast(value: Broadcast) -> bytes:
    texts = [text.encode("ascii", "replace") for text in (value.description, value.originator, value.reference)]
    loudness = _NOT_MEASURED if value.loudness is None else round(value.loudness * 100.0)
    day, time = value.date.encode("ascii", "replace"), value.time.encode("ascii", "replace")
    levels = (loudness, *[_NOT_MEASURED] * 4)  # integrated; range, true peak, momentary, short-term not measured
    return BEXT.pack(*texts, day, time, value.start, 2, b"", *levels, b"")


def _entry(name: str, text: str) -> bytes:
    body = text.encode() + b"\0"
    return name.encode("ascii", "replace")[:4].ljust(4) + struct.pack("<I", len(body)) + body + bytes(len(body) % 2)
