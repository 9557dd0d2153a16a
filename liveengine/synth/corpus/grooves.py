"""Steps onto time: lines of hits, swing, loose hands, the bus behind a loop. Runs on: any process, offline."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ..effects import crush, room, saturate
from ..filters import chain, highpass, lowpass, through
from ..patterns import hits
from ..signals import RATE, Rng, Signal, landing, length, linear, noise, normal, pan, wide
from .dice import chance, pick, ratio, uniform
from .family import Family, Made, Make
from .takes import sampled, squeezed, tone

SHORTEST, LONGEST = 2.0, 8.0  # s of a loop


@dataclass(frozen=True)
class Line:
    """One instrument of a groove: takes of its sound, its steps (as in `patterns`), level in dB, side -1 to 1."""

    takes: Sequence[Signal]
    steps: str
    level: float = 0.0
    side: float = 0.0


@dataclass(frozen=True)
class Feel:
    """How a groove is played: BPM, steps per bar, bars, lateness of every second step, looseness in seconds."""

    tempo: float
    grid: int = 16
    bars: int = 2
    swing: float = 0.0
    human: float = 0.0
    beats: float = 4.0  # per bar

    @property
    def frames(self) -> int:
        """Length of all bars."""
        return round(self.bars * self.beats * 60.0 / self.tempo * RATE)


def feel(
    rng: Rng, low: float, high: float, *, swing: float = 0.0, human: float = 0.0, grid: int = 16, beats: float = 4.0
) -> Feel:
    """A tempo between two BPM and as many bars as make 2 to 8 seconds; swing and looseness up to the given."""
    tempo = round(ratio(rng, low, high), pick(rng, (0, 0, 1)))
    bar = beats * 60.0 / tempo
    fitting = [bars for bars in (1, 2, 4) if SHORTEST <= bars * bar <= LONGEST] or [2 if bar < SHORTEST else 1]
    return Feel(tempo, grid, pick(rng, fitting), uniform(rng, 0.0, swing), uniform(rng, 0.0, human), beats)


def varied(steps: str, rng: Rng, amount: float = 0.08) -> str:
    """The pattern with some soft hits left out and some ghosts put in."""
    made = [mark for mark in steps if mark not in " |"]
    for place, mark in enumerate(made):
        if mark in "xo," and rng.random() < amount:
            made[place] = pick(rng, (".", "o", "x"))
        elif mark == "." and rng.random() < amount * 0.5:
            made[place] = pick(rng, (",", ",", "o", "x"))
    return "".join(made)


def scattered(rng: Rng, count: int, density: float) -> str:
    """A random pattern in which `density` of the steps sound."""
    return "".join(pick(rng, "Xxxoo,") if rng.random() < density else "." for _ in range(count))


def played(lines: Sequence[Line], how: Feel, rng: Rng, stereo: bool = True) -> Signal:
    """All lines round the loop, `[channels, frames]`; tails that pass the end go on at the beginning."""
    frames, step = how.frames, how.frames / (how.bars * how.grid)
    tail = max(take.shape[-1] for line in lines for take in line.takes)
    out = np.zeros((2 if stereo else 1, frames + tail + RATE), np.float32)
    for line in lines:
        takes = [_sided(take, line.side, stereo) * np.float32(linear(line.level)) for take in line.takes]
        for hit in hits(line.steps, how.bars * how.grid):
            late = how.swing * step if hit.step % 2 else 0.0
            start = int(hit.step * step + late + abs(rng.normal(0.0, how.human)) * RATE)
            take = takes[int(rng.integers(len(takes)))]
            level = np.float32(hit.velocity * rng.uniform(0.85, 1.1))
            out[:, start : start + take.shape[1]] += take * level
    made = out[:, :frames]
    over = out[:, frames : 2 * frames]
    made[:, : over.shape[1]] += over
    return made


def _sided(take: Signal, side: float, stereo: bool) -> Signal:
    if not stereo:
        middle: Signal = take.mean(axis=0, keepdims=True)
        return middle
    return pan(take, side) if side else wide(take)


def dusted(signal: Signal, rng: Rng) -> Signal:
    """The signal off an old record: hiss, crackle, rounded top and bottom."""
    frames = signal.shape[-1]
    clicks = rng.uniform(-1, 1, frames) * (rng.random(frames) < ratio(rng, 3, 60) / RATE)
    floor = noise(frames, rng) * np.float32(ratio(rng, 0.002, 0.02))
    floor += np.asarray(clicks * ratio(rng, 0.05, 0.6), np.float32)
    return through(normal(signal) + floor, chain(lowpass(ratio(rng, 4000, 13_000)), highpass(ratio(rng, 30, 120))))


def bus(made: Signal, rng: Rng, *, rooms: float = 0.2, grit: float = 0.2) -> Made:
    """A loop as it was mixed and recorded: equaliser, room, drive, sampler, dust, and what is true of that."""
    sound, claims = normal(made), set[str]()
    if chance(rng, rooms):
        seconds, level = ratio(rng, 0.15, 1.2), ratio(rng, 0.05, 0.6)
        sound = room(sound, seconds, ratio(rng, 1500, 9000), level, rng, circular=True)
        claims |= {"wet"} if seconds > 0.8 and level > 0.35 else set()
    if chance(rng, 0.4):
        sound = squeezed(sound, uniform(rng, 0.1, 0.6))
    if chance(rng, grit):
        way = rng.random()
        if way < 0.35:
            sound = saturate(sound, uniform(rng, 3.0, 12.0), 0.1)
        elif way < 0.6:
            sound, claims = sampled(sound, rng), claims | {"lofi"}
        elif way < 0.85:
            sound, claims = dusted(sound, rng), claims | {"crackling", "lofi"}
        else:
            sound, claims = (
                crush(normal(sound), uniform(rng, 3.0, 7.0), int(rng.integers(1, 8))),
                claims | {"bitcrushed"},
            )
    return through(sound, tone(rng)), claims


def loop(name: str, make: Make, *claims: str, weight: float = 1.0) -> Family:
    """A family of loops: now and then cut anywhere, at most 8 seconds."""

    def made(rng: Rng) -> Made:
        sound, true = make(rng)
        if chance(rng, 0.15):
            start = int(rng.integers(0, max(1, sound.shape[1] - length(SHORTEST))))
            sound = np.roll(sound, -start, axis=1)[
                :, : max(length(SHORTEST), int(sound.shape[1] * uniform(rng, 0.6, 1.0)))
            ]
        return landing(sound[:, : length(LONGEST)], 0.005), true

    return Family(name, ("loop", *claims), made, weight)
