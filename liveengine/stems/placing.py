"""Gives finished files their places in the library, so that a kill leaves a stem or nothing.

Runs on: event loop and threads. A note in the staging folder names the places before a file has its own; it goes when
the stems are stored. What a kill leaves is a note, and with it what no stem has is found at the next start.
"""

import asyncio
import contextlib
import json
import os
import uuid
from collections.abc import Collection, Mapping
from pathlib import Path

from liveengine.stems import files
from liveengine.stems.parts import Parts

ENDING = ".places.json"


class Placing:
    """Some files on their way to their places; `root` is the data root."""

    def __init__(self, root: Path, staging: Path) -> None:
        self._root = root
        self._note = staging / f"{uuid.uuid4().hex}{ENDING}"
        self._placed: dict[Path, Path] = {}  # file -> where it was

    def place(self, wanted: Mapping[Path, Path]) -> None:
        """Move each file to its place, on disk when this returns; raise DiskFull. All lie on the library's disk."""
        with files.full_disk_named(self._root):
            fresh = [os.fsdecode(target.relative_to(self._root)) for target in wanted.values() if not target.exists()]
            with self._note.open("w", encoding="utf-8") as stream:
                json.dump(fresh, stream)
                stream.flush()
                os.fsync(stream.fileno())
            files.sync_folder(self._note.parent)
            for file, target in wanted.items():
                target.parent.mkdir(parents=True, exist_ok=True)
                self._placed[file.replace(target)] = file
            for folder in {target.parent for target in wanted.values()}:
                files.sync_folder(folder)

    def undo(self) -> None:
        """Put the files back to where they were."""
        for target, file in self._placed.items():
            with contextlib.suppress(FileNotFoundError):
                target.replace(file)
        self.done()

    def done(self) -> None:
        """The stems are stored: their files stay."""
        self._note.unlink(missing_ok=True)


async def cleaned(parts: Parts) -> None:
    """Remove what a killed daemon has left: files that no stem has come to, and unfinished ones."""
    found = await asyncio.to_thread(left, parts.staging, parts.root)
    rows = await parts.db.reading.stems_at([os.fsencode(path.relative_to(parts.root)) for path in found])
    known = {parts.root / os.fsdecode(row["path"]) for row in rows}
    await asyncio.to_thread(clean, parts.staging, [path for path in found if path not in known])


def left(staging: Path, root: Path) -> list[Path]:
    """Return the files that notes of a killed daemon name; which of them are stems the database knows."""
    found: list[Path] = []
    for note in staging.glob(f"*{ENDING}"):
        with contextlib.suppress(ValueError):  # it was killed while it wrote the note: nothing had its place yet
            found += [root / name for name in json.loads(note.read_text("utf-8"))]
    return [path for path in found if path.is_file()]


def clean(staging: Path, orphans: Collection[Path]) -> None:
    """Remove files that no stem has, then what else a killed daemon has left unfinished."""
    for path in orphans:
        path.unlink(missing_ok=True)
    staging.mkdir(parents=True, exist_ok=True)
    for path in staging.iterdir():
        if path.is_file():
            path.unlink(missing_ok=True)
