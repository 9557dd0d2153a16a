"""Snares without a bright top: tones with noise behind a filter, dry heads. Runs on: any process, offline."""

import numpy as np

from ..effects import crush, saturate
from ..envelopes import attack, decay
from ..filters import bandpass, bell, highpass, lowpass, through
from ..oscillators import phase, sine
from ..signals import Rng, Signal, length, mix, noise, normal
from .bodies import bank, blow
from .dice import chance, ratio, uniform
from .family import Made, share
from .snares import drum
from .takes import shot


def tone(rng: Rng, low: float, high: float, seconds: float) -> Signal:
    """A sine that falls a little, `[1, frames]`."""
    frames = length(seconds)
    pitch = ratio(rng, low, high) * (1.0 + ratio(rng, 0.02, 3.0) * decay(frames, ratio(rng, 0.01, 0.15)))
    made: Signal = (sine(phase(pitch, frames)) * decay(frames, seconds) * attack(frames, 0.0005))[None]
    return made


def filtered(rng: Rng) -> Made:
    """A low or middle tone and noise that ends between 1 and 6 kHz, in bands that move down or stay."""
    seconds = ratio(rng, 0.15, 1.4)
    frames = length(seconds)
    top = ratio(rng, 1000, 6000)
    breath: Signal = through(noise(frames, rng), lowpass(top, uniform(rng, 0.7, 4.0), 4)) * decay(frames, seconds)
    if chance(rng, 0.6):
        breath = through(breath, highpass(ratio(rng, 150, 900)))
    body = tone(rng, 45, 320, seconds * ratio(rng, 0.3, 1.2))
    tick = blow(ratio(rng, 700, 4000), 0.6, ratio(rng, 0.003, 0.02), rng)
    made = mix(
        normal(breath) * np.float32(ratio(rng, 0.15, 1.0)),
        body * np.float32(ratio(rng, 0.1, 1.0)),
        tick * np.float32(ratio(rng, 0.03, 0.8)),
    )
    pressed = saturate(made, uniform(rng, 0, 12))
    if chance(rng, 0.15):
        return crush(normal(pressed), uniform(rng, 4, 9), int(rng.integers(1, 6))), {"bitcrushed"}
    return pressed, set()


def swept(rng: Rng) -> Made:
    """Noise through a resonance between 1 and 7 kHz that rings on: the filtered snares of synthesisers."""
    seconds, hertz = ratio(rng, 0.15, 1.6), ratio(rng, 1000, 6500)
    frames = length(seconds)
    rung: Signal = through(noise(frames, rng), bandpass(hertz, ratio(rng, 1.0, 8.0))) * decay(frames, seconds)
    crack = blow(hertz * uniform(rng, 0.3, 1.2), 0.6, ratio(rng, 0.004, 0.04), rng)
    body = tone(rng, 110, 400, ratio(rng, 0.05, 0.4))
    made = mix(normal(rung), crack * np.float32(ratio(rng, 0.2, 1.5)), body * np.float32(ratio(rng, 0.02, 0.6)))
    return saturate(made, uniform(rng, 0, 10)), set()


def headed(rng: Rng) -> Made:
    """Mostly the head: a tuned crack between 150 and 350 Hz, the wires far behind."""
    made = drum(rng, wires=ratio(rng, 0.03, 0.4), stick=ratio(rng, 0.1, 0.8), tuned=(150.0, 360.0))
    ring = bank(rng.uniform(160, 420, 2), 1.0, rng.uniform(0.06, 0.4, 2), length(0.4), rng, soft=0.05)
    made = mix(made, normal(ring[None]) * np.float32(ratio(rng, 0.1, 1.0)))
    return through(made, bell(ratio(rng, 160, 300), uniform(rng, 0, 9), 1.0)), set()


FAMILIES = share(
    0.18,
    shot("snare_filtered", filtered, "snare", "electronic", weight=1.4),
    shot("snare_resonant", swept, "snare", "electronic", weight=1.0),
    shot("snare_head", headed, "snare", weight=1.0),
)
