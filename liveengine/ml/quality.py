"""How good a recording is, technically, and how much there is in it, creatively. Runs on: worker processes.

The technical part finds faults, the creative part richness: neither says whether somebody likes the sound. What the
numbers mean in words is said by `stems/explain.py`.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np

from liveengine.ml.spectrum import Array

TECHNICAL = 0.7  # share of the technical part in the whole
Part = tuple[float, float]  # score 0..1, value
_STEP_S = 0.01
_DIGITAL = 1e-6  # -120 dBFS: below it is silence that a program made, no noise
_RUN = 3  # samples at the very top, one after another, are clipped ones
_SIDES = 0.99  # of the peak: two samples beside a flat top the level is below it
_PAUSE_DB = 30.0  # below the loudest step: what is quieter may be called a pause


def judge(samples: Array, rate: int, loop: bool, features: Mapping[str, float]) -> dict[str, Any]:
    """Return {"quality", "technical", "creative"} (0..1, 1 = without fault, rich) and "parts": name -> [score, value].

    `samples` is [1 or 2, frames]; the units of the values are those of `stems/explain.py`.
    """
    technical = {
        "clipping": _clipping(samples, rate), "offset": _offset(samples), "noise": _noise(samples, rate),
        **_silence(samples, rate), "truncation": _edges(samples, rate, loop), "mono": _mono(samples),
    }  # fmt: skip
    creative = _creative(features)
    fault = float(np.prod([score for score, _ in technical.values()]))  # one bad fault is enough
    rich = float(np.mean([score for score, _ in creative.values()]))
    return {
        "quality": round(TECHNICAL * fault + (1.0 - TECHNICAL) * rich, 3),
        "technical": round(fault, 3),
        "creative": round(rich, 3),
        "parts": {name: list(part) for name, part in (technical | creative).items()},
    }


def _part(score: float, value: float) -> Part:
    shown = float(np.nan_to_num(value, neginf=-144.0, posinf=144.0))
    return round(float(np.clip(score, 0, 1)), 3), round(shown, 2)


def _decibels(value: float) -> float:
    return 20.0 * float(np.log10(max(value, 1e-9)))


def _clipping(samples: Array, rate: int) -> Part:
    """Look for flat tops: samples at the very peak, three and more in a row, with steep sides: a low sine is round."""
    peak = max(float(samples.max(initial=0.0)), -float(samples.min(initial=0.0)))
    clipped = sum(_flat(np.abs(channel), peak) for channel in samples) if peak > 0.25 else 0
    per_second = clipped / max(samples.size / rate, 0.05)
    return _part(1.0 - np.log10(1.0 + per_second / 5.0) / 2.5, per_second)


def _flat(level: Array, peak: float) -> int:
    """Return how many samples lie in flat tops."""
    top = np.concatenate([[0], (level >= 0.9999 * peak).astype(np.int8), [0]])
    edges = np.flatnonzero(np.diff(top))
    first, last = edges[::2], edges[1::2]  # runs are [first, last)
    long = last - first >= _RUN
    first, last = first[long], last[long]
    beside = np.minimum(level[np.maximum(first - 2, 0)], level[np.minimum(last + 1, len(level) - 1)])
    return int((last - first)[beside < _SIDES * peak].sum())


def _offset(samples: Array) -> Part:
    level = _decibels(float(np.abs(samples.mean(axis=1, dtype=np.float64)).max(initial=0.0)))
    return _part(1.0 - (level + 50.0) / 40.0, level)


def _noise(samples: Array, rate: int) -> Part:
    """Return the level of the pauses, if there are any: 30 dB below the loudest step and no digital silence."""
    size = max(1, round(_STEP_S * rate))
    mono = samples[0][: samples.shape[1] // size * size].reshape(-1, size)
    steps = np.sqrt(np.einsum("ij,ij->i", mono, mono, dtype=np.float64) / size)
    pauses = steps[(steps > _DIGITAL) & (steps < steps.max(initial=0.0) * 10 ** (-_PAUSE_DB / 20))]
    if len(pauses) < 5:
        return _part(1.0, -144.0)
    level = _decibels(float(np.percentile(pauses, 10)))
    return _part(1.0 - (level + 60.0) / 40.0, level)


def _silence(samples: Array, rate: int) -> dict[str, Part]:
    """Return silence before and behind the sound, 60 dB below its peak."""
    loud = np.flatnonzero(np.abs(samples).max(axis=0) > 1e-3 * max(float(np.abs(samples).max(initial=0.0)), 1e-9))
    frames = samples.shape[1]
    lead, tail = (int(loud[0]), frames - 1 - int(loud[-1])) if len(loud) else (frames, 0)
    before, share = 1e3 * lead / rate, tail / max(frames, 1)
    return {
        "start": _part(1.0 - (before - 5.0) / 200.0, before),
        "end": _part(1.0 - (share - 0.1) / 1.8, 100.0 * share),
    }


def _edges(samples: Array, rate: int, loop: bool) -> Part:
    """Return how loud the sound still is where it ends; a loop goes on at its beginning and is measured at the seam."""
    peak = max(float(np.abs(samples).max(initial=0.0)), 1e-9)
    if loop:
        jump = float(np.abs(samples[:, 0] - samples[:, -1]).max()) / peak if samples.shape[1] else 0.0
        usual = float(np.percentile(np.abs(np.diff(samples[0])), 99.9)) / peak if samples.shape[1] > 1 else 1.0
        level = _decibels(jump)
        return _part(1.0 if jump < 2.0 * usual else 1.0 - (level + 26.0) / 40.0, level)
    last = samples[:, -max(1, round(0.005 * rate)) :]
    level = _decibels(float(np.abs(last).max(initial=0.0)) / peak)
    return _part(1.0 - (level + 34.0) / 45.0, level)


def _mono(samples: Array) -> Part:
    """Return what is lost when left and right are added, in dB."""
    if samples.shape[0] < 2:
        return _part(1.0, 0.0)
    left, right = samples[0].astype(np.float64), samples[1].astype(np.float64)
    alone = float(np.dot(left, left) + np.dot(right, right)) / 2.0
    both = left + right
    lost = 10.0 * np.log10(max(alone, 1e-18) / max(float(np.dot(both, both)) / 4.0, 1e-18)) if alone > 1e-12 else 0.0
    return _part(1.0 - (lost - 4.0) / 16.0, lost)


def _creative(features: Mapping[str, float]) -> dict[str, Part]:
    """Return what there is to hear: movement, colour, dynamics, space, and a clear character."""
    moves = max(features["centroid_motion_oct"] / 0.8, features["modulation_depth"], 12.0 * features["flux"])
    space = max(features["stereo_width"] / 0.35, features["tail_share"] / 0.6)
    clear = max(features["tonalness"], features["regularity"], 1.0 - features["chroma_entropy"])
    return {
        "movement": _part(moves, features["centroid_motion_oct"]),
        "colour": _part(features["spread_oct"] / 2.2, features["spread_oct"]),
        "dynamics": _part(features["dynamic_range_db"] / 30.0, features["dynamic_range_db"]),
        "space": _part(space, features["stereo_width"]),
        "character": _part(clear, clear),
    }
