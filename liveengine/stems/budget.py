"""How many files are analysed at once: fewer while music plays than while nothing does. Runs on: event loop."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager

from liveengine.config import Config
from liveengine.jobs.places import LOOK_S, Places, urgent
from liveengine.jobs.pool import default_workers

_MANY = 8  # jobs: the queue has a bound of its own
STRAINED = 0.6  # of the engine's time per block: from here on one file at a time


class Budget:
    """Places for files under analysis, shared by all jobs; `load` is the engine's, 0..1, None while nothing plays."""

    def __init__(self, config: Config, load: Callable[[], float | None] = lambda: None) -> None:
        self.load = load
        self.workers = config.library.workers or default_workers()
        self._idle, self._playing = config.ingest.share, config.ingest.share_playing
        self._places = Places(lambda: self.places, LOOK_S)

    @property
    def places(self) -> int:
        """Return how many files may be under analysis now, at least one."""
        load = self.load()
        if load is not None and load > STRAINED:
            return 1
        share = self._idle if load is None else self._playing
        return max(1, round(self.workers * share))

    @property
    def jobs(self) -> int:
        """Return how many jobs that may wait may run side by side now."""
        return max(_MANY, self.places) if self.load() is None else self.places

    def place(self) -> AbstractAsyncContextManager[None]:
        """Wait for a place and hold it; what somebody waits for never waits behind the others."""
        return self._places.place(urgent())
