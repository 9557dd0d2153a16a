"""A picture to a finished sound: on the grid, closed, at its level, judged. Runs on: worker processes."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from liveengine.errors import BadAudio
from liveengine.ml.fit import attack, edges, grid, level, verdict
from liveengine.ml.sounding import sounding
from liveengine.ml.vae.bands import RATE
from liveengine.ml.vae.form import Spectrum

Samples = npt.NDArray[np.float32]
Voice = Callable[[Spectrum, int], Samples]

ROUNDS = 3  # of repairing the sound: a splice may move what the next look finds
WORST_MS = 5.0  # of the 95th percentile of the onsets


@dataclass(frozen=True)
class Wanted:
    """What a finished sound shall be."""

    category: str
    seed: int = 0
    flattest: float = 1.0  # of the category's own sounds, see `verdict.flatness`
    voice: Voice = sounding  # what makes sound of a picture
    sharp: bool = False  # whether its attacks are those of a real sound


@dataclass(frozen=True)
class Fitted:
    """A finished sound [channels, frames] at 48 kHz and what was measured of it."""

    sound: Samples
    seam: float  # 0 for a one-shot; up to 1 nobody hears it
    grid_ms: float  # 95th percentile of the onsets' distance from the grid; 0 for a one-shot
    onsets: int

    rate: int = RATE


def fitted(picture: Spectrum, wanted: Wanted) -> Fitted:
    """Return the finished sound of a picture; raise BadAudio with the reason for one that is none.

    A loop has exactly round(beats * 60 / tempo * 48,000) frames, its onsets lie on sixteenths or triplets, its seam is
    no step; a one-shot begins within 1 ms and ends in silence. Both have their category's loudness, a true peak below
    -1 dBFS and no offset.
    """
    beats = picture.form.beats
    made = wanted.voice(picture, wanted.seed)
    verdict.refuse(picture, made, RATE, wanted.flattest)
    if beats is None:
        shot = level.levelled(edges.shot(made, RATE), RATE, wanted.category, False)
        return Fitted(edges.shot(shot, RATE), 0.0, 0.0, 0)
    if not wanted.sharp:
        lines = grid.Grid(made.shape[1], beats)
        made = wanted.voice(grid.warped(picture, attack.attacks(made, RATE), lines), wanted.seed)
        made = attack.sharpened(made, lines.places(attack.attacks(made, RATE)), RATE)
    for _ in range(ROUNDS):
        repaired = grid.placed(made, RATE, beats)
        if repaired is made:
            break
        made = repaired
    loop = edges.closed(level.levelled(made, RATE, wanted.category, True))
    return _measured(loop, beats, wanted)


def _measured(loop: Samples, beats: float, wanted: Wanted) -> Fitted:
    away = grid.errors(loop, RATE, beats)
    worst = float(np.percentile(away, 95)) if len(away) else 0.0
    if worst > WORST_MS:
        why = "; its rhythm is that of its stem: take another, or see whether that one's tempo is right"
        raise BadAudio(
            f"its onsets do not come to lie on the grid ({worst:.1f} ms beside it){why if wanted.sharp else ''}"
        )
    return Fitted(loop, edges.seam(loop), worst, len(away))
