"""The course of loudness in time, and whether a sound is a loop. Runs on: worker processes."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from liveengine.ml.spectrum import RATE, Array
from liveengine.ml.tempo import roundness

STEP = 64  # frames: 1.45 ms
_SMOOTH = 7  # steps: 10 ms
_SECONDS = STEP / RATE


@dataclass(frozen=True)
class Shape:
    """The amplitude envelope (RMS over 10 ms, linear, one value per STEP frames) and what it tells."""

    envelope: npt.NDArray[np.float64]
    attack_ms: float  # from 10 % to 90 % of the first loud peak
    decay_ms: float  # from the peak until the envelope stays 20 dB below it, or the end
    sustain: float  # share of the time within 12 dB of the peak, 0..1
    head_db: float  # level of the first 20 ms below the peak
    tail_db: float  # level of the last 5 % (at least 20 ms) below the peak


def trace(mono: Array) -> Shape:
    """Return the shape of a sound at RATE."""
    count = max(1, -(-len(mono) // STEP))
    padded = np.pad(mono, (0, count * STEP - len(mono))).reshape(count, STEP)
    power = (padded.astype(np.float64) ** 2).mean(axis=1)
    kernel = np.ones(min(_SMOOTH, count)) / min(_SMOOTH, count)
    envelope = np.sqrt(np.maximum(np.convolve(power, kernel, mode="same"), 0.0))
    top = float(envelope.max())
    if top <= 1e-7:
        return Shape(envelope, 0.0, 0.0, 0.0, -100.0, -100.0)
    peak = int(np.argmax(envelope))
    tail = envelope[-max(round(0.02 / _SECONDS), count // 20) :]
    head = envelope[: max(1, round(0.02 / _SECONDS))]
    return Shape(
        envelope,
        _attack(envelope, top),
        _decay(envelope, peak),
        float((envelope > top * 10 ** (-12 / 20)).mean()),
        _below(head, top),
        _below(tail, top),
    )


def _below(part: npt.NDArray[np.float64], top: float) -> float:
    return float(max(-100.0, 20.0 * np.log10(max(float(np.sqrt((part**2).mean())), 1e-9) / top)))


def _attack(envelope: npt.NDArray[np.float64], top: float) -> float:
    """Return the rise of the first peak of at least half the loudest level, in milliseconds."""
    first = int(np.argmax(envelope >= 0.5 * top))
    falls = np.flatnonzero(np.diff(envelope[first:]) < 0)
    peak = first + (int(falls[0]) if len(falls) else len(envelope) - first - 1)
    high = envelope[peak]
    before = envelope[: peak + 1]
    start = np.flatnonzero(before < 0.1 * high)
    end = int(np.argmax(before >= 0.9 * high))
    return max(0.0, (end - (int(start[-1]) if len(start) else 0)) * _SECONDS * 1e3)


def _decay(envelope: npt.NDArray[np.float64], peak: int) -> float:
    loud = np.flatnonzero(envelope[peak:] > 0.1 * envelope[peak])
    return float(int(loud[-1]) * _SECONDS * 1e3) if len(loud) else 0.0


def loop_score(shape: Shape, onsets: list[float], duration: float) -> float:
    """Return how much a sound looks like a loop: above 0 it does, -1..1.

    `onsets` are the times in seconds. For: onsets spread over the whole length, an end as loud as the beginning, a
    length that is a whole number of beats at a round tempo. Against: short, one onset, a fade to silence.
    """
    if duration < 0.3:
        return -1.0
    score = -0.35
    spread = len({int(time / duration * 8) for time in onsets if time < duration}) / 8  # of eight parts
    score += 0.7 * spread if len(onsets) >= 3 else 0.0
    score += 0.3 * _is_round(duration) * (duration > 1.8)
    sustained = shape.tail_db > -20.0 and abs(shape.tail_db - shape.head_db) < 10.0
    score += 0.3 if sustained and duration > 1.0 else 0.0
    score -= 0.35 if shape.tail_db < -38.0 and len(onsets) < 4 else 0.0
    score -= 0.5 * max(0.0, 1.0 - duration / 1.5)
    return float(np.clip(score, -1.0, 1.0))


def _is_round(duration: float) -> float:
    """Return 1 when 4, 8, 16, 32 or 64 beats fill the length at a whole tempo from 80 to 180, else less, down to 0."""
    tempi = [60.0 * beats / duration for beats in (4, 8, 16, 32, 64)]
    return max((roundness(bpm) for bpm in tempi if 80.0 <= bpm <= 180.0), default=0.0)
