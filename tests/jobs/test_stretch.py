from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
import soundfile

from liveengine.errors import BadArgument
from liveengine.jobs import stretch

RATE = 48_000
HITS = 8
Sound = npt.NDArray[np.float32]


def drums(frames: int = RATE, hits: int = HITS) -> tuple[Sound, list[int]]:
    """Return a loop [2, frames] of equal hits and where they begin."""
    chance = np.random.default_rng(1)
    decay = np.exp(-np.arange(frames // hits) / 600)
    hit = (decay * chance.normal(size=len(decay)) * 0.2).astype(np.float32)
    loop = np.tile(hit, hits)
    return np.stack([loop, loop]), [n * frames // hits for n in range(hits)]


def sine(frames: int, cycles: int) -> Sound:
    return np.sin(2 * np.pi * cycles * np.arange(frames) / frames).astype(np.float32)[None]


def onset(sound: Sound, near: int) -> int:
    """Return the first frame around `near` at which the sound is loud; it goes round."""
    at = np.arange(near - 1_000, near + 1_000)
    steps = np.abs(sound[0, at % sound.shape[1]])
    return int(at[np.argmax(steps > 0.3 * steps.max())])


@pytest.mark.parametrize("frames", [43_200, 55_200, 30_011, 96_000])
def test_attacks_are_where_they_belong_as_sharp_as_they_were(frames: int) -> None:
    loop, hits = drums()
    done = stretch.render(loop, frames, 0.0, RATE, hits)
    assert done.shape == (2, frames)
    for hit in hits:
        at = round(hit * (frames / RATE))
        assert abs(onset(done, at) - at - (onset(loop, hit) - hit)) <= 1
        assert np.allclose(done[:, at : at + 500], loop[:, hit : hit + 500], atol=1e-6)


def test_without_marked_attacks_the_hits_are_within_a_millisecond() -> None:
    loop, hits = drums()
    done = stretch.render(loop, 55_200, 0.0, RATE)
    late = [onset(done, round(hit * 1.15)) - round(hit * 1.15) - (onset(loop, hit) - hit) for hit in hits]
    assert np.abs(late).max() < RATE // 1000


@pytest.mark.parametrize(
    ("frames", "semitones", "cycles"), [(60_000, 0.0, 550), (40_000, 0.0, 367), (48_000, 12.0, 880)]
)
def test_a_tone_keeps_or_changes_its_pitch_and_goes_round_without_a_step(
    frames: int, semitones: float, cycles: int
) -> None:
    done = stretch.render(sine(RATE, 440), frames, semitones, RATE)
    spectrum = np.abs(np.fft.rfft(done[0]))
    assert abs(int(spectrum.argmax()) - cycles) <= 1
    steps = np.abs(np.diff(done[0]))
    assert abs(done[0, 0] - done[0, -1]) < 1.5 * np.percentile(steps, 99.9)


@pytest.mark.parametrize("frames", [43_200, 55_200])
def test_what_is_no_percussion_keeps_the_beginnings_of_its_steep_attacks(frames: int) -> None:
    loop, hits = drums(hits=4)
    loop += 0.1 * sine(RATE, 440)
    done = stretch.render(loop, frames, 0.0, RATE, [hits[1], hits[2], hits[2] + 6_000], percussive=False)
    for hit in hits[1:3]:
        at = round(hit * (frames / RATE))
        assert np.allclose(done[:, at : at + 3_000], loop[:, hit : hit + 3_000], atol=1e-6)
    soft = round((hits[2] + 6_000) * (frames / RATE))
    assert not np.allclose(done[:, soft : soft + 500], loop[:, hits[2] + 6_000 : hits[2] + 6_500], atol=1e-3)


@pytest.mark.parametrize(("rise", "kept"), [(1.1, False), (1.8, True)])
def test_an_attack_over_what_goes_on_is_kept_from_a_rise_of_three_decibels_on(rise: float, kept: bool) -> None:
    loop = 0.1 * np.random.default_rng(3).normal(size=(1, RATE)).astype(np.float32)
    loop[:, 20_000:] *= rise
    done = stretch.render(loop, 43_200, 0.0, RATE, [20_000], percussive=False)
    assert np.allclose(done[:, 18_000:21_000], loop[:, 20_000:23_000], atol=1e-6) == kept


@pytest.mark.parametrize("semitones", [-5.0, 3.0])
def test_what_is_transposed_has_its_attacks_at_their_new_pitch(semitones: float) -> None:
    loop, hits = drums()
    done = stretch.render(loop, RATE, semitones, RATE, hits)
    there = np.arange(300) * 2.0 ** (semitones / 12.0)
    quiet = stretch.render(loop, RATE, semitones, RATE)
    for hit in hits[1:]:
        pitched = np.interp(there, np.arange(700), loop[0, hit : hit + 700])
        likeness = [np.corrcoef(pitched, sound[0, hit : hit + 300])[0, 1] for sound in (done, quiet)]
        assert likeness[0] > 0.7 > likeness[1]


def test_where_an_attack_meets_what_was_stretched_the_level_stays() -> None:
    chance = np.random.default_rng(2)
    loop = (0.1 * chance.normal(size=(1, RATE))).astype(np.float32)
    done = stretch.render(loop, 60_000, 0.0, RATE, [20_000])
    level = np.sqrt(np.convolve(done[0] ** 2, np.ones(256) / 256, "valid"))
    around = level[25_000 - stretch.BEFORE_FRAMES : 25_000]
    assert 20 * np.log10(around.min() / np.median(level)) > -2.0


def test_the_same_loop_is_rendered_bit_for_bit_the_same() -> None:
    loop, hits = drums()
    once, again = (stretch.render(loop, 50_000, 3.0, RATE, hits) for _ in range(2))
    assert np.array_equal(once, again)


def asked(tmp_path: Path, **over: Any) -> dict[str, Any]:
    """Return a payload for a loop of 4,800 frames from frame 100 of a place at byte 256, to go to byte 65,536."""
    pool = tmp_path / "pool"
    if not pool.exists():
        samples = np.zeros(1 << 16, np.float32)
        samples[64 : 64 + 5_000] = sine(5_000, 100)[0]
        samples.tofile(pool)
    source = {"offset": 256, "stride": 5_056, "channels": 1}
    given = {"pool_path": str(pool), "source": source, "loop_start": 100, "loop_end": 4_900, "max_frames": 5_000}
    place = {"rate": RATE, "offset": 65_536, "stride": 5_120, "channels": 1, "semitones": 0.0, "attacks": []}
    place["percussive"] = True
    cache = {"cache": str(tmp_path / "cache" / "a.wav"), "cache_bytes": 1 << 20}
    return {**given, **place, **cache, **over}


def in_place(tmp_path: Path) -> Sound:
    return np.fromfile(tmp_path / "pool", np.float32)[16_384 : 16_384 + 5_000]


def test_a_rendered_loop_lies_in_the_pool_and_is_read_from_the_disk_the_next_time(tmp_path: Path) -> None:
    assert stretch.run(asked(tmp_path), lambda *_: None) == {"frames": 5_000, "cached": False}
    first = in_place(tmp_path)
    assert first.any()
    assert np.array_equal(soundfile.read(tmp_path / "cache" / "a.wav", dtype="float32")[0], first)
    (tmp_path / "pool").write_bytes(b"\0" * (1 << 18))
    assert stretch.run(asked(tmp_path), lambda *_: None) == {"frames": 5_000, "cached": True}
    assert np.array_equal(in_place(tmp_path), first)


def test_a_broken_file_of_the_cache_is_rendered_anew(tmp_path: Path) -> None:
    (tmp_path / "cache").mkdir()
    (tmp_path / "cache" / "a.wav").write_bytes(b"RIFF")
    assert not stretch.run(asked(tmp_path), lambda *_: None)["cached"]
    assert stretch.run(asked(tmp_path), lambda *_: None)["cached"]


def test_the_cache_forgets_what_was_used_least_recently(tmp_path: Path) -> None:
    names = [str(tmp_path / "cache" / f"{name}.wav") for name in "abcab"]
    room = {"cache_bytes": 2 * 21_000}  # two loops of 5,000 samples
    cached = [stretch.run(asked(tmp_path, cache=name, **room), lambda *_: None)["cached"] for name in names]
    assert cached == [False, False, False, False, False]
    assert stretch.run(asked(tmp_path, cache=names[-1], **room), lambda *_: None)["cached"]
    assert len(list((tmp_path / "cache").iterdir())) == 2


def test_a_cache_that_cannot_be_written_is_done_without(tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("no folder")
    assert stretch.run(asked(tmp_path), lambda *_: None)["frames"] == 5_000
    assert in_place(tmp_path).any()


@pytest.mark.parametrize(("start", "end"), [(0, 0), (0, 100_000), (100, 50)])
def test_a_loop_that_does_not_lie_in_the_pool_is_refused(tmp_path: Path, start: int, end: int) -> None:
    with pytest.raises(BadArgument):
        stretch.run(asked(tmp_path, loop_start=start, loop_end=end), lambda *_: None)
