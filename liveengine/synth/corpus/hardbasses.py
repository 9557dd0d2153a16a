"""Basses that move or bite: reese, wobble, growl, hardcore, hoover. Runs on: any process, offline."""

import numpy as np

from ..bass import Bass, bass
from ..effects import chorus, crush, fold, saturate
from ..envelopes import attack, gate
from ..filters import bandpass, chain, formants, highpass, lowpass, moving, through
from ..oscillators import supersaw
from ..plucked import warped
from ..signals import RATE, Rng, Signal, clock, length, linear, normal
from .basses import analog, bright, modulated
from .dice import chance, pick, ratio, uniform
from .family import share
from .forms import Drawn, note, phrase, played


def reese(rng: Rng) -> Drawn:
    """Two to five detuned saws that beat against each other, dark."""
    voice = played(
        rng,
        bass,
        Bass(
            wave=pick(rng, ("saw", "saw", "square")),
            voices=int(rng.integers(2, 6)),
            detune=ratio(rng, 10, 60),
            cutoff=ratio(rng, 150, 6000),
            envelope=uniform(rng, -0.5, 1.0),
            resonance=uniform(rng, 0.0, 0.6),
            sub=uniform(rng, 0.0, 0.7),
            wobble=pick(rng, (0.0, uniform(rng, 0.3, 1.2))),
            wobble_hz=ratio(rng, 0.2, 2.0),
            body=4.0,
            sustain=0.9,
            rise=ratio(rng, 0.003, 0.1),
            drive=uniform(rng, 2, 18),
            grit=pick(rng, (0.0, uniform(rng, 0.0, 0.5))),
        ),
    )
    return voice, {"detuned"}


def wobble(rng: Rng) -> Drawn:
    """The filter swings in time: wubs."""
    voice = played(
        rng,
        bass,
        Bass(
            wave=pick(rng, ("saw", "square")),
            voices=int(rng.integers(1, 4)),
            detune=ratio(rng, 4, 30),
            cutoff=ratio(rng, 200, 900),
            envelope=0.0,
            wobble=uniform(rng, 1.2, 3.0),
            wobble_hz=ratio(rng, 1.0, 14.0),
            resonance=uniform(rng, 0.1, 0.75),
            sub=uniform(rng, 0.2, 0.9),
            body=5.0,
            sustain=1.0,
            drive=uniform(rng, 3, 24),
            grit=uniform(rng, 0.0, 0.6),
        ),
    )
    return voice, {"wobbly"}


def growl(rng: Rng) -> Drawn:
    """A distorted wave through vowels that move: it talks."""
    base, _ = pick(rng, (reese, modulated, wobble))(rng)
    speed, drive = ratio(rng, 0.7, 9.0), uniform(rng, 8, 28)
    low, high = ratio(rng, 250, 600), ratio(rng, 900, 3000)
    throat = formants(((ratio(rng, 300, 800), 120, 0), (ratio(rng, 900, 2200), 160, -4), (2700, 200, -8)), 0.05)

    def voice(hertz: float, seconds: float, velocity: float) -> Signal:
        made = saturate(base(hertz, seconds, velocity), drive, 0.1)
        time = clock(made.shape[-1])
        path = low * (high / low) ** (0.5 + 0.5 * np.sin(2 * np.pi * speed * time))
        upper = normal(moving(made, path, "band", 3.0)) + normal(through(made, throat)) * np.float32(0.5)
        sound = normal(upper) * np.float32(0.8) + through(normal(made), lowpass(150.0)) * np.float32(0.8)
        return normal(saturate(sound, drive * 0.5) * gate(made.shape[-1], seconds, 0.06))

    return voice, {"distorted"}


