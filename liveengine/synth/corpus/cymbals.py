"""Cymbals: ride, crash, splash, china, bell, rolls. Runs on: any process, offline."""

import numpy as np

from ..effects import crush, room
from ..envelopes import attack
from ..filters import bell, chain, highpass, lowpass, through
from ..signals import RATE, Rng, Signal, clock, length, mix, normal
from .bodies import bank, blow, plate, spray
from .dice import chance, pick, ratio, uniform
from .family import Made, share
from .takes import shot


def sheet(
    rng: Rng, seconds: float, low: float, *, wash: float, rise: float = 0.0006, sides: int = 2, count: int = 70
) -> Signal:
    """A sheet of bronze: modes from `low` Hz up, a wash of noise whose lows outlast its highs; it opens up slowly."""
    frames = length(min(seconds * 1.05, 3.0))
    top, tilt = uniform(rng, 12_000.0, 17_800.0), uniform(rng, 0.2, 0.9)
    rows = [
        plate((low, top), count, seconds, frames, rng, slope=uniform(rng, 0.0, 0.4), tilt=tilt) for _ in range(sides)
    ]
    bands = [
        (900.0, ratio(rng, 0.02, 0.5), seconds),
        (3000.0, 1.0, seconds * 0.8),
        (6500.0, ratio(rng, 0.5, 2.0), seconds * 0.8),
        (11_000.0, ratio(rng, 0.3, 2.0), seconds * 0.6),
    ]
    hiss = spray(bands, frames, rng, sides)
    bloom = 1.0 - uniform(rng, 0.0, 0.6) * np.exp(-clock(frames) / ratio(rng, 0.01, 0.12))
    made = normal(np.stack(rows)) * np.float32(1.0 - 0.6 * wash) + hiss * np.float32(wash)
    return normal(made * attack(frames, rise) * bloom.astype(np.float32))


def tip(rng: Rng, level: float) -> Signal:
    """The wooden or nylon tip of a stick on bronze: a ping without pitch."""
    return blow(ratio(rng, 2500.0, 8000.0), uniform(rng, 0.5, 1.5), ratio(rng, 0.008, 0.06), rng) * np.float32(level)


def ride(rng: Rng) -> Made:
    """The tip of a stick on the bow: a clear ping over a quiet, even wash."""
    seconds = ratio(rng, 1.2, 8.0)
    made = sheet(rng, seconds, ratio(rng, 300, 900), wash=uniform(rng, 0.05, 0.5), count=int(rng.integers(40, 80)))
    hertz = ratio(rng, 1800, 5500)
    ping = bank(
        hertz * rng.uniform(0.7, 1.6, 8), rng.uniform(0.3, 1, 8), ratio(rng, 0.2, 2.5), length(2.0), rng, soft=1.0
    )
    return mix(
        made * np.float32(ratio(rng, 0.15, 0.8)),
        normal(ping[None]) * np.float32(ratio(rng, 0.15, 0.9)),
        tip(rng, ratio(rng, 0.2, 1.2)),
    ), set()


def cup(rng: Rng) -> Made:
    """The cup of a ride: a few strong partials like a bell."""
    root, seconds = ratio(rng, 450, 1300), ratio(rng, 0.8, 5.0)
    frames = length(min(seconds * 1.05, 3.0))
    partials = root * np.array([1, 1.52, 2.1, 2.74, 3.4, 4.2, 5.3]) * rng.uniform(0.93, 1.07, 7)
    ring = bank(partials, rng.uniform(0.3, 1, 7), seconds * rng.uniform(0.3, 1, 7), frames, rng)
    made = sheet(rng, seconds, ratio(rng, 400, 900), wash=0.2, sides=1)
    return mix(normal(ring[None]), made * np.float32(ratio(rng, 0.1, 0.6)), tip(rng, ratio(rng, 0.1, 0.8))), set()


def crash(rng: Rng) -> Made:
    """The shoulder of a stick on the edge: an outburst of everything that fades for seconds."""
    made = sheet(
        rng, ratio(rng, 1.8, 8.0), ratio(rng, 220, 900), wash=uniform(rng, 0.3, 0.8), rise=ratio(rng, 0.0005, 0.012)
    )
    if chance(rng, 0.12):
        cut = length(ratio(rng, 0.15, 0.7))
        made = made[:, :cut] * np.clip((cut - np.arange(cut)) / length(0.06), 0, 1).astype(np.float32)
    return made, set()


def soft(rng: Rng) -> Made:
    """A cymbal touched softly, by stick or mallet."""
    made = sheet(
        rng, ratio(rng, 1.2, 6.0), ratio(rng, 220, 900), wash=uniform(rng, 0.1, 0.5), rise=ratio(rng, 0.003, 0.08)
    )
    return through(made, lowpass(ratio(rng, 3000, 10_000))), set()


def splash(rng: Rng) -> Made:
    """A small thin cymbal: quick, bright, gone."""
    return mix(
        sheet(rng, ratio(rng, 0.6, 3.5), ratio(rng, 400, 1400), wash=uniform(rng, 0.2, 0.7)),
        tip(rng, ratio(rng, 0.03, 0.4)),
    ), set()


def china(rng: Rng) -> Made:
    """Turned-up edge: trashy, dark, rough."""
    made = sheet(rng, ratio(rng, 0.8, 4.0), ratio(rng, 180, 500), wash=uniform(rng, 0.4, 0.9))
    rough = 1.0 + 0.5 * np.sin(2 * np.pi * ratio(rng, 25, 90) * clock(made.shape[1]))
    return through(made * rough.astype(np.float32), bell(ratio(rng, 500, 1500), uniform(rng, 2, 8))), set()


