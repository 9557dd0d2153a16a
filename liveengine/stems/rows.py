"""Between a row of the library and a Stem, between a vector and its bytes. Runs on: event loop."""

import json
import os
import sqlite3
from pathlib import Path

import numpy as np

from liveengine.stems.model import Stem
from liveengine.stems.vectors import Entry, Floats


def stem_of(row: sqlite3.Row, root: Path) -> Stem:
    """Return the stem of a row; its path is absolute, under the data root."""
    return Stem(
        id=row["id"],
        path=root / os.fsdecode(row["path"]),
        filename=row["filename"],
        title=row["title"],
        category=row["category"],
        tags=tuple(json.loads(row["tags"])),
        bpm=row["bpm"],
        key=row["key"],
        duration=row["duration"],
        rate=row["rate"],
        channels=row["channels"],
        frames=row["frames"],
        loop=bool(row["loop"]),
        bars=row["bars"],
        loudness=row["loudness"],
        peak=row["peak"],
        hash=row["hash"].hex() if row["hash"] else f"named-{row['mark']}",
        provenance=row["provenance"],
        parent=row["parent"],
        root=row["root"],
        downbeat=row["downbeat"],
        quality=row["quality"],
        licence=row["licence"],
        pack=row["pack"],
        creator=row["creator"],
        favourite=bool(row["favourite"]),
        rating=row["rating"],
        plays=row["plays"] or 0,
        created_at=row["created_at"],
        updated_at=row["updated_at"],
        source=Path(os.fsdecode(row["source"])),
        transients=tuple(np.frombuffer(row["transients"], "<i4").tolist()),
        peaks=row["peaks"],
        state=row["state"],
    )


def entry_of(row: sqlite3.Row) -> Entry:
    """Return what the search must know, from a row of `Reader.embeddings`."""
    return Entry(row["stem"], unpack(row["vector"]), row["category"], row["bpm"], row["key"], bool(row["loop"]))


def pack(vector: Floats) -> bytes:
    """Return a vector as float16 little-endian bytes."""
    return vector.astype("<f2").tobytes()


def unpack(blob: bytes) -> Floats:
    """Return a stored vector as float32, L2-normalised again: float16 rounds the norm by up to 0.0005."""
    vector = np.frombuffer(blob, "<f2").astype(np.float32)
    norm = float(np.linalg.norm(vector))
    return vector / norm if norm > 0 else vector
