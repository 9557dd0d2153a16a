"""Tempo from onsets and from the length of a loop. Runs on: worker processes.

An onset envelope alone gives a tempo that is good to a few per cent and may be half or double. A loop that was cut on
the beat has a whole number of beats, so its exact tempo is 60 * beats / duration for one of a few numbers of beats. All
that is possible is a candidate; what speaks for each (how the onsets keep its beat, where kick and snare lie in its
bar, how usual it is) is weighed together. The weights are learnt from loops of this project's own synthesiser
(`python -m liveengine.cli.teach`) and stand in config/evidence.json.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache

import numpy as np

from liveengine.ml import evidence
from liveengine.ml.onsets import ROWS_PER_SECOND
from liveengine.ml.pulse import Floats, Pulse, agreement, at, coherence, correlation

SLOWEST, FASTEST = 55.0, 200.0  # beats per minute that are looked for
_MIDDLE = 120.0  # the tempo around which most music lies
_BEATS = (1, 2, 3, 4, 5, 6, 7, 8, 10, 12, 14, 16, 20, 24, 28, 32, 48, 64, 96, 128, 192, 256, 384, 512, 1024)
_SAME = 0.003  # candidates that differ by less (share) are one
_SILENT = 0.008  # seconds of silence at an end that may be none of the loop's
_REPEATED = 0.55  # autocorrelation from which a sound seems to repeat itself
_PEAKS = 4  # tempi taken from the onsets
_BEATS_PER_BAR = 4
_UNCUT = 3.0  # nats by which real loops that are not cut on the beat are rarer than those that the weights saw
_MOST = 12  # candidates that are told


@dataclass(frozen=True)
class Tempo:
    """One candidate."""

    bpm: float
    source: str  # length: of the whole file; sound: of the file without silence; repeat: of what repeats; onsets
    confidence: float  # 0..1
    beats: int | None = None  # of that length
    period: float = 0.0  # seconds of that length; 0 for onsets


def candidates(pulse: Pulse, seamless: bool) -> list[Tempo]:
    """Return the candidates, best first; empty where there is neither a loop (`seamless`) nor a pulse."""
    found = possible(pulse, seamless)
    if not found:
        return []
    scores = features(pulse, found) @ _weights()
    if seamless:
        scores = scores - _UNCUT * np.array([one.source != "length" for one in found])
    likely = np.exp(scores - scores.max())
    likely /= likely.sum()
    faith = 1.0 if seamless else min(1.0, _steadiness(pulse, found[int(likely.argmax())].bpm))
    order = np.argsort(-likely, kind="stable")[:_MOST]
    return [replace(found[i], confidence=round(0.95 * faith * float(likely[i]), 3)) for i in order]


def possible(pulse: Pulse, seamless: bool) -> list[Tempo]:
    """Return every candidate, without a confidence: the lengths of a loop first, for they are the most exact."""
    found: list[Tempo] = []
    if seamless:
        found += _whole(pulse.duration, "length")
        if pulse.start > _SILENT or pulse.duration - pulse.end > _SILENT:
            found += _whole(pulse.end - pulse.start, "sound") + _whole(pulse.duration - pulse.start, "sound")
            found += _whole(pulse.end, "sound")
    if period := _repeats(pulse):
        found += _whole(period, "repeat")
    found += _from_onsets(pulse)
    kept: list[Tempo] = []
    for one in found:
        if all(abs(one.bpm / other.bpm - 1.0) > _SAME for other in kept):
            kept.append(one)
    return kept


def _whole(period: float, source: str) -> list[Tempo]:
    """Return the tempi that give a length (seconds) a whole number of beats."""
    tempi = [(beats, 60.0 * beats / period) for beats in _BEATS] if period > 0.2 else []
    return [Tempo(round(bpm, 3), source, 0.0, beats, period) for beats, bpm in tempi if SLOWEST <= bpm <= FASTEST]


def _repeats(pulse: Pulse) -> float:
    """Return the time in seconds after which a sound repeats itself, at least 0.7 s; 0 where it does not."""
    found = correlation(pulse.rise["all"], 0)
    first, last = round(0.7 * ROWS_PER_SECOND), round(len(found) * 0.75)
    part = found[first:last]
    if len(part) < 3 or float(part.max()) < _REPEATED:
        return 0.0
    best = first + int(part.argmax())
    if not 0 < best < len(found) - 1:
        return 0.0
    left, middle, right = found[best - 1 : best + 2]
    return (
        best + float(np.clip(0.5 * (left - right) / min(left - 2 * middle + right, -1e-9), -0.5, 0.5))
    ) / ROWS_PER_SECOND


def _from_onsets(pulse: Pulse) -> list[Tempo]:
    """Return the tempi whose beats and halves the onsets keep best, each refined over the whole length."""
    if len(pulse.times) < 4 or pulse.end - pulse.start < 1.5:
        return []
    grid = np.geomspace(SLOWEST, FASTEST, 300)
    found = correlation(pulse.rise["all"], 0)
    lags = 60.0 / grid * ROWS_PER_SECOND
    score = sum(at(found, lags * factor, False) for factor in (0.5, 1.0, 2.0, 4.0)) / 4.0
    score = np.asarray(score) + np.abs(coherence(pulse.times, pulse.weights, 15.0 / grid))
    inner = score[1:-1]
    tops = 1 + np.flatnonzero((inner >= score[:-2]) & (inner > score[2:]))
    best = tops[np.argsort(-score[tops])][:_PEAKS]
    exact = [_refined(pulse, float(grid[top])) for top in best]
    spread = [bpm * factor for bpm in exact for factor in (1.0, 0.5, 2.0)]
    return [Tempo(round(bpm, 2), "onsets", 0.0) for bpm in spread if SLOWEST <= bpm <= FASTEST]


def _refined(pulse: Pulse, bpm: float) -> float:
    """Return the tempo near `bpm` at which the onsets lie best on beats, eighths and sixteenths."""
    fine = bpm * np.linspace(0.985, 1.015, 201)
    return float(fine[int(agreement(pulse.times, pulse.weights, 60.0 / fine).argmax())])


def _steadiness(pulse: Pulse, bpm: float) -> float:
    """Return how well the onsets keep a tempo's sixteenths and beats, 0..1."""
    kept = np.abs(coherence(pulse.times, pulse.weights, np.array([15.0 / bpm, 30.0 / bpm])))
    return float(kept.max()) if len(pulse.times) >= 4 else 0.0


