"""What can truly be said of a sound by measuring it: dark, short, noisy ... Runs on: worker process that trains.

Said in comparison with sounds of the same category, as people do: a dark hi-hat is dark for a hi-hat.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
Mask = npt.NDArray[np.bool_]

SURE, DOUBT = 0.25, 0.42  # shares of a category: the end that a word names, and up to where nobody can say
FEWEST = 40  # sounds of a category: fewer are compared with all sounds

# claim -> features that make it (percentiles are averaged; a minus turns one round)
SIDES: Mapping[str, Mapping[str, float]] = {
    "bright": {"centroid_hz": 1.0, "rolloff_hz": 0.7, "tilt_db": 0.7},
    "dark": {"centroid_hz": -1.0, "rolloff_hz": -0.7, "tilt_db": -0.7},
    "deep": {"low_ratio": 1.0, "sub_ratio": 0.6, "pitch_hz": -0.4},
    "high": {"pitch_hz": 1.0, "centroid_hz": 0.6, "low_ratio": -0.4},
    "thin": {"low_ratio": -1.0, "lowmid_ratio": -1.0},
    "warm": {"centroid_hz": -0.7, "lowmid_ratio": 1.0, "noisiness": -0.4, "high_ratio": -0.6},
    "cold": {"centroid_hz": 0.7, "lowmid_ratio": -1.0, "high_ratio": 0.5},
    "short": {"decay_ms": -1.0, "duration_s": -0.5, "sustain": -0.2},
    "long": {"decay_ms": 1.0, "duration_s": 0.5, "sustain": 0.2},
    "punchy": {"attack_ms": -1.0, "crest_db": 0.7, "onset_strength_db": 0.6},
    "soft": {"attack_ms": 1.0, "crest_db": -0.4, "onset_strength_db": -0.8, "attack_centroid_hz": -0.4},
    "hard": {"attack_ms": -0.6, "roughness": 0.7, "drive": 0.7, "onset_strength_db": 0.5},
    "noisy": {"flatness": 1.0, "noisiness": 1.0, "zcr_hz": 0.3},
    "tonal": {"tonalness": 1.0, "pitch_confidence": 0.8, "flatness": -0.6},
    "clean": {"drive": -1.0, "roughness": -1.0, "noisiness": -0.3},
    "gritty": {"drive": 0.8, "roughness": 1.0, "noisiness": 0.3},
    "dry": {"tail_share": -1.0, "decay_ms": -0.5},
    "wet": {"tail_share": 1.0, "stereo_width": 0.4, "decay_ms": 0.3},
    "busy": {"onset_rate_hz": 1.0},
    "sparse": {"onset_rate_hz": -1.0},
    "wide": {"stereo_width": 1.0, "stereo_correlation": -0.5},
    "moving": {"centroid_motion_oct": 0.8, "modulation_depth": 0.7, "flux": 0.5},
    "static": {"centroid_motion_oct": -0.8, "modulation_depth": -0.7, "flux": -0.5},
    "rising": {"centroid_slope_oct": 0.8, "level_slope_db": 1.0},
    "falling": {"centroid_slope_oct": -0.8, "level_slope_db": -0.5, "pitch_fall": 0.6},
    "metallic": {"spread_oct": -0.3, "high_ratio": 0.6, "chroma_entropy": 0.4, "decay_ms": 0.5, "tonalness": 0.3},
    "boomy": {"low_decay_ms": 1.0, "low_ratio": 0.7},
}
LOOPS_ONLY = {"busy", "sparse"}


@dataclass(frozen=True)
class Said:
    """Which claims hold, and of which nobody can say; [sounds, claims]."""

    names: tuple[str, ...]
    true: Mask
    unknown: Mask


def said(features: Floats, columns: Sequence[str], categories: Sequence[str], loops: Mask) -> Said:
    """Return what measurement says of sounds with `features` [n, columns] and a category each."""
    places = _percentiles(features)
    groups = np.array(categories)
    true = np.zeros((len(features), len(SIDES)), bool)
    unknown = np.zeros_like(true)
    for column, (claim, recipe) in enumerate(SIDES.items()):
        weights = np.array([recipe.get(name, 0.0) for name in columns], np.float32)
        score = np.where(weights < 0, 1.0 - places, places) @ np.abs(weights)
        for group in np.unique(groups):
            rows = np.flatnonzero(groups == group)
            among = _ranks(score[rows]) if len(rows) >= FEWEST else _ranks(score)[rows]
            true[rows, column] = among >= 1.0 - SURE
            unknown[rows, column] = (among >= 1.0 - DOUBT) & (among < 1.0 - SURE)
        if claim in LOOPS_ONLY:
            unknown[~loops, column] |= true[~loops, column]
            true[~loops, column] = False
    return Said(tuple(SIDES), true, unknown)


def _percentiles(features: Floats) -> Floats:
    return np.stack([_ranks(column) for column in features.T], axis=1)


def _ranks(values: Floats) -> Floats:
    """Return where each value stands among all, 0..1; equal values stand at the same place."""
    ordered = np.sort(values)
    low, high = np.searchsorted(ordered, values, "left"), np.searchsorted(ordered, values, "right")
    return np.asarray((low + high) / (2.0 * max(len(values), 1)), np.float32)
