"""The audio tower of the shipped model: a sound to a vector. Runs on: worker processes; no torch.

What it hears is two spectra on mel bands, one quick (1,024 frames: attacks) and one slow (4,096: tones), each row 512
frames after the last, in dB below the loudest band. A sound of more than 10 s is heard in windows of 10 s at fixed
places, and their vectors are averaged, so that the same file always gives the same vector.
"""

from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from liveengine.ml import spectrum
from liveengine.ml.spectrum import FLOOR_DB, HOP, RATE, Array, Spectrum

CATEGORIES = ("kick", "snare", "hihat", "bass", "percussion", "fx", "synth", "vocal", "atmo", "drums")  # its order
ROW = 2 * HOP  # frames from one row to the next: 11.6 ms
SLOW = 4_096  # frames of the slow window
LEAST = 192  # rows: a shorter sound is followed by silence up to here (2.2 s), as in training
MOST = round(10.0 * RATE / ROW)  # rows of a window: 10 s


def levels(found: Spectrum) -> Array:
    """Return what the tower hears, [2, BANDS, rows], 0 (silence) to 1 (the loudest band of the sound)."""
    quick = spectrum.decibels(found.bands[::2])
    slow = spectrum.decibels(spectrum.stft(found.mono, SLOW, 2 * ROW) ** 2 @ spectrum.mel(SLOW))
    rows = np.repeat(slow, 2, axis=0)[: len(quick)]
    rows = np.pad(rows, [(0, len(quick) - len(rows)), (0, 0)], mode="edge")
    both = np.stack([quick.T, rows.T])
    return np.asarray(np.clip(both / -FLOOR_DB + 1.0, 0.0, 1.0), np.float32)


def windows(heard: Array) -> Array:
    """Return [n, 2, BANDS, rows]: one window of LEAST to MOST rows, or several of MOST that cover the sound evenly."""
    rows = heard.shape[-1]
    if rows <= MOST:
        return np.pad(heard, [(0, 0), (0, 0), (0, max(0, LEAST - rows))])[None]
    count = -(-rows // MOST)
    starts = np.linspace(0, rows - MOST, count).round().astype(int)
    return np.stack([heard[:, :, at : at + MOST] for at in starts])


class Ear:
    """The loaded audio tower."""

    def __init__(self, file: Path) -> None:
        """Load the ONNX file; one thread, because workers are many."""
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        self._session: Any = onnxruntime.InferenceSession(str(file), options, providers=["CPUExecutionProvider"])

    def hear(self, found: Spectrum) -> tuple[Array, dict[str, float]]:
        """Return the L2-normalised vector [512] of a sound, and how likely each category is, in all 1."""
        heard = [self._session.run(None, {"levels": one[None]}) for one in windows(levels(found))]
        mean = np.mean([vectors[0] for vectors, _ in heard], axis=0)
        likely = np.mean([shares[0] for _, shares in heard], axis=0)
        vector = np.asarray(mean / max(float(np.linalg.norm(mean)), 1e-9), np.float32)
        return vector, dict(zip(CATEGORIES, likely.tolist(), strict=True))


def ear(folder: str) -> Ear:
    """Return the audio tower of a model's folder, loaded once per process and again when the file is another one."""
    file = Path(folder) / "audio.onnx"
    status = file.stat()
    return _loaded(file, status.st_ino, status.st_mtime_ns)


@lru_cache(maxsize=1)
def _loaded(file: Path, inode: int, mtime_ns: int) -> Ear:
    return Ear(file)
