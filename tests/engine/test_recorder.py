import asyncio
import contextlib
import resource
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
import soundfile

from liveengine.engine import take, wav
from liveengine.engine.retro import Retro
from liveengine.engine.shared import Shared
from liveengine.engine.take import Recorder
from liveengine.errors import BadArgument, DiskFull, EngineDown
from tests.engine import stage


@contextlib.contextmanager
def running(tmp_path: Path) -> Iterator[tuple[Shared, subprocess.Popen[str]]]:
    with stage.memory_of(stage.settings()) as shared:
        stage.play(shared.memory)
        with stage.recorder(shared, tmp_path) as recorder, stage.engine(shared, "--stream", "null"):
            stage.wait(lambda: stage.header(shared, "recorder_pid") == recorder.pid)
            yield shared, recorder


def samples(path: Path) -> npt.NDArray[np.int32]:
    """Return int32[frames, 2] of a 24-bit file."""
    with soundfile.SoundFile(path) as file:
        assert (file.subtype, file.channels) == ("PCM_24", 2)
        return np.asarray(file.read(dtype="int32")) >> 8


def expected(shared: Shared, first: int, frames: int) -> npt.NDArray[np.int32]:
    return wav.quantised(stage.replayed(shared, stage.settings(), first + frames)[:2, first:].T)


async def until(shared: Shared, frame: int) -> None:
    while stage.header(shared, "frame") < frame:
        await asyncio.sleep(0.005)


async def test_a_take_holds_what_the_offline_render_gives_from_its_first_to_its_last_frame(tmp_path: Path) -> None:
    with running(tmp_path) as (shared, _):
        recorder = Recorder(shared)
        await recorder.start(tmp_path / "take.wav", 500)
        assert await recorder.stop(30_500) == 30_000
        assert not recorder.recording
        assert np.array_equal(samples(tmp_path / "take.wav"), expected(shared, 500, 30_000))


async def test_a_take_goes_on_without_a_hole_when_recorder_and_engine_are_killed(tmp_path: Path) -> None:
    file = tmp_path / "take.wav"
    with stage.memory_of(stage.settings()) as shared:
        stage.play(shared.memory)
        recorder = Recorder(shared)
        with stage.engine(shared, "--stream", "null") as engine, stage.recorder(shared, tmp_path) as first:
            await recorder.start(file, 0)
            await until(shared, 20_000)
            first.kill()
            first.wait()
            readable = len(samples(file))
            assert 20_000 - 4_800 <= readable <= stage.header(shared, "frame")  # at most 100 ms are missing
            engine.kill()
        with stage.engine(shared, "--stream", "null"), stage.recorder(shared, tmp_path):
            await until(shared, readable + 20_000)
            frames = await recorder.stop()
        assert frames > readable
        assert np.array_equal(samples(file), expected(shared, 0, frames))


async def test_a_full_disk_ends_the_take_playable_and_leaves_the_engine_alone(tmp_path: Path) -> None:
    with running(tmp_path) as (shared, process):
        recorder = Recorder(shared)
        await recorder.start(tmp_path / "take.wav", 0)
        resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (60_000, 60_000))
        while not recorder.failed:
            await asyncio.sleep(0.005)
        kept = recorder.frames
        assert 0 < kept <= 60_000 // 6
        with pytest.raises(DiskFull, match="free some space"):
            await recorder.stop()
        reached = stage.header(shared, "frame")
        await until(shared, reached + 5_000)
        assert stage.header(shared, "late") == 0  # what the engine has missed by itself
        assert np.array_equal(samples(tmp_path / "take.wav"), expected(shared, 0, kept))


async def test_retro_saves_the_last_seconds_that_were_heard(tmp_path: Path) -> None:
    with running(tmp_path) as (shared, _):
        await until(shared, 30_000)
        await Recorder(shared).retro(tmp_path / "retro.wav", 0.25)
        after = stage.header(shared, "frame")
        all_of_it = expected(shared, 0, after)
    kept = samples(tmp_path / "retro.wav")
    assert len(kept) == 12_000
    ends = [end for end in range(12_000, after + 1) if np.array_equal(all_of_it[end - 50 : end], kept[-50:])]
    assert any(np.array_equal(all_of_it[end - 12_000 : end], kept) for end in ends)
    assert max(ends) > 30_000 - 4_800


