"""A kit's cymbals and hats as its microphones hear them: long, dark, over a rumble. Runs on: any process, offline."""

import numpy as np

from ..envelopes import attack, decay
from ..filters import bell, chain, highpass, lowpass, through
from ..signals import Rng, Signal, clock, landing, length, mix, noise, normal
from .bodies import bank, blow, plate, spray
from .dice import chance, ratio, uniform
from .family import Made, share
from .takes import shot

LONG = 6.0  # s, what is kept of a cymbal that rings out


def bronze(rng: Rng, seconds: float, *, low: tuple[float, float], wash: float) -> Signal:
    """A disc that rings `seconds`, two channels: below 1 kHz a gong and a wash that outlast the highs by far."""
    frames = length(min(seconds, LONG))
    root, top = ratio(rng, *low), ratio(rng, 4000.0, 16_000.0)
    count = int(rng.integers(4, 18))
    hertz = root * np.sort(np.concatenate([[1.0], rng.uniform(1.05, 12.0, count)]))
    falls = seconds * (hertz / root) ** -uniform(rng, 0.0, 0.35) * rng.uniform(0.5, 1.5, count + 1)
    twins = hertz + rng.uniform(0.3, 25.0, count + 1)  # each mode beats with its other half, as no disc is round
    levels = rng.uniform(0.1, 1.0, count + 1)
    levels = np.concatenate([levels, levels * rng.uniform(0.0, 1.0, count + 1)])
    deep = bank(np.concatenate([hertz, twins]), levels, np.concatenate([falls, falls]), frames, rng, soft=1.0)
    dense = [
        plate((root, top), 45, seconds, frames, rng, slope=uniform(rng, 0.1, 0.7), tilt=uniform(rng, -0.3, 0.8))
        for _ in range(2)
    ]
    bands = [
        (root * uniform(rng, 0.9, 2.0), ratio(rng, 0.2, 2.0), seconds * uniform(rng, 0.4, 1.0)),
        (1500.0, ratio(rng, 0.1, 1.0), seconds * uniform(rng, 0.3, 0.8)),
        (4500.0, ratio(rng, 0.1, 1.5), seconds * uniform(rng, 0.2, 0.7)),
        (10_000.0, ratio(rng, 0.02, 1.0), seconds * uniform(rng, 0.1, 0.5)),
    ]
    made = mix(
        normal(np.stack(dense)),
        normal(deep[None]) * np.float32(ratio(rng, 0.1, 1.5)),
        spray(bands, frames, rng, 2) * np.float32(wash),
    )
    bloom = 1.0 - uniform(rng, 0.0, 0.6) * np.exp(-clock(frames) / ratio(rng, 0.005, 0.15))
    return normal(made * (bloom * attack(frames, ratio(rng, 0.0005, 0.015))).astype(np.float32))


def rumble(rng: Rng, frames: int) -> Signal:
    """What stands and floor carry to the microphones, two channels, peak 1: below 200 Hz, even or dying slowly."""
    made = through(noise(frames, rng, 2), chain(highpass(ratio(rng, 20, 60)), lowpass(ratio(rng, 70, 220), order=4)))
    drum = bank([ratio(rng, 55.0, 200.0)], 1.0, ratio(rng, 0.3, 4.0), frames, rng, soft=1.0)[None]
    falling = decay(frames, ratio(rng, 0.4, 30.0))
    return normal(mix(normal(made) * falling, normal(drum) * np.float32(ratio(rng, 0.05, 1.0))))


def heard(made: Signal, rng: Rng, tip: float = 0.0) -> Signal:
    """The piece over the rumble of the kit, its stick's tip of level `tip`, a dull or clear microphone."""
    stick = blow(ratio(rng, 800.0, 7000.0), uniform(rng, 0.3, 1.2), ratio(rng, 0.005, 0.05), rng) * np.float32(tip)
    thump = blow(ratio(rng, 50.0, 300.0), 0.7, ratio(rng, 0.02, 0.15), rng) * np.float32(ratio(rng, 0.01, 0.6))
    middle = ratio(rng, 250.0, 1300.0)  # where the stick knocks the bronze before it opens up
    knock = bank(middle * rng.uniform(0.7, 1.8, 7), 1.0, rng.uniform(0.03, 0.4, 7), length(0.4), rng, soft=1.0)
    struck = mix(made, stick, normal(knock[None]) * np.float32(ratio(rng, 0.05, 3.0)))
    low = rumble(rng, made.shape[1]) * np.float32(ratio(rng, 0.005, 0.5))
    tone = chain(bell(ratio(rng, 250.0, 900.0), uniform(rng, -3.0, 9.0), 0.8), lowpass(ratio(rng, 5e3, 18e3)))
    return mix(through(struck, tone), thump if chance(rng, 0.5) else low, low)


def crash(rng: Rng) -> Made:
    """On its edge, let ring, softly or hard."""
    made = bronze(rng, ratio(rng, 1.5, 14.0), low=(160.0, 600.0), wash=ratio(rng, 0.1, 1.2))
    return heard(made, rng, ratio(rng, 0.01, 0.2)), set()


