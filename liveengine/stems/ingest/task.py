"""One file on its way into the library, and how it ended. Runs on: event loop."""

import asyncio
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from liveengine.stems.describe import Description
from liveengine.stems.embed import Embedder
from liveengine.stems.lineage import Known
from liveengine.stems.vectors import Floats


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a file ended: `done` `duplicate` `quarantined` `failed` `vanished` `deleted`."""

    state: str
    reason: str | None = None
    stem: int | None = None
    code: str = ""


DONE = Outcome("done")  # through every stage; its stem comes with the row


@dataclass(frozen=True, slots=True)
class Aside:
    """What is recorded of a file that was put into quarantine."""

    digest: bytes | None  # None where the bytes could not be read
    code: str
    reason: str
    copy: Path | None  # None where nothing could be copied


@dataclass(slots=True)
class Task:
    """One file under way."""

    path: Path
    position: int  # in the job's list
    stem: int | None = None  # that stands for it by name, until it is analysed
    mark: str = ""  # its fingerprint, as far as it is known
    digest: bytes = b""
    facts: dict[str, Any] = field(default_factory=dict)
    described: Description | None = None
    copy: Path | None = None  # the library's own
    embedder: Embedder | None = None  # whose ear it is heard with; the library's may be another one by the end
    vector: Floats | None = None
    aside: Aside | None = None
    outcome: Outcome | None = None
    own: Path | None = None  # where it will lie, for a file that is the library's already: no copy is made of it
    known: Known | None = None  # what counts before the analysis

    @property
    def name(self) -> Path:
        """Return the path whose names say something of it."""
        return self.own or self.path

    @property
    def ear(self) -> Embedder:
        """Return what it is heard with."""
        assert self.embedder is not None
        return self.embedder

    @property
    def said(self) -> Description:
        """Return what stage `describe` found."""
        assert self.described is not None
        return self.described


class Claims:
    """Content that one job works on and no other: of equal files one becomes a stem, the others find it."""

    def __init__(self, claimed: dict[str, asyncio.Event]) -> None:
        self._claimed = claimed  # shared by all jobs; an event is set when its content is free again
        self._own: dict[str, int] = {}  # content -> the file that has it

    async def take(self, content: str, position: int) -> None:
        """Wait until nobody else works on this content, then be the one who does."""
        if self._own.get(content) == position:
            return
        while (other := self._claimed.get(content)) is not None:
            await other.wait()
        self._own[content] = position
        self._claimed[content] = asyncio.Event()

    def release(self, position: int) -> None:
        """Give back what a file has claimed."""
        for content in [content for content, owner in self._own.items() if owner == position]:
            del self._own[content]
            self._claimed.pop(content).set()

    def release_all(self) -> None:
        """Give back everything: the job ends."""
        for position in set(self._own.values()):
            self.release(position)
