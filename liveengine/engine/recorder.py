"""Writes what sounds to disk: takes, and the last minutes for retro capture. Runs on: recorder process.

It follows `header.frame` and copies the tap ring, which holds at least ten seconds: a recorder that is killed and
started again goes on where it was, with no frame missing. Up to what an earlier look found committed is copied only,
so that the samples are there on every processor. It loads no numba.
"""

import argparse
import json
import os
import signal
import sys
import time
from pathlib import Path
from types import FrameType

import numpy as np
import numpy.typing as npt

from liveengine.engine.layout import NEVER
from liveengine.engine.retro import Retro
from liveengine.engine.shared import Shared, attach
from liveengine.engine.wav import Wav
from liveengine.errors import BadArgument, DiskFull, EngineDown, LiveEngineError

POLL_SECONDS = 0.02
MARGIN = 16_384  # frames before the tap's oldest that the engine may be overwriting
STRIDE = 65_536  # frames copied at once
START, STOP, RETRO, CANCEL = 1, 2, 3, 4  # header.take_op
IDLE, RECORDING, FAILED = 0, 1, 2  # header.take_state


def say(text: str) -> None:
    """Write a line for people."""
    print(f"recorder: {text}", file=sys.stderr, flush=True)


class Take:
    """A WAV that grows from `start` on, until `stop` if that is known."""

    def __init__(
        self, shared: Shared, path: Path, start: int, rate: int, request: int, *, resume: bool = False
    ) -> None:
        self.start = start
        self.request = request  # that asked for it
        self.stop: int | None = None
        self.wav = Wav(path, rate, resume=resume)
        self._note = shared.folder / "take"
        note = {"path": str(path), "start": start, "rate": rate, "request": request}
        self._note.write_text(json.dumps(note), "utf-8")

    @property
    def end(self) -> int:
        """One past the last frame that is written."""
        return self.start + self.wav.frames

    def append(self, samples: npt.NDArray[np.float32]) -> None:
        """Add float32[frames, 2]; raises OSError."""
        self.wav.append(samples)

    def close(self) -> None:
        """Close the WAV."""
        self.wav.finish()
        self._note.unlink(missing_ok=True)


