import pytest

from liveengine.stems import taste, users


def test_twenty_feedbacks_bring_what_users_want_forward_and_harm_no_other_sentence() -> None:
    found = users.measure(users.synthetic(1, n=1_800, dim=128), users=12)
    assert found["gain"] >= 0.3
    assert abs(found["harm"]) <= 0.02
    assert found["users_gaining"] >= 0.9


def test_the_measure_is_the_same_for_the_same_seed_and_nothing_is_gained_where_nothing_is_learnt(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    sounds = users.synthetic(1, n=900, dim=64)
    assert users.measure(sounds, users=2) == users.measure(sounds, users=2)
    monkeypatch.setattr(taste, "PULL", 0.0)
    assert users.measure(sounds, users=2) == {"gain": 0.0, "harm": 0.0, "cost": 0.0, "users_gaining": 0.0}


def test_who_says_nothing_is_understood_by_what_is_kept_and_better_by_how_long_it_is_heard() -> None:
    sounds = users.synthetic(1, n=1_800, dim=128)
    untimed = users.measure(sounds, 10, way="counts")
    timed = users.measure(sounds, 10, way="times")
    assert timed["gain"] > untimed["gain"] > 0.1
    assert abs(timed["harm"]) <= 0.02
