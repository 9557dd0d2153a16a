"""A stereo 24-bit WAV that is playable at any moment, whatever kills its writer. Runs on: recorder process.

Data goes to disk before the header claims it, and the header is brought up to date after each append. The header keeps
room for the ds64 chunk of RF64 (EBU Tech 3306), which takes over when the file passes 4 GiB.
"""

import os
import struct
from pathlib import Path

import numpy as np
import numpy.typing as npt

CHANNELS = 2
FRAME_BYTES = 3 * CHANNELS
HEADER_BYTES = 80
_SCALE = float(1 << 23)
_LIMIT = 0xFFFF_FFFF


def quantised(samples: npt.NDArray[np.float32]) -> npt.NDArray[np.int32]:
    """Return 24-bit integers: the sample times 2**23, rounded to nearest, clipped; what is no number becomes 0."""
    scaled = np.rint(np.nan_to_num(samples.astype(np.float64), posinf=1.0, neginf=-1.0) * _SCALE)
    return np.clip(scaled, -_SCALE, _SCALE - 1).astype(np.int32)


class Wav:
    """An open take. Every method raises OSError when the disk refuses; `finish` then keeps what is whole."""

    def __init__(self, path: Path, rate: int, *, resume: bool = False) -> None:
        self.path = path
        self.rate = rate
        self.frames = 0
        flags = os.O_RDWR | (0 if resume else os.O_CREAT | os.O_TRUNC)
        self._file = os.open(path, flags | getattr(os, "O_BINARY", 0), 0o644)
        try:
            if resume:
                self.frames = _claimed(os.pread(self._file, HEADER_BYTES, 0))
                os.ftruncate(self._file, HEADER_BYTES + self.frames * FRAME_BYTES)
            else:
                self._describe()
        except BaseException:
            os.close(self._file)
            raise

    def append(self, samples: npt.NDArray[np.float32]) -> None:
        """Add float32[frames, 2]."""
        packed = quantised(samples).astype("<i4").reshape(-1, 1).view(np.uint8)[:, :3].tobytes()
        self._put(packed, HEADER_BYTES + self.frames * FRAME_BYTES)
        self.frames += len(samples)
        self._describe()

    def finish(self) -> None:
        """Close the file with a header that claims what is there; never raises."""
        try:
            os.ftruncate(self._file, HEADER_BYTES + self.frames * FRAME_BYTES)
            self._describe()
        except OSError:
            pass  # the header of the last append stands
        finally:
            os.close(self._file)

    def _put(self, data: bytes, offset: int) -> None:
        done = 0
        while done < len(data):
            done += os.pwrite(self._file, data[done:], offset + done)

    def _describe(self) -> None:
        self._put(header(self.frames, self.rate), 0)


def header(frames: int, rate: int) -> bytes:
    """Return the 80 bytes before the samples: RIFF with a JUNK chunk, or RF64 with ds64 in its place."""
    data = frames * FRAME_BYTES
    riff = data + HEADER_BYTES - 8
    large = riff > _LIMIT
    junk = struct.pack("<4sIQQQI", b"ds64" if large else b"JUNK", 28, riff, data, frames, 0)
    size, length = (_LIMIT, _LIMIT) if large else (riff, data)
    form = struct.pack("<4sIHHIIHH", b"fmt ", 16, 1, CHANNELS, rate, rate * FRAME_BYTES, FRAME_BYTES, 24)
    top = struct.pack("<4sI4s", b"RF64" if large else b"RIFF", size, b"WAVE")
    return top + junk + form + struct.pack("<4sI", b"data", length)


def _claimed(head: bytes) -> int:
    """Return how many frames a header of ours claims; raises OSError for any other file."""
    if len(head) < HEADER_BYTES or head[8:12] != b"WAVE" or head[72:76] != b"data":
        raise OSError("not a take of this recorder")
    return int(struct.unpack_from("<Q", head, 28)[0]) // FRAME_BYTES
