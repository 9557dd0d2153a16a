"""Tell files apart without reading all of them. Runs on: worker processes, threads."""

import hashlib
import os

PART = 16 << 10  # bytes that are read at the start, in the middle and at the end


def fingerprint(descriptor: int, size: int) -> str:
    """Return 16 hexadecimal digits of BLAKE2b over the size and three parts of a file, or all of it up to 48 KiB.

    Equal files have equal fingerprints; of two that differ only between the parts that is no proof: the hash is.
    """
    found = hashlib.blake2b(str(size).encode() + b"\n", digest_size=8)
    places = (0,) if size <= 3 * PART else (0, (size - PART) // 2, size - PART)
    for place in places:
        found.update(os.pread(descriptor, size if len(places) == 1 else PART, place))
    return found.hexdigest()
