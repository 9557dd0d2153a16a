"""Short tracks of the kit's stems whose parts are known, to learn and measure separation by. Runs on: any process.

The kit's loops in one tempo and one key: each is rendered at the tempo that is right after its tape was sped up or
slowed down to the key. Parts come and go every two bars, as in a track; what is sung does not come round as loops do.
"""

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import soxr

from .kit import recipes, render
from .music import NAMES, bar_frames
from .recipe import Recipe
from .signals import RATE, Rng, child, linear, pan, wide

Sound = npt.NDArray[np.float32]

PARTS = ("vocals", "drums", "bass", "other")
_MEMBERS = {  # part: category, how often it is in a track, level in dB RMS, how far it may be panned
    "vocals": (("vocal", 1.0, -18.0, 0.1),),
    "drums": (
        ("kick", 1.0, -15.0, 0.0),
        ("snare", 0.8, -20.0, 0.15),
        ("hihat", 0.9, -26.0, 0.4),
        ("percussion", 0.4, -25.0, 0.6),
    ),
    "bass": (("bass", 1.0, -16.0, 0.0),),
    "other": (("synth", 1.0, -20.0, 0.5), ("atmo", 0.6, -25.0, 0.3)),
}
_THERE = {"vocals": 0.7, "drums": 0.9, "bass": 0.85, "other": 0.85}  # how often it plays in a unit
_SPREAD = 4.0  # dB, how far a level is from the usual one
_UNIT = 2  # bars after which a part may come or go
_SUNG = 0.6  # how often the voice sings single notes instead of a loop
_NOTES = (0, 3, 5, 7, 10, 12)  # semitones above the tonic that are sung
_STEPS = (0, 2, 3, 4, 6, 8, 10, 11, 12, 14)  # sixteenths of a bar at which a note may begin
_FADE_S = 0.01
_PEAK = -1.0  # dBFS


@dataclass(frozen=True)
class Mix:
    """A track and what it was mixed of: the parts sum up to it."""

    tempo: float
    parts: dict[str, Sound]  # each [2, frames] at RATE

    @property
    def sound(self) -> Sound:
        """The track [2, frames]."""
        whole: Sound = np.sum(list(self.parts.values()), axis=0, dtype=np.float32)
        return whole


def mix(seed: int, bars: int = 8) -> Mix:
    """Track `seed`, four beats to the bar: depends on the seed and the bars alone."""
    rng = child(seed, "mix")
    tempo, tonic = float(rng.integers(88, 175)), int(rng.integers(12))
    known = recipes(seed)
    parts = {}
    for part, members in _MEMBERS.items():
        made = np.zeros((2, bar_frames(bars, tempo)), np.float32)
        for category, often, level, side in members:
            own = [recipe for recipe in known if recipe.category == category]
            if rng.random() < often:
                played = _played(own, tempo, tonic, bars, rng) * _there(_THERE[part], tempo, bars, rng)
                gain = linear(level + float(rng.uniform(-_SPREAD, _SPREAD))) / max(_rms(played), 1e-6)
                made += pan(played, float(rng.uniform(-side, side))) * np.float32(gain)
        parts[part] = made
    loudest = float(np.abs(np.sum(list(parts.values()), axis=0)).max())
    scale = np.float32(linear(_PEAK) / max(loudest, 1e-9))
    return Mix(tempo, {part: made * scale for part, made in parts.items()})


def _rms(sound: Sound) -> float:
    """Of what is heard: silence counts nothing."""
    power = np.mean(sound.astype(np.float64) ** 2, axis=0)
    heard = power[power > 1e-7]
    return float(np.sqrt(heard.mean())) if heard.size else 0.0


def _played(own: list[Recipe], tempo: float, tonic: int, bars: int, rng: Rng) -> Sound:
    """A stem of these for the whole length: a loop round and round, or a voice that sings."""
    frames = bar_frames(bars, tempo)
    notes = [recipe for recipe in own if recipe.one_shot and recipe.root is not None]
    if own[0].category == "vocal" and rng.random() < _SUNG:
        return _sung(notes[int(rng.integers(len(notes)))], tempo, tonic, bars, rng)
    loops = [recipe for recipe in own if not recipe.one_shot]
    loop = loops[int(rng.integers(len(loops)))]
    ratio = 2.0 ** (_shift(loop.key, tonic) / 12)  # how much faster the tape runs
    made = wide(render(replace(loop, tempo=tempo / ratio)).T)
    length = bar_frames(loop.bars or 1, tempo)
    turn = _resampled(np.concatenate([made, made[:, : RATE // 10]], axis=1), ratio)[:, :length]
    return np.concatenate([turn] * (frames // length + 1), axis=1)[:, :frames]


def _sung(voice: Recipe, tempo: float, tonic: int, bars: int, rng: Rng) -> Sound:
    made = np.zeros((2, bar_frames(bars, tempo)), np.float32)
    sound = wide(render(voice).T)
    shift = _shift(voice.root, tonic)
    for bar in range(bars):
        for step in sorted(rng.choice(_STEPS, int(rng.integers(1, 5)), replace=False)):
            semitones = shift + int(rng.choice(_NOTES)) - 5
            note = _resampled(sound, 2.0 ** (semitones / 12))[:, : bar_frames(float(rng.uniform(0.15, 0.6)), tempo)]
            fade = min(note.shape[1], round(_FADE_S * RATE))
            note[:, -fade:] *= np.linspace(1.0, 0.0, fade, dtype=np.float32)
            start = bar_frames(bar + step / 16, tempo)
            room = min(note.shape[1], made.shape[1] - start)
            made[:, start : start + room] += note[:, :room]
    return made


def _shift(note: str | None, tonic: int) -> int:
    """Semitones, -6..5, from the tonic of a key or note to another."""
    return 0 if note is None else (tonic - NAMES.index(note.removesuffix("m")) + 6) % 12 - 6


def _resampled(sound: Sound, ratio: float) -> Sound:
    """The sound, played faster by a ratio."""
    if ratio == 1.0:
        return sound.copy()
    made: Sound = soxr.resample(sound.T, RATE * ratio, RATE, quality="HQ").T.astype(np.float32)
    return made


def _there(often: float, tempo: float, bars: int, rng: Rng) -> Sound:
    """1 where the part plays, 0 where it rests, with short fades; it plays at least once."""
    plays = rng.random(-(-bars // _UNIT)) < often
    plays[int(rng.integers(len(plays)))] = True
    made = np.repeat(plays.astype(np.float32), bar_frames(_UNIT, tempo) + 1)[: bar_frames(bars, tempo)]
    fade = round(_FADE_S * RATE)
    smooth: Sound = np.convolve(np.pad(made, fade, mode="edge"), np.full(fade, 1.0 / fade, np.float32), "same")
    return smooth[fade:-fade].astype(np.float32)