class Recorder:
    """Follows the tap ring."""

    def __init__(self, shared: Shared, library: Path, minutes: float) -> None:
        self.shared = shared
        self.header = shared.memory.header[0]
        self.tap = shared.memory.tap
        self.limit = int(self.header["frame"])  # what the last look found committed
        self.retro: Retro | None = None
        self._library = library
        self._minutes = minutes
        self.take = self._interrupted()
        self.header["recorder_pid"] = os.getpid()

    def _interrupted(self) -> Take | None:
        """Return the take that a killed recorder left open."""
        try:
            note = json.loads((self.shared.folder / "take").read_text("utf-8"))
            return Take(self.shared, Path(note["path"]), note["start"], note["rate"], note["request"], resume=True)
        except FileNotFoundError:
            return None
        except (OSError, ValueError, KeyError) as error:
            say(f"the open take cannot go on: {error}")
            self.header["take_state"] = FAILED
            return None

    def step(self) -> None:
        """Beat, copy what is new, then answer a request."""
        self.header["recorder_beat_ns"] = time.monotonic_ns()
        limit, self.limit = self.limit, int(self.header["frame"])
        self._keep(limit)
        self._record(limit)
        request = int(self.header["take_request"])
        if request not in (0, abs(int(self.header["take_answer"]))):
            self._answer(request)

    def _keep(self, limit: int) -> None:
        """Bring the retro file up to date; it is made when the rate is known: with the first frames."""
        if self._minutes <= 0 or limit <= 0:
            return
        try:
            if self.retro is None:
                rate = int(self.header["rate"])
                frame = max(0, limit - len(self.tap) + 2 * MARGIN)
                path = self._library / "retro.ring"
                self.retro = Retro(path, rate, int(self._minutes * 60 * rate), self.shared.folder.name, frame)
            while self.retro.end < limit:
                count = min(STRIDE, limit - self.retro.end, self.retro.capacity)
                self.retro.append(self._copy(self.retro.end, count))
        except OSError as error:
            say(f"retro capture is off: {error}")
            self._minutes = 0.0
            self.retro = None

    def _record(self, limit: int) -> None:
        take = self.take
        if take is None:
            return
        end = limit if take.stop is None else min(limit, take.stop)
        try:
            while take.end < end:
                take.append(self._copy(take.end, min(STRIDE, end - take.end)))
        except OSError as error:
            say(f"the take ends early, {take.wav.frames} frames are kept in {take.wav.path}: {error}")
            self._close(FAILED)
            self._reason(_named(error, take.wav.path))
            return
        self.header["take_frames"] = take.wav.frames

    def _copy(self, frame: int, count: int) -> npt.NDArray[np.float32]:
        """Return float32[count, 2] from `frame` on; what the tap no longer holds is silence, so time stays right."""
        size = len(self.tap)
        samples = self.tap[(frame + np.arange(count)) % size] if count < size else np.zeros((count, 2), np.float32)
        lost = min(count, int(self.header["frame"]) + MARGIN - size - frame)  # looked up after the copy
        if lost > 0:
            say(f"{lost} frames were lost, they are silent")
            samples[:lost] = 0.0
        return samples

    def _answer(self, request: int) -> None:
        op, frame = int(self.header["take_op"]), int(self.header["take_frame"])
        path = Path(os.fsdecode(bytes(self.header["take_path"])))
        if int(self.header["take_request"]) != request:  # another one is being written
            return
        try:
            done = self._start(frame, path, request) if op == START else self._obey(op, frame, path)
        except (OSError, LiveEngineError) as error:
            self._reason(error if isinstance(error, LiveEngineError) else _named(error, path))
            self.header["take_answer"] = -request
        else:
            if done:
                self.header["take_answer"] = request

    def _obey(self, op: int, frame: int, path: Path) -> bool:
        """Do what is asked for; return False as long as it is not done."""
        if op == RETRO:
            self._save_retro(frame, path)
        elif op == CANCEL and self.take is not None and self.take.request == frame:
            path = self.take.wav.path
            self._close(IDLE)
            path.unlink(missing_ok=True)
        elif op == STOP and self.take is not None:
            if self.take.stop is None:
                self.take.stop = self.limit if frame == NEVER else max(frame, self.take.start)
            if self.take.end < self.take.stop:
                return False
            self._close(IDLE)
        elif op == STOP and self.header["take_state"] != FAILED:
            raise BadArgument("no take is being recorded")
        return True

    def _start(self, frame: int, path: Path, request: int) -> bool:
        if self.take is not None:
            raise BadArgument(f"a take is being recorded already: {self.take.wav.path}")
        oldest = max(0, self.limit - len(self.tap) + 2 * MARGIN)
        start = self.limit if frame == NEVER else max(frame, oldest)
        self.take = Take(self.shared, path, start, int(self.header["rate"]), request)
        self.header["take_frames"] = 0
        self.header["take_state"] = RECORDING
        return True

    def _save_retro(self, frames: int, path: Path) -> None:
        if self.retro is None:
            raise EngineDown("retro capture is off; library.retro_minutes sets how much is kept")
        end = self.retro.end
        frame = max(self.retro.begin, end - frames)
        wav = Wav(path, int(self.header["rate"]))
        try:
            for at in range(frame, end, STRIDE):
                wav.append(self.retro.read(at, min(STRIDE, end - at)))
        finally:
            wav.finish()

    def _close(self, state: int) -> None:
        if self.take is not None:
            self.take.close()
            self.header["take_frames"] = self.take.wav.frames
            self.take = None
        self.header["take_state"] = state

    def _reason(self, error: LiveEngineError) -> None:
        """Leave the error where the daemon finds it."""
        (self.shared.folder / "take.error").write_text(json.dumps({"code": error.code, "text": str(error)}), "utf-8")

    def finish(self) -> None:
        """Write what is committed and close the files."""
        self.limit = int(self.header["frame"])
        self._keep(self.limit)
        self._record(self.limit)
        self._close(int(self.header["take_state"]) if self.take is None else IDLE)
        if self.retro is not None:
            self.retro.close()


def _named(error: OSError, path: Path) -> LiveEngineError:
    full = error.errno in DiskFull.NUMBERS
    return DiskFull(f"{path}: {error.strerror}; free some space") if full else BadArgument(f"{path}: {error.strerror}")


def main(arguments: list[str] | None = None) -> int:
    """Run a recorder process; return its exit code."""
    parser = argparse.ArgumentParser(prog="liveengine.engine.recorder")
    parser.add_argument("--shared", type=Path, required=True)
    parser.add_argument("--library", type=Path, required=True)
    parser.add_argument("--retro-minutes", type=float, default=5.0)
    options = parser.parse_args(arguments)
    try:
        recorder = Recorder(attach(options.shared, wait=5.0), options.library, options.retro_minutes)
    except LiveEngineError as error:
        say(str(error))
        return error.exit_code
    ending = False

    def end(number: int, frame: FrameType | None) -> None:
        nonlocal ending
        ending = True

    signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGINT, end)
    parent = os.getppid()
    while not ending and os.getppid() == parent:
        recorder.step()
        time.sleep(POLL_SECONDS)
    recorder.finish()
    return 0


if __name__ == "__main__":
    sys.exit(main())
