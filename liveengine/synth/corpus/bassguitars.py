"""Bass guitars and double basses: fingered, picked, slapped, fretless, bowed. Runs on: any process, offline."""

from dataclasses import replace

import numpy as np

from ..effects import saturate
from ..filters import bell, chain, highpass, lowpass, through
from ..plucked import warped
from ..signals import Rng, Signal, clock, noise, normal
from ..sustained import Sustained, sustained
from .dice import chance, ratio, uniform
from .family import share
from .forms import Drawn, Voice, note, phrase
from .guitars import strings


def _electric(rng: Rng, hard: tuple[float, float], noisy: float, buzz: float) -> Voice:
    voice = strings(
        rng,
        ring=ratio(rng, 1.5, 10.0),
        damping=ratio(rng, 0.5, 4.0),
        place=uniform(rng, 0.06, 0.3),
        pickup=uniform(rng, 0.06, 0.3),
        hard=ratio(rng, *hard),
        noisy=noisy,
        buzz=buzz,
        stiffness=ratio(rng, 1e-5, 3e-4),
    )
    drive = uniform(rng, 0.0, 8.0) if chance(rng, 0.8) else uniform(rng, 10, 26)
    tone = chain(highpass(30.0), bell(ratio(rng, 80, 400), uniform(rng, -3, 6)), lowpass(ratio(rng, 900, 7000)))
    return lambda hertz, seconds, velocity: through(saturate(voice(hertz, seconds, velocity), drive, 0.1), tone)


def fingered(rng: Rng) -> Drawn:
    """Plucked with the fingers: round."""
    return _electric(rng, (300, 1800), uniform(rng, 0.0, 0.4), 0.0), set()


def picked(rng: Rng) -> Drawn:
    """Struck with a plectrum: a click and more top."""
    return _electric(rng, (1500, 7000), uniform(rng, 0.3, 0.9), uniform(rng, 0.0, 0.2)), set()


def slapped(rng: Rng) -> Drawn:
    """Thumb and pop: the string hits the frets."""
    return _electric(rng, (3000, 12_000), uniform(rng, 0.3, 0.8), uniform(rng, 0.3, 1.6)), set()


def fretless(rng: Rng) -> Drawn:
    """No frets: the note slides and sings."""
    voice = _electric(rng, (400, 2000), uniform(rng, 0.0, 0.3), uniform(rng, 0.1, 0.6))
    way, speed = uniform(rng, -3, 1), uniform(rng, 4, 6.5)

    def played(hertz: float, seconds: float, velocity: float) -> Signal:
        made = voice(hertz, seconds, velocity)
        time = clock(made.shape[-1])
        swing = 0.25 * np.sin(2 * np.pi * speed * time) * np.clip(time * 2, 0, 1)
        return warped(made, 2 ** ((way * np.exp(-time / 0.06) + swing) / 12))

    return played, {"gliding"}


def upright(rng: Rng) -> Drawn:
    """A double bass plucked: wood, a thump, soon gone."""
    voice = strings(
        rng,
        ring=ratio(rng, 0.6, 3.5),
        damping=ratio(rng, 1.0, 6.0),
        place=uniform(rng, 0.1, 0.4),
        hard=ratio(rng, 300, 2200),
        noisy=uniform(rng, 0.1, 0.7),
        buzz=ratio(rng, 0.01, 0.6),
        knock=ratio(rng, 0.1, 0.8),
        knock_hz=ratio(rng, 70, 220),
    )
    body = chain(
        *(bell(ratio(rng, 60, 900), uniform(rng, -2, 8), 2.0) for _ in range(5)), lowpass(ratio(rng, 1500, 7000))
    )
    slap = uniform(rng, 0.0, 0.25) if chance(rng, 0.3) else 0.0
    dice = np.random.default_rng(rng.integers(2**31))

    def played(hertz: float, seconds: float, velocity: float) -> Signal:
        made = normal(through(voice(hertz, seconds, velocity), body))
        if slap:
            made = made + noise(made.shape[-1], dice) * np.exp(-clock(made.shape[-1]) * 150) * np.float32(slap)
        return made

    return played, {"acoustic", "plucked"}


def bowed(rng: Rng) -> Drawn:
    """A double bass bowed."""
    body = tuple((ratio(rng, 60, 2500), ratio(rng, 40, 400), uniform(rng, -8, 4)) for _ in range(8))
    soft, loud = uniform(rng, -16, -8), uniform(rng, -9, -4)
    given = Sustained(body=body, soft=soft, loud=loud, rise=ratio(rng, 0.04, 0.4), breath=ratio(rng, 0.01, 0.15))

    def played(hertz: float, seconds: float, velocity: float) -> Signal:
        own = np.random.default_rng(round(hertz * 100))
        return sustained(replace(given, root=hertz, seconds=seconds, velocity=velocity), own)

    return played, {"acoustic", "bowed"}


ELECTRIC = ("bass", "bass_guitar", "plucked")
FAMILIES = share(
    0.22,
    note("fingered bass", fingered, 23, 52, *ELECTRIC, seconds=(0.15, 2.5), wet=0.1, weight=1.4),
    note("picked bass", picked, 23, 52, *ELECTRIC, seconds=(0.15, 2.5), wet=0.1),
    note("slap bass", slapped, 23, 55, *ELECTRIC, "slap_bass", seconds=(0.08, 1.2), wet=0.1),
    note("fretless bass", fretless, 25, 55, *ELECTRIC, "fretless_bass", seconds=(0.3, 2.5), wet=0.15, weight=0.7),
    note("upright bass", upright, 23, 52, "bass", "upright_bass", seconds=(0.2, 2.0), wet=0.15),
    note("bowed bass", bowed, 23, 45, "bass", "upright_bass", seconds=(0.6, 3.0), wet=0.2, weight=0.4),
    phrase("bass guitar line", fingered, 26, 48, "bassline", *ELECTRIC, weight=0.7),
    phrase("slap line", slapped, 26, 50, "bassline", "slap_bass", *ELECTRIC, "funk_music", tempo=(90, 125), weight=0.4),
    phrase("walking bass", upright, 26, 48, "bassline", "bass", "upright_bass", "jazz", weight=0.4),
)
