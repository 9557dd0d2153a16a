"""How a sound was recorded: microphone, room, sampler, tape, clipping. Runs on: any process, offline."""

import numpy as np

from ..effects import crush, room, saturate
from ..filters import Response, bell, chain, highpass, lowpass, through, tilt
from ..signals import RATE, Rng, Signal, fit, landing, length, linear, noise, normal
from .dice import chance, pick, ratio, uniform
from .family import Family, Made, Make

LONGEST = 3.0  # s of a one-shot
SHORTEST = 0.05
SAMPLING = ("linndrum", "dmx", "drumtraks", "707", "505")  # drum machines that play short recordings
QUIET = -60.0  # dB below the peak, what follows is cut


def shot(
    name: str, make: Make, *claims: str, weight: float = 1.0, plain: float = 0.45, longest: float = LONGEST
) -> Family:
    """A family of one-shots of at most `longest` s, recorded in any way; the share `plain` is left dry and clean."""

    def made(rng: Rng) -> Made:
        sound, true = make(rng)
        if chance(rng, 0.85 if "acoustic" in claims else 0.3):
            sound = miked(sound, rng)
        taken, added = take(sound, rng, plain, longest)
        return taken, true | added

    return Family(name, ("one_shot", *claims), made, weight)


def take(sound: Signal, rng: Rng, plain: float = 0.45, longest: float = LONGEST) -> Made:
    """A one-shot as some microphone, sampler or tape has it, 0.05 to `longest` s, and what is true of that."""
    pressed = squeezed(sound, uniform(rng, 0.05, 0.5)) if chance(rng, 0.35) else normal(sound)
    made, claims = _kept(through(pressed, tone(rng)), rng, plain)
    return ended(made, longest), claims


def miked(sound: Signal, rng: Rng) -> Signal:
    """The sound as a microphone hears it: with what rattles along, and with the walls nearby."""
    level = np.mean(np.abs(normal(sound)), axis=0)
    size = length(0.006)
    follow = np.convolve(level, np.full(size, 1.0 / size, np.float32), "same") ** uniform(rng, 0.6, 1.0)
    rattle = through(
        noise(len(level), rng), chain(lowpass(ratio(rng, 700.0, 9000.0)), highpass(ratio(rng, 40.0, 400.0)))
    )
    made = normal(sound) + normal(rattle * follow) * np.float32(ratio(rng, 0.003, 0.12))
    near = room(made, ratio(rng, 0.05, 0.5), ratio(rng, 1200.0, 9000.0), ratio(rng, 0.03, 0.5), rng)
    return near if chance(rng, 0.4) else near.mean(axis=0, keepdims=True)


def tone(rng: Rng) -> Response:
    """Some equaliser: a slope and two gentle bands."""
    bands = [bell(ratio(rng, 80.0, 9000.0), uniform(rng, -6.0, 5.0), uniform(rng, 0.5, 1.6)) for _ in range(2)]
    return chain(tilt(float(rng.normal(0.0, 1.0))), *bands, highpass(ratio(rng, 15.0, 35.0)))


def _kept(made: Signal, rng: Rng, plain: float) -> Made:
    if chance(rng, plain):
        return made, set()
    way = rng.random()
    if way < 0.38:
        return room(made, ratio(rng, 0.1, 0.7), ratio(rng, 1500.0, 9000.0), ratio(rng, 0.05, 0.7), rng), set()
    if way < 0.5:
        wet = room(made, ratio(rng, 0.9, 2.8), ratio(rng, 1500.0, 8000.0), ratio(rng, 0.35, 1.2), rng)
        return wet, {"wet"}
    if way < 0.66:
        return sampled(made, rng), {"lofi"}
    if way < 0.84:
        return through(
            saturate(made, uniform(rng, 2.0, 9.0), uniform(rng, 0.0, 0.2)), lowpass(ratio(rng, 5e3, 18e3))
        ), set()
    drive = uniform(rng, 3.0, 18.0)
    clipped = np.clip(normal(made) * np.float32(linear(drive)), -1.0, 1.0)
    return clipped, {"distorted"} if drive > 10.0 else set()


def squeezed(signal: Signal, amount: float) -> Signal:
    """The signal with its quiet parts raised: a compressor; `amount` 0 to 1."""
    level = np.mean(np.abs(signal), axis=0)
    size = length(0.02)
    total = np.cumsum(np.pad(level, (size // 2, size - size // 2)), dtype=np.float64)
    smooth = (total[size:] - total[:-size]) / size
    gain = (smooth / (np.max(smooth) + 1e-9) + 0.03) ** -amount
    made: Signal = (signal * gain).astype(np.float32)
    return normal(made)


def sampled(sound: Signal, rng: Rng) -> Signal:
    """The sound out of an early sampler: few bits, a low rate, its mirror images more or less filtered."""
    hold = int(rng.integers(2, 6))
    low = through(sound, lowpass(0.45 * RATE / hold, order=4)) if chance(rng, 0.6) else sound
    made = crush(normal(low), pick(rng, (6.0, 8.0, 8.0, 10.0, 12.0)), hold)
    return through(made, lowpass(ratio(rng, 3500.0, 14_000.0)))


def ended(sound: Signal, longest: float = LONGEST) -> Signal:
    """The sound without what is inaudible at its end, 0.05 to `longest` s, fading to zero."""
    level = np.max(np.abs(sound), axis=0)
    loud = np.flatnonzero(level > np.max(level) * linear(QUIET))
    frames = int(loud[-1]) + length(0.005) if len(loud) else 1
    made = fit(sound, min(max(frames, length(SHORTEST)), length(longest)))
    return landing(made, 0.15 if frames > length(longest) else 0.004)


def doubled(sound: Signal, rng: Rng) -> Signal:
    """The sound struck twice within some 10 to 60 ms, the first softer: a flam."""
    late = length(uniform(rng, 0.01, 0.06))
    made = np.zeros((sound.shape[0], sound.shape[1] + late), np.float32)
    made[:, : sound.shape[1]] = sound * np.float32(uniform(rng, 0.3, 0.8))
    made[:, late:] += sound
    return made
