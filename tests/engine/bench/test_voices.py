import numpy as np
import pytest

from liveengine.engine.bench import crowd
from liveengine.engine.bench import voices as bench
from liveengine.engine.layout import RAMP_MAX
from liveengine.engine.ops import VoiceState, Warp
from liveengine.engine.streams.offline import render


@pytest.mark.parametrize("kind", [*crowd.KINDS, "stretch"])
def test_each_kind_of_voice_is_measured_in_voices_per_core(kind: str) -> None:
    assert 0.0 < bench.measure_voices(kind, 16, 64, 0.02) < np.inf


def test_voices_are_measured_in_shared_memory_as_well() -> None:
    assert 0.0 < bench.measure_voices("linear", 16, 64, 0.02, shared=True) < np.inf


def test_every_voice_of_the_load_plays_and_goes_on_playing_on_16_tracks() -> None:
    memory = crowd.busy_memory("cubic", 48, stretched=16)
    memory.header["ceiling"] = bench.CEILING
    sound = render(memory, 4_800, 64)
    side = int(memory.header["committed"][0]) & 1
    voices = memory.voices[side][: int(memory.bank["active"][side])]
    assert len(voices) == 64
    assert np.all(voices["state"] != VoiceState.FREE)
    assert np.count_nonzero(voices["warp"] == Warp.STRETCH) == 16
    assert set(voices["track"].tolist()) == set(range(16))
    fading = voices[voices["state"] == VoiceState.STOPPING]
    assert len(fading) == 48
    assert np.all(fading["fade"]["left"] > RAMP_MAX // 2)
    assert np.abs(sound[:2]).max() == np.float32(bench.CEILING)  # the limiter is at work


def test_shares_of_the_block_and_the_memory_are_measured() -> None:
    assert np.all(bench.callback_shares(0.5, voices=8, stretched=2) > 0.0)
    assert bench.measure_empty(seconds=0.01) > 0.0
    assert bench.measure_memory(0.01) > 1e8
