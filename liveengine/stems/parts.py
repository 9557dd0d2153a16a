"""What the library's jobs work with, in one place. Runs on: event loop."""

import asyncio
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from liveengine.config import Config
from liveengine.events import Bus
from liveengine.stems.db import Database
from liveengine.stems.embed import Embedder
from liveengine.stems.finder import Finder

if TYPE_CHECKING:
    from liveengine.jobs.pool import Pool


@dataclass(frozen=True, slots=True)
class Parts:
    """The open library, seen from below."""

    root: Path
    config: Config
    bus: Bus
    pool: "Pool"
    db: Database
    embedder: Embedder
    finder: Finder
    claimed: dict[bytes, asyncio.Event] = field(default_factory=dict)  # content under way in any job; set at its end
