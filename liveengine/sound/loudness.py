"""Loudness after ITU-R BS.1770, with a rule for what the standard does not cover. Runs on: worker processes."""

import numpy as np
import numpy.typing as npt

SILENCE = -70.0  # LUFS: the absolute gate; nothing quieter counts as sound
_BLOCK_S = 0.4  # seconds: the standard's gating block
_PIECE_S = 300.0  # seconds measured at once, to bound memory
_SPARE = 8  # frames above one block, against rounding in the block count


def loudness(samples: npt.NDArray[np.float32], rate: int) -> float:
    """Return the integrated loudness in LUFS, never below -70.

    Shorter than one gating block of 0.4 s, the sound is measured in a block of 0.4 s that is otherwise silent: a
    click of equal peak is quieter than a note, as it is to the ear. Silence gives -70. Of a sound longer than five
    minutes each five minutes are measured alone and their powers averaged, which differs only where the relative gate
    would have dropped a whole piece.
    """
    piece = int(_PIECE_S * rate)
    if samples.shape[1] <= piece:
        return _integrated(samples, rate)
    powers = [
        10.0 ** (_integrated(samples[:, at : at + piece], rate) / 10.0) for at in range(0, samples.shape[1], piece)
    ]
    return max(SILENCE, float(10.0 * np.log10(np.mean(powers))))


def _integrated(samples: npt.NDArray[np.float32], rate: int) -> float:
    import pyloudnorm  # brings scipy, 1 s: only where loudness is measured

    block = int(_BLOCK_S * rate) + _SPARE
    if samples.shape[1] < block:
        samples = np.pad(samples, ((0, 0), (0, block - samples.shape[1])))
    if not samples.any():
        return SILENCE
    with np.errstate(divide="ignore"):
        value = float(pyloudnorm.Meter(rate, block_size=_BLOCK_S).integrated_loudness(samples.T.astype(np.float64)))
    return max(SILENCE, value) if np.isfinite(value) else SILENCE
