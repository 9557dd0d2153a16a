"""A track at another rate, little by little, is the track at another rate."""

import numpy as np
import numpy.typing as npt
import pytest

from liveengine.ml.separate import PARTS, stream
from liveengine.ml.separate.stream import Inward, outward
from liveengine.sound.convert import as_channels, resample

Sound = npt.NDArray[np.float32]
RATES = [(48_000, 44_100), (44_100, 48_000), (22_050, 44_100), (44_100, 44_100)]


def noise(frames: int, channels: int = 2) -> Sound:
    return np.random.default_rng(frames).standard_normal((channels, frames)).astype(np.float32)


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream, "BLOCK", 1_000)


@pytest.mark.parametrize(("rate", "wanted"), RATES)
@pytest.mark.parametrize("channels", [1, 2])
def test_what_lies_between_two_frames_is_what_the_whole_has_there(rate: int, wanted: int, channels: int) -> None:
    sound = noise(20_001, channels)
    whole = as_channels(resample(sound, rate, wanted), 2)
    track = Inward(sound, rate, wanted)
    assert track.frames == whole.shape[1]
    for first in range(0, track.frames - 3_000, 2_500):  # each hears the end of the one before once more
        assert np.allclose(track.between(first, first + 3_000), whole[:, first : first + 3_000], atol=1e-5)
    assert np.allclose(track.between(track.frames - 2_000, track.frames), whole[:, -2_000:], atol=1e-5)


@pytest.mark.parametrize(("rate", "wanted"), RATES)
@pytest.mark.parametrize("frames", [1, 999, 20_001])
def test_pieces_come_out_as_the_whole_would(rate: int, wanted: int, frames: int) -> None:
    every = {part: noise(frames) * (1 + number) for number, part in enumerate(PARTS)}
    pieces = ({part: sound[:, at : at + 777] for part, sound in every.items()} for at in range(0, frames, 777))
    length = resample(every["bass"], rate, wanted).shape[1]
    made = list(outward(pieces, rate, wanted, length))
    for part in PARTS:
        joined = np.concatenate([piece[part] for piece in made], axis=1)
        assert joined.shape == (2, length)
        assert np.allclose(joined, resample(every[part], rate, wanted), atol=1e-5)
