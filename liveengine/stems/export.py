"""Stems as files for other programs, with all that is known of them inside. Runs on: event loop; workers write."""

import asyncio
import re
import time
import unicodedata
from collections.abc import Collection
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import Field

from liveengine.caller import Role
from liveengine.command import Accepted, StemId, command
from liveengine.errors import BadArgument, DiskFull, LiveEngineError
from liveengine.sound.about import About
from liveengine.stems.editing import Limit, Which, chosen
from liveengine.stems.library import Library
from liveengine.stems.model import Job, Stem
from liveengine.stems.work import Work

if TYPE_CHECKING:
    from liveengine.jobs.pool import Pool

KIND = "export"
FOLDER = "exported_stems"  # of the library, where no folder is named
Format = Annotated[
    Literal["wav", "flac"], Field(description="wav: acid, smpl, cue, bext and INFO chunks; flac: comments")
]
Folder = Annotated[str, Field(min_length=1, max_length=4096, description="a folder on the daemon's machine")]
_LONGEST = 100  # characters of a file's name


class Exporter:
    """Writes stems out."""

    ROLE: Role = "admin"

    def __init__(self, library: Library, pool: "Pool") -> None:
        self._library = library
        self._pool = pool

    async def register(self) -> None:
        """Let the library's queue know how to export."""
        await self._library.queue.register(KIND, self._run, role=self.ROLE)

    @command("/stem/{stem}/export")
    async def export(self, stem: StemId, folder: Folder | None = None, format: Format = "wav") -> Accepted:
        """Write a stem as a file with tempo, key, loop, slices, tags and licence inside."""
        await self._library.get(stem)
        return await self._add([stem], folder, format)

    @command("/stems/export")
    async def export_many(
        self, which: Which, folder: Folder | None = None, format: Format = "wav", limit: Limit = 100
    ) -> Accepted:
        """Write many stems as files: ids, or the matches of a search."""
        return await self._add(await chosen(self._library, which, limit), folder, format)

    async def _add(self, stems: list[int], folder: str | None, kind: str) -> Accepted:
        target = self._library.root / FOLDER if folder is None else Path(folder)
        if not target.is_absolute():
            raise BadArgument(f"{folder!r} is no absolute path; name the folder from the root on")
        if target.is_relative_to(self._library.root / "processed_database"):
            raise BadArgument(f"{folder!r} lies among the library's own files; name another folder")
        payload = {"stems": list(dict.fromkeys(stems)), "folder": str(target), "format": kind}
        return await self._library.queue.add(KIND, payload, len(stems), now=True)

    async def _run(self, work: Work) -> dict[str, Any]:
        """Write each stem; one that cannot be written is named in the result, and the others go on.

        Names are noted before they are used: after a kill, or when it is run again, what is there is not written twice.
        """
        stems, folder = work.job.payload["stems"], Path(work.job.payload["folder"])
        names: dict[str, str] = dict(work.job.place or {})  # stem -> name; JSON has no numbers as names
        taken = {*await asyncio.to_thread(_names, folder), *map(str.lower, names.values())}  # never replaced
        written: list[str] = []
        failed: dict[int, LiveEngineError] = {}
        for done, number in enumerate(stems, 1):
            try:
                written.append(await self._written(work.job, number, names, taken))
            except DiskFull:  # so it is for all the others
                raise
            except LiveEngineError as error:
                failed[number] = error
            work.report(done, len(stems), f"{done}/{len(stems)} files")
        if failed and not written:
            raise next(iter(failed.values()))
        return {
            "folder": str(folder),
            "files": written,
            "failed": {number: str(error) for number, error in failed.items()},
        }

    async def _written(self, job: Job, number: int, names: dict[str, str], taken: set[str]) -> str:
        """Write a stem unless this job has done so already; return the file's name."""
        folder, kind = Path(job.payload["folder"]), job.payload["format"]
        name = names.get(str(number))
        if name is not None and await asyncio.to_thread((folder / name).exists):
            return name
        stem, facts = await self._library.measured(number)
        if name is None:
            name = names[str(number)] = unused(filename(stem, kind), taken)
            taken.add(name.lower())
            async with self._library.db.transaction() as change:
                await change.place_job(job.id, names)
        about = asdict(about_of(stem, facts))
        payload = {"path": str(stem.path), "target": str(folder / name), "format": kind, "about": about}
        await self._pool.run(KIND, payload)
        return name


def about_of(stem: Stem, facts: dict[str, Any]) -> About:
    """Return what is written into a stem's file: the user's edits count, as everywhere."""
    beats = stem.duration * stem.bpm / 60.0 if stem.loop and stem.bpm else None
    return About(
        title=stem.title,
        category=stem.category,
        loop=stem.loop,
        frames=stem.frames,
        tempo=stem.bpm,
        beats=beats,
        root=stem.root,
        key=stem.key,
        tags=stem.tags,
        transients=stem.transients,
        downbeat=round((stem.downbeat or 0.0) * stem.rate),
        loudness=stem.loudness,
        date=time.strftime("%Y-%m-%d", time.gmtime(stem.created_at)),
        creator=stem.creator,
        pack=stem.pack or (facts.get("tags") or {}).get("pack"),
        licence=stem.licence,
    )


def filename(stem: Stem, kind: str) -> str:
    """Return a name as sample packs have it, `dark_bass_138bpm_Am.wav`: what the title says already is not repeated."""
    plain = unicodedata.normalize("NFKD", stem.title.replace("ß", "ss")).encode("ascii", "ignore").decode()
    words = re.sub(r"[^A-Za-z0-9#.]+", "_", plain).strip("_.")[:_LONGEST] or "stem"
    if stem.loop and stem.bpm and not re.search(r"\d\s*_?bpm", words, re.I):
        words += f"_{stem.bpm:.4g}bpm"
    if stem.key and stem.key.lower() not in words.lower().split("_"):
        words += f"_{stem.key}"
    return f"{words}.{kind}"


def unused(name: str, taken: Collection[str]) -> str:
    """Return the name, with a number behind it where it is taken; `taken` is in lower case."""
    stem, _, ending = name.rpartition(".")
    number, found = 2, name
    while found.lower() in taken:
        found, number = f"{stem}_{number}.{ending}", number + 1
    return found


def _names(folder: Path) -> list[str]:
    return [path.name.lower() for path in folder.iterdir()] if folder.is_dir() else []
