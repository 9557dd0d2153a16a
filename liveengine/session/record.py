"""Recording: takes of the master, and the last minutes after the fact. Runs on: event loop."""

import asyncio
import itertools
import logging
import time
from collections.abc import Container
from pathlib import Path
from typing import Annotated

import soundfile
from pydantic import BaseModel, Field

from liveengine.caller import require
from liveengine.command import Text, command, when
from liveengine.engine.layout import NEVER
from liveengine.engine.take import Recorder
from liveengine.errors import BadArgument
from liveengine.events import RecordingStarted, RecordingStopped
from liveengine.session.core import Core

log = logging.getLogger(__name__)

RECORD = "take"  # the running take's path in the session record

BACK_S = 5.0  # how far in the past a take may begin; the tap holds ten seconds

RetroSeconds = Annotated[
    float, Field(gt=0, le=3600, allow_inf_nan=False, description="seconds; what the recorder keeps is the most")
]


class Take(BaseModel):
    """A recording: the WAV file, and how many frames it holds."""

    path: str
    frames: int


class Recording:
    """Asks the recorder process for takes; files without a name go to `folder`."""

    def __init__(self, core: Core, recorder: Recorder, folder: Path, retro_minutes: float) -> None:
        self._core = core
        self._recorder = recorder
        self._folder = folder
        self._retro_s = retro_minutes * 60.0

    def watch(self) -> None:
        """Tell when a take has ended by itself, on a full disk as a rule; called with each look at the engine."""
        if self._recorder.failed and RECORD in self._core.model.extras:
            path = str(self._core.model.extras.pop(RECORD))
            log.error("the take %s ended early with %d frames; /record/stop tells why", path, self._recorder.frames)
            self._core.touch(soon=True)
            self._core.bus.publish(RecordingStopped(path, self._recorder.frames))

    @command("/record/start", role="arrange")
    async def start(self, path: Text | None = None) -> RecordingStarted:
        """Record the master to a WAV file; without a path to generated_tracks/take_<time>.wav of the library."""
        target = self._target(path, "take")
        snapshot = self._core.engine.snapshot()
        wanted = when.get()
        frame = max(0, snapshot.frame if wanted is None else max(wanted, snapshot.frame - int(BACK_S * snapshot.rate)))
        await self._recorder.start(target, frame)
        self._core.model.extras[RECORD] = str(target)  # a take outlives the daemon, and its name with it
        self._core.touch(soon=True)
        started = RecordingStarted(str(target), frame)
        self._core.bus.publish(started)
        return started

    @command("/record/stop", role="arrange")
    async def stop(self) -> Take:
        """End the take; the file is whole when this answers."""
        frame = when.get()
        frames = await self._recorder.stop(NEVER if frame is None else frame)
        path = str(self._core.model.extras.pop(RECORD, ""))
        self._core.touch(soon=True)
        self._core.bus.publish(RecordingStopped(path, frames))
        return Take(path=path, frames=frames)

    @command("/record/retro", role="arrange")
    async def retro(self, seconds: RetroSeconds | None = None) -> Take:
        """Save what the master has played during the last seconds (all that is kept, if none are named)."""
        target = self._target(None, "retro")
        await self.save(target, self._retro_s if seconds is None else seconds)
        saved = await asyncio.to_thread(soundfile.info, target)
        return Take(path=str(target), frames=saved.frames)

    async def save(self, path: Path, seconds: float) -> None:
        """Save what the master has played during the last seconds to a WAV at `path`."""
        await self._recorder.retro(path, seconds)

    @command("/record/state", query=True)
    def state(self) -> str:
        """Whether a take grows: recording or stopped."""
        return "recording" if self._recorder.recording else "stopped"

    def _target(self, path: str | None, kind: str) -> Path:
        return unused(self._folder, kind) if path is None else wav(path, self._folder)


def unused(folder: Path, kind: str, taken: Container[Path] = ()) -> Path:
    """Return `<kind>_<time>.wav` in `folder`, numbered when there is one already or it is among `taken`."""
    stamp = f"{kind}_{time.strftime('%Y%m%d_%H%M%S')}"
    names = itertools.chain([f"{stamp}.wav"], (f"{stamp}_{number}.wav" for number in itertools.count(2)))
    return next(path for path in map(folder.joinpath, names) if path not in taken and not path.exists())


def wav(path: str, folder: Path) -> Path:
    """Return where a WAV that a client names goes: relative names into `folder`, the library's generated_tracks.

    Raises BadArgument for other files, for a place among the library's own files, and for a file in `folder` that is
    there already; Forbidden for a place elsewhere, if a client asks whose role is none that may write there.
    """
    try:
        target = (folder / Path(path).expanduser()).resolve()
        own = target.is_relative_to(folder.parent.resolve())
        generated = target.is_relative_to(folder.resolve())
        there, home = target.exists(), target.parent.is_dir()
    except (OSError, ValueError, RuntimeError) as error:  # too long, no such user, a loop of links, a zero byte
        raise BadArgument(f"{path!r} is no path that can be used: {error}") from None
    if target.suffix.lower() != ".wav" or "\0" in path:
        raise BadArgument(f"{path!r}: a recording is a WAV file; let the name end in .wav")
    if own and (there or not generated):
        raise BadArgument(f"{path!r} would replace or join the library's own files; name a new one, or one elsewhere")
    if not generated:
        require("a recording outside the library", "admin")
    if not home:
        raise BadArgument(f"{target.parent} is no folder; make it first, or name a file in another one")
    return target
