"""A folder of files that nobody would want, from a seed: `write(folder, 2000, seed)`.

Each kind says how its files may end. Nothing here is random but by the seed, and nothing costs more than a millisecond.
"""

import io
import os
import random
import socket
import struct
from collections.abc import Callable
from pathlib import Path

import numpy as np
import soundfile

Ends = frozenset[str]
Make = Callable[[Path, random.Random, bytes], None]

DONE, ASIDE = frozenset({"done"}), frozenset({"quarantined"})
EITHER = DONE | ASIDE | {"duplicate"}
GONE, FAILED = frozenset({"vanished"}), frozenset({"failed"})
RATE = 8_000


def sound(
    rng: random.Random, frames: int = 800, rate: int = RATE, form: str = "WAV", subtype: str | None = None
) -> bytes:
    """A short noise that no other file has."""
    stream = io.BytesIO()
    noise = np.random.default_rng(rng.getrandbits(32)).uniform(-0.5, 0.5, frames)
    soundfile.write(stream, noise, rate, subtype, format=form)
    return stream.getvalue()


def wav(values: np.ndarray, rate: int = RATE) -> bytes:
    """A WAV of 32-bit floats, whatever they are."""
    stream = io.BytesIO()
    soundfile.write(stream, values, rate, "FLOAT", format="WAV")
    return stream.getvalue()


def header(
    channels: int = 1, rate: int = RATE, bits: int = 16, data: bytes = b"\1\2" * 800, size: int | None = None
) -> bytes:
    """A WAV whose header says what it is told to."""
    align = channels * bits // 8
    form = struct.pack("<HHIIHH", 1, channels & 0xFFFF, rate, (rate * align) & 0xFFFFFFFF, align & 0xFFFF, bits)
    length = len(data) if size is None else size
    body = b"WAVEfmt " + struct.pack("<I", len(form)) + form + b"data" + struct.pack("<I", length) + data
    return b"RIFF" + struct.pack("<I", (len(body)) & 0xFFFFFFFF) + body


def endless_flac(rng: random.Random) -> bytes:
    """A FLAC of a few hundred bytes that promises 2**35 frames."""
    data = bytearray(sound(rng, form="FLAC"))
    data[21] = (data[21] & 0xF0) | 0x8
    return bytes(data)


def flipped(rng: random.Random, data: bytes, most: int) -> bytes:
    """The same with a few bytes changed among the first `most`."""
    found = bytearray(data)
    for _ in range(rng.randint(1, 6)):
        found[rng.randrange(min(most, len(found)))] = rng.getrandbits(8)
    return bytes(found)


def put(make: Callable[[random.Random], bytes]) -> Make:
    """A kind that is nothing but bytes."""

    def write(path: Path, rng: random.Random, good: bytes) -> None:
        path.write_bytes(make(rng))

    return write


def _socket(path: Path, rng: random.Random, good: bytes) -> None:
    with socket.socket(socket.AF_UNIX) as made:
        here = os.open(path.parent, os.O_RDONLY)
        try:
            made.bind(f"/proc/self/fd/{here}/{path.name}")  # a socket's own path holds 107 bytes
        finally:
            os.close(here)


def _twin(path: Path, rng: random.Random, good: bytes) -> None:
    path.write_bytes(good)


def _link(target: str) -> Make:
    return lambda path, rng, good: path.symlink_to(target)


def _circle(path: Path, rng: random.Random, good: bytes) -> None:
    other = path.with_suffix(".back")
    path.symlink_to(other.name)
    other.symlink_to(path.name)


def _deep(path: Path, rng: random.Random, good: bytes) -> None:
    folder = path.with_suffix("")
    for _ in range(rng.randint(1, 40)):
        folder /= "d"
    folder.mkdir(parents=True)
    (folder / "deep.wav").write_bytes(sound(rng))


def _closed(path: Path, rng: random.Random, good: bytes) -> None:
    path.write_bytes(sound(rng))
    path.chmod(0)


def _noise(rng: random.Random) -> bytes:
    return rng.randbytes(rng.randint(1, 4_000))


def _cut(rng: random.Random) -> bytes:
    return (data := sound(rng))[: rng.randrange(1, len(data))]


def _with(value: float) -> Callable[[random.Random], bytes]:
    def make(rng: random.Random) -> bytes:
        values = np.random.default_rng(rng.getrandbits(32)).uniform(-0.5, 0.5, 400).astype(np.float32)
        values[rng.randrange(400)] = value
        return wav(values)

    return make


