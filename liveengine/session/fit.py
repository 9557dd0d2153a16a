"""How a stem fits the session: loop region, speed, half or double time, transposition. Runs on: anywhere; pure.

A loop repitches: it plays `source_frames_per_beat / session frames_per_beat` times as fast, so that its beats fall on
the session's. A 70 bpm loop in a 140 bpm session plays in half time instead of an octave up.
"""

import math
from typing import NamedTuple, Protocol

from liveengine.stems.harmony import NO_KEY, key_name, key_number

PERCUSSION = frozenset({"kick", "snare", "hihat", "percussion", "drums"})  # their attacks are kept as they are
TONAL = frozenset({"bass", "synth", "vocal", "atmo"})  # categories that have a key to be moved
BEATS_PER_BAR = 4.0
SHORTEST = 1_024  # frames; a shorter loop is not rendered for another tempo
SHORTEST_RATIO, LONGEST_RATIO = 0.25, 4.0  # nor is one that would have to change more than this
WHOLE = 0.015  # a file whose length is this close to its bars is looped as a whole
_FOLD = math.sqrt(2.0)


class Source(Protocol):
    """What of a stem matters here."""

    @property
    def bpm(self) -> float | None:
        """Tempo in beats per minute."""

    @property
    def bars(self) -> float | None:
        """Length in bars."""

    @property
    def loop(self) -> bool:
        """Whether it is a loop."""


class Fit(NamedTuple):
    """How to play a buffer: frames at the engine's rate; `beats` 0 and `source_frames_per_beat` 0 = a one-shot."""

    loop_start: int
    loop_end: int
    source_frames_per_beat: float
    beats: float


ONE_SHOT = Fit(0, 0, 0.0, 0.0)


def fit(source: Source, frames: int, rate: int, tempo: float) -> Fit:
    """Return how `frames` frames of a stem at `rate` play in a session of `tempo` beats per minute.

    A loop of known bars whose length agrees with its tempo loops as a whole; one with a tail loops where its bars end;
    one of unknown bars loops after the whole beats its tempo gives; one of unknown tempo and bars loops unpitched.
    """
    if not source.loop or frames <= 0:
        return ONE_SHOT
    beats = source.bars * BEATS_PER_BAR if source.bars else None
    if source.bpm:
        nominal = 60.0 * rate / source.bpm
        beats = beats or max(1.0, float(round(frames / nominal)))
        if abs(beats * nominal - frames) > WHOLE * frames:
            end = min(frames, round(beats * nominal))
            return folded(Fit(0, end, nominal, end / nominal), rate, tempo)
    if beats is None:
        return Fit(0, frames, 0.0, 0.0)
    return folded(Fit(0, frames, frames / beats, beats), rate, tempo)


def folded(plain: Fit, rate: int, tempo: float) -> Fit:
    """Return the fit in half or double time, whichever comes closest to the speed it was recorded at."""
    per_beat, beats = plain.source_frames_per_beat, plain.beats
    session = 60.0 * rate / tempo
    while per_beat / session > _FOLD:
        per_beat, beats = per_beat / 2.0, beats * 2.0
    while per_beat / session < 1.0 / _FOLD:
        per_beat, beats = per_beat * 2.0, beats / 2.0
    return plain._replace(source_frames_per_beat=per_beat, beats=beats)


def ratio(source: Source, tempo: float) -> float:
    """Return how many times as fast as recorded a stem plays at `tempo`: 1 for what does not repitch."""
    if not source.loop or not source.bpm:
        return 1.0
    speed = tempo / source.bpm
    while speed > _FOLD:
        speed /= 2.0
    while speed < 1.0 / _FOLD:
        speed *= 2.0
    return speed


def transposition(key: str | None, wanted: str | None) -> int | None:
    """Return the fewest semitones, -6..+6, that bring a key into another or its relative; None when one is unknown."""
    source, target = key_number(key), key_number(wanted)
    if NO_KEY in (source, target):
        return None
    return (_tonic(target) - _tonic(source) + 6) % 12 - 6 or 0


def moved(key: str | None, semitones: float) -> str | None:
    """Return the key that is heard when a sound is transposed; None when its own is unknown."""
    number = key_number(key)
    if number == NO_KEY:
        return None
    return key_name((number + round(semitones)) % 12 + (12 if number >= 12 else 0))


def transposed(stem: "Tuned", warp: str, wanted: str | None) -> float:
    """Return by how many semitones a stem is played higher to be in the key that is wanted: 0 where that says nothing.

    What is repitched is left alone: its pitch goes with the tempo.
    """
    if warp == "repitch" or stem.category not in TONAL:
        return 0.0
    return float(transposition(stem.key, wanted) or 0)


class Tuned(Protocol):
    """What of a stem matters for its pitch."""

    @property
    def category(self) -> str:
        """Musical function."""

    @property
    def key(self) -> str | None:
        """Key, such as Am."""


def _tonic(number: int) -> int:
    """Return the pitch class of a key's tonic, of the relative major for a minor one."""
    return (number + 3) % 12 if number >= 12 else number
