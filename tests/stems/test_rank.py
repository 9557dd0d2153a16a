import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from liveengine.stems import columns, query, rank
from liveengine.stems.query import Query
from liveengine.stems.wishes import Wishes

BY = rank.ranking()
ALL = 1.0  # a cosine that counts as everything


def asked(text: str) -> Wishes:
    return rank.wishes(query.read(text), None, rank.ranking())


def met(text: str, column: str) -> np.ndarray:
    """How well each byte of a column meets the wish of a sentence, the best 1."""
    table = dict(asked(text).tables)[column]
    return np.asarray(table / table.max())


def at_seconds(seconds: float) -> int:
    return int(columns.length_bytes(np.array([seconds], np.float32))[0])


def at_tempo(tempo: float) -> int:
    return int(columns.tempo_cells(np.array([tempo], np.float32))[0])


@pytest.mark.parametrize(
    ("text", "inside", "outside"),
    [
        ("under 1 second", 0.5, 4.0), ("over 5 s", 20.0, 1.0), ("2-4 s", 3.0, 12.0), ("4 bars 120 bpm", 8.0, 2.0),
        ("2 bars", 4.0, 0.5),
    ],
)  # fmt: skip
def test_a_length_is_met_inside_its_range_and_less_the_further_outside(
    text: str, inside: float, outside: float
) -> None:
    wish = met(text, "seconds")
    assert wish[at_seconds(inside)] == pytest.approx(1.0)
    assert wish[at_seconds(outside)] < 0.4


def test_loops_and_one_shots_are_told_apart() -> None:
    assert met("a loop", "loop")[254] == 1.0
    assert met("one-shot", "loop")[0] == 1.0
    assert "loop" not in dict(asked("kick").tables)


def test_every_tempo_of_a_range_is_right_and_half_and_double_nearly() -> None:
    wish = met("120-130 bpm", "tempo")
    inside = [wish[at_tempo(tempo)] for tempo in (120.0, 125.0, 130.0)]
    assert inside == pytest.approx([1.0, 1.0, 1.0], abs=0.02)
    assert wish[at_tempo(110.0)] < 0.4
    assert wish[at_tempo(62.5)] == pytest.approx(0.9, abs=0.02)


def test_all_wishes_together_are_a_mean() -> None:
    wishes = asked("dark kick, 130 bpm, in a-Moll, under 2 seconds")
    best = sum(float(table.max()) for _, table in wishes.tables) + sum(weight for _, weight in wishes.words)
    assert best <= 1.0 + 1e-5
    assert math.isfinite(best)


def score(wishes: Wishes, cosine: float, places: dict[str, int], words: tuple[str, ...] = ()) -> float:
    """Return the score of a stem with these places (bytes); those that are not named are unknown."""
    total = wishes.cosine * cosine + wishes.offset
    for name, table in wishes.tables:
        total += float(table[places.get(name, 0 if name == "tempo" else columns.UNKNOWN)])
    return total + sum(bonus for word, bonus in wishes.words if word in [columns.word_id(one) for one in words])


def test_who_meets_every_wish_scores_one_and_who_meets_none_nothing() -> None:
    wishes = rank.wishes(query.read("kick"), (0.0, ALL), BY)
    assert score(wishes, 1.0, {"category.kick": 254}) == pytest.approx(1.0, abs=1e-5)
    assert score(wishes, 0.0, {"category.kick": 0}) == pytest.approx(0.0, abs=1e-5)


def test_of_what_sounds_the_same_the_category_that_is_named_comes_first() -> None:
    wishes = rank.wishes(query.read("kick"), (0.0, ALL), BY)
    kick, hat = {"category.kick": 254}, {"category.kick": 0, "category.hihat": 254}
    assert score(wishes, 0.4, kick) > score(wishes, 0.6, hat)


def test_a_property_that_is_asked_for_ranks_above_its_opposite_and_turned_round_below() -> None:
    dark, bright = {"category.kick": 254, "brightness": 5}, {"category.kick": 254, "brightness": 250}
    wished = rank.wishes(query.read("dark kick"), (0.0, ALL), BY)
    denied = rank.wishes(query.read("kick, nicht dunkel"), (0.0, ALL), BY)
    assert score(wished, 0.5, dark) > score(wished, 0.5, bright) + 0.1
    assert score(denied, 0.5, bright) > score(denied, 0.5, dark) + 0.1


def test_properties_of_a_category_are_looked_at_again_and_keep_least_of_what_is_surely_another() -> None:
    again = rank.wishes(query.read("dark kick"), (0.0, ALL), BY).again
    assert again is not None
    ((column, kept),) = again.kept
    assert column == "category.kick"
    assert (kept[254], kept[0], kept[columns.UNKNOWN]) == pytest.approx(
        (BY.again["sure"], BY.again["unsure"], BY.again["unsure"])
    )
    best = sum(float(table.max()) for _, table in again.properties)
    assert (1.0 - (1.0 - BY.again["sure"]) * best) * again.scale == pytest.approx(1.0)  # who meets all stays at 1


