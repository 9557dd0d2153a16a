"""The arrangement, offline: prompt → plan → WAV in generated_tracks, as a job. Runs on: event loop."""

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from liveengine.arrange import styles
from liveengine.arrange.arranger import Seed
from liveengine.arrange.compose import compose
from liveengine.arrange.prompt import parse
from liveengine.arrange.score import score
from liveengine.command import Accepted, Prompt, Text, command
from liveengine.config import Config
from liveengine.errors import BadArgument
from liveengine.session.record import unused, wav
from liveengine.stems.library import Library
from liveengine.stems.work import Work

RATE = 44_100  # frames per second of a rendered track
KIND = "render"


class Renderer:
    """Renders tracks; needs no running engine."""

    def __init__(self, library: Library, config: Config) -> None:
        self._library = library
        self._config = config
        self._styles = styles.load()
        self._folder = library.root / "generated_tracks"
        self._taken: set[Path] = set()  # files that render jobs are writing

    async def register(self) -> None:
        """Let the library's queue know how to render; what a kill left of it goes."""
        for left in self._folder.glob(".*.wav.part"):
            left.unlink(missing_ok=True)  # a killed worker's
        await self._library.queue.register(KIND, self._run)

    @command("/render", role="arrange")
    async def render(self, prompt: Prompt, seed: Seed = 0, path: Text | None = None) -> Accepted:
        """Turn a sentence into a finished track: a 44.1 kHz 16-bit WAV, in generated_tracks unless a path is given.

        The job's result holds `track_path` and `arrangement_plan`.
        """
        parse(prompt, self._styles)
        target = None if path is None else str(wav(path, self._folder))
        return await self._library.queue.add(KIND, {"prompt": prompt, "seed": seed, "path": target}, now=True)

    async def _run(self, work: Work) -> dict[str, Any]:
        asked = work.job.payload
        work.report(0, 0, "choosing stems")
        plan, stems = await compose(self._library, asked["prompt"], asked["seed"], self._styles, self._config)
        payload = score(plan, stems, self._styles, RATE, self._config.engine.ceiling_db, warp=self._config.session.warp)
        with self._target(asked["path"]) as target:
            done = await work.do("render", payload | {"path": str(target)})
        used = [(placement.stem, placement.section) for placement in plan.placements]
        seconds = done["frames"] / RATE
        track = await self._library.add_track(target, plan.prompt, plan.model_dump(), seconds, used)
        return {
            "track": track,
            "track_path": str(target),
            "seconds": round(seconds, 3),
            "peak": done["peak"],
            "arrangement_plan": plan.model_dump(),
        }

    @contextlib.contextmanager
    def _target(self, path: str | None) -> Iterator[Path]:
        """Give the file to write, which no other job writes meanwhile; what a killed worker left of it is removed."""
        target = Path(path) if path else unused(self._folder, "track", self._taken)
        if target in self._taken:
            raise BadArgument(f"another job is writing {target}; wait for it, or name another file")
        self._taken.add(target)
        try:
            yield target
        finally:
            self._taken.discard(target)
            target.with_name(f".{target.name}.part").unlink(missing_ok=True)
