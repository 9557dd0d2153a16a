"""What the library's jobs work with, in one place. Runs on: event loop."""

import asyncio
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from liveengine.bus import Bus
from liveengine.config import Config
from liveengine.lexicon.dictionary import Dictionary
from liveengine.stems.budget import Budget
from liveengine.stems.db import Database
from liveengine.stems.embed import Embedder
from liveengine.stems.finder import Finder

if TYPE_CHECKING:
    from liveengine.jobs.pool import Pool


@dataclass(slots=True)
class Parts:
    """The open library, seen from below. `embedder` alone changes, with all that the finder holds (see `reembed`)."""

    root: Path
    config: Config
    bus: Bus
    pool: "Pool"
    db: Database
    embedder: Embedder
    finder: Finder
    budget: Budget
    words: Dictionary  # of the lexicon, with what the user has added to it
    lexicon: int  # a hash of them, and of all else that codes are made with
    wanted: dict[int, None] = field(default_factory=dict)  # named stems that somebody has asked for, in that order
    claimed: dict[str, asyncio.Event] = field(default_factory=dict)  # content under way in any job; set at its end
    entering: asyncio.Lock = field(default_factory=asyncio.Lock)  # who has it changes what the search knows of stems

    @property
    def staging(self) -> Path:
        """Return the folder of copies that have no name in the library yet."""
        return self.root / "processed_database" / "staging"

    @property
    def quarantine(self) -> Path:
        """Return the folder of what could not be used, with the reasons."""
        return self.root / "processed_database" / "quarantine"