def ride(rng: Rng) -> Made:
    """On its bow, let ring."""
    made = bronze(rng, ratio(rng, 2.0, 14.0), low=(180.0, 600.0), wash=ratio(rng, 0.02, 0.5))
    return heard(made, rng, ratio(rng, 0.1, 1.2)), set()


def cup(rng: Rng) -> Made:
    """On its bell: a few partials stand out of the ring."""
    made = bronze(rng, ratio(rng, 1.5, 12.0), low=(200.0, 600.0), wash=ratio(rng, 0.01, 0.2))
    hertz = ratio(rng, 300, 900) * np.sort(np.concatenate([[1.0], rng.uniform(1.3, 9.0, 8)]))
    ring = bank(hertz, rng.uniform(0.2, 1.0, 9), rng.uniform(0.6, 5.0, 9), made.shape[1], rng, soft=0.3)
    return heard(mix(made * np.float32(ratio(rng, 0.1, 1.0)), normal(ring[None])), rng, ratio(rng, 0.05, 0.6)), set()


def splash(rng: Rng) -> Made:
    """Small and thin, yet long over the kit."""
    made = bronze(rng, ratio(rng, 0.8, 5.0), low=(300.0, 1100.0), wash=ratio(rng, 0.1, 0.9))
    return heard(made, rng, ratio(rng, 0.01, 0.3)), set()


def china(rng: Rng) -> Made:
    """Turned-up edge: rough, its middle loud."""
    made = bronze(rng, ratio(rng, 0.8, 8.0), low=(160.0, 450.0), wash=ratio(rng, 0.3, 1.5))
    rough = 1.0 + uniform(rng, 0.1, 0.6) * np.sin(2 * np.pi * ratio(rng, 25, 120) * clock(made.shape[1]))
    return heard(made * rough.astype(np.float32), rng, 0.1), set()


def opened(rng: Rng) -> Made:
    """Two hats apart or just touching: they sizzle, then ring on for seconds."""
    made = bronze(rng, ratio(rng, 1.0, 25.0), low=(250.0, 800.0), wash=ratio(rng, 0.1, 1.0))
    sizzle = spray([(ratio(rng, 3000, 9000), 1.0, ratio(rng, 0.2, 12.0))], made.shape[1], rng, 2)
    return heard(mix(made, sizzle * np.float32(ratio(rng, 0.05, 1.0))), rng, ratio(rng, 0.03, 0.5)), set()


def closed(rng: Rng) -> Made:
    """Pressed together: a chick of bronze from 300 Hz up, and then the kit's silence."""
    seconds = ratio(rng, 0.04, 0.6)
    made = bronze(rng, seconds, low=(280.0, 1200.0), wash=ratio(rng, 0.2, 1.5))
    made = np.pad(landing(made, 0.01), [(0, 0), (0, length(uniform(rng, 0.01, 1.5)))])
    return heard(made, rng, ratio(rng, 0.05, 1.0)), set()


def trodden(rng: Rng) -> Made:
    """Shut by the foot: two discs meet with a thump of air, and may ring a little."""
    made = closed(rng)[0]
    ring = bronze(rng, ratio(rng, 0.2, 1.2), low=(250.0, 700.0), wash=0.2) * np.float32(ratio(rng, 0.01, 0.2))
    return mix(through(made, lowpass(ratio(rng, 3000, 14_000))), ring), set()


def bumped(rng: Rng) -> Made:
    """A short hat with a bump of 30 to 100 Hz below it, as a hand on the stand or a bad edit leaves it."""
    made = closed(rng)[0]
    bump = bank([ratio(rng, 30.0, 100.0)], 1.0, ratio(rng, 0.05, 0.3), length(0.3), rng, soft=0.5)
    return mix(normal(made), normal(bump[None]) * np.float32(ratio(rng, 0.2, 1.5))), set()


C = "cymbal"
FAMILIES = share(
    0.38,
    shot("crash_live", crash, C, "crash", "acoustic", weight=1.4, longest=LONG),
    shot("ride_live", ride, C, "ride", "acoustic", weight=1.3, longest=LONG),
    shot("ride_bell_live", cup, C, "ride", "ride_bell", "acoustic", weight=0.8, longest=LONG),
    shot("splash_live", splash, C, "splash", "acoustic", weight=0.8, longest=LONG),
    shot("china_live", china, C, "china", "acoustic", weight=0.7, longest=LONG),
    shot("hat_open_live", opened, "hihat", "open_hat", "acoustic", weight=1.2, longest=LONG),
    shot("hat_closed_live", closed, "hihat", "closed_hat", "acoustic", weight=1.2),
    shot("hat_foot_live", trodden, "hihat", "pedal_hat", "closed_hat", "acoustic", weight=0.6),
    shot("hat_bumped", bumped, "hihat", "closed_hat", weight=0.5),
)
