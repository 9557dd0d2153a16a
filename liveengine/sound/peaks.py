"""The waveform overview that clients draw. Runs on: worker processes."""

import numpy as np
import numpy.typing as npt

COLUMNS = 512


def overview(samples: npt.NDArray[np.float32], columns: int = COLUMNS) -> npt.NDArray[np.int8]:
    """Return int8 [2, columns]: the lowest and the highest sample over all channels per column, full scale = 127.

    A sound shorter than `columns` frames repeats frames. Levels beyond full scale are shown as full scale.
    """
    frames = samples.shape[1]
    starts = np.arange(columns, dtype=np.int64) * frames // columns
    low = np.minimum.reduceat(samples.min(axis=0), starts)
    high = np.maximum.reduceat(samples.max(axis=0), starts)
    drawn: npt.NDArray[np.int8] = np.rint(np.clip(np.stack([low, high]), -1.0, 1.0) * 127.0).astype(np.int8)
    return drawn
