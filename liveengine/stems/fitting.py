"""How well stems fit what is playing: key, tempo, free room in the spectrum, density. Runs on: anywhere; pure.

Each of the four is 0 (clashes) to 1 (fits), 0.5 where nothing is known; what fits is their weighted mean.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from liveengine.stems import harmony
from liveengine.stems.vectors import Floats

BANDS = ("weight", "body", "brightness", "air")  # axes that tell where in the spectrum a sound is, from low to high
KEY, TEMPO, ROOM, DENSITY = 0.3, 0.3, 0.25, 0.15  # how much each counts
UNKNOWN = 0.5
FAR_KEY = 0.1
TEMPO_WIDTH = 0.04  # of the tempo: a loop that must be stretched so much fits 0.6
SHORT_OF_ROOM = 2.0  # how steeply room runs out where two sounds are in the same band


@dataclass(frozen=True, slots=True)
class Playing:
    """What plays: the session's tempo, its key if it has one, and the stems that sound."""

    tempo: float | None = None  # beats per minute
    key: str | None = None
    stems: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Room:
    """What of the spectrum and of the bar is taken by what plays."""

    bands: Floats = field(default_factory=lambda: np.zeros(len(BANDS), np.float32))  # 0 free .. 1 full
    density: float | None = None  # 0 sparse .. 1 dense; None = unknown


@dataclass(frozen=True, slots=True)
class Candidates:
    """What of n stems matters for fitting; a place is 0..1, NaN = unknown."""

    keys: Sequence[str | None]
    tempi: Sequence[float | None]  # None for what has no tempo, as one-shots have none
    bands: Floats  # [n, 4] places on BANDS
    densities: Floats  # [n]


def room(bands: Floats, densities: Floats) -> Room:
    """Return what the stems that sound take: places 0..1 on BANDS [n, 4] and on density [n], NaN = unknown.

    A band is as full as the sound that has most of it; above the middle of an axis a sound is counted as in the band.
    """
    if not len(bands):
        return Room()
    taken = np.clip(2.0 * np.nan_to_num(bands, nan=0.5) - 1.0, 0.0, 1.0).max(axis=0)
    known = densities[~np.isnan(densities)]
    return Room(taken.astype(np.float32), float(known.max()) if len(known) else None)


def fits(playing: Playing, taken: Room, of: Candidates) -> Floats:
    """Return how well each of n stems fits, 0..1."""
    found = KEY * np.array([in_key(key, playing.key) for key in of.keys])
    found += TEMPO * np.array([in_time(tempo, playing.tempo) for tempo in of.tempi])
    found += ROOM * free(of.bands, taken) + DENSITY * answers(of.densities, taken)
    return found.astype(np.float32)


def in_key(key: str | None, wanted: str | None) -> float:
    """Return 1 for the same key, 0.8 for one that mixes with it, 0.1 for another, 0.5 where one is unknown."""
    one, other = harmony.key_number(key), harmony.key_number(wanted)
    if harmony.NO_KEY in (one, other):
        return UNKNOWN
    return 1.0 if one == other else 0.8 if one in harmony.related_keys(other) else FAR_KEY


def in_time(tempo: float | None, wanted: float | None) -> float:
    """Return how near a tempo, its half or its double is, 1 = the same; what has no tempo is in any."""
    if not wanted:
        return UNKNOWN
    if not tempo:
        return 0.8  # it fits, but brings no rhythm that would
    return float(np.exp(-0.5 * (harmony.tempo_distance(tempo, wanted) / TEMPO_WIDTH) ** 2))


def free(bands: Floats, taken: Room) -> NDArray[np.float64]:
    """Return how much room there is where each stem is: 1 = its bands are free, 0 = they are full."""
    mine = np.clip(2.0 * np.nan_to_num(bands, nan=0.5) - 1.0, 0.0, 1.0)
    clash = (mine * taken.bands).max(axis=1, initial=0.0)
    return np.asarray(np.maximum(0.0, 1.0 - SHORT_OF_ROOM * clash), np.float64)


def answers(densities: Floats, taken: Room) -> NDArray[np.float64]:
    """Return how well the density of each stem answers that of what plays: dense over sparse, sparse over dense."""
    if taken.density is None:
        return np.full(len(densities), UNKNOWN)
    wanted = 1.0 - taken.density
    return np.where(np.isnan(densities), UNKNOWN, 1.0 - np.abs(np.nan_to_num(densities) - wanted))


def reasons(playing: Playing, key: str | None, tempo: float | None, spare: float, density: float) -> list[str]:
    """Return words for why a stem fits, the parts that speak for it only."""
    told = []
    if key and playing.key and in_key(key, playing.key) >= 0.8:
        told.append(f"in key ({key})")
    if tempo and playing.tempo and in_time(tempo, playing.tempo) >= 0.8:
        told.append(f"in time ({tempo:.0f} bpm)")
    if spare >= 0.8:
        told.append("where the spectrum is free")
    if density >= 0.8:
        told.append("answers the rhythm")
    return told
