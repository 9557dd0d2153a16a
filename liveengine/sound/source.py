"""Read sound files window by window, however long they are. Runs on: worker processes.

Of plain WAVs compiled code can read the bytes itself; all others come through libsndfile and, at another rate, soxr.
Both leave other threads alone while they work.
"""

import os
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import soundfile
import soxr

from liveengine.errors import BadAudio
from liveengine.sound import riff
from liveengine.sound.convert import QUALITY, as_channels, downmix, frames_at
from liveengine.sound.decode import check_header, check_length
from liveengine.sound.files import opened

Samples = npt.NDArray[np.float32]
_BYTES = {"PCM_16": 2, "PCM_24": 3, "FLOAT": 4}


class Source:
    """An open sound file of one or two channels (more are mixed to two) at its own rate; close it after use.

    `plain` says how many bytes a sample has that can be read from `descriptor` as it is, interleaved, low byte first:
    2 or 3 for integers, 4 for floats, the first one at byte `at`; with 0 there is only `take`.
    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        """Open a file; raises BadAudio for what is no audio, empty, cut short or of an impossible shape."""
        self.name = Path(os.fspath(path)).name
        self._stack = ExitStack()
        try:
            self.descriptor = self._stack.enter_context(opened(path))
            self._file = self._stack.enter_context(self._open())
            check_header(self._file, self.name)
            check_length(self._file, self.name, self._file.frames, riff.cut(self.descriptor))
        except BaseException:
            self._stack.close()
            raise
        self.rate: int = self._file.samplerate
        self.frames: int = self._file.frames
        self.channels: int = min(self._file.channels, 2)
        place = riff.place_of(self.descriptor) if self._file.format in ("WAV", "WAVEX") else None
        little = self._file.endian in ("FILE", "LITTLE")
        fits = place is not None and self._file.channels <= 2 and little
        self.plain = _BYTES.get(self._file.subtype, 0) if fits else 0
        self.at = place[0] if place is not None else 0
        self._resampler: Any = None
        self._rest = np.zeros((2, 0), np.float32)
        self._ended = False

    def _open(self) -> Any:
        try:
            return soundfile.SoundFile(self.descriptor, closefd=False)
        except (soundfile.SoundFileError, TypeError, ValueError) as error:
            raise BadAudio(f"{self.name!r} is no audio file that can be read ({error})") from None

    def close(self) -> None:
        """Close the file."""
        self._stack.close()

    def length(self, rate: int) -> int:
        """Return how many frames the file has at a rate."""
        return frames_at(self.frames, self.rate, rate)

    def take(self, into: Samples, rate: int) -> None:
        """Fill float32 [2, frames] with the next frames at a rate; behind the end with silence."""
        done = 0
        while done < into.shape[1]:
            if not self._rest.shape[1]:
                if self._ended:
                    into[:, done:] = 0.0
                    return
                self._more(max(into.shape[1], 1 << 12), rate)
            count = min(self._rest.shape[1], into.shape[1] - done)
            into[:, done : done + count] = self._rest[:, :count]
            self._rest = self._rest[:, count:]
            done += count

    def _more(self, frames: int, rate: int) -> None:
        try:
            block = self._file.read(frames, dtype="float32", always_2d=True)
        except (soundfile.SoundFileError, RuntimeError) as error:
            raise BadAudio(f"{self.name!r} is damaged: {error}; copy it again") from None
        self._ended = len(block) < frames
        if block.shape[1] > 2:
            block = np.ascontiguousarray(downmix(block.T).T)
        if rate != self.rate:
            if self._resampler is None:
                self._resampler = soxr.ResampleStream(self.rate, rate, self.channels, quality=QUALITY)
            block = self._resampler.resample_chunk(block, last=self._ended)
        self._rest = as_channels(block.T, 2)