def swell(rng: Rng) -> Made:
    """A roll with mallets that grows: rising out of nothing."""
    rise = uniform(rng, 0.7, 2.4)
    frames = length(min(rise + ratio(rng, 0.2, 0.8), 3.0))
    made = normal(np.stack([plate((250, 15_000), 60, 9.0, frames, rng) for _ in range(2)])) + spray(
        [(2500, 1, 9), (7000, 1, 9)], frames, rng, 2
    )
    level = np.minimum((clock(frames) / rise) ** uniform(rng, 1.2, 3.0), np.exp(-(clock(frames) - rise) * 5))
    return through(made * level.astype(np.float32), highpass(ratio(rng, 100, 800))), {"rising"}


def machine(rng: Rng, kind: str) -> Signal:
    """A cymbal of a machine: clashing squares, high-passed, or a crushed recording of a real one."""
    if chance(rng, 0.5):
        long, wash = (ratio(rng, 1.2, 6), 0.6) if kind == "crash" else (ratio(rng, 0.9, 4), 0.2)
        made = mix(
            sheet(rng, long, ratio(rng, 300, 900), wash=wash, sides=1), tip(rng, 0.2 if kind == "crash" else 0.7)
        )
        return through(
            crush(normal(made), pick(rng, (5.0, 6.0, 8.0)), int(rng.integers(1, 4))), lowpass(ratio(rng, 7e3, 15e3))
        )
    seconds = ratio(rng, 0.8, 2.9)
    frames = length(seconds)
    roots = ratio(rng, 200, 600) * np.array([1, 1.48, 1.80, 2.55, 2.63, 3.9])
    partials = np.concatenate([roots * k for k in range(3, 30, 2)])
    tones = bank(partials, 1 / (partials / 2000), seconds * uniform(rng, 0.6, 1.1), frames, rng, soft=1.0)
    noise = spray([(ratio(rng, 4e3, 9e3), 1.0, seconds)], frames, rng) * np.float32(0.7 if kind == "crash" else 0.15)
    return through(mix(normal(tones[None]), noise), highpass(ratio(rng, 1500, 5000)))


def machine_crash(rng: Rng) -> Made:
    """The crash of a drum machine."""
    return machine(rng, "crash"), set()


def machine_ride(rng: Rng) -> Made:
    """The ride of a drum machine."""
    return machine(rng, "ride"), set()


def electric(rng: Rng) -> Made:
    """Ring-modulated, filtered, short: an electronic cymbal."""
    made = machine(rng, "crash")
    ring = np.sin(2 * np.pi * ratio(rng, 100, 5000) * clock(made.shape[1])).astype(np.float32)
    return made * ring * attack(made.shape[1], 0.001), set()


def roomy(rng: Rng) -> Made:
    """A crash from afar, in a hall."""
    made = crash(rng)[0]
    return room(made, ratio(rng, 0.8, 2.5), ratio(rng, 2000, 8000), ratio(rng, 0.4, 1.2), rng), {"wet"}


def stack(rng: Rng) -> Made:
    """Two cymbals on one stand: a dry, dirty burst."""
    made = sheet(rng, ratio(rng, 0.2, 1.0), ratio(rng, 250, 800), wash=uniform(rng, 0.4, 0.9))
    return through(made, chain(bell(ratio(rng, 1500, 5000), 5.0), highpass(ratio(rng, 150, 700)))), set()


def sizzle(rng: Rng) -> Made:
    """A ride with rivets: its tail sizzles."""
    made, _ = ride(rng)
    frames = made.shape[1]
    hits = rng.uniform(-1, 1, frames) * (rng.random(frames) < 700 / RATE)
    hits *= np.exp(-clock(frames) * uniform(rng, 0.6, 2.5))
    rattle = through(hits[None].astype(np.float32), highpass(4500.0))
    return mix(made, normal(rattle) * np.float32(ratio(rng, 0.1, 0.4))), set()


FAMILIES = share(
    0.506,
    shot("ride", ride, "cymbal", "ride", "acoustic", weight=2.0),
    shot("ride_bell", cup, "cymbal", "ride", "ride_bell", "acoustic"),
    shot("ride_sizzle", sizzle, "cymbal", "ride", "acoustic", "jazz", weight=0.5),
    shot("crash", crash, "cymbal", "crash", "acoustic", weight=2.0),
    shot("crash_room", roomy, "cymbal", "crash", "acoustic", weight=0.6, plain=0.9),
    shot("cymbal_soft", soft, "cymbal", "acoustic"),
    shot("splash", splash, "cymbal", "splash", "acoustic", weight=1.2),
    shot("china", china, "cymbal", "china", "acoustic", weight=0.8),
    shot("cymbal_swell", swell, "cymbal", "cymbal_roll", "swelling", "acoustic", weight=2.0),
    shot("cymbal_stack", stack, "cymbal", "acoustic", weight=0.4),
    shot("crash_machine", machine_crash, "cymbal", "crash", "electronic", "drum_machine"),
    shot("ride_machine", machine_ride, "cymbal", "ride", "electronic", "drum_machine"),
    shot("cymbal_electronic", electric, "cymbal", "electronic", weight=0.8),
)
