"""Fades between two sounds that keep their level. Runs on: worker processes; pure."""

import numpy as np
import numpy.typing as npt

UNLIKE = -0.5  # the least likeness for which a fade keeps its level

Samples = npt.NDArray[np.float32]


def level(one: Samples, other: Samples, share: npt.NDArray[np.floating]) -> npt.NDArray[np.float64]:
    """Return the gain that keeps the level of a fade, on a line, between sounds as alike as these are.

    `share` (0..1) is what `one` has of it, frame by frame; both are [channels, frames].
    """
    alike = float((one * other).sum()) / (float(np.linalg.norm(one)) * float(np.linalg.norm(other)) + 1e-12)
    rest = 1.0 - share
    made: npt.NDArray[np.float64] = (share**2 + rest**2 + 2.0 * max(alike, UNLIKE) * share * rest) ** -0.5
    return made