def downbeat(pulse: Pulse, chosen: Tempo | None) -> float:
    """Return where the first beat of a bar lies, in seconds: 0 for a loop that is cut on the beat, or has no tempo.

    Elsewhere the beat lies where the onsets are, and the bar begins with that beat of four which has most bass.
    """
    if chosen is None or chosen.source == "length" or not len(pulse.times):
        return 0.0
    if chosen.source == "sound":
        return round(pulse.start, 4)
    beat = 60.0 / chosen.bpm
    turned = complex(coherence(pulse.times, pulse.weights, np.array([beat]))[0])
    first = float(np.angle(turned)) / (2.0 * np.pi) * beat % beat
    bar = _BEATS_PER_BAR * beat
    weight = pulse.stress["low"] + 0.1 * pulse.weights
    away = np.abs((pulse.times[:, None] - first - beat * np.arange(_BEATS_PER_BAR) + bar / 2) % bar - bar / 2)
    bass = (weight[:, None] * (away < 0.15 * beat)).sum(axis=0)
    return round(first + beat * int(bass.argmax()), 4)


def roundness(bpm: float) -> float:
    """Return 1 for a whole number of beats per minute, falling to 0 at a distance of 0.05."""
    return max(0.0, 1.0 - abs(bpm - round(bpm)) / 0.05)


# --- what speaks for a candidate

_LAGS = (
    ("quarter", 0.25),
    ("third", 1 / 3),
    ("half", 0.5),
    ("two_thirds", 2 / 3),
    ("beat", 1.0),
    ("two", 2.0),
    ("four", 4.0),
)
_PHASES = (("quarter", 0.25), ("third", 1 / 3), ("half", 0.5), ("beat", 1.0), ("two", 2.0), ("four", 4.0))


