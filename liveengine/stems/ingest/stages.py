"""The second phase, file by file: analyse, compare, describe, place the copy, embed. Runs on: event loop.

A stage returns None to go on or an Outcome to end. Whatever is wrong with a file is its outcome and harms no other.
"""

import asyncio
import os
from collections.abc import Awaitable, Callable
from pathlib import Path

from liveengine.errors import BadAudio, FileChanged, JobFailure
from liveengine.stems import describe, files
from liveengine.stems.embed import sound_of
from liveengine.stems.ingest.task import DONE, Aside, Claims, Outcome, Task
from liveengine.stems.lineage import concluded, told
from liveengine.stems.parts import Parts

TRIES = 3  # of a file that changes while it is read
REST_S = 0.5  # between them

Stage = Callable[[Task], Awaitable[Outcome | None]]


class Stages:
    """The stages of one job."""

    def __init__(self, parts: Parts, job: int, claims: Claims) -> None:
        self._parts = parts
        self._job = job
        self._claims = claims

    async def through(self, task: Task) -> Outcome:
        """Take a file through the stages and return how it ended.

        Raises what is no fault of the file and so ends the whole job: DiskFull, and ModelMissing or JobFailure of the
        model that is to hear it.
        """
        outcome = None
        try:
            outcome = await self._outcome(task)
        finally:
            if task.copy is not None and outcome != DONE:
                task.copy.unlink(missing_ok=True)
        return outcome

    async def _outcome(self, task: Task) -> Outcome:
        end = await self.judged(task)
        return await self._refused(task, end.code, end.reason or "") if end.state == "quarantined" else end

    async def judged(self, task: Task) -> Outcome:
        """Take a file through the stages and return how it ended; nothing is put aside. Raises as `through` does."""
        stages: list[Stage] = [self._mark, self._known, self._analyse, self._twin, self._embed, self._describe]
        try:
            for stage in stages:
                if (outcome := await stage(task)) is not None:
                    return outcome
        except BadAudio as error:
            return Outcome("quarantined", str(error), code=error.code)
        except FileChanged as error:
            return Outcome("failed", str(error))
        except FileNotFoundError:
            return Outcome("vanished", "the file is no longer there")
        except OSError as error:
            return Outcome("failed", f"cannot be read: {error.strerror or error}")
        return DONE

    async def _mark(self, task: Task) -> Outcome | None:
        task.mark = await asyncio.to_thread(files.fingerprint, task.path)
        return None

    async def _known(self, task: Task) -> Outcome | None:
        """Compare with what the library has: equal content has equal fingerprints, and only then all bytes are read."""
        await self._claims.take(task.mark, task.position)
        rows = await self._parts.db.reading.stems_with_marks([task.mark])
        if any(row["state"] == "ready" for row in rows):
            return await self._same(task, await asyncio.to_thread(files.digest, task.path))
        return None

    async def _same(self, task: Task, digest: bytes) -> Outcome | None:
        stem = await self._parts.db.reading.stem_with(task.mark, digest)
        return None if stem is None else Outcome("duplicate", "the library has a stem with the same bytes", stem)

    async def _analyse(self, task: Task) -> Outcome | None:
        task.embedder = self._parts.embedder
        payload = {
            "path": os.path.realpath(task.path),  # the decoder follows no link
            "name": str(task.name),
            "root": str(self._parts.root),
            "ear": str(task.ear.ear or ""),
        }
        if task.own is None:
            task.copy = self._parts.staging / f"{self._job}-{task.position}.wav"
            payload["copy"] = str(task.copy)
        for attempt in range(TRIES):
            try:
                async with self._parts.budget.place():
                    task.facts = await self._parts.pool.run("analyse", payload)
                break
            except FileChanged:
                if attempt == TRIES - 1:
                    raise
                await asyncio.sleep(REST_S)
            except JobFailure as error:  # the decoder's, time and again: it is the file
                return Outcome("quarantined", str(error), code=error.code)
        task.digest, task.mark = bytes.fromhex(task.facts["hash"]), task.facts["mark"]
        return None

    async def _twin(self, task: Task) -> Outcome | None:
        """Compare once more: the file may have become another one since the first look."""
        await self._claims.take(task.digest.hex(), task.position)
        return await self._same(task, task.digest)

    async def _describe(self, task: Task) -> Outcome | None:
        assert task.vector is not None
        votes = task.facts.get("votes") or await task.ear.votes(task.vector)
        if task.known is not None:
            task.facts = told(task.facts, task.known)
        said = await asyncio.to_thread(describe.describe, task.name, task.facts, votes, self._parts.words)
        task.described = said if task.known is None else concluded(said, task.known)
        return None

    async def _embed(self, task: Task) -> Outcome | None:
        measured = task.copy or task.path
        task.vector = await task.ear.audio(sound_of(measured, task.facts))  # exactly what was measured
        return None

    async def _refused(self, task: Task, code: str, reason: str) -> Outcome:
        """Put a file aside with the reason, once: the same bytes with the same reason are there already."""
        if not await asyncio.to_thread(os.path.exists, task.path):
            return Outcome("vanished", "the file, or what the link points to, is not there")
        digest = await asyncio.to_thread(_digest, task.path)
        if digest and (aside := await self._parts.db.reading.quarantined(digest)) and aside["reason"] == reason:
            return Outcome("quarantined", reason, code=code)
        mark = digest.hex() if digest else files.mark_of(task.path)
        copy = await asyncio.to_thread(files.put_aside, task.path, self._parts.quarantine, mark, code, reason)
        task.aside = Aside(digest, code, reason, copy)
        return Outcome("quarantined", reason, code=code)


def _digest(path: Path) -> bytes | None:
    """Return the hash of a file's bytes, None where they cannot be read."""
    try:
        return files.digest(path)
    except (BadAudio, OSError):
        return None