@pytest.mark.parametrize("text", ["kick", "dark", "kick 130 bpm"])
def test_where_no_property_of_a_category_is_asked_for_one_look_is_enough(text: str) -> None:
    assert rank.wishes(query.read(text), (0.0, ALL), BY).again is None


@pytest.mark.parametrize(
    ("asked", "nearer", "farther"), [(130, 130, 134), (130, 128, 140), (130, 65, 100), (90, 180, 150)]
)
def test_the_nearer_tempo_wins_and_half_and_double_time_are_near(asked: int, nearer: int, farther: int) -> None:
    wishes = rank.wishes(query.read(f"loop {asked} bpm"), (0.0, ALL), BY)
    cells = columns.tempo_cells(np.array([nearer, farther], np.float32)).tolist()
    assert score(wishes, 0.5, {"tempo": cells[0]}) > score(wishes, 0.5, {"tempo": cells[1]})


def test_a_word_that_nobody_knows_is_met_by_who_bears_it() -> None:
    wishes = rank.wishes(query.read("zorblax"), None, BY)
    assert score(wishes, 0.0, {}, ("zorblax",)) == pytest.approx(BY.weights["named"], abs=1e-5)
    assert score(wishes, 0.0, {}, ("quimby",)) == 0.0


def test_a_sentence_that_only_denies_is_answered_by_everything_else() -> None:
    wishes = rank.wishes(query.read("not a kick"), None, BY)
    assert score(wishes, 0.0, {"category.kick": 0}) == pytest.approx(1.0)
    assert BY.told(BY.shown(score(wishes, 0.0, {"category.kick": 254}))) == "none"


def test_a_name_that_holds_a_word_counts_more_than_one_that_does_not_counts_against() -> None:
    read = query.read("piano")
    wishes = rank.wishes(read, (0.0, 1.0), BY)
    without = rank.wishes(query.read("piano"), (0.0, 1.0), replace(BY, weights={**BY.weights, "named": 0.0}))
    (word,) = read.names
    lifted = score(wishes, 0.5, {}, (word,)) - score(without, 0.5, {}, (word,))
    total = BY.weights["cosine"] / without.cosine
    assert score(wishes, 0.5, {}) == score(without, 0.5, {})
    assert lifted == pytest.approx(BY.weights["named"] * read.names[word] / total, abs=1e-5)


def test_for_words_that_nobody_knows_names_count_more_than_what_is_heard() -> None:
    read = query.read("zorblax quimby")
    by = BY.guessing(read)
    wishes = rank.wishes(read, (0.0, 1.0), by)
    total = by.weights["cosine"] + BY.weights["names"]
    assert score(wishes, 1.0, {}) == pytest.approx(by.weights["cosine"] / total, abs=1e-5)
    assert score(wishes, 0.0, {}, ("zorblax", "quimby")) == pytest.approx(BY.weights["names"] / total, abs=1e-5)
    assert by.weights["cosine"] < BY.weights["names"]


@given(st.floats(-5, 5), st.floats(-5, 5))
def test_similarity_keeps_the_order_and_never_reaches_its_ends(one: float, other: float) -> None:
    assert 0.0 < BY.shown(one) < 1.0
    if one < other:
        assert BY.shown(one) <= BY.shown(other)


def test_the_verdict_goes_by_the_best_similarity() -> None:
    assert BY.told(0.99) == "good"
    assert BY.told(0.0) == "none"
    assert BY.told((BY.verdict["weak"] + BY.verdict["good"]) / 2) == "weak"


def test_the_reach_of_a_cosine_is_that_of_the_model_with_the_longest_name_that_fits() -> None:
    by = replace(BY, cosine={"a": {"low": 0.0, "high": 0.5}, "a-b": {"low": 0.1, "high": 0.9}})
    assert by.reach("a-b-c") == (0.1, 0.9)
    assert by.reach("a") == (0.0, 0.5)
    assert by.reach("another") == (0.0, 0.5)
    assert by.reach("x") == (0.0, 1.0)


@given(st.text(max_size=60))
def test_whatever_is_asked_makes_finite_wishes(text: str) -> None:
    wishes = rank.wishes(query.read(text), (0.0, 0.6), BY)
    values = [wishes.cosine, wishes.offset, *(bonus for _, bonus in wishes.words)]
    assert all(math.isfinite(value) for value in values)
    assert all(np.isfinite(table).all() for _, table in wishes.tables)


def test_weights_of_nothing_ask_for_nothing() -> None:
    assert rank.wishes(Query(), None, BY) == Wishes(0.0, 0.0)
    assert rank.wishes(Query(axes=[("brightness", 0.1, 0.0)]), None, BY).tables == ()
