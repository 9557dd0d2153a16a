"""Samples to the integers of sound files, with dither. Runs on: worker process.

Dither is triangular, 2 steps peak to peak (Lipshitz, Wannamaker and Vanderkooy, JAES 1992), made of the two halves of a
hash of the sample's number: it has no state that one piece would have to hand on to the next. The hash is C. Wellons'
lowbias32.
"""

from typing import Any

import numpy as np

from liveengine.engine.kernel.jit import loop, realtime

_FULL_16, _FULL_24 = np.float32(2.0**15), 2.0**23
_HALF = np.uint64(0xFFFF)
_WORD = np.uint64(0xFFFF_FFFF)
_UNIT = 2.0**-16


@loop
def noise(number: Any) -> Any:
    """Return the dither of a sample, a multiple of 2**-16 within -1 and 1. RT-safe.

    The sample's number is the lower word of `number`, the upper word a seed.
    """
    x = (number ^ (number >> np.uint64(32)) * np.uint64(0x9E37_79B9)) & _WORD
    x = ((x ^ (x >> np.uint64(16))) * np.uint64(0x7FEB_352D)) & _WORD
    x = ((x ^ (x >> np.uint64(15))) * np.uint64(0x846C_A68B)) & _WORD
    x = x ^ (x >> np.uint64(16))
    return np.float32(np.int32(x & _HALF) - np.int32(x >> np.uint64(16))) * np.float32(_UNIT)


@loop
def round16(sound: Any, row: Any, first: Any, count: Any, number: Any, into: Any, channel: Any) -> None:
    """Write samples as 16-bit integers into one channel of int16[2 * count]. RT-safe."""
    for i in range(count):
        y = sound[row, first + i] * _FULL_16 + noise(number + np.uint64(2) * i)
        y = min(max(np.rint(y), np.float32(-32_768.0)), np.float32(32_767.0))
        into[np.uint64(2) * i + channel] = np.int16(y)


@loop
def round24(sound: Any, row: Any, first: Any, count: Any, number: Any, into: Any, channel: Any) -> None:
    """Write samples as 24-bit integers into one channel of uint8[6 * count]. RT-safe."""
    for i in range(count):
        y = np.float64(sound[row, first + i]) * _FULL_24 + np.float64(noise(number + np.uint64(2) * i))
        word = np.int32(min(max(np.rint(y), -8_388_608.0), 8_388_607.0))
        k = np.uint64(3) * (np.uint64(2) * i + channel)
        into[k] = np.uint8(word & 255)
        into[k + np.uint64(1)] = np.uint8((word >> 8) & 255)
        into[k + np.uint64(2)] = np.uint8((word >> 16) & 255)


@realtime
def quantise16(sound: Any, row: int, first: int, count: int, number: int, into: Any) -> None:
    """Write `count` frames of two rows of `sound`, from column `first` on, as interleaved int16[2 * count].

    `number`: that of the first frame's left sample, for the dither. RT-safe.
    """
    for channel in range(2):
        c = np.uint64(channel)
        round16(sound, np.uint64(row) + c, np.uint64(first), np.uint64(count), np.uint64(number) + c, into, c)


@realtime
def quantise24(sound: Any, row: int, first: int, count: int, number: int, into: Any) -> None:
    """The same as 24-bit integers, low byte first, in uint8[6 * count]. RT-safe."""
    for channel in range(2):
        c = np.uint64(channel)
        round24(sound, np.uint64(row) + c, np.uint64(first), np.uint64(count), np.uint64(number) + c, into, c)
