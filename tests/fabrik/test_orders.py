from dataclasses import replace
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from liveengine.fabrik.orders import AMOUNTS, Order, Source, near, shared, wanted, whole
from liveengine.stems.model import Stem

KICK = Stem(
    id=1, path=Path("a.wav"), filename="a.wav", title="a", category="kick", tags=(), bpm=None, key=None, duration=0.5,
    rate=48_000, channels=1, frames=24_000, loop=False, bars=None, loudness=None, peak=None, hash="", source=Path("a"),
    provenance="original", favourite=False, plays=0, created_at=0.0, updated_at=0.0,
)  # fmt: skip


def source(stem: int, weight: float = 0.8, category: str = "kick", bars: float | None = None) -> Source:
    return Source(replace(KICK, id=stem, category=category, loop=bars is not None, bars=bars), weight)


def test_orders_go_to_the_categories_of_the_matches_by_what_they_answer() -> None:
    found = [source(1, 0.9), source(2, 0.9), source(3, 0.6, "bass"), source(4, 0.05, "fx")]
    orders = near(found, {"kick", "bass", "fx"}, 12, 1)
    assert [order.category for order in orders] == ["kick"] * 10 + ["bass"] * 2
    assert {order.mode for order in orders[:10]} == {"interpolate", "walk", "hybrid"}
    assert near(found, {"kick", "bass", "fx"}, 12, 1) == orders
    assert near(found, {"kick", "bass", "fx"}, 12, 2) != orders


def test_without_a_model_signals_are_processed_and_one_shots_have_no_slices() -> None:
    loops = near([source(1, bars=1.0), source(2, bars=1.0)], (), 8, 1)
    assert {order.mode for order in loops} == {"style", "grains", "slices"}
    shots = near([source(1), source(2)], (), 8, 1)
    assert {order.mode for order in shots} == {"style", "grains"}


def test_only_stems_of_one_form_are_mixed() -> None:
    found = [source(1, bars=1.0), source(2, bars=2.0), source(3)]
    assert {order.mode for order in near(found, {"kick"}, 8, 1)} == {"walk", "hybrid"}
    assert {order.mode for order in near(found, (), 8, 1)} <= {"grains", "slices"}
    pairs = [order for order in near([*found, source(4, bars=2.0)], {"kick"}, 40, 1) if order.mode == "interpolate"]
    assert {frozenset(order.stems) for order in pairs} == {frozenset({2, 4})}


def test_a_dream_crosses_with_another_category_where_something_is_wanted_there() -> None:
    own, other = [source(1), source(2)], [source(3, category="snare")]
    crossed = [order for order in wanted("kick", own, other, 12, 0) if order.other]
    assert {(order.mode, order.other, order.stems[1]) for order in crossed} == {("hybrid", "snare", 3)}
    assert not [order for order in wanted("kick", own, [], 12, 0) if order.other]
    assert {order.mode for order in whole("kick", own, 10, 0)} == {"random", "interpolate"}
    assert {order.mode for order in whole("kick", [source(1)], 10, 0)} == {"random", "walk"}


def test_an_order_says_for_people_what_it_is() -> None:
    assert str(Order("kick", "interpolate", 1, (3, 9))) == "interpolate of kick from 3 and 9"
    assert str(Order("kick", "random", 1)) == "random of kick"


def test_nothing_to_start_from_gives_no_orders() -> None:
    assert near([], {"kick"}, 4, 0) == []
    assert wanted("kick", [], [], 4, 0) == []


@given(st.dictionaries(st.text(max_size=4), st.floats(0, 100), max_size=6), st.integers(0, 100))
def test_shares_add_up(weights: dict[str, float], many: int) -> None:
    counts = shared(weights, many)
    assert sum(counts.values()) == (many if sum(weights.values()) > 0 else 0)
    assert all(weights[name] > 0 for name in counts)


@given(st.integers(0, 2**31 - 1), st.integers(1, 24))
def test_every_order_has_an_amount_of_its_mode_and_parents_of_its_own(seed: int, many: int) -> None:
    orders = near([source(stem) for stem in (1, 2, 3)], {"kick"}, many, seed)
    assert len(orders) == many
    for order in orders:
        low, high = AMOUNTS[order.mode]
        assert order.amount is not None
        assert low <= order.amount <= high
        assert len(set(order.stems)) == len(order.stems) == (2 if order.mode == "interpolate" else 1)
