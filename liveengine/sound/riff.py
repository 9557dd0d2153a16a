"""What files carry beside the sound: acid, smpl, cue, bext, INFO; AIFF's basc, INST, MARK. Runs on: worker processes.

Own code because no permissive library reads them all; `stamp` writes them, and libsndfile reads back what it wrote (see
the tests). Layouts: RIFF MCI (1991), Sony's acid chunk, EBU Tech 3285 for bext, Apple Loops' basc.
"""

import os
import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from liveengine.sound.files import opened

ACID = struct.Struct("<IHHfIHHf")
SMPL, SMPL_LOOP = struct.Struct("<9I"), struct.Struct("<6I")
CUE = struct.Struct("<II4sIII")
BEXT = struct.Struct("<256s32s32s10s8sQH64s5h180s")
_BASC = struct.Struct(">IIHHHHH")
_INST = struct.Struct(">BbBBBBhhHHhHH")  # note, cents, ranges, gain, then two loops of (mode, first and last marker)
ONE_SHOT, ROOT_VALID, STRETCH = 1, 2, 4  # flags of the acid chunk
_CHUNKS_MAX = 1_000  # a file with more is made to waste time
_CHUNK_BYTES = 1 << 20  # of a chunk that is read; data is never read
_SIZE_UNKNOWN = 0x7FFF_0000  # bytes
_TEXT = "utf-8"  # RIFF says nothing; old files are Latin-1


@dataclass(frozen=True)
class Acid:
    """The acid chunk of a loop: what ACID, Live, Cubase and others read."""

    tempo: float = 0.0  # beats per minute, 0 = not given
    beats: int = 0
    root: int | None = None  # MIDI note
    one_shot: bool = False
    stretch: bool = True
    numerator: int = 4
    denominator: int = 4


@dataclass(frozen=True)
class Loop:
    """A loop of the smpl chunk; `end` is the frame after its last one."""

    start: int
    end: int


@dataclass(frozen=True)
class Sampler:
    """The smpl chunk: how a sampler plays the file."""

    root: int = 60  # MIDI note
    cents: float = 0.0  # above the root, 0..100
    loops: tuple[Loop, ...] = ()


@dataclass(frozen=True)
class Broadcast:
    """The bext chunk (version 2)."""

    description: str = ""
    originator: str = ""
    reference: str = ""
    date: str = ""  # yyyy-mm-dd
    time: str = ""  # hh:mm:ss
    start: int = 0  # frames since midnight
    loudness: float | None = None  # LUFS


@dataclass(frozen=True)
class Chunks:
    """All that was found; None or empty what was not there or not whole."""

    acid: Acid | None = None
    sampler: Sampler | None = None
    cues: tuple[int, ...] = ()  # frames
    broadcast: Broadcast | None = None
    info: dict[str, str] = field(default_factory=dict)  # INAM title, IART artist, IGNR genre, ICMT comment ...


def read(path: str | os.PathLike[str] | bytes) -> Chunks:
    """Return the chunks of a WAV, RF64 or AIFF file; of any other file, and of damaged chunks, nothing.

    Raises BadAudio only for what is no regular file.
    """
    with opened(path) as descriptor:
        return scan(descriptor)


def scan(descriptor: int) -> Chunks:
    """Return the chunks behind an open descriptor; see `read`."""
    head = os.pread(descriptor, 12, 0)
    if head[:4] in (b"RIFF", b"RF64") and head[8:] == b"WAVE":
        values: dict[str, Any] = {}
        for name, body in _chunks(descriptor, "<"):
            if name in _READERS and not (name == b"LIST" and body[:4] != b"INFO"):
                kind, reader = _READERS[name]
                values.setdefault(kind, reader(body))
        return Chunks(**values)
    if head[:4] == b"FORM" and head[8:] in (b"AIFF", b"AIFC"):
        return _aiff(dict(_chunks(descriptor, ">")))
    return Chunks()


def _aiff(bodies: dict[bytes, bytes]) -> Chunks:
    """Return what an AIFF's basc, INST and MARK chunks say."""
    markers = _markers(bodies.get(b"MARK", b""))
    return Chunks(
        acid=_basc(bodies.get(b"basc", b"")),
        sampler=_instrument(bodies.get(b"INST", b""), markers),
        cues=tuple(sorted(set(markers.values()))),
    )


def cut(descriptor: int) -> tuple[int, int] | None:
    """Return (bytes claimed, bytes present) of the sound when the file is shorter than its header says, else None.

    A size of nearly 2 GiB or more stands for "unknown" in files that were written into a pipe, and proves nothing.
    """
    if (place := place_of(descriptor)) is None:
        return None
    at, length = place
    there = os.fstat(descriptor).st_size - at
    return (length, there) if there < length < _SIZE_UNKNOWN else None


def place_of(descriptor: int) -> tuple[int, int] | None:
    """Return (offset, bytes) of the sound as a RIFF or AIFF file's header has it, else None."""
    head = os.pread(descriptor, 12, 0)
    order = {b"RIFF": "<", b"FORM": ">"}.get(head[:4])
    at = 12
    for _ in range(_CHUNKS_MAX if order else 0):
        name, size = os.pread(descriptor, 4, at), os.pread(descriptor, 4, at + 4)
        if len(size) < 4:
            return None
        length = struct.unpack(f"{order}I", size)[0]
        if name in (b"data", b"SSND"):
            return at + 8, length
        at += 8 + length + length % 2
    return None


