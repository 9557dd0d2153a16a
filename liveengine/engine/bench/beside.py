"""Work that other processes do during a measurement: an ingest, and a training's matrix products. Runs on: bench.

Both run at the low priority at which the jobs' workers run.
"""

import contextlib
import importlib
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import soundfile

NICE = 10
FILES = 200  # of an ingest; when they are done it begins anew
SECONDS = 4  # of each file
RATE = 48_000


@contextlib.contextmanager
def busy() -> Iterator[list[str]]:
    """Run both until the end; lend the names of what runs."""
    product = "torch" if find_spec("torch") is not None else "numpy"
    names = ["ingest", product]
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder, contextlib.ExitStack() as stack:
        for name in names:
            stack.enter_context(_child(name, folder))
        yield names


@contextlib.contextmanager
def _child(name: str, folder: str) -> Iterator[None]:
    command = [sys.executable, "-m", __name__, name, folder]
    quiet = subprocess.DEVNULL
    with subprocess.Popen(command, stdout=quiet, stderr=quiet, start_new_session=True) as child:
        try:
            yield
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(child.pid, signal.SIGKILL)  # and the workers that it started


def _ingest(folder: Path) -> None:
    """Take the same files into one new library after the other, until somebody ends this."""
    files = folder / "sounds"
    files.mkdir()
    rng = np.random.default_rng(0)
    for number in range(FILES):
        noise = rng.uniform(-0.1, 0.1, (SECONDS * RATE, 2)).astype(np.float32)
        soundfile.write(files / f"noise {number}.wav", noise, RATE, "PCM_16")
    for number in range(1_000_000):
        library = folder / f"library {number}"
        library.mkdir()
        subprocess.run([sys.executable, "-m", "liveengine", "ingest", "--library", library, files], check=False)


def _product(name: str) -> None:
    """Multiply matrices, until somebody ends this."""
    if name == "torch":
        torch = importlib.import_module("torch")  # not the audio side's: it runs here to be in its way

        torch.set_num_threads(1)
        matrix = torch.rand(1024, 1024)
        while True:
            matrix = torch.tanh(matrix @ matrix)
    numbers = np.random.default_rng(0).random((1024, 1024), np.float32)
    while True:
        numbers = np.tanh(numbers @ numbers)


if __name__ == "__main__":
    os.nice(NICE)
    if sys.argv[1] == "ingest":
        _ingest(Path(sys.argv[2]))
    else:
        _product(sys.argv[1])
