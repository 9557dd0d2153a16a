from collections.abc import AsyncIterator
from pathlib import Path

import numpy as np
import pytest
import soundfile

from liveengine.errors import BadArgument, BadAudio, LiveEngineError, NotFound
from tests.session.stage import BAR, BEAT, RATE, Stage, stage


@pytest.fixture
async def live(tmp_path: Path) -> AsyncIterator[Stage]:
    async with stage(tmp_path / "library") as made:
        yield made


def wave(path: Path, hertz: float = 220.0) -> Path:
    time = np.arange(2 * RATE) / RATE
    soundfile.write(path, 0.5 * np.sin(2 * np.pi * hertz * time), RATE)
    return path


async def test_a_file_becomes_a_stem_and_lies_in_the_slot(live: Stage, tmp_path: Path) -> None:
    told = await live.call("/track/2/clip/3/load/file", str(wave(tmp_path / "tone.wav")))
    assert (told["track"], told["slot"]) == (2, 3)
    assert (await live.library.get(told["stem"])).filename == "tone.wav"
    assert await live.call("/track/2/clip/3/state") == "stopped"
    again = await live.call("/track/1/clip/1/load/file", str(tmp_path / "tone.wav"))
    assert again["stem"] == told["stem"]
    assert len(await live.library.queue.all()) == 1


async def test_what_plays_goes_on_while_a_file_comes_in(live: Stage, tmp_path: Path) -> None:
    stem = await live.stem(np.full(BAR, 0.5))
    await live.call("/track/1/clip/1/load", stem)
    await live.call("/track/1/clip/1/launch")
    live.render(BEAT)
    await live.call("/track/1/clip/1/load/file", str(wave(tmp_path / "tone.wav")))
    assert live.render(BAR)[0].min() > 0.4


@pytest.mark.parametrize(
    ("name", "error"),
    [
        ("nothing.wav", NotFound),
        (".", BadArgument),
        ("text.wav", BadAudio),
        ("empty.wav", BadAudio),
        ("~nobody-of-this-name/x.wav", BadArgument),
        ("a\0b.wav", BadArgument),
        ("x" * 4000, NotFound),
    ],
)
async def test_what_is_no_audio_file_says_why_and_leaves_the_slot(
    live: Stage, tmp_path: Path, name: str, error: type[LiveEngineError]
) -> None:
    (tmp_path / "text.wav").write_text("no sound at all")
    (tmp_path / "empty.wav").touch()
    path = name if name.startswith("~") else f"{tmp_path}/{name}"[:4096]
    with pytest.raises(error):
        await live.call("/track/1/clip/1/load/file", path)
    assert await live.call("/track/1/clip/1/state") == "empty"
