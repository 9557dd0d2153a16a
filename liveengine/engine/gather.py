"""The samples of sound files into a sum, as tracks of a kernel would go into it. Runs on: worker process.

A kernel's way of a sample is: times the voice's gain, times the strip's, which is 1 or the pan's, and into the sum in
the order of the tracks. The same is done here in one pass, straight from the bytes of the files.
"""

from typing import Any

import numpy as np

from liveengine.engine import summing
from liveengine.engine.kernel import dsp
from liveengine.engine.kernel.jit import hot, inner, loop, realtime
from liveengine.engine.kernel.strip import side
from liveengine.engine.streams.native import pread

FILE = np.dtype(
    [
        ("descriptor", "<i8"),  # of the open file; -1 = somebody else reads it
        ("at", "<i8"),  # byte of its first sample
        ("frames", "<i8"),
        ("size", "<i8"),  # bytes per sample: 2 or 3 for integers, 4 for floats; interleaved, low byte first
        ("channels", "<i8"),  # 1 or 2; mono goes to both sides
        ("gain", "<f8"),  # linear
        ("pan", "<f8"),  # -1 left .. 1 right
    ]
)
GOOD, CUT, BROKEN = 0, 1, 2


@hot
def of_word(words: Any, k: Any) -> Any:
    """Return a 16-bit integer as a sample. RT-safe."""
    return np.float32(words[k]) * np.float32(2.0**-15)


@hot
def of_bytes(raw: Any, k: Any) -> Any:
    """Return byte triple `k`, a 24-bit integer with its low byte first, as a sample. RT-safe."""
    b = np.uint64(3) * k
    low, middle, high = np.int32(raw[b]), np.int32(raw[b + np.uint64(1)]), np.int8(raw[b + np.uint64(2)])
    return np.float32(np.int32(np.int32(high) << 16 | middle << 8 | low)) * np.float32(2.0**-23)


@loop
def add_words(words: Any, gain: Any, left: Any, right: Any, sound: Any, count: Any) -> None:
    """Add frames of two 16-bit integers. RT-safe."""
    for i in range(count):
        k = np.uint64(2) * i
        sound[0, i] += of_word(words, k) * gain * left
        sound[1, i] += of_word(words, k + np.uint64(1)) * gain * right


@loop
def add_word(words: Any, gain: Any, left: Any, right: Any, sound: Any, count: Any) -> None:
    """Add frames of one 16-bit integer to both sides. RT-safe."""
    for i in range(count):
        y = of_word(words, i) * gain
        sound[0, i] += y * left
        sound[1, i] += y * right


@loop
def add_triples(raw: Any, gain: Any, left: Any, right: Any, sound: Any, count: Any) -> None:
    """Add frames of two byte triples. RT-safe."""
    for i in range(count):
        k = np.uint64(2) * i
        sound[0, i] += of_bytes(raw, k) * gain * left
        sound[1, i] += of_bytes(raw, k + np.uint64(1)) * gain * right


@loop
def add_triple(raw: Any, gain: Any, left: Any, right: Any, sound: Any, count: Any) -> None:
    """Add frames of one byte triple to both sides. RT-safe."""
    for i in range(count):
        y = of_bytes(raw, i) * gain
        sound[0, i] += y * left
        sound[1, i] += y * right


@loop
def add_floats(floats: Any, gain: Any, left: Any, right: Any, sound: Any, count: Any) -> None:
    """Add frames of two floats. RT-safe."""
    for i in range(count):
        k = np.uint64(2) * i
        sound[0, i] += floats[0, k] * gain * left
        sound[1, i] += floats[0, k + np.uint64(1)] * gain * right


@loop
def add_float(floats: Any, gain: Any, left: Any, right: Any, sound: Any, count: Any) -> None:
    """Add frames of one float to both sides. RT-safe."""
    for i in range(count):
        y = floats[0, i] * gain
        sound[0, i] += y * left
        sound[1, i] += y * right


@realtime
def begin(sound: Any, frames: int) -> None:
    """Let the first `frames` columns of a sum, float32[2, any], be silent. RT-safe."""
    for row in range(2):
        summing.silence(sound, np.uint64(row), np.uint64(0), np.uint64(frames))


@inner
def whole(floats: Any, count: int) -> bool:
    """Tell whether all samples are finite and below MAX_SAMPLE. RT-safe."""
    peak, _ = dsp.measure(floats, np.uint64(0), np.uint64(0), np.uint64(count))
    return bool(dsp.bits(peak) < dsp.BROKEN)


@inner
def add(file: Any, raw: Any, words: Any, floats: Any, sound: Any, count: int) -> None:
    """Add `count` frames of a FILE, which lie in `raw`. RT-safe."""
    size, channels, n = file.size, file.channels, np.uint64(count)
    g, left, right = np.float32(file.gain), np.float32(side(file.pan)), np.float32(side(-file.pan))
    if size == 2 and channels == 2:
        add_words(words, g, left, right, sound, n)
    elif size == 2:
        add_word(words, g, left, right, sound, n)
    elif size == 3 and channels == 2:
        add_triples(raw, g, left, right, sound, n)
    elif size == 3:
        add_triple(raw, g, left, right, sound, n)
    elif channels == 2:
        add_floats(floats, g, left, right, sound, n)
    else:
        add_float(floats, g, left, right, sound, n)


@realtime
def gather(
    files: Any, number: int, first: int, frames: int, raw: Any, words: Any, floats: Any, address: int, sound: Any
) -> tuple[int, int]:
    """Add `frames` frames, from `first` on, of files to a sum, float32[2, any].

    `files`: FILE[any]; these from `number` on, up to the next one without a descriptor; if `number` has none, its
    samples lie in `raw`. `raw`: uint8[8 * frames or more], at `address`, to read into, with `words` and `floats`, the
    same bytes as int16[any] and as float32[1, any]. Behind its end a file is silent. Returns the file that comes next
    and GOOD, or the one that cannot be added and why: CUT when it is shorter than it says, BROKEN when samples are NaN,
    infinite or not below MAX_SAMPLE. Not RT-safe: it reads files.
    """
    control = dsp.flush_denormals()
    ready, fault = number, GOOD
    while number < files.size and (number == ready or files[number].descriptor >= 0):
        file = files[number]
        count = max(0, min(frames, file.frames - first))
        step = file.size * file.channels
        if (
            file.descriptor >= 0
            and pread(file.descriptor, address, count * step, file.at + first * step) < count * step
        ):
            fault = CUT
        elif file.size == 4 and not whole(floats, count * file.channels):
            fault = BROKEN
        if fault != GOOD:
            break
        add(file, raw, words, floats, sound, count)
        number += 1
    dsp.restore(control)
    return number, fault
