"""The converter from the engine's rate to a device's: a tone through the real callback, compared with the formula."""

import ctypes

import numpy as np
import numpy.typing as npt
import pytest

from liveengine.engine.engine import Engine
from liveengine.engine.memory import Capacity, Memory, on_heap
from liveengine.engine.ops import Op
from liveengine.engine.streams import callback, resample
from liveengine.engine.streams.context import Context

PAIRS = [(48_000, 44_100), (48_000, 96_000), (48_000, 192_000), (44_100, 48_000), (96_000, 44_100)]
TONE = 0.5
Sound = npt.NDArray[np.float32]


def playing(rate: int, hertz: float) -> Memory:
    """Return memory in which track 1 plays a sine, a whole number of periods in a second, from frame 0 on."""
    memory = on_heap(Capacity(tracks=1, voices=8, tap_frames=1 << 10, pool_bytes=1 << 20), rate)
    engine = Engine(memory)
    segment = engine.segments.allocate(rate, 1, 1)
    engine.segments.view(segment)[:] = TONE * np.sin(2 * np.pi * hertz * np.arange(rate) / rate)
    engine.segments.ready(segment, rate)
    engine.push(Op.LAUNCH, track=0, slot=1, segment=segment, loop_end=rate)
    return memory


def heard(memory: Memory, device: int, blocks: list[int]) -> tuple[Sound, int]:
    """Return float32[rows, frames] as a device at that rate gets it in such blocks, and the delay in engine frames."""
    context = Context(memory)
    callback.prepare(context)
    delay = context.convert_to(device)
    function = ctypes.CFUNCTYPE(None, ctypes.c_void_p, ctypes.c_int64, ctypes.c_int64)(int(context.page["drive"]))
    context.page["first_frame"] = 0
    pieces = []
    for count in blocks:
        function(context.address, 0, count)
        flat = (ctypes.c_float * (context.rows * count)).from_address(int(context.page["out"]))
        pieces.append(np.array(flat, np.float32).reshape(context.rows, count))
    return np.hstack(pieces), delay


@pytest.mark.parametrize(("engine", "device"), PAIRS)
@pytest.mark.parametrize("hertz", [997.0, 15_013.0])
def test_a_tone_keeps_its_pitch_and_what_is_added_lies_90_db_below(engine: int, device: int, hertz: float) -> None:
    sound, delay = heard(playing(engine, hertz), device, [128] * 400)
    time = np.arange(sound.shape[1]) / device - delay / engine
    steady = slice(sound.shape[1] // 4, None)  # behind the start, whose edge rings
    error = sound[0, steady] - TONE * np.sin(2 * np.pi * hertz * time[steady])
    below = 20 * np.log10(np.sqrt(2 * np.mean(error**2)) / TONE)
    assert below < -90.0


@pytest.mark.parametrize(("engine", "device"), PAIRS)
def test_the_sound_does_not_depend_on_the_block_size(engine: int, device: int) -> None:
    whole, _ = heard(playing(engine, 997.0), device, [512] * 8)
    blocks = [16, 64, 333, 1, 2, 500, 512] + [13] * 200
    pieces, _ = heard(playing(engine, 997.0), device, blocks)
    assert np.array_equal(whole[:, : sum(blocks)], pieces)


def test_what_lies_beyond_the_devices_nyquist_frequency_is_not_heard() -> None:
    sound, _ = heard(playing(96_000, 30_011.0), 44_100, [441] * 100)
    assert 20 * np.log10(np.abs(sound[0, 22_050:]).max() / TONE) < -100.0


def test_the_transport_moves_by_the_engines_frames() -> None:
    memory = playing(48_000, 997.0)
    heard(memory, 44_100, [441] * 100)
    assert abs(int(memory.header["frame"][0]) - 48_000) <= 1


def test_the_delay_is_a_millisecond() -> None:
    assert resample.design(48_000, 44_100).shape == (147, 96)
    assert Context(playing(48_000, 997.0)).convert_to(44_100) == 48


def test_unusual_rates_come_within_a_tenth_of_a_cent() -> None:
    for device in range(44_100, 192_001, 77):
        assert abs(1200 * np.log2(float(resample.ratio(48_000, device)) * device / 48_000)) < 0.11
