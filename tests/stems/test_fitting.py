import numpy as np
import pytest

from liveengine.stems.fitting import (
    DENSITY,
    KEY,
    ROOM,
    TEMPO,
    Candidates,
    Playing,
    Room,
    answers,
    fits,
    free,
    in_key,
    in_time,
    reasons,
    room,
)
from liveengine.stems.vectors import Floats

NAN = float("nan")


def bands(*rows: tuple[float, ...]) -> Floats:
    return np.array(rows, np.float32)


def test_the_same_key_fits_best_then_its_neighbours_then_what_has_none() -> None:
    assert in_key("Am", "Am") == 1.0
    assert in_key("C", "Am") == in_key("Em", "Am") == 0.8
    assert in_key(None, "Am") == in_key("Am", None) == in_key("nonsense", "Am") == 0.5
    assert in_key("F#", "Am") == 0.1


def test_half_and_double_time_fit_and_a_little_stretch_does_nearly() -> None:
    assert in_time(128, 128) == in_time(64, 128) == in_time(256, 128) == 1.0
    assert in_time(128 * 1.04, 128) == pytest.approx(0.607, abs=0.001)
    assert in_time(100, 128) < 0.01
    assert in_time(None, 128) == 0.8
    assert in_time(128, None) == 0.5


def test_a_bass_finds_no_room_beside_a_bass_but_a_hat_does() -> None:
    taken = room(bands((1.0, 0.5, 0.1, 0.0)), np.array([0.2], np.float32))
    assert taken.bands.tolist() == [1.0, 0.0, 0.0, 0.0]
    assert free(bands((1.0, 0.5, 0.1, 0.0), (0.0, 0.1, 0.9, 1.0), (NAN, NAN, NAN, NAN)), taken).tolist() == [0, 1, 1]


def test_sparse_answers_dense_and_dense_answers_sparse() -> None:
    densities = np.array([0.0, 1.0, NAN], np.float32)
    assert answers(densities, Room(density=1.0)).tolist() == [1.0, 0.0, 0.5]
    assert answers(densities, Room(density=0.0)).tolist() == [0.0, 1.0, 0.5]
    assert answers(densities, Room()).tolist() == [0.5, 0.5, 0.5]


def test_what_fits_in_all_is_the_weighted_mean() -> None:
    taken = room(bands((1.0, 0.0, 0.0, 0.0)), np.array([1.0], np.float32))
    playing = Playing(128.0, "Am", (1,))
    rows = bands((0.0, 0.0, 0.0, 1.0), (1.0, 0.0, 0.0, 0.0))
    two = Candidates(["Am", "F#"], [128.0, 100.0], rows, np.array([0.0, 1.0], np.float32))
    best, worst = fits(playing, taken, two)
    assert best == pytest.approx(KEY + TEMPO + ROOM + DENSITY) == pytest.approx(1.0)
    assert worst == pytest.approx(0.1 * KEY, abs=0.001)


def test_while_nothing_plays_everything_fits_alike() -> None:
    silent = room(bands().reshape(0, 4), np.zeros(0, np.float32))
    two = Candidates([None, "Am"], [None, 90.0], bands((1, 1, 1, 1), (0, 0, 0, 0)), np.array([0, 1], np.float32))
    found = fits(Playing(), silent, two)
    assert found[0] == found[1]


def test_reasons_name_only_what_speaks_for_a_stem() -> None:
    playing = Playing(128.0, "Am", (1,))
    assert reasons(playing, "C", 64.0, 1.0, 0.9) == [
        "in key (C)",
        "in time (64 bpm)",
        "where the spectrum is free",
        "answers the rhythm",
    ]
    assert reasons(playing, "F#", 100.0, 0.0, 0.0) == []
    assert reasons(Playing(), "C", 64.0, 0.0, 0.0) == []
