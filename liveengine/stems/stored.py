"""What is said of a stem, as the table `stems` holds it in fewer bytes. Runs on: event loop.

The view `stems_told` (schema.sql) says it in full again: what is written here comes back there.
"""

import os
import re
from collections.abc import Mapping
from typing import Any

from liveengine.stems.columns import PROVENANCES
from liveengine.stems.connect import Value

COLUMNS = (
    "folder", "name", "path", "title", "category", "tags", "bpm", "key", "rate", "channels", "frames", "loop", "bars",
    "loudness", "peak", "transients", "peaks", "mark", "hash", "provenance", "parent", "root", "downbeat", "quality",
    "licence", "pack", "creator", "facts", "created_at", "updated_at", "row_hash",
)  # fmt: skip
INSERT = "INSERT INTO stems (id, names) VALUES (:id, values)".replace("names", ", ".join(COLUMNS)).replace(
    "values", ", ".join(f":{name}" for name in COLUMNS)
)
UPDATE = "UPDATE stems SET names WHERE id = :id".replace("names", ", ".join(f"{name} = :{name}" for name in COLUMNS))
_SCALES = {"loudness": 100, "peak": 100, "quality": 1000, "created_at": 1000, "updated_at": 1000}
_COPY = re.compile(rb"processed_database/stems/(.+)-([0-9a-f]{24})\.wav")


def stored(said: Mapping[str, Any], folder: int) -> dict[str, Value]:
    """Return the columns but `id` and `row_hash` for what is said of a stem whose source lies in this folder.

    What may be NULL may be left out; what the columns do not hold (such as `duration`) is passed over.
    """
    row: dict[str, Any] = {name: said.get(name) for name in COLUMNS if name != "row_hash"}
    row |= {name: None if row[name] is None else round(float(row[name]) * scale) for name, scale in _SCALES.items()}
    row["updated_at"] -= row["created_at"]
    row |= {"folder": folder, "name": split(said["source"])[1], "path": _path(said)}
    return row | {"mark": number(said.get("mark") or "0"), "provenance": PROVENANCES.index(said["provenance"])}


def split(source: bytes) -> tuple[bytes, bytes]:
    """Return the folder of a file, with the separator, and the file's name."""
    at = source.rfind(os.sep.encode()) + 1
    return source[:at], source[at:]


def number(mark: str) -> int:
    """Return a fingerprint of 16 hexadecimal digits as SQLite's integer of 64 bits."""
    return int.from_bytes(int(mark, 16).to_bytes(8), signed=True)


def _path(said: Mapping[str, Any]) -> bytes | str:
    """Return the path of a copy as text without what all have and without the hash; any other as it is."""
    path: bytes = said["path"]
    if (digest := said.get("hash")) is None or (found := _COPY.fullmatch(path)) is None:
        return path
    return found[1].decode() if found[2].decode() == digest.hex()[:24] else path
