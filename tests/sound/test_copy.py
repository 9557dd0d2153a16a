"""The library's own copy of a sound is written, or a full disk is called by its name."""

from pathlib import Path

import numpy as np
import pytest
import soundfile

from liveengine.errors import DiskFull
from liveengine.sound.copy import write
from liveengine.sound.decode import Audio
from tests.disk import full


def audio(frames: int = 4, loudest: float = 1.0) -> Audio:
    return Audio(np.full((2, frames), loudest, np.float32), 48_000, 2, "WAV", "FLOAT")


@pytest.mark.parametrize(("loudest", "subtype"), [(1.0, "PCM_24"), (1.5, "FLOAT")])
def test_a_copy_has_24_bits_or_what_lies_beyond_full_scale(tmp_path: Path, loudest: float, subtype: str) -> None:
    write(audio(loudest=loudest), tmp_path / "new" / "a.wav")
    info = soundfile.info(tmp_path / "new" / "a.wav")
    assert (info.subtype, info.frames, info.channels, info.samplerate) == (subtype, 4, 2, 48_000)


def test_a_disk_that_fills_up_is_told_and_nothing_half_is_left(tmp_path: Path) -> None:
    with full(100_000), pytest.raises(DiskFull, match="make room"):
        write(audio(48_000), tmp_path / "a.wav")
    assert list(tmp_path.iterdir()) == []