def hard(rng: Rng) -> Drawn:
    """Driven until it screams: hardcore, industrial, gabber basses; hoovers."""
    base, _ = pick(rng, (reese, analog, bright, modulated))(rng)
    drive, kind = uniform(rng, 18, 44), pick(rng, ("tanh", "tanh", "fold", "clip", "bits"))
    tone = chain(highpass(ratio(rng, 25, 90)), lowpass(ratio(rng, 2500, 14_000)))
    band = ratio(rng, 300, 3000) if chance(rng, 0.4) else 0.0
    fall = uniform(rng, 0.0, 24.0) if chance(rng, 0.3) else 0.0

    def voice(hertz: float, seconds: float, velocity: float) -> Signal:
        made = base(hertz * (2 ** (fall / 24)), seconds, velocity)
        if kind == "fold":
            made = fold(normal(made), drive / 10)
        elif kind == "clip":
            made = np.clip(normal(made) * np.float32(linear(drive)), -1, 1)
        elif kind == "bits":
            made = crush(saturate(made, drive * 0.7), 3.5, 5)
        made = saturate(made, drive * 0.6, 0.1)
        if band:
            made = made + normal(through(made, bandpass(band, 2.0)))
        return normal(through(made, tone) * gate(made.shape[-1], seconds, 0.05))

    return voice, {"distorted"}


def hoover(rng: Rng) -> Drawn:
    """Detuned saws and their sub-octave, a pitch that lurches, chorus."""
    detune, bend = ratio(rng, 15, 70), uniform(rng, -12, 12)
    depth, top, drive = ratio(rng, 0.0008, 0.004), ratio(rng, 2500, 12_000), uniform(rng, 0.0, 18.0)

    def voice(hertz: float, seconds: float, velocity: float) -> Signal:
        own = np.random.default_rng(7)
        frames = length(seconds + 0.1)
        made: Signal = supersaw(hertz, frames, 5, detune, own) + supersaw(hertz / 2, frames, 3, detune / 2, own)
        made = chorus(made, depth, max(1.0, 2.0 * frames / RATE))
        speed = np.exp2(bend / 12 * np.exp(-clock(frames) / np.float32(0.12)))
        made = warped(np.pad(made, [(0, 0), (0, frames)]), speed)
        made = saturate(through(made, lowpass(top)), drive)
        return normal(made * attack(frames, 0.005) * gate(frames, seconds, 0.1))

    return voice, {"detuned"}


FAMILIES = share(
    0.27,
    note(
        "reese", reese, 24, 48, "reese", "bass", "electronic", "drum_and_bass", seconds=(0.3, 4.2), wet=0.1, weight=1.1
    ),
    note("wobble bass", wobble, 26, 48, "wobble_bass", "bass", "electronic", "dubstep", seconds=(0.4, 4.2), wet=0.05),
    note(
        "growl bass",
        growl,
        26,
        50,
        "growl_bass",
        "bass",
        "electronic",
        "neurofunk",
        seconds=(0.2, 3.8),
        wet=0.05,
        weight=1.6,
    ),
    note(
        "hard bass",
        hard,
        26,
        52,
        "hoover_bass",
        "bass",
        "hardcore",
        "electronic",
        seconds=(0.1, 3.0),
        wet=0.1,
        weight=1.4,
    ),
    note("hoover bass", hoover, 26, 50, "hoover_bass", "bass", "hoover", "electronic", seconds=(0.15, 2.0), weight=0.6),
    phrase(
        "reese line",
        reese,
        26,
        45,
        "bassline",
        "reese",
        "bass",
        "electronic",
        "drum_and_bass",
        tempo=(160, 178),
        weight=0.4,
    ),
    phrase(
        "wobble line",
        wobble,
        26,
        45,
        "bassline",
        "wobble_bass",
        "bass",
        "dubstep",
        "electronic",
        tempo=(70, 75),
        weight=0.4,
    ),
    phrase(
        "hard line",
        hard,
        26,
        48,
        "bassline",
        "hoover_bass",
        "bass",
        "hardcore",
        "electronic",
        tempo=(130, 190),
        weight=0.5,
    ),
)
