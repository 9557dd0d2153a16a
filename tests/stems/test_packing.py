import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as some

from liveengine.stems import packing
from liveengine.stems.connect import Damaged

JSON = some.recursive(
    some.none() | some.booleans() | some.integers(-(2**53), 2**53) | some.floats(allow_nan=False, allow_infinity=False)
    | some.text(),
    lambda inner: some.lists(inner, max_size=4) | some.dictionaries(some.text(), inner, max_size=4),
    max_leaves=12,
)  # fmt: skip


@given(some.dictionaries(some.text(), JSON, max_size=6))
def test_facts_come_back_as_they_were(facts: dict[str, object]) -> None:
    assert packing.unpack(packing.pack(facts)) == facts


def test_the_names_that_every_stem_has_cost_next_to_nothing() -> None:
    facts = {"duration": 1, "features": {"centroid_hz": 1, "stereo_correlation": 1}, "tempo_candidates": []}
    assert len(packing.pack(facts)) < 40


def test_half_a_surrogate_in_a_name_is_kept() -> None:
    assert packing.unpack(packing.pack({"words": ["\udcff"]})) == {"words": ["\udcff"]}


def test_what_json_does_not_have_is_refused() -> None:
    with pytest.raises(ValueError, match="JSON"):
        packing.pack({"loudness": float("nan")})


@given(some.binary(max_size=60))
def test_bytes_that_are_no_facts_are_damage_and_nothing_else(blob: bytes) -> None:
    with contextlib.suppress(Damaged):
        packing.unpack(packing.VERSION + blob)
