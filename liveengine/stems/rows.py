"""Between a row of the library and a Stem, between a vector and its bytes. Runs on: event loop."""

import json
import os
import sqlite3
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from liveengine.stems import columns, packing
from liveengine.stems.columns import Known
from liveengine.stems.db import Transaction
from liveengine.stems.model import Stem
from liveengine.stems.shelf import Entry
from liveengine.stems.vectors import Floats, unpack


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


def known_of(row: sqlite3.Row, codes: bytes) -> Known:
    """Return what the search must know of a stem, from its row and what `codes_of` made of it."""
    return Known(
        row["category"], row["bpm"], row["key"], bool(row["loop"]), row["duration"], row["provenance"],
        bool(row["favourite"]), row["plays"] or 0, codes,
    )  # fmt: skip


def codes_of(row: sqlite3.Row) -> bytes:
    """Return what `codes` holds of a stem; empty where nothing was measured."""
    facts = packing.unpack(row["facts"])
    if "features" not in facts:
        return b""
    facts |= {"tempo": row["bpm"], "key": row["key"], "loop": bool(row["loop"])}  # as the user may have corrected them
    spoken = dict.fromkeys([*facts.get("words", ()), *json.loads(row["tags"])])
    return columns.pack(facts, facts.get("categories", {}), spoken, row["title"])


async def entries(change: Transaction, vectors: Mapping[int, Floats]) -> list[Entry]:
    """Return what the search must know of these stems and store it; those that are gone are left out."""
    rows = await change.stems_among(vectors)
    codes = {row["id"]: codes_of(row) for row in rows}
    await change.put_codes(columns.checksum(), codes)
    stored = {stem: unpack(pack(vector))[0] for stem, vector in vectors.items()}  # as the next start will find them
    return [Entry(row["id"], stored[row["id"]], known_of(row, codes[row["id"]])) for row in rows]


def pack(vector: Floats) -> bytes:
    """Return a vector as float16 little-endian bytes."""
    return vector.astype("<f2").tobytes()
