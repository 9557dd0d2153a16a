"""What tells a model's weights from all others. Runs on: anywhere; reads whole files, or what was known of them."""

import hashlib
import json
import os
from pathlib import Path
from typing import BinaryIO

KEPT = 200  # checksums in a cache


def digest(*files: Path | int) -> str:
    """Return BLAKE2b-128 over the bytes of some files, one after another, hex; a second for 800 MB.

    A file that is open already is told by its descriptor, and read from its beginning.
    """
    whole = hashlib.blake2b(digest_size=16)
    for file in files:
        with _open(file) as stream:
            while piece := stream.read(1 << 20):
                whole.update(piece)
    return whole.hexdigest()


def _open(file: Path | int) -> BinaryIO:
    if isinstance(file, int):
        os.lseek(file, 0, os.SEEK_SET)
    return open(file, "rb", buffering=0, closefd=not isinstance(file, int))


def known(cache: Path, *files: Path) -> str:
    """Return the same, read once and then from `cache` (JSON) while sizes and times of the files are as they were."""
    there = [file.resolve() for file in files]
    key = "|".join(f"{file}:{status.st_size}:{status.st_mtime_ns}" for file in there if (status := file.stat()))
    try:
        table: dict[str, str] = dict(json.loads(cache.read_text("utf-8")))
    except (OSError, ValueError, TypeError):
        table = {}
    if key not in table:
        table = dict([*table.items(), (key, digest(*there))][-KEPT:])
        part = cache.with_name(cache.name + ".part")
        part.parent.mkdir(parents=True, exist_ok=True)
        part.write_text(json.dumps(table), "utf-8")
        part.replace(cache)
    return table[key]


def headed(base: str, heads: Path) -> str:
    """Return the checksum of a model with other heads: BLAKE2b-128 of the base's checksum and of their file, hex."""
    return hashlib.blake2b(base.encode() + heads.read_bytes(), digest_size=16).hexdigest()