async def test_a_second_take_and_a_stop_without_a_take_are_refused(tmp_path: Path) -> None:
    with running(tmp_path) as (shared, _):
        recorder = Recorder(shared)
        with pytest.raises(BadArgument, match="no take"):
            await recorder.stop()
        await recorder.start(tmp_path / "one.wav")
        with pytest.raises(BadArgument, match="already"):
            await recorder.start(tmp_path / "two.wav")
        with pytest.raises(BadArgument, match="1024 bytes"):
            await recorder.start(tmp_path / ("x" * 1100))
        await recorder.stop()


async def test_a_start_that_nobody_answered_in_time_is_not_obeyed_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(take, "ANSWER_SECONDS", 0.1)
    with running(tmp_path) as (shared, process):
        recorder = Recorder(shared)
        process.send_signal(signal.SIGSTOP)
        with pytest.raises(EngineDown, match="does not answer"):
            await recorder.start(tmp_path / "late.wav")
        process.send_signal(signal.SIGCONT)
        monkeypatch.setattr(take, "ANSWER_SECONDS", 5.0)
        with pytest.raises(BadArgument, match="no take is being recorded"):
            await recorder.stop()
    assert not (tmp_path / "late.wav").exists()


async def test_a_take_whose_start_was_cancelled_is_ended_and_removed(tmp_path: Path) -> None:
    with running(tmp_path) as (shared, _):
        recorder = Recorder(shared)
        await recorder.start(tmp_path / "take.wav")
        started = stage.header(shared, "take_answer")
        await recorder._ask(take.CANCEL, None, started)
        assert not recorder.recording
        assert not (tmp_path / "take.wav").exists()
        await recorder.start(tmp_path / "second.wav")
        assert recorder.recording


async def test_a_path_that_cannot_be_written_is_refused_with_its_reason(tmp_path: Path) -> None:
    with running(tmp_path) as (shared, _):
        with pytest.raises(BadArgument, match="No such file or directory"):
            await Recorder(shared).start(tmp_path / "nowhere" / "take.wav")
        assert not Recorder(shared).recording


async def test_on_sigterm_the_take_is_closed_with_all_that_sounded(tmp_path: Path) -> None:
    with stage.memory_of(stage.settings()) as shared:
        stage.play(shared.memory)
        with stage.recorder(shared, tmp_path) as process:
            with stage.engine(shared, "--stream", "null"):
                await Recorder(shared).start(tmp_path / "take.wav", 0)
                await until(shared, 10_000)
            process.send_signal(signal.SIGTERM)
            assert process.wait(5) == 0
        frames = stage.header(shared, "frame")
        assert np.array_equal(samples(tmp_path / "take.wav"), expected(shared, 0, frames))


def test_the_retro_ring_wraps_and_a_new_recorder_finds_what_the_old_one_wrote(tmp_path: Path) -> None:
    ring = Retro(tmp_path / "ring", 8, 10, "session", 3)
    counted = np.repeat(np.arange(3, 16, dtype=np.float32), 2).reshape(-1, 2)
    ring.append(counted[:7])
    ring.append(counted[7:])
    ring.close()
    again = Retro(tmp_path / "ring", 8, 10, "session", 99)
    assert (again.begin, again.end) == (6, 16)
    assert again.read(6, 10)[:, 0].tolist() == list(range(6, 16))
    again.close()
    other = Retro(tmp_path / "ring", 8, 10, "another session", 99)
    assert (other.begin, other.end) == (99, 99)
    other.close()


def test_beyond_four_gibibytes_the_header_becomes_rf64() -> None:
    small, large = wav.header(10, 48_000), wav.header(1 << 30, 48_000)
    assert (small[:4], small[12:16], len(small)) == (b"RIFF", b"JUNK", wav.HEADER_BYTES)
    assert (large[:4], large[12:16], len(large)) == (b"RF64", b"ds64", wav.HEADER_BYTES)
    assert int.from_bytes(large[28:36], "little") == 6 << 30


def test_samples_are_rounded_to_24_bits_clipped_and_never_no_number() -> None:
    given = np.array([[0.5, -1.0], [2.0, -2.0], [np.nan, np.inf], [0.6 / (1 << 23), 0.4 / (1 << 23)]], np.float32)
    top = (1 << 23) - 1
    assert wav.quantised(given).tolist() == [[1 << 22, -top - 1], [top, -top - 1], [0, top], [1, 0]]