# name -> (what it ends as, how it is made, ending of its name)
KINDS: dict[str, tuple[Ends, Make, str]] = {
    "good": (DONE, put(sound), ".wav"),
    "flac": (DONE, put(lambda rng: sound(rng, form="FLAC")), ".flac"),
    "aiff": (DONE, put(lambda rng: sound(rng, form="AIFF")), ".aif"),
    "ogg": (DONE, put(lambda rng: sound(rng, 4_000, form="OGG")), ".ogg"),
    "twin": (EITHER, _twin, ".wav"),
    "flac named wav": (DONE, put(lambda rng: sound(rng, form="FLAC")), ".wav"),
    "wav named mp3": (DONE, put(sound), ".mp3"),
    "capitals": (DONE, put(sound), ".WAV"),
    "empty": (ASIDE, put(lambda rng: b""), ".wav"),
    "one byte": (ASIDE, put(lambda rng: rng.randbytes(1)), ".wav"),
    "zeros": (ASIDE, put(lambda rng: bytes(rng.randint(1, 4_000))), ".wav"),
    "noise": (ASIDE, put(_noise), ".wav"),
    "noise as mp3": (EITHER, put(_noise), ".mp3"),
    "page": (ASIDE, put(lambda rng: b"<!doctype html><p>%d" % rng.getrandbits(30)), ".wav"),
    "archive": (ASIDE, put(lambda rng: b"PK\3\4" + _noise(rng)), ".flac"),
    "film": (ASIDE, put(lambda rng: b"\0\0\0\x20ftypM4A " + _noise(rng)), ".wav"),
    "cut": (ASIDE, put(_cut), ".wav"),
    "cut flac": (
        ASIDE,
        put(lambda rng: (data := sound(rng, 4_000, form="FLAC"))[: rng.randrange(1, len(data) // 2)]),
        ".flac",
    ),
    "flipped": (EITHER, put(lambda rng: flipped(rng, sound(rng), 60)), ".wav"),
    "flipped flac": (EITHER, put(lambda rng: flipped(rng, sound(rng, form="FLAC"), 200)), ".flac"),
    "flipped ogg": (EITHER, put(lambda rng: flipped(rng, sound(rng, form="OGG"), 400)), ".ogg"),
    "header only": (ASIDE, put(lambda rng: header(data=b"", rate=RATE + rng.randrange(999))), ".wav"),
    "no rate": (ASIDE, put(lambda rng: header(rate=0, data=rng.randbytes(1_600))), ".wav"),
    "absurd rate": (ASIDE, put(lambda rng: header(rate=2**32 - 1 - rng.randrange(999))), ".wav"),
    "no channel": (ASIDE, put(lambda rng: header(0, data=rng.randbytes(1_600))), ".wav"),
    "64 channels": (ASIDE, put(lambda rng: header(64, data=rng.randbytes(12_800))), ".wav"),
    "1024 channels": (ASIDE, put(lambda rng: header(1_024, data=rng.randbytes(20_480))), ".wav"),
    "7 bits": (EITHER, put(lambda rng: header(bits=7, data=rng.randbytes(1_600))), ".wav"),
    "lying length": (
        EITHER,
        put(lambda rng: header(data=rng.randbytes(1_600), size=rng.randrange(1_601, 2**32))),
        ".wav",
    ),
    "endless flac": (ASIDE, put(endless_flac), ".flac"),
    "one frame": (EITHER, put(lambda rng: sound(rng, 1)), ".wav"),
    "192 kHz": (DONE, put(lambda rng: sound(rng, 4_000, 192_000)), ".wav"),
    "six channels": (DONE, put(lambda rng: header(6, data=rng.randbytes(9_600))), ".wav"),
    "nan": (ASIDE, put(_with(float("nan"))), ".wav"),
    "infinite": (ASIDE, put(_with(float("-inf"))), ".wav"),
    "huge": (ASIDE, put(_with(1e30)), ".wav"),
    "silent": (ASIDE, put(lambda rng: wav(np.zeros(400 + rng.randrange(4_000)))), ".wav"),
    "offset": (ASIDE, put(lambda rng: wav(np.full(400, rng.uniform(0.1, 0.9)))), ".wav"),
    "bad bytes in the name \udcff\udcfe": (DONE, put(sound), ".wav"),
    "new\nline": (DONE, put(sound), ".wav"),
    "-rf": (DONE, put(sound), ".wav"),
    "'; DROP TABLE stems; --": (DONE, put(sound), ".wav"),
    "\u202egnp.exe 🥁": (DONE, put(sound), ".wav"),
    "a\u0308 and ä": (DONE, put(sound), ".wav"),
    "x" * 240: (DONE, put(sound), ".wav"),
    "a..b..": (DONE, put(sound), ".wav"),
    "dangling": (GONE, _link("nowhere.wav"), ".wav"),
    "self": (FAILED, lambda path, rng, good: path.symlink_to(path.name), ".wav"),
    "circle": (FAILED, _circle, ".wav"),
    "device": (ASIDE, _link("/dev/zero"), ".wav"),
    "pipe": (ASIDE, lambda path, rng, good: os.mkfifo(path), ".wav"),
    "socket": (ASIDE, _socket, ".wav"),
    "folder": (frozenset(), lambda path, rng, good: path.mkdir(), ".wav"),
    "to folder": (frozenset(), _link("."), ".wav"),
    "to parent": (frozenset(), _link(".."), ""),
    "deep": (DONE, _deep, ".wav"),
    "closed": (EITHER, _closed, ".wav"),
    "hidden": (frozenset(), put(sound), ".wav"),
}


def write(folder: Path, count: int, seed: int) -> dict[str, Ends]:
    """Write `count` of them in folders of a hundred; return how each file that is listed may end, by its path."""
    rng = random.Random(seed)
    good = sound(rng)
    ends: dict[str, Ends] = {}
    for number in range(count):
        kind = list(KINDS)[number % len(KINDS)]
        may, make, ending = KINDS[kind]
        place = folder / f"pack {number // 100}"
        place.mkdir(parents=True, exist_ok=True)
        dot = "." if kind == "hidden" else ""
        path = place / f"{dot}{kind}{number:05d}{ending}"
        make(path, rng, good)
        if kind == "deep":
            path = next(path.with_suffix("").rglob("deep.wav"))
        if may:
            ends[str(path)] = may
    return ends
