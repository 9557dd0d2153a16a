"""Finished files as the Fabrik's workers leave them, for the tests of what becomes of them."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import soundfile

from liveengine.fabrik.entering import Made
from liveengine.stems.lineage import Lineage

RATE = 48_000


def beep(path: Path, hertz: float = 60.0, seconds: float = 0.4) -> Path:
    """Write a decaying sine of 24 bits."""
    time = np.arange(round(seconds * RATE)) / RATE
    path.parent.mkdir(parents=True, exist_ok=True)
    sound = 0.7 * np.sin(2 * np.pi * hertz * time) * np.exp(-8 * time)
    soundfile.write(path, sound, RATE, subtype="PCM_24", format="WAV")
    return path


def made(path: Path, *parents: int, **said: Any) -> Made:
    """A generated kick of 60 Hz, made from these stems in equal shares, with what is said besides."""
    line = Lineage(
        "generate", tuple((parent, 1 / len(parents)) for parent in parents), "vae-kick-0a", "0a" * 16, 7,
        np.array([0.5, -1.0], "<f4").tobytes(), {"mode": "random"},
    )  # fmt: skip
    return replace(Made(path, "kick", line, "generated"), **said)
