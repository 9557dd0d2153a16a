"""A place of the sample pool as a worker reads it. Runs on: worker processes."""

import os
from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from liveengine.errors import BadArgument

Samples = npt.NDArray[np.float32]


def read(pool_path: str, source: Mapping[str, Any], start: int, end: int) -> Samples:
    """Return frames `start` to `end` [channels, frames] of a segment: {offset (bytes), stride (frames), channels}.

    By pread, not through a mapping. Raises BadArgument for what lies outside of the pool.
    """
    channels, stride, count = int(source["channels"]), int(source["stride"]), end - start
    if not 0 <= start < end:
        raise BadArgument(f"frames {start} to {end} are no loop")
    sound = np.empty((channels, count), np.float32)
    with open(pool_path, "rb") as pool:  # noqa: PTH123
        for channel in range(channels):
            at = int(source["offset"]) + 4 * (channel * stride + start)
            row = np.frombuffer(os.pread(pool.fileno(), 4 * count, at), np.float32)
            if len(row) != count:
                raise BadArgument(f"the pool holds no loop of {count} frames at {at}")
            sound[channel] = row
    return sound
