"""The last minutes of the master, in a file of fixed size. Runs on: recorder process.

A ring of float32 stereo frames: frame f of the session lies at f % capacity. The room is taken once, at the start; the
header's `end` moves after the samples, so that a recorder that is killed loses nothing it has written.
"""

import os
from pathlib import Path

import numpy as np
import numpy.typing as npt

MAGIC = 0x4C45_5245
FRAME_BYTES = 8
HEADER_BYTES = 4096
HEADER = np.dtype(
    [
        ("magic", "<i8"),
        ("rate", "<i8"),
        ("capacity", "<i8"),  # frames
        ("begin", "<i8"),  # the first frame of this session that is in the file
        ("end", "<i8"),  # one past the last
        ("session", "S128"),  # name of the shared folder: frames count anew in each session
    ]
)


class Retro:
    """The open ring; raises OSError when the disk has no room for it."""

    def __init__(self, path: Path, rate: int, capacity: int, session: str, frame: int) -> None:
        self.capacity = capacity
        self._header = np.zeros(1, HEADER)
        self._file = os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0), 0o600)
        try:
            self._open(rate, session, frame)
        except BaseException:
            os.close(self._file)
            raise

    def _open(self, rate: int, session: str, frame: int) -> None:
        size = HEADER_BYTES + self.capacity * FRAME_BYTES
        if os.fstat(self._file).st_size != size:
            os.ftruncate(self._file, size)
        if hasattr(os, "posix_fallocate"):
            os.posix_fallocate(self._file, 0, size)
        stored = np.frombuffer(os.pread(self._file, HEADER.itemsize, 0), HEADER)[0]
        new = (MAGIC, rate, self.capacity, frame, frame, session.encode())
        same = ("magic", "rate", "capacity", "session")
        fresh = np.array(new, HEADER)
        known = all(stored[name] == fresh[name] for name in same)
        self._header[0] = stored if known else fresh
        self._describe()

    @property
    def end(self) -> int:
        """One past the last frame that is kept."""
        return int(self._header["end"][0])

    @property
    def begin(self) -> int:
        """The first frame that is kept."""
        return max(int(self._header["begin"][0]), self.end - self.capacity)

    def append(self, samples: npt.NDArray[np.float32]) -> None:
        """Add float32[frames, 2], at most `capacity` frames."""
        place = self.end % self.capacity
        first = min(len(samples), self.capacity - place)
        self._put(samples[:first], place)
        self._put(samples[first:], 0)
        self._header["end"] += len(samples)
        self._describe()

    def read(self, frame: int, count: int) -> npt.NDArray[np.float32]:
        """Return float32[count, 2] from `frame` on, both within begin .. end."""
        place = frame % self.capacity
        first = min(count, self.capacity - place)
        parts = ((place, first), (0, count - first))
        raw = b"".join(os.pread(self._file, n * FRAME_BYTES, HEADER_BYTES + at * FRAME_BYTES) for at, n in parts)
        return np.frombuffer(raw, "<f4").reshape(-1, 2)

    def close(self) -> None:
        """Close the file; it stays for the next session, which starts it anew."""
        os.close(self._file)

    def _put(self, samples: npt.NDArray[np.float32], place: int) -> None:
        if len(samples):
            os.pwrite(self._file, samples.astype("<f4").tobytes(), HEADER_BYTES + place * FRAME_BYTES)

    def _describe(self) -> None:
        os.pwrite(self._file, self._header.tobytes(), 0)
