"""The parts of a track as WAVs that grow together. Runs on: worker process."""

import contextlib
import os
import struct
import wave
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import soundfile

from liveengine.digest import digest
from liveengine.engine import cache  # noqa: F401  # sets numba's cache folder, so it comes before numba
from liveengine.errors import BadArgument
from liveengine.ml.separate import PARTS
from liveengine.sound.files import flush, put, unwritable

from numba import njit  # isort: skip

Sound = npt.NDArray[np.float32]

LARGEST = (1 << 32) - (1 << 16)  # bytes of sound that a WAV's header can name
_COPY = 1 << 16  # frames


class Files:
    """Four files, hidden while they grow: 24 bits, or float from the moment on in which one goes beyond full scale."""

    def __init__(  # noqa: PLR0917  # where, and what
        self, folder: Path, prefix: str, rate: int, channels: int, frames: int, hidden: str | None = None
    ) -> None:
        """Name the files PREFIXpart.wav; while they grow, .HIDDENpart.wav.part, which no other job may write.

        Raises BadArgument for a folder that cannot be written, or a length that no WAV can hold.
        """
        if frames * channels * 4 > LARGEST:
            raise BadArgument(f"{frames / rate / 60:.0f} minutes are longer than a WAV can hold: cut the track")
        self._rate, self._channels = rate, channels
        self._targets = {part: folder / f"{prefix}{part}.wav" for part in PARTS}
        hidden = prefix if hidden is None else hidden
        self._growing = {part: folder / f".{hidden}{part}.wav.part" for part in PARTS}
        self._open: dict[str, Any] = {}
        self._float: set[str] = set()
        with _told(folder):
            folder.mkdir(parents=True, exist_ok=True)
            for part in PARTS:
                self._growing[part].unlink(missing_ok=True)  # a kill may have left it under both names
                self._open[part] = self._narrow(self._growing[part])

    def write(self, made: Mapping[str, Sound]) -> None:
        """Add float32 [channels, frames] to each. Raises DiskFull."""
        for part, sound in made.items():
            if not sound.size:
                continue
            with _told(self._growing[part].parent):
                if part not in self._float and max(-sound.min(initial=0.0), sound.max(initial=0.0)) > 1.0:
                    self._widen(part)
                if part in self._float:
                    self._open[part].write(sound.T)
                else:
                    packed = np.empty((sound.shape[1], len(sound), 3), np.uint8)
                    pack(sound, packed)
                    self._open[part].writeframesraw(packed)

    def finish(self) -> dict[str, Path]:
        """Give the files their names, on disk and whole, and return those.

        Nothing is overwritten: BadArgument if another file has a name meanwhile, and none is named then. One with the
        same bytes is what a job has left that was killed here. Raises DiskFull.
        """
        for part, file in self._open.items():
            with _told(self._growing[part].parent):
                file.close()
                _pad(self._growing[part])
                flush(self._growing[part])
        named: list[Path] = []
        try:
            for part, target in self._targets.items():
                if self._named(self._growing[part], target):
                    named.append(target)
        except BaseException:
            for target in named:
                target.unlink(missing_ok=True)
            raise
        return dict(self._targets)

    def _named(self, growing: Path, target: Path) -> bool:
        """Give a file its name; False if it is there with the same bytes."""
        with _told(target.parent):
            try:
                put(growing, target)
            except FileExistsError:
                if not _same(growing, target):
                    raise BadArgument(f"{str(target)!r} is there meanwhile, and stays: name another folder") from None
                growing.unlink()
                return False
        return True

    def discard(self) -> None:
        """Remove what has grown; after `finish` there is nothing left to remove."""
        for part, file in self._open.items():
            with contextlib.suppress(soundfile.SoundFileError, OSError):
                file.close()
            self._growing[part].unlink(missing_ok=True)

    def _narrow(self, path: Path) -> wave.Wave_write:
        file = wave.open(str(path), "wb")  # noqa: SIM115  # `finish` and `discard` close it
        file.setparams((self._channels, 3, self._rate, 0, "NONE", ""))
        return file

    def _widen(self, part: str) -> None:
        """Go on as float: what is there is copied, and loses nothing."""
        growing = self._growing[part]
        narrow = growing.with_name(f"{growing.name}.narrow")
        self._open[part].close()
        growing.replace(narrow)
        try:
            self._open[part] = soundfile.SoundFile(growing, "w", self._rate, self._channels, "FLOAT", format="WAV")
            with soundfile.SoundFile(narrow) as before:
                while len(block := before.read(_COPY, dtype="float32")):
                    self._open[part].write(block)
        finally:
            narrow.unlink(missing_ok=True)
        self._float.add(part)


@njit(nogil=True, cache=True, error_model="numpy", boundscheck=False)  # type: ignore[untyped-decorator]
def pack(sound: Sound, into: npt.NDArray[np.uint8]) -> None:
    """Write samples [channels, frames] as 24-bit integers, low byte first, into [frames, channels, 3]."""
    for i in range(sound.shape[1]):
        for channel in range(sound.shape[0]):
            word = np.int32(min(np.rint(sound[channel, i] * np.float32(8_388_608.0)), np.float32(8_388_607.0)))
            for k in range(3):
                into[i, channel, k] = (word >> (8 * k)) & 255


def _pad(path: Path) -> None:
    """Let a WAV end on an even byte, as RIFF wants it; `wave` does not when mono of 24 bits has an odd length."""
    with path.open("r+b") as file:
        if (size := file.seek(0, os.SEEK_END)) % 2:
            file.write(b"\0")
            file.seek(4)
            file.write(struct.pack("<I", size + 1 - 8))


def _same(one: Path, other: Path) -> bool:
    return other.is_file() and one.stat().st_size == other.stat().st_size and digest(one) == digest(other)


@contextlib.contextmanager
def _told(folder: Path) -> Any:
    """Turn what a disk says into words."""
    try:
        yield
    except (OSError, soundfile.SoundFileError) as error:
        raise unwritable(f"the parts cannot be written into {str(folder)!r}", error) from None