def _chunks(descriptor: int, order: str) -> Iterator[tuple[bytes, bytes]]:
    """Yield (name, body) of each chunk but the sound itself; a lying size ends the walk, never the program."""
    at, end = 12, os.fstat(descriptor).st_size
    for _ in range(_CHUNKS_MAX):
        head = os.pread(descriptor, 8, at)
        if len(head) < 8:
            return
        name, size = head[:4], struct.unpack(order + "I", head[4:])[0]
        sound = name in (b"data", b"SSND")
        if at + 8 + size > end and not sound:
            return
        if not sound:
            yield name, os.pread(descriptor, min(size, _CHUNK_BYTES), at + 8)
        at += 8 + size + size % 2


def _text(raw: bytes) -> str:
    raw = raw.split(b"\0", 1)[0]
    try:
        return raw.decode(_TEXT).strip()
    except UnicodeDecodeError:
        return raw.decode("latin-1").strip()


def _acid(body: bytes) -> Acid | None:
    if len(body) < ACID.size:
        return None
    flags, root, _, _, beats, denominator, numerator, tempo = ACID.unpack_from(body)
    sane = 0.0 < tempo < 1_000.0  # also false for NaN
    return Acid(
        tempo=float(tempo) if sane else 0.0,
        beats=beats if beats < 1 << 16 else 0,
        root=root if flags & ROOT_VALID and root < 128 else None,
        one_shot=bool(flags & ONE_SHOT),
        stretch=bool(flags & STRETCH),
        numerator=numerator or 4,
        denominator=denominator or 4,
    )


def _basc(body: bytes) -> Acid | None:
    if len(body) < _BASC.size:
        return None
    _, beats, root, _, numerator, denominator, kind = _BASC.unpack_from(body)
    # Kind 1 is a one-shot in Apple Loops; there the tempo follows from beats and length.
    return Acid(
        beats=beats if beats < 1 << 16 else 0,
        root=root if 0 < root < 128 else None,
        one_shot=kind == 1,
        numerator=numerator or 4,
        denominator=denominator or 4,
    )


def _markers(body: bytes) -> dict[int, int]:
    """Return the frame of each marker by its number."""
    found: dict[int, int] = {}
    at = 2
    while at + 7 <= len(body):
        number, frame, length = struct.unpack_from(">HIB", body, at)
        found[number] = frame
        at += 7 + length + (length + 1) % 2  # the name's length byte and the name fill an even number of bytes
    return found


def _instrument(body: bytes, markers: dict[int, int]) -> Sampler | None:
    if len(body) < _INST.size:
        return None
    root, cents, _, _, _, _, _, mode, first, last, *_ = _INST.unpack_from(body)
    start, end = markers.get(first), markers.get(last)
    loops = (Loop(start, end),) if mode and start is not None and end is not None and end > start else ()
    return Sampler(min(root, 127), float(max(cents, 0)), loops)


def _sampler(body: bytes) -> Sampler | None:
    if len(body) < SMPL.size:
        return None
    _, _, _, root, fraction, _, _, count, _ = SMPL.unpack_from(body)
    loops = []
    for index in range(min(count, (len(body) - SMPL.size) // SMPL_LOOP.size, 256)):
        _, _, start, last, _, _ = SMPL_LOOP.unpack_from(body, SMPL.size + index * SMPL_LOOP.size)
        if last >= start:
            loops.append(Loop(start, last + 1))
    return Sampler(min(root, 127), fraction / (1 << 32) * 100.0, tuple(loops))


def _cues(body: bytes) -> tuple[int, ...]:
    count = min(struct.unpack_from("<I", body)[0] if len(body) >= 4 else 0, (len(body) - 4) // CUE.size)
    return tuple(CUE.unpack_from(body, 4 + index * CUE.size)[5] for index in range(count))


def _broadcast(body: bytes) -> Broadcast | None:
    if len(body) < BEXT.size:
        return None
    raw = BEXT.unpack_from(body)
    description, originator, reference, date, time = (_text(part) for part in raw[:5])
    loudness = raw[8] / 100.0 if raw[6] >= 2 and raw[8] not in (0, 0x7FFF) else None
    return Broadcast(description, originator, reference, date, time, raw[5], loudness)


def _info(body: bytes) -> dict[str, str]:
    found: dict[str, str] = {}
    at = 4
    while at + 8 <= len(body):
        size = struct.unpack_from("<I", body, at + 4)[0]
        found[body[at : at + 4].decode("latin-1")] = _text(body[at + 8 : at + 8 + size])
        at += 8 + size + size % 2
    return found


_READERS: dict[bytes, tuple[str, Callable[[bytes], Any]]] = {
    b"acid": ("acid", _acid),
    b"smpl": ("sampler", _sampler),
    b"cue ": ("cues", _cues),
    b"bext": ("broadcast", _broadcast),
    b"LIST": ("info", _info),
}
