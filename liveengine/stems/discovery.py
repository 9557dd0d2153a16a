"""Which of the ranked stems are shown, so that a share of them was never heard before. Runs on: anywhere; pure."""

import math

import numpy as np
from numpy.typing import NDArray

from liveengine.stems.vectors import Floats, Mask

REACH = 0.15  # how far below the last stem that is shown, as a share of its score, an unheard one may lie


def pick(scores: Floats, heard: Mask, k: int, share: float) -> NDArray[np.int64]:
    """Return the positions of at most k of n candidates, best first, with `share` 0..1 of them never heard before.

    `scores` is what they are sorted by, the higher the better. Where relevance does not allow it the share is lower: an
    unheard stem is drawn up only if its score is within REACH of that of the last stem that would be shown without it,
    and the stems it replaces are the worst of the heard ones, never the best.
    """
    order = np.argsort(-scores, kind="stable")
    shown = order[:k]
    lacking = math.ceil(share * len(shown) - 1e-9) - int((~heard[shown]).sum())
    if lacking <= 0 or len(order) <= k:
        return shown
    last = float(scores[shown[-1]])
    rest = order[k:]
    drawn = rest[~heard[rest] & (scores[rest] >= last - REACH * abs(last))][:lacking]
    replaced = [int(position) for position in shown[::-1] if heard[position] and position != shown[0]][: len(drawn)]
    kept = shown[~np.isin(shown, replaced)]
    chosen = np.concatenate([kept, drawn[: len(replaced)]])
    return chosen[np.argsort(-scores[chosen], kind="stable")]
