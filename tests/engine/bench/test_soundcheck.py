import dataclasses
import shutil

import numpy as np
import pytest

from liveengine.engine.bench import findings
from liveengine.engine.bench.listener import unwrap
from liveengine.engine.bench.soundcheck import Launch, SoundCheck, check, frame_of
from liveengine.engine.engine import Snapshot
from tests.engine import stage

BLOCK_NS = 1_000_000  # 48 frames at 48 kHz


def on_a_grid(blocks: int, launches: list[Launch], recorded: list[int] | None = None, xruns: int = 0) -> SoundCheck:
    """Return a sound check whose callbacks come each millisecond, from 0 on, and take a tenth of it."""
    wakes = np.arange(blocks) * BLOCK_NS
    trace = np.stack((wakes, wakes + BLOCK_NS // 10, np.full(blocks, 48)), axis=1)
    return SoundCheck("null", 48_000, 48, 0, 64, launches, recorded or [], trace, 0, xruns)


def test_a_live_launch_at_a_beat_is_heard_at_its_frame() -> None:
    found = check("null", 1.0, voices=4, block=256)
    errors = findings.launch_errors(found)
    assert len(errors) >= 3
    assert set(errors) == {0}
    assert np.all(findings.at_once_ms(found) > 0.0)
    assert np.all(findings.load(found) > 0.0)


@pytest.mark.skipif(shutil.which("jackd") is None, reason="jackd is not installed")
def test_a_server_without_a_sound_card_is_told_from_one_that_has_one() -> None:
    with stage.jackd(1024):
        assert check("jack", 0.5, voices=4).stream == "dummy"
    assert check("dummy", 0.5, voices=4, block=1024).stream == "dummy"  # on a server of its own


@pytest.mark.skipif(shutil.which("jackd") is None, reason="jackd is not installed")
def test_another_client_hears_the_launches_as_far_apart_as_the_engine_played_them() -> None:
    with stage.jackd(1024):  # in which a busy machine keeps nobody from hearing a cycle
        found = check("jack", 1.0, voices=4)
    assert len(found.recorded) == len(found.launches) >= 3
    assert set(findings.recording(found).errors) == {0}


def test_a_launch_is_off_by_the_frames_between_its_beat_and_its_sound() -> None:
    launches = [Launch(100, 100, 0), Launch(None, 300, 0), Launch(480, 483, 0)]
    assert findings.launch_errors(on_a_grid(20, launches)) == [0, 3]


def test_at_once_is_measured_from_the_command_to_the_turn_of_its_first_sample() -> None:
    launches = [Launch(None, 96, 1_400_000), Launch(None, 100, 1_400_000)]
    live = on_a_grid(20, launches)
    assert findings.at_once_ms(live) == pytest.approx([0.6, 0.6 + 4 / 48])
    later = dataclasses.replace(live, first=48)  # what the first callback gives is the engine's second block
    assert findings.at_once_ms(later) == pytest.approx([-0.4, -0.4 + 4 / 48])


def test_a_recording_is_off_where_it_leaves_the_engines_distances() -> None:
    launches = [Launch(None, frame, 0) for frame in (100, 200, 300, 400)]
    steady = on_a_grid(20, launches, [1100, 1200, 1302, 1402])
    assert findings.recording(steady).errors == [0, 0, 2, 0]
    dropped = on_a_grid(20, launches, [1100, 1200, 1396, 1496], xruns=1)
    assert findings.recording(dropped) == findings.Recording([0, 0, 0, 0], 96)


def test_a_stream_that_counts_slowly_drifts_by_so_many_parts_per_million() -> None:
    live = on_a_grid(5_000, [])
    live.trace[:, 0] += np.round(live.trace[:, 0] * 50e-6).astype(np.int64)
    found = findings.steadiness(live)
    assert found.drift_ppm == pytest.approx(-50.0, abs=0.01)
    assert np.abs(found.jitter_us).max() < 0.01


def test_a_late_wake_is_jitter_and_a_lasting_step_is_not() -> None:
    live = on_a_grid(5_000, [])
    live.trace[1_000, 0] += 700_000
    live.trace[3_000:, 0] += 2_500_000
    found = findings.steadiness(live)
    assert found.drift_ppm == pytest.approx(0.0, abs=0.01)
    assert found.jitter_us[1_000] == pytest.approx(700.0, abs=0.1)
    assert np.count_nonzero(np.abs(found.jitter_us) > 1.0) == 1


def test_the_load_is_the_share_of_the_block_from_wake_to_return() -> None:
    assert findings.load(on_a_grid(3, [])) == pytest.approx([0.1, 0.1, 0.1])


def test_a_beat_is_a_whole_frame_in_exact_arithmetic() -> None:
    now = Snapshot.__new__(Snapshot)
    for name, value in (("anchor_frame", 7), ("anchor_beat", 0.0), ("frames_per_beat", 22_623.5)):
        object.__setattr__(now, name, value)
    assert frame_of(now, 1.0) == 7 + 22_624  # half a frame is rounded up
    assert frame_of(now, 1e6) == 7 + 22_623_500_000


def test_the_recorders_clock_of_32_bits_goes_on_growing() -> None:
    top = (1 << 32) - 10
    assert unwrap([top, 5, 20]) == [top, top + 15, top + 30]
