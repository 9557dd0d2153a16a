"""What recording, mixing and transport do to a sound, drawn at random. Runs on: any process, offline.

A sound of a library has been through a microphone, a room, a sampler, a mastering chain; one that comes straight from a
synthesiser has not. Each step that changes what may truly be said of the sound adds that as a claim.
"""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import soxr

from ..effects import crush, echo, room, saturate, width
from ..filters import bell, chain, highpass, lowpass, through, tilt
from ..signals import RATE, Rng, Signal, landing, length, linear, noise, normal
from .family import PEAK, Clip

LONGEST = 8.0  # seconds that are kept of a worn sound
Step = Callable[[Signal, Rng], tuple[Signal, set[str]]]


def worn(clip: Clip, rng: Rng, amount: float = 1.0) -> Clip:
    """The clip after some of the steps; `amount` scales how likely each of them is."""
    sound: Signal = clip.sound
    claims: set[str] = set()
    for chance, step in STEPS:
        if rng.random() < chance * amount:
            sound, added = step(sound, rng)
            claims |= added
    sound = sound[:, : length(LONGEST)]
    return replace(clip, sound=np.ascontiguousarray(normal(sound, PEAK), np.float32), claims=clip.claims | claims)


def _speed(sound: Signal, rng: Rng) -> tuple[Signal, set[str]]:
    """Another pitch and speed, as a turntable or a sampler makes it."""
    ratio = float(2.0 ** rng.normal(0.0, 0.25))
    ratio = min(max(ratio, 0.6), 1.7)
    made = soxr.resample(np.ascontiguousarray(sound.T), RATE * ratio, RATE, quality="QQ")
    return np.asarray(made.T, np.float32), set()


def _equaliser(sound: Signal, rng: Rng) -> tuple[Signal, set[str]]:
    bands = [
        bell(float(np.exp(rng.uniform(np.log(60.0), np.log(12_000.0)))), float(rng.normal(0.0, 5.0)), 0.8)
        for _ in range(3)
    ]
    return through(sound, chain(*bands, tilt(float(rng.normal(0.0, 1.0))))), set()


def _narrow(sound: Signal, rng: Rng) -> tuple[Signal, set[str]]:
    """A band that small speakers, telephones and filters leave."""
    low = float(np.exp(rng.uniform(np.log(25.0), np.log(250.0))))
    high = float(np.exp(rng.uniform(np.log(2_500.0), np.log(16_000.0))))
    return through(sound, chain(highpass(low), lowpass(high))), set()


def _drive(sound: Signal, rng: Rng) -> tuple[Signal, set[str]]:
    drive = float(rng.uniform(3.0, 24.0))
    return saturate(sound, drive, float(rng.uniform(0.0, 0.3))), {"distorted"} if drive > 15.0 else set()


def _sampler(sound: Signal, rng: Rng) -> tuple[Signal, set[str]]:
    """Few bits and a low rate."""
    bits, hold = float(rng.uniform(5.0, 12.0)), int(rng.integers(1, 6))
    return crush(sound, bits, hold), {"lofi"} if bits < 8.0 or hold > 3 else set()


def _room(sound: Signal, rng: Rng) -> tuple[Signal, set[str]]:
    seconds = float(np.exp(rng.uniform(np.log(0.15), np.log(4.0))))
    level = float(rng.uniform(0.05, 0.9))
    made = room(sound, seconds, float(rng.uniform(1_500.0, 9_000.0)), level, rng)
    return made, {"wet"} if seconds > 0.9 and level > 0.35 else set()


def _echo(sound: Signal, rng: Rng) -> tuple[Signal, set[str]]:
    made = echo(sound, float(rng.uniform(0.1, 0.5)), float(rng.uniform(0.2, 0.6)), float(rng.uniform(0.2, 0.6)))
    return made, {"wet", "echo"}


def _hiss(sound: Signal, rng: Rng) -> tuple[Signal, set[str]]:
    level = float(rng.uniform(-65.0, -28.0))
    hiss = through(noise(sound.shape[-1], rng, sound.shape[0]), tilt(float(rng.uniform(-3.0, 1.0))))
    loud = float(np.abs(sound).max(initial=1e-6))
    return sound + hiss * np.float32(linear(level) * loud), {"lofi"} if level > -34.0 else set()


def _cut(sound: Signal, rng: Rng) -> tuple[Signal, set[str]]:
    """Cut short, as a sample is to fit a pattern."""
    frames = max(length(0.06), int(sound.shape[-1] * rng.uniform(0.35, 0.9)))
    return landing(sound[:, :frames], float(rng.uniform(0.002, 0.05))), set()


def _lead(sound: Signal, rng: Rng) -> tuple[Signal, set[str]]:
    """A little silence before and after it, as files have."""
    edges = (length(float(rng.uniform(0.0, 0.04))), length(float(rng.uniform(0.0, 0.5))))
    return np.pad(sound, [(0, 0), edges]), set()


def _middle(sound: Signal, rng: Rng) -> tuple[Signal, set[str]]:
    """Mono, or narrower."""
    return width(sound, float(rng.uniform(0.0, 0.5))), set()


STEPS: tuple[tuple[float, Step], ...] = (
    (0.35, _cut),
    (0.45, _speed),
    (0.25, _sampler),
    (0.35, _drive),
    (0.55, _equaliser),
    (0.30, _narrow),
    (0.40, _room),
    (0.06, _echo),
    (0.30, _hiss),
    (0.20, _middle),
    (0.50, _lead),
)
