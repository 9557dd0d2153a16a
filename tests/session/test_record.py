import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import numpy as np
import pytest
import soundfile

from liveengine.caller import Caller, caller
from liveengine.command import when
from liveengine.errors import BadArgument, Forbidden
from liveengine.events import RecordingStarted, RecordingStopped
from liveengine.session.record import wav
from tests.session.stage import BAR, BEAT, Stage, stage


@pytest.fixture
async def live(tmp_path: Path) -> AsyncIterator[Stage]:
    """A stage with the real recorder process attached."""
    async with stage(tmp_path) as made:
        options = ["--shared", str(made.shared.folder), "--library", str(tmp_path), "--retro-minutes", "0.1"]
        recorder = subprocess.Popen([sys.executable, "-m", "liveengine.engine.recorder", *options])
        try:
            yield made
        finally:
            recorder.terminate()
            recorder.wait(10)


async def test_a_take_holds_what_the_master_played_and_its_name_outlives_the_daemon(live: Stage) -> None:
    await live.call("/track/1/clip/1/load", await live.stem([0.25] * BAR))
    answer = await live.call("/record/start")
    assert Path(answer["path"]).parent == live.library.root / "generated_tracks"
    await live.call("/track/1/clip/1/launch")
    sound = live.render(BEAT)
    await live.session.keeper.keep()
    live.daemon()
    await live.session.restore()
    assert await live.call("/record/state") == "recording"
    done = await live.call("/record/stop")
    assert done == {"path": answer["path"], "frames": BEAT}
    samples, _ = soundfile.read(done["path"], dtype="float32", always_2d=True)
    assert np.abs(samples.T - sound).max() < 1e-6
    assert [type(event) for event in live.events if "Recording" in type(event).__name__] == [
        RecordingStarted,
        RecordingStopped,
    ]


@pytest.mark.parametrize(("frame", "begins"), [(None, 0), (-1_500, -1_500), (700, 700), (-900_000, -40_000)])
async def test_a_take_tells_the_frame_at_which_it_begins(live: Stage, frame: int | None, begins: int) -> None:
    live.render(50_000)
    await live.call("/track/1/clip/1/load", await live.stem(np.linspace(0.0, 0.5, BAR, dtype=np.float32)))
    await live.call("/track/1/clip/1/launch", 0)
    live.render(2_000)
    now = live.engine.snapshot().frame
    asked = when.set(None if frame is None else now + frame)
    answer = await live.call("/record/start")
    when.reset(asked)
    assert answer["frame"] == now + begins
    assert live.said(RecordingStarted) == [RecordingStarted(answer["path"], now + begins)]
    live.render(3_000)
    await live.call("/record/stop")
    samples, _ = soundfile.read(answer["path"], dtype="float32", always_2d=True)
    played = np.concatenate(live.heard, axis=1)[:, answer["frame"] :]
    assert np.abs(samples.T - played).max() < 1e-6


async def test_the_last_seconds_can_be_saved_after_the_fact(live: Stage) -> None:
    live.render(3 * BEAT)
    saved = await live.call("/record/retro", 1.0)
    assert saved["frames"] == 8_000
    assert soundfile.info(saved["path"]).frames == 8_000


async def test_stopping_without_a_take_is_an_error(live: Stage) -> None:
    with pytest.raises(BadArgument):
        await live.call("/record/stop")


@pytest.mark.parametrize("path", ["take.mp3", "/etc/passwd", "nowhere/take.wav", "take.wav\0"])
def test_a_take_goes_to_a_wav_in_a_folder_that_is_there(tmp_path: Path, path: str) -> None:
    with pytest.raises(BadArgument):
        wav(path, tmp_path)
    assert wav("take.wav", tmp_path) == tmp_path / "take.wav"


@pytest.mark.parametrize("path", ["~nobody-of-this-name/take.wav", "x" * 300 + ".wav", "x" * 300 + "/take.wav"])
def test_a_path_that_cannot_be_is_an_error_that_names_it(tmp_path: Path, path: str) -> None:
    with pytest.raises(BadArgument):
        wav(path, tmp_path)


def test_a_recording_replaces_nothing_of_the_library(tmp_path: Path) -> None:
    folder, stems = tmp_path / "library" / "generated_tracks", tmp_path / "library" / "stems"
    folder.mkdir(parents=True)
    stems.mkdir()
    for file in (folder / "take.wav", stems / "kick.wav", tmp_path / "mine.wav"):
        file.touch()
    (folder / "way").symlink_to(stems)
    for path in ("take.wav", "../stems/kick.wav", "../stems/new.wav", "way/new.wav", str(stems / "kick.wav")):
        with pytest.raises(BadArgument, match="own files"):
            wav(path, folder)
    assert wav("other.wav", folder) == folder / "other.wav"
    assert wav(str(tmp_path / "mine.wav"), folder) == tmp_path / "mine.wav"


def test_another_machine_names_a_place_outside_the_library_only_as_admin(tmp_path: Path) -> None:
    folder = tmp_path / "library" / "generated_tracks"
    folder.mkdir(parents=True)
    caller.set(Caller("arrange"))
    assert wav("take.wav", folder) == folder / "take.wav"
    with pytest.raises(Forbidden, match="a recording outside the library needs the role 'admin'"):
        wav(str(tmp_path / "take.wav"), folder)
    caller.set(Caller("admin"))
    assert wav(str(tmp_path / "take.wav"), folder) == tmp_path / "take.wav"


async def test_takes_of_the_same_second_are_two_files(live: Stage) -> None:
    paths = []
    for _ in range(3):
        paths.append((await live.call("/record/start"))["path"])
        await live.call("/record/stop")
    assert len(set(paths)) == 3


async def test_a_take_that_ends_by_itself_is_told(live: Stage) -> None:
    answer = await live.call("/record/start")
    live.shared.memory.header["take_state"] = 2  # what the recorder says when the disk is full
    live.events.clear()
    live.hear()
    live.hear()
    assert live.said(RecordingStopped) == [RecordingStopped(answer["path"], 0)]
    assert await live.call("/record/state") == "stopped"
