"""Music whose ideal time-stretch is known: the same notes, synthesised again at another tempo. Runs on: bench.

Drums are single hits that keep their length; everything else is a function of the time in the original, so that its
notes, envelopes and vibrato become longer while its pitch stays.
"""

from collections.abc import Callable, Iterator
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Sound = npt.NDArray[np.float32]
Real = npt.NDArray[np.float64]
RATE = 48_000
TEMPO = 126.0  # beats per minute, of the original
SIXTEENTH = 60.0 / TEMPO / 4  # seconds
BASS_LINE = (0, 0, 12, 0, 3, 0, 10, 7)  # semitones, in eighths
CHORDS = ((0, 3, 7, 10), (-4, 0, 3, 7), (5, 8, 12, 15), (-2, 2, 5, 8))  # semitones, one for four beats
MELODY = (0, 2, 3, 7, 5, 3, 2, -2)  # semitones, one for two beats
VOWELS = ((730, 1090, 2440), (270, 2290, 3010), (570, 840, 2410), (300, 870, 2240))  # Hz: Peterson & Barney 1952


class Tune(NamedTuple):
    """A piece of music and when its attacks come."""

    sound: Sound  # float32[2, frames]
    onsets: Real  # seconds


def loop(speed: float, beats: int) -> Tune:
    """Return kick, snare, hats and bass line, at `speed` times the original tempo."""
    hits = list(_hits(beats))
    length = len(_time(speed, beats))
    drums = np.zeros((2, length + RATE))
    for at, pan, hit in hits:
        first = round(at / speed * RATE)
        drums[0, first : first + len(hit)] += hit * (1.0 - pan)
        drums[1, first : first + len(hit)] += hit * (1.0 + pan)
    sound = drums[:, :length] + 0.8 * bass(speed, beats).sound
    return Tune((0.5 * sound).astype(np.float32), np.array(sorted({at for at, _, _ in hits})) / speed)


def bass(speed: float, beats: int) -> Tune:
    """Return a bass line of plucked saws, 44-98 Hz, at `speed` times the original tempo."""
    now = _time(speed, beats)
    eighth = 2 * SIXTEENTH
    step = np.floor(now / eighth).astype(int) % len(BASS_LINE)
    frequency = 43.65 * 2.0 ** (np.array(BASS_LINE)[step] / 12)
    age = now % eighth
    swell = np.minimum(age / 0.004, 1.0) * np.exp(-age / 0.25) * np.clip((eighth - age) / 0.01, 0, 1)
    tone = _harmonics(frequency, 40, lambda f, k: np.exp(-f * k / (400 + 1500 * np.exp(-age / 0.08))) / k)
    return Tune(_stereo(0.35 * swell * tone), np.arange(0, beats * 4 * SIXTEENTH, eighth) / speed)


def chords(speed: float, beats: int) -> Tune:
    """Return soft chords of four notes, at `speed` times the original tempo."""
    now = _time(speed, beats)
    length = 16 * SIXTEENTH
    bar = np.floor(now / length).astype(int) % len(CHORDS)
    age = now % length
    swell = np.minimum(age / 0.15, 1.0) * np.clip((length - age) / 0.15, 0, 1)
    sound = np.zeros((2, len(now)))
    for voice in range(4):
        frequency = 220.0 * 2.0 ** (np.array(CHORDS)[bar, voice] / 12)
        tone = _harmonics(frequency, 12, lambda f, k: np.full_like(f, 1.0 / k**1.5)) * swell * 0.1
        sound += np.outer([1.0 - 0.2 * voice, 0.4 + 0.2 * voice], tone)
    return Tune(sound.astype(np.float32), np.arange(0, beats * 4 * SIXTEENTH, length) / speed)


def singer(speed: float, beats: int) -> Tune:
    """Return a sung line with vibrato and four vowels, at `speed` times the original tempo."""
    now = _time(speed, beats)
    length = 8 * SIXTEENTH
    note = np.floor(now / length).astype(int)
    age = now % length
    vibrato = 0.3 * np.sin(2 * np.pi * 5.2 * now) * np.minimum(age / 0.2, 1)
    frequency = 174.6 * 2.0 ** ((np.array(MELODY)[note % len(MELODY)] + vibrato) / 12)
    peaks = np.array(VOWELS, float).T[:, note % len(VOWELS)]
    swell = np.minimum(age / 0.03, 1.0) * np.clip((length - age) / 0.06, 0, 1)

    def formants(f: Real, k: int) -> Real:
        away = (f * k - peaks) / np.array([[60], [90], [120]])
        gains = 1.0 / (1.0 + away**2) / np.array([[1], [2], [3]])
        return np.asarray(gains.sum(axis=0) / k**0.3, np.float64)

    tone = 0.4 * swell * _harmonics(frequency, 24, formants)
    return Tune(_stereo(tone), np.arange(0, beats * 4 * SIXTEENTH, length) / speed)


def _time(speed: float, beats: int) -> Real:
    """Return the time in the original, in seconds, of each frame."""
    return np.arange(round(beats * 4 * SIXTEENTH / speed * RATE), dtype=np.float64) * (speed / RATE)


def _harmonics(frequency: Real, count: int, level: Callable[[Real, int], Real]) -> Real:
    """Return a tone of `count` harmonics below 16 kHz; its pitch does not depend on the tempo."""
    phase = 2 * np.pi * np.cumsum(frequency) / RATE
    tone = np.zeros_like(phase)
    for k in range(1, count + 1):
        tone += np.where(frequency * k < 16_000, level(frequency, k), 0.0) * np.sin(k * phase + k * k)
    return tone


def _stereo(mono: Real) -> Sound:
    return np.array([mono, mono], np.float32)


def _hits(beats: int) -> Iterator[tuple[float, float, Real]]:
    """Yield the drums: seconds in the original, pan, samples."""
    rng = np.random.default_rng(1)
    for step in range(beats * 4):
        at = step * SIXTEENTH
        if step % 4 == 0:
            yield at, 0.0, 0.9 * _kick()
        if step % 8 == 4:
            yield at, 0.1, 0.5 * _noise(rng, 0.06) + 0.35 * _tone(190.0, 0.05)
        if step % 4 == 2 or step % 16 in (3, 9):
            hat = np.diff(_noise(rng, 0.07 if step % 16 == 14 else 0.025), prepend=0.0)
            yield at, -0.3, (0.35 if step % 2 == 0 else 0.25) * hat


def _age() -> Real:
    return np.arange(round(0.35 * RATE)) / RATE


def _kick() -> Real:
    age = _age()
    body = np.sin(2 * np.pi * (50 * age + 150 * 0.03 * (1 - np.exp(-age / 0.03)))) * np.exp(-age / 0.1)
    return np.asarray(body + 0.4 * np.exp(-age / 0.001) * np.cos(2 * np.pi * 3000 * age))


def _noise(rng: np.random.Generator, decay: float) -> Real:
    age = _age()
    return np.asarray(rng.uniform(-1, 1, len(age)) * np.exp(-age / decay))


def _tone(frequency: float, decay: float) -> Real:
    return np.asarray(np.sin(2 * np.pi * frequency * _age()) * np.exp(-_age() / decay))


TUNES: dict[str, Callable[[float, int], Tune]] = {"loop": loop, "bass": bass, "chords": chords, "singer": singer}
