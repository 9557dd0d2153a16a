"""Change the rate and the number of channels. Runs on: worker processes."""

import math

import numpy as np
import numpy.typing as npt
import soxr

Samples = npt.NDArray[np.float32]

QUALITY = "HQ"  # soxr: 20-bit precision, linear phase, passband to 91 % of Nyquist
_CONTEXT = 2_048  # frames on each side of a loop that its ends hear of each other; longer than the filter

# Left gains by channel count in the standard order L R C LFE, back L R, side L R; the right gains mirror them.
# Centre and surrounds at -3 dB (ITU-R BS.775); the LFE, which a multitrack export may use for music, at -6 dB.
_C, _S, _L = math.sqrt(0.5), math.sqrt(0.5), 0.5
_LEFT: dict[int, tuple[float, ...]] = {
    3: (1, 0, _C),
    4: (1, 0, _S, 0),
    5: (1, 0, _C, _S, 0),
    6: (1, 0, _C, _L, _S, 0),
    7: (1, 0, _C, _L, _S, 0, _S),
    8: (1, 0, _C, _L, _S, 0, _S, 0),
}
_RIGHT: dict[int, tuple[float, ...]] = {
    3: (0, 1, _C),
    4: (0, 1, 0, _S),
    5: (0, 1, _C, 0, _S),
    6: (0, 1, _C, _L, 0, _S),
    7: (0, 1, _C, _L, 0, _S, _S),
    8: (0, 1, _C, _L, 0, _S, 0, _S),
}


def downmix(samples: Samples) -> Samples:
    """Return [2, frames] from [3..8, frames]: ITU-R BS.775 gains, scaled so that full scale stays full scale."""
    count = samples.shape[0]
    gains = np.array([_LEFT[count], _RIGHT[count]], np.float32)
    mixed: Samples = (gains / gains.sum(axis=1).max()) @ samples
    return mixed


def as_channels(samples: Samples, channels: int) -> Samples:
    """Return [channels, frames] from one or two channels: mono is doubled, stereo is averaged."""
    if samples.shape[0] == channels:
        return samples
    if channels == 1:
        mono: Samples = samples.mean(axis=0, keepdims=True, dtype=np.float32)
        return mono
    return np.repeat(samples, 2, axis=0)


def frames_at(frames: int, rate_in: int, rate_out: int) -> int:
    """Return how many frames a sound of `frames` at `rate_in` has at `rate_out`: rounded, at least 1."""
    return max(1, (2 * frames * rate_out + rate_in) // (2 * rate_in))


def resample(samples: Samples, rate_in: int, rate_out: int, loop: bool = False) -> Samples:
    """Return [channels, frames_at(...)] at the new rate (soxr HQ).

    With `loop` the sound is taken as going round: its end hears its start, so that the seam stays seamless.
    """
    if rate_in == rate_out:
        return samples
    frames = samples.shape[1]
    length = frames_at(frames, rate_in, rate_out)
    common = math.gcd(rate_in, rate_out)
    unit_in, unit_out = rate_in // common, rate_out // common
    repeats = -(-_CONTEXT // unit_in) if loop else 0  # whole units, so that the cut falls on a frame in both rates
    lead = repeats * unit_out
    out = np.zeros((samples.shape[0], length), np.float32)
    for channel, row in enumerate(samples):
        source = np.pad(row, repeats * unit_in, mode="wrap") if loop else row
        made = soxr.resample(source, rate_in, rate_out, quality=QUALITY)[lead : lead + length]
        out[channel, : len(made)] = made
    return out
