"""The same mixdown by us and by scsynth: stereo WAV files to one stereo WAV file. Runs on: bench.

Both find the tracks in the system's file cache and write 16 bits; no limiter has anything to do. Of neither the start
counts: ours is a call in a process that runs and has compiled its code, as a worker has, and from scsynth's time that
of an empty score is taken off. Ours adds dither, and at its end the file is on disk; scsynth leaves it in the cache.
"""

import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import soundfile

from liveengine.cli.peers import scsynth, work
from liveengine.errors import DiskFull, Unavailable
from liveengine.units import level_of

TRACKS = 16
SECONDS = 360.0
_PIECE = 10 * scsynth.RATE  # frames of noise that a track repeats
_PEAK = 0.2  # linear; all tracks together stay below full scale


@dataclass(frozen=True)
class Mixdown:
    """The seconds that one mixdown took."""

    ours: float
    command: float  # `liveengine mix` as a whole, with Python's start
    theirs: float
    start: float  # scsynth's, which is not in `theirs`
    apart: float  # the largest difference between both files' samples, in steps of 16 bits


def write_tracks(folder: Path, tracks: int, seconds: float) -> list[Path]:
    """Write the tracks; raises DiskFull when there is not room for them and for three mixes."""
    frames = int(seconds * scsynth.RATE)
    needed = (tracks + 3) * frames * 4
    if shutil.disk_usage(folder).free < needed:
        raise DiskFull(f"the mixdown needs {needed >> 20:,} MiB in {folder}; set TMPDIR to a folder that has them")
    paths = [folder / f"track{n}.wav" for n in range(tracks)]
    for n, path in enumerate(paths):
        piece = np.random.default_rng(n).uniform(-_PEAK, _PEAK, (_PIECE, 2)).astype(np.float32)
        with soundfile.SoundFile(path, "w", scsynth.RATE, 2, "PCM_16") as file:
            for first in range(0, frames, _PIECE):
                file.write(piece[: frames - first])
    return paths


def measure(tracks: list[Path], seconds: float, folder: Path) -> Mixdown:
    """Mix the tracks down, first by us, then by scsynth."""
    from liveengine.jobs import mix

    ours, theirs = folder / "ours.wav", folder / "theirs.wav"
    gains = [level_of(work.LEVEL)] * len(tracks)
    began = time.perf_counter()
    mix.run({"paths": [str(path) for path in tracks], "path": str(ours), "gains": gains}, lambda *_: None)
    took = time.perf_counter() - began
    start = scsynth.render(work.mixdown([], 0.0), folder, folder / "empty.wav", block=work.MIXDOWN_BLOCK)
    whole = scsynth.render(work.mixdown(tracks, seconds), folder, theirs, block=work.MIXDOWN_BLOCK)
    return Mixdown(took, command(tracks, gains, folder / "command.wav"), whole - start, start, apart(ours, theirs))


def command(tracks: Sequence[Path], gains: Sequence[float], out: Path) -> float:
    """Return the seconds that the user waits for `liveengine mix`; raises Unavailable."""
    words = [*map(str, tracks), "--output", str(out), "--gain", *map(str, gains)]
    began = time.perf_counter()
    program = [sys.executable, "-m", "liveengine", "mix"]
    done = subprocess.run([*program, *words], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise Unavailable(f"`liveengine mix` did not mix the tracks: {done.stderr.strip()[-200:]}")
    return time.perf_counter() - began


def apart(ours: Path, theirs: Path) -> float:
    """Return how far the first second of two 16-bit files lies apart, in steps."""
    one, other = (soundfile.read(path, scsynth.RATE, dtype="int16")[0].astype(int) for path in (ours, theirs))
    count = min(len(one), len(other))
    return float(np.abs(one[:count] - other[:count]).max())
