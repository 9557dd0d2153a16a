import errno
import os
import stat
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from liveengine.engine import place, shared
from liveengine.engine.engine import Engine
from liveengine.errors import CannotStart, DiskFull, EngineDown, PoolFull
from tests.engine import stage


def test_what_one_process_writes_the_other_reads() -> None:
    with stage.memory_of(stage.settings()) as ours:
        theirs = shared.attach(ours.folder)
        ours.memory.header["frame"] = 7
        ours.memory.pool[3] = 0.5
        theirs.memory.tap[2, 1] = 0.25
        assert theirs.memory.header["frame"][0] == 7
        assert theirs.memory.pool[3] == 0.5
        assert ours.memory.tap[2, 1] == 0.25
        assert theirs.capacity == ours.capacity
        theirs.close()


def test_a_fresh_session_is_silent_and_stands_at_the_tempo_of_the_settings() -> None:
    with stage.memory_of(stage.settings()) as ours:
        assert ours.memory.bank["frames_per_beat"].tolist() == [22_500.0, 22_500.0]  # 128 beats per minute
        assert ours.memory.header["supervisor_pid"][0] == os.getpid()
        assert ours.capacity.tap_frames >= 10 * stage.RATE


def test_only_this_user_may_open_the_files_and_the_pool_takes_no_room() -> None:
    with stage.memory_of(stage.settings()) as ours:
        for path in (ours.state_path, ours.pool_path):
            assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert stat.S_IMODE(ours.folder.stat().st_mode) == 0o700
        assert ours.pool_path.stat().st_blocks == 0


def test_memory_of_another_version_is_refused_with_the_remedy() -> None:
    with stage.memory_of(stage.settings()) as ours:
        ours.memory.header["magic"] += 1
        with pytest.raises(CannotStart, match="end the running `liveengine serve`"):
            shared.attach(ours.folder)


@pytest.mark.parametrize("name", ["state", "pool"])
def test_a_file_that_is_cut_short_is_refused(name: str) -> None:
    with stage.memory_of(stage.settings()) as ours:
        os.truncate(ours.folder / name, 4096)
        with pytest.raises(CannotStart, match="cut short"):
            shared.attach(ours.folder)


def test_the_state_has_its_room_before_anybody_writes_to_it() -> None:
    with stage.memory_of(stage.settings()) as ours:
        assert ours.state_path.stat().st_blocks * 512 >= ours.state_path.stat().st_size


def test_attaching_to_nothing_says_what_to_start(tmp_path: Path) -> None:
    with pytest.raises(EngineDown, match="liveengine serve"):
        shared.attach(tmp_path)


def test_memory_that_does_not_fit_is_refused_before_it_is_made() -> None:
    with pytest.raises(DiskFull, match="pool_mib"):
        place.make(1 << 60)


def test_the_folder_of_a_dead_supervisor_goes_and_that_of_a_living_one_stays() -> None:
    code = "from liveengine.engine import place; print(place.make(1 << 20))"
    dead = Path(subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip())
    with stage.memory_of(stage.settings()) as living:
        assert dead.exists()
        assert dead in place.sweep()
        assert not dead.exists()
        assert living.folder.exists()


def test_a_pid_that_came_back_is_not_taken_for_the_old_process(tmp_path: Path) -> None:
    started = place.started(os.getpid())
    assert started is not None
    assert place._abandoned(_folder(tmp_path, started)) is False
    assert place._abandoned(_folder(tmp_path, started + 1)) is True


def _folder(base: Path, started: int) -> Path:
    folder = base / f"liveengine-{os.getpid()}-{started}-x"
    folder.mkdir()
    return folder


def test_a_segment_that_finds_no_room_is_refused_before_anybody_touches_it(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(file: int, offset: int, length: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with stage.memory_of(stage.settings()) as ours:
        segments = Engine(ours.memory, None, ours).segments
        place = segments.allocate(1_000, 2, 1)
        monkeypatch.setattr(os, "posix_fallocate", full)
        with pytest.raises(PoolFull, match="No space left on device"):
            segments.allocate(1_000, 2, 2)
        assert ours.memory.segments["state"].nonzero()[0].tolist() == [place]


def test_room_that_was_taken_counts_in_the_file() -> None:
    with stage.memory_of(stage.settings()) as ours:
        before = ours.pool_path.stat().st_blocks
        Engine(ours.memory, None, ours).segments.allocate(100_000, 2, 1)
        assert (ours.pool_path.stat().st_blocks - before) * 512 >= 800_000


def test_memory_stays_valid_for_those_who_hold_it_after_unlink() -> None:
    with stage.memory_of(stage.settings()) as ours:
        tap = ours.memory.tap
        ours.close()
        ours.unlink()
        tap[:] = 1.0
        assert np.all(tap == 1.0)


def test_room_that_is_given_back_leaves_the_file_and_its_neighbours_keep_theirs() -> None:
    with stage.memory_of(stage.settings()) as ours:
        segments = Engine(ours.memory, None, ours).segments
        places = [segments.allocate(100_003, 1, n) for n in range(3)]
        for n in places:
            segments.view(n)[:] = n + 1
        whole = ours.pool_path.stat().st_blocks
        segments.free(places[1])
        assert 396_000 <= (whole - ours.pool_path.stat().st_blocks) * 512 <= 400_000
        assert all((segments.view(n) == n + 1).all() for n in (places[0], places[2]))
        segments.free(places[0])
        segments.free(places[2])
        assert ours.pool_path.stat().st_blocks == 0


def test_where_a_file_may_have_no_holes_the_pool_is_as_large_as_it_may_become(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shared, "_REMOVE", -1)
    with stage.memory_of(stage.settings()) as ours:
        assert ours.pool_path.stat().st_size == ours.memory.pool.nbytes == ours.capacity.pool_bytes
        segments = Engine(ours.memory, None, ours).segments
        segments.free(segments.allocate(100_000, 1, 1))
        assert ours.pool_path.stat().st_blocks * 512 >= 400_000  # nobody can take it back
