"""A sound scattered into grains and put together again over its own rhythm. Runs on: worker processes; pure.

Grains come from around their own place, some from elsewhere in it, backwards or at another pitch; what they add up to
gets back the original's rise and fall, so that what was on the grid is on the grid.
"""

from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.ndimage import uniform_filter1d

from liveengine.ml.mutate.wish import Samples, Wish

GRAIN_MS = (140.0, 55.0)  # at amount 0 and 1; shorter near attacks would be heard as noise
OVERLAP = 4  # grains that sound at once
SCATTER_MS = 160.0  # from its place, at amount 1
ELSEWHERE = 0.35  # share of grains, at amount 1, that come from another beat
BACKWARDS = 0.3
PITCHED = 0.4
PITCHES = (12.0, -12.0, 7.0, -5.0)  # semitones
FOLLOW_MS = 6.0  # of the rise and fall that is given back
LIFT = 8.0  # that a quiet grain is raised at most; linear
ATTACK_MS = 30.0  # of each attack that stays as it is ...
BEFORE_MS = 4.0  # ... with what comes just before it
TONAL = frozenset({"bass", "synth", "vocal", "atmo", "other"})


def vary(sound: Samples, wish: Wish) -> Samples:
    """Return the sound [channels, frames] as grains, the more of them the greater the amount; 0 returns it as it is."""
    if wish.amount <= 0.0:
        return sound
    wet = _followed(_scattered(sound, wish), sound, wish)
    share = wish.amount**0.6 * _between_attacks(sound.shape[1], wish)
    made: Samples = (sound + (wet - sound) * share).astype(np.float32)
    return made


def _scattered(sound: Samples, wish: Wish) -> Samples:
    frames, chance = sound.shape[1], wish.chance()
    length = _length(frames, wish)
    hop = max(1, length // OVERLAP)
    count = -(-frames // hop)
    window = np.hanning(length + 2)[1:-1].astype(np.float32)
    out = np.zeros((sound.shape[0], frames + 2 * length), np.float32)
    sums = np.zeros(frames + 2 * length, np.float32)
    padded = np.pad(sound, ((0, 0), (length, 4 * length)), mode="wrap" if wish.round else "constant")
    for number, (source, pitch, backwards) in enumerate(_grains(count, hop, frames, wish, chance)):
        at = number * hop
        out[:, at : at + length] += _grain(padded, length + source, length, pitch, backwards) * window
        sums[at : at + length] += window
    return _wrapped(out, sums, frames, wish)


def _length(frames: int, wish: Wish) -> int:
    slow, fast = GRAIN_MS
    return max(16, min(frames // 2, round((slow + (fast - slow) * wish.amount) * wish.frames_per_ms)))


def _grains(
    count: int, hop: int, frames: int, wish: Wish, chance: np.random.Generator
) -> list[tuple[int, float, bool]]:
    """Return (first frame, pitch ratio, backwards) of each grain."""
    places = np.arange(count) * hop + chance.normal(0.0, wish.amount * SCATTER_MS * wish.frames_per_ms / 2.0, count)
    if wish.beats >= 2.0:
        beat = frames / wish.beats
        jumps = chance.integers(1, max(2, round(wish.beats)), count) * beat
        places += np.where(chance.random(count) < wish.amount * ELSEWHERE, jumps, 0.0)
    pitches = np.zeros(count)
    if wish.category in TONAL:
        chosen = chance.choice(PITCHES, count, p=(0.4, 0.2, 0.2, 0.2))
        pitches = np.where(chance.random(count) < (wish.amount - 0.3) * PITCHED, chosen, 0.0)
    backwards = chance.random(count) < wish.amount * BACKWARDS
    sources = np.round(places).astype(np.int64)
    sources = sources % frames if wish.round else np.clip(sources, 0, max(0, frames - 1))
    rows: Any = zip(sources.tolist(), (2.0 ** (pitches / 12.0)).tolist(), backwards.tolist(), strict=True)
    return list(rows)


def _grain(padded: Samples, first: int, length: int, pitch: float, backwards: bool) -> Samples:
    """Return a grain; at another pitch it is read faster or slower."""
    if pitch == 1.0:
        taken = padded[:, first : first + length]
    else:
        places = first + np.arange(length) * pitch
        whole = places.astype(np.int64)
        part = (places - whole).astype(np.float32)
        taken = padded[:, whole] * (1.0 - part) + padded[:, whole + 1] * part
    return taken[:, ::-1] if backwards else taken


def _wrapped(out: Samples, sums: npt.NDArray[np.float32], frames: int, wish: Wish) -> Samples:
    """Return what the grains add up to, evenly; what is beyond the end goes on at the beginning of a round."""
    if wish.round:
        extra = min(out.shape[1] - frames, frames)
        out[:, :extra] += out[:, frames : frames + extra]
        sums[:extra] += sums[frames : frames + extra]
    made: Samples = (out[:, :frames] / np.sqrt(np.maximum(sums[:frames], 0.25))).astype(np.float32)
    return made


def _followed(wet: Samples, sound: Samples, wish: Wish) -> Samples:
    """Return the grains with the rise and fall of the original."""
    lift = _envelope(sound, wish) / np.maximum(_envelope(wet, wish), 1e-6)
    made: Samples = (wet * np.minimum(lift, LIFT)).astype(np.float32)
    return made


def _envelope(sound: Samples, wish: Wish) -> npt.NDArray[np.float64]:
    power = np.square(sound, dtype=np.float64).mean(axis=0)
    reach = max(3, round(FOLLOW_MS * wish.frames_per_ms))
    smooth = uniform_filter1d(uniform_filter1d(power, reach, mode="wrap"), reach, mode="wrap")
    made: npt.NDArray[np.float64] = np.sqrt(np.maximum(smooth, 0.0))
    return made


def _between_attacks(frames: int, wish: Wish) -> npt.NDArray[np.float32]:
    """Return how much of the grains is heard, frame by frame: attacks stay, less of them the greater the amount."""
    share = np.ones(frames, np.float32)
    rise, body = round(BEFORE_MS * wish.frames_per_ms), round(ATTACK_MS * wish.frames_per_ms)
    dip = np.concatenate([np.linspace(1.0, 0.0, rise), np.linspace(0.0, 1.0, body) ** 2]).astype(np.float32)
    least = max(0.0, wish.amount - 0.5)
    for attack in wish.attacks:
        at = (attack - rise + np.arange(rise + body)) % frames
        share[at] = np.minimum(share[at], np.maximum(dip, least))
    return share
