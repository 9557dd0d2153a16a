import numpy as np
import pytest

from liveengine.ml import tempo
from liveengine.ml.listen import listen
from liveengine.ml.tempo import Tempo

from .signals import RATE, groove, kick, noise, place, silence


def candidates(sound, seamless: bool = True) -> list[Tempo]:  # type: ignore[no-untyped-def]
    return tempo.candidates(listen(sound[None], RATE).pulse, seamless)


@pytest.mark.parametrize("bpm", [90, 100, 120, 128, 132.5, 140, 160, 174])
def test_a_loop_cut_on_the_beat_has_its_exact_tempo(bpm: float) -> None:
    best = candidates(groove(bpm, 16))[0]
    assert best.source == "length"
    assert best.bpm == pytest.approx(bpm, rel=1e-4)
    assert best.beats == 16


@pytest.mark.parametrize("beats", [4, 8, 32])
def test_the_number_of_beats_is_found(beats: int) -> None:
    assert candidates(groove(126, beats))[0].beats == beats


@pytest.mark.parametrize("bpm", [87.3, 104.0, 118.7, 128.0, 139.1])
def test_without_a_loop_the_onsets_alone_come_close(bpm: float) -> None:
    sound = groove(bpm, 24)[: -RATE // 3]
    best = candidates(sound, seamless=False)[0]
    assert best.source in ("onsets", "repeat")
    assert best.bpm == pytest.approx(bpm, rel=0.01)


@pytest.mark.parametrize("bpm", [65, 70, 180])
def test_where_half_or_double_is_as_likely_both_are_candidates(bpm: float) -> None:
    found = [one.bpm for one in candidates(groove(bpm, 16)) if one.source == "length"]
    assert bpm in [pytest.approx(one, rel=1e-4) for one in found]
    assert len(found) >= 2


def test_every_candidate_is_told_once_the_likeliest_first() -> None:
    found = candidates(groove(128, 16))
    assert found[0].source == "length"
    assert len({one.bpm for one in found}) == len(found)
    assert [one.confidence for one in found] == sorted((one.confidence for one in found), reverse=True)


def test_a_sound_without_pulse_has_no_measured_tempo() -> None:
    assert candidates(silence(4.0), seamless=False) == []
    assert all(one.confidence < 0.4 for one in candidates(noise(4.0), seamless=False))


@pytest.mark.parametrize("bpm", [97, 126])
def test_a_loosely_played_loop_is_as_fast_as_its_length_says(bpm: float) -> None:
    late = np.random.default_rng(1).integers(0, round(0.025 * RATE), 32)
    eighth = 30 / bpm * RATE
    frames = [round(n * eighth) + (0 if n % 8 == 0 else int(late[n])) for n in range(32)]
    best = candidates(place(frames, kick()[:6_000], round(32 * eighth)))[0]
    assert best.source == "length"
    assert best.bpm == pytest.approx(bpm, rel=1e-4)