def features(pulse: Pulse, found: Sequence[Tempo]) -> Floats:
    """Return what speaks for each candidate, [candidates, features]; the names are `names()`."""
    table = [_own(pulse, tempo) for tempo in found]
    beat = np.array([60.0 / tempo.bpm for tempo in found])
    columns = {name: np.array([row[name] for row in table]) for name in table[0]}
    columns |= _repetition(pulse, found, beat) | _phase(pulse, beat)
    return np.stack([columns[name] for name in sorted(columns)], axis=1)


def _own(pulse: Pulse, tempo: Tempo) -> dict[str, float]:
    """Return what a candidate's own numbers say."""
    usual = float(np.log2(tempo.bpm / _MIDDLE))
    density = float(
        np.clip(np.log2(max(len(pulse.times), 1) / (pulse.end - pulse.start + 1e-3) * 60.0 / tempo.bpm), -2, 4)
    )
    beats = tempo.beats or 0
    few = len(pulse.times) < 4
    return {
        "usual": usual,
        "unusual": usual**2,
        "unusual_far": abs(usual) ** 3,
        "density": density,
        "density_far": density**2,
        "density_usual": density * usual,
        "round": roundness(tempo.bpm) if tempo.source == "length" else 0.0,
        "round_few": roundness(tempo.bpm) if tempo.source == "length" and few else 0.0,
        "power": float(beats > 0 and beats & (beats - 1) == 0),
        "bars": float(beats > 0 and beats % 4 == 0),
        "odd": float(beats % 2 == 1 and beats > 1),
        "five": float(beats > 0 and (beats % 5 == 0 or beats % 7 == 0)),
        "short": float(beats in (1, 2)),
        "length": float(tempo.source == "length"),
        "sound": float(tempo.source == "sound"),
        "repeat": float(tempo.source == "repeat"),
        "few_length": float(tempo.source == "length" and few),
    }


def _repetition(pulse: Pulse, found: Sequence[Tempo], beat: Floats) -> dict[str, Floats]:
    """Return how alike the onsets are after each of _LAGS beats, round the loop where the candidate says it is one."""
    columns: dict[str, Floats] = {}
    rows = beat * ROWS_PER_SECOND
    whole = np.array([tempo.source == "length" for tempo in found])
    for part in ("all", "low", "mid", "high"):
        rise = pulse.rise[part]
        straight = correlation(rise, 0)
        round_it = correlation(rise, max(1, round(pulse.duration * ROWS_PER_SECOND)))
        for name, factor in _LAGS if part == "all" else _LAGS[4:]:
            columns[f"again_{part}_{name}"] = np.where(
                whole, at(round_it, rows * factor, True), at(straight, rows * factor, False)
            )
    return columns


def _phase(pulse: Pulse, beat: Floats) -> dict[str, Floats]:
    """Return how well the onsets lie on each grid, and where those of kick and snare lie in the beat and bar."""
    columns: dict[str, Floats] = {}
    for name, factor in _PHASES:
        columns[f"grid_{name}"] = np.abs(coherence(pulse.times, pulse.weights, beat * factor))
    since = pulse.times - pulse.start
    for part in ("low", "mid", "high"):
        for name, factor in (("beat", 1.0), ("two", 2.0), ("four", 4.0)):
            turned = coherence(since, pulse.stress[part], beat * factor)
            columns[f"place_{part}_{name}"] = turned.real
            columns[f"focus_{part}_{name}"] = np.abs(turned)
    return columns


@cache
def names() -> Sequence[str]:
    """Return the names of the features, in order."""
    nothing = np.zeros(0)
    silence = np.zeros(8, np.float32)
    parts = ("low", "mid", "high")
    pulse = Pulse(
        dict.fromkeys(("all", *parts), silence), nothing, nothing, dict.fromkeys(parts, nothing), 1.0, 0.0, 1.0
    )
    tempo = Tempo(120.0, "length", 0.0, 2, 1.0)
    beat = np.array([0.5])
    return sorted(_own(pulse, tempo) | _repetition(pulse, [tempo], beat) | _phase(pulse, beat))


@cache
def _weights() -> Floats:
    return evidence.weights("tempo", names())
