"""The work that peers do beside us, as scores for scsynth. Runs on: bench.

Each definition is the cheapest that scsynth has for the work: `Balance2` ramps gain and pan in one generator, and
`DiskIn` with a small buffer reads whole files faster than buffers that are loaded before. Nobody waits for a mixdown's
blocks: they are as long as serves scsynth best (1,024 frames; 64 take a tenth longer).
"""

from pathlib import Path

import numpy as np
import soundfile

from liveengine.cli.peers.scsynth import RATE, Message, Score, start
from liveengine.cli.peers.synthdef import Rate, SynthDef, Wire

KINDS = ("unity", "linear", "cubic")  # of voices
STEP = 1.01  # frames per frame where samples are interpolated
_LOOP = RATE  # frames of a loop
_SPREAD = 7919  # frames between the playheads of two voices
_RAMP_SECONDS = 3600.0  # longer than any score
_DISK_FRAMES = 16_384
MIXDOWN_BLOCK = 1_024  # frames
_NONE, _LINEAR = 1.0, 2.0  # BufRd's interpolation
LEVEL = 0.25  # of each track in the mixdown


def _phase(definition: SynthDef, step: float) -> Wire:
    """Return a phase that goes round a loop, beginning at the synth's own place."""
    first = definition.control("first")
    end = definition.sum(Rate.ONCE, first, float(_LOOP))
    return definition.add("Phasor", Rate.AUDIO, (0.0, step, first, end, first))[0]


def voice(kind: str) -> SynthDef:
    """Return a looping stereo voice whose gain and pan are always ramped of one of the `KINDS`."""
    definition = SynthDef(kind, {"buffer": 0.0, "first": 0.0})
    buffer = definition.control("buffer")
    if kind == "cubic":
        first = definition.control("first")
        sound = definition.add("PlayBuf", Rate.AUDIO, (buffer, STEP, 1.0, first, 1.0, 0.0), 2)
    else:
        step, interpolation = {"unity": (1.0, _NONE), "linear": (STEP, _LINEAR)}[kind]
        sound = definition.add("BufRd", Rate.AUDIO, (buffer, _phase(definition, step), 1.0, interpolation), 2)
    pan, gain = (
        definition.add("Line", Rate.CONTROL, (low, high, _RAMP_SECONDS, 0.0))[0]
        for low, high in ((-0.5, 0.5), (0.5, 1))
    )
    definition.add("Out", Rate.AUDIO, (0.0, *definition.add("Balance2", Rate.AUDIO, (*sound, pan, gain), 2)), 0)
    return definition


def voices(kind: str, count: int, seconds: float, noise: Path) -> Score:
    """Return a score of `count` voices, each with a buffer of its own that is read from the file `noise`."""
    score: list[Message] = [("/d_recv", voice(kind).encode())]
    score += [("/b_allocRead", n, str(noise)) for n in range(count)]
    score += [start(kind, n, {"buffer": float(n), "first": float(n * _SPREAD % _LOOP)}) for n in range(count)]
    return Score(score, seconds)


def mixdown(files: list[Path], seconds: float) -> Score:
    """Return a score that sums stereo files, each at `LEVEL`."""
    track = SynthDef("track", {"buffer": 0.0})
    sound = track.add("DiskIn", Rate.AUDIO, (track.control("buffer"), 0.0), 2)
    track.add("Out", Rate.AUDIO, (0.0, *(track.product(Rate.AUDIO, side, LEVEL) for side in sound)), 0)
    score: list[Message] = [("/d_recv", track.encode())]
    for n, file in enumerate(files):
        score += [("/b_alloc", n, _DISK_FRAMES, 2), ("/b_read", n, str(file), 0, -1, 0, 1)]
    return Score([*score, *(start("track", n, {"buffer": float(n)}) for n in range(len(files)))], seconds)


def write_noise(path: Path, seed: int, frames: int = _LOOP, peak: float = 1e-4, sample: str = "FLOAT") -> None:
    """Write a stereo WAV file of noise."""
    noise = np.random.default_rng(seed).uniform(-peak, peak, (frames, 2)).astype(np.float32)
    soundfile.write(path, noise, RATE, sample)
