"""The daemon's handle to the recorder process. Runs on: event loop.

A request is written into the header, `take_request` last: `take_op` START (first frame in `take_frame`, file in
`take_path`), STOP (the frame before which the take ends) or RETRO (how many frames to save). The recorder answers with
the same number, negative when it refuses; the reason then lies in the file `take.error` of the shared folder. A request
that is not answered in time is followed by CANCEL with its number in `take_frame`: a recorder that hung does not obey
it later, and a take that it has begun for it is ended and removed, because the user was told that there is none.
"""

import asyncio
import json
import os
from pathlib import Path

from liveengine.engine.layout import HEADER, NEVER
from liveengine.engine.shared import Shared
from liveengine.errors import BadArgument, DiskFull, EngineDown, LiveEngineError

POLL_SECONDS = 0.005
ANSWER_SECONDS = 5.0
RETRO_SECONDS = 60.0
PATH_BYTES = HEADER["take_path"].itemsize
START, STOP, RETRO, CANCEL = 1, 2, 3, 4
_CODES = {error.code: error for error in (BadArgument, DiskFull, EngineDown)}


class Recorder:
    """Asks the recorder process for takes; one request at a time."""

    def __init__(self, shared: Shared) -> None:
        self._folder = shared.folder
        self._header = shared.memory.header[0]
        self._lock = asyncio.Lock()

    @property
    def recording(self) -> bool:
        """Whether a take grows now."""
        return int(self._header["take_state"]) == 1

    @property
    def failed(self) -> bool:
        """Whether the last take ended early (a full disk); `stop` then raises with the reason."""
        return int(self._header["take_state"]) == 2

    @property
    def frames(self) -> int:
        """How many frames the current or last take holds."""
        return int(self._header["take_frames"])

    async def start(self, path: Path, frame: int = NEVER) -> None:
        """Start a take with `frame` (NEVER = now; the last ten seconds are still there), overwriting `path`.

        Raises BadArgument (a take runs already, the path cannot be written), DiskFull, EngineDown.
        """
        await self._ask(START, path, frame)

    async def stop(self, frame: int = NEVER) -> int:
        """End the take before `frame` (NEVER = now) and return its length in frames.

        Raises DiskFull when it ended early, BadArgument when none runs, EngineDown when the recorder does not answer.
        """
        if self.failed:
            self._header["take_state"] = 0
            raise self._error()
        await self._ask(STOP, None, frame, self._ahead(frame))
        return self.frames

    async def retro(self, path: Path, seconds: float) -> None:
        """Save the last `seconds` of the master, or what is there of them, to a WAV at `path`, overwriting it."""
        await self._ask(RETRO, path, round(seconds * int(self._header["rate"])), RETRO_SECONDS)

    def _ahead(self, frame: int) -> float:
        return float(max(0, frame - int(self._header["frame"])) / int(self._header["rate"]))

    async def _ask(self, op: int, path: Path | None, frame: int, more: float = 0.0) -> None:
        """Ask, and wait `ANSWER_SECONDS` and `more` for the answer."""
        raw = b"" if path is None else os.fsencode(path.absolute())
        if len(raw) > PATH_BYTES:
            raise BadArgument(f"the path of a take may have {PATH_BYTES} bytes, this one has {len(raw)}")
        async with self._lock:
            request = self._request(op, raw, frame)
            end = asyncio.get_running_loop().time() + ANSWER_SECONDS + more
            while abs(int(self._header["take_answer"])) != request:
                if asyncio.get_running_loop().time() > end:
                    self._request(CANCEL, b"", request)
                    raise EngineDown("the recorder does not answer; the supervisor restarts it, try again")
                await asyncio.sleep(POLL_SECONDS)
            if int(self._header["take_answer"]) < 0:
                raise self._error()

    def _request(self, op: int, path: bytes, frame: int) -> int:
        """Write a request and return its number."""
        header = self._header
        request = max(int(header["take_request"]), abs(int(header["take_answer"]))) + 1
        header["take_request"] = 0  # a recorder that reads now notices that the parts do not belong together
        header["take_op"] = op
        header["take_frame"] = frame
        header["take_path"] = path
        header["take_request"] = request  # last: the recorder acts on it
        return request

    def _error(self) -> LiveEngineError:
        try:
            said = json.loads((self._folder / "take.error").read_text("utf-8"))
            return _CODES.get(said["code"], LiveEngineError)(said["text"])
        except (OSError, ValueError, KeyError):
            return EngineDown("the recorder gave up the take and left no reason")
