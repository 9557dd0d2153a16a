"""Write Vorbis comments into a FLAC file: libsndfile knows no field for tempo and key. Runs on: worker processes."""

import os
import struct
from collections.abc import Mapping
from pathlib import Path
from typing import IO

from liveengine.errors import BadAudio
from liveengine.sound.files import opened, replacing

_MARK, _COMMENT, _PADDING, _LAST = b"fLaC", 4, 1, 0x80
_VENDOR = b"liveengine"
_BLOCKS_MAX = 1_000
_LARGEST = (1 << 24) - 1  # bytes of a metadata block


def write(path: str | os.PathLike[str], entries: Mapping[str, str]) -> None:
    """Replace the comments of a FLAC file; sound and other blocks are not touched.

    The new file takes the old one's place in one step. Raises BadAudio for what is no FLAC file.
    """
    target = Path(path)
    with opened(path) as descriptor, os.fdopen(os.dup(descriptor), "rb") as source:
        source.seek(0)
        if source.read(4) != _MARK:
            raise BadAudio(f"{target.name!r} is no FLAC file: comments can be written into FLAC files only")
        blocks = [block for block in _blocks(source, target.name) if block[0] not in (_COMMENT, _PADDING)]
        blocks.insert(1, (_COMMENT, body(entries)))  # the stream's description comes first
        with replacing(target, os.fstat(descriptor).st_mode) as made:
            made.write(_MARK)
            for number, (kind, block) in enumerate(blocks, 1):
                last = _LAST if number == len(blocks) else 0
                made.write(bytes([kind | last]) + len(block).to_bytes(3) + block)
            while data := source.read(1 << 20):
                made.write(data)


def body(entries: Mapping[str, str]) -> bytes:
    """Return the comments as bytes: vendor, then NAME=value each. Raises BadAudio above 16 MiB."""
    texts = [f"{name}={value}".encode("utf-8", "replace") for name, value in entries.items()]
    made = struct.pack("<I", len(_VENDOR)) + _VENDOR + struct.pack("<I", len(texts))
    made += b"".join(struct.pack("<I", len(text)) + text for text in texts)
    if len(made) > _LARGEST:
        raise BadAudio(f"the comments have {len(made)} bytes, a FLAC file holds {_LARGEST}: shorten them")
    return made


def _blocks(source: IO[bytes], name: str) -> list[tuple[int, bytes]]:
    """Return (kind, content) of the metadata blocks; the sound comes next."""
    found = []
    for _ in range(_BLOCKS_MAX):
        head = source.read(4)
        if len(head) < 4:
            break
        content = source.read(int.from_bytes(head[1:]))
        found.append((head[0] & 0x7F, content))
        if head[0] & _LAST:
            return found
    raise BadAudio(f"the metadata of {name!r} has no end: write the file again")
