import contextlib
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as some

from liveengine.ml import quality
from liveengine.ml.features import measure
from liveengine.ml.listen import listen
from liveengine.sound.loudness import loudness
from liveengine.stems import axes, packing
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


def test_what_every_stem_has_takes_16_bits_a_number_and_next_to_nothing_for_names() -> None:
    features = {name: 0.123 * number for number, name in enumerate(packing.FEATURES)}
    below = {"offset", "noise", "truncation"}  # decibels
    parts = {
        name: [0.5 + number / 100, number / (-10 if name in below else 10)]
        for number, name in enumerate(packing._PARTS)
    }
    facts = {"duration": 1, "features": features, "quality": {"quality": 0.875, "parts": parts}, "loudness": -12.34}
    assert len(packing.pack(facts)) < 2 * len(features) + 2 * 2 * len(parts) + 90
    found = packing.unpack(packing.pack(facts))
    assert found.pop("features") == pytest.approx(features, rel=1e-3)
    assert found == {name: value for name, value in facts.items() if name != "features"}


def test_a_claim_of_tempo_takes_six_bytes_and_one_of_key_four() -> None:
    def claims(name: str, values: Sequence[object]) -> dict[str, object]:
        return {name: [{"value": value, "source": "chroma", "confidence": 0.5} for value in values]}

    none = len(packing.pack({"tempo_candidates": [], "key_candidates": []}))
    for name, values, size in (("tempo_candidates", [92.93, 172.918], 6), ("key_candidates", ["Am", "C#"], 4)):
        facts = {"tempo_candidates": [], "key_candidates": []} | claims(name, values)
        assert packing.unpack(packing.pack(facts)) == facts
        assert len(packing.pack(facts)) - none <= size * len(values)


@pytest.mark.parametrize(
    "claim",
    [
        {"value": 120.0625, "source": "name", "confidence": 0.9},
        {"value": -1.0, "source": "name", "confidence": 0.9},
        {"value": 120.0, "source": "a dream", "confidence": 0.9},
        {"value": "Am", "source": "name", "confidence": 0.12345},
        {"source": "name", "value": "Am", "confidence": 0.9},
        {"value": "Am"},
        "Am",
    ],
)
def test_a_claim_of_another_form_comes_back_all_the_same(claim: object) -> None:
    for name in ("tempo_candidates", "key_candidates"):
        facts = {name: [claim]}
        assert packing.unpack(packing.pack(facts)) == facts


def test_what_is_as_usual_takes_three_bytes_in_all() -> None:
    usual = packing._usual({}, 0)
    assert packing.unpack(packing.pack(usual)) == usual
    assert len(packing.pack(usual)) <= len(packing.pack({})) + 3
    assert packing.unpack(packing.pack(usual | {"loop": True, "key": "Am"})) == usual | {"loop": True, "key": "Am"}
    packing.unpack(packing.pack(usual))["tags"]["artist"] = "nobody"
    assert packing._USUAL["tags"] == {}


def test_a_tempo_that_is_the_first_claim_is_said_once() -> None:
    claims = [
        {"value": 101.827, "source": "repeat", "confidence": 0.4},
        {"value": 50.9, "source": "onsets", "confidence": 0},
    ]
    mute = packing._usual({}, 0) | {"tempo_candidates": claims}
    told = mute | {"tempo": 101.827, "tempo_source": "repeat", "tempo_confidence": 0.4}
    assert packing.unpack(packing.pack(mute)) == mute
    assert packing.unpack(packing.pack(told)) == told
    assert len(packing.pack(told)) == len(packing.pack(mute))
    other = told | {"tempo": 50.9}
    assert packing.unpack(packing.pack(other)) == other


def test_every_measurement_of_an_analysis_has_its_16_bits() -> None:
    sound = np.random.default_rng(0).normal(0.0, 0.1, (2, 9_600)).astype(np.float32)
    features = measure(listen(sound, 48_000), 0.2, loudness(sound, 48_000), None)
    assert set(features) == {*packing.FEATURES, *packing.FINE}
    facts = {"features": features, "loop": False, "key": None}
    kept = axes.measured(packing.unpack(packing.pack(facts)), {"fx": 1.0})
    assert kept == pytest.approx(axes.measured(facts, {"fx": 1.0}), abs=0.012, nan_ok=True)
    assert set(quality.judge(sound, 48_000, False, features)["parts"]) == set(packing._PARTS)


@pytest.mark.parametrize(
    "facts",
    [
        {"features": {"attack_ms": 1.451247, "chroma_entropy": 0.995731, "voiced": 1, "swing": 0.5}},
        {"features": {"attack_ms": 3_000_000.5, "swing": -0.032768, "voiced": 1e-9}},
        {"loudness": -12.345, "peak": None, "loop_confidence": True},
        {"features": {"decay_ms": 90_000.125, "new": 1}, "votes": {"kick": 1e-9}, "categories": {}},
        {"quality": {"quality": 7.0, "parts": {"clipping": [1.0, 21_280.87], "noise": [0.5], "mono": {}}}},
        {"quality": None, "features": [], "votes": {"banjo": 0.5}},
        {"quality": {"parts": {}}},
    ],
)
def test_a_number_that_16_bits_cannot_hold_comes_back_all_the_same(facts: dict[str, object]) -> None:
    assert packing.unpack(packing.pack(facts)) == facts


@given(some.dictionaries(some.sampled_from(["features", "quality", "votes", "peak"]), JSON))
def test_objects_of_another_form_come_back_as_they_were(facts: dict[str, object]) -> None:
    assert packing.unpack(packing.pack(facts)) == facts


def test_half_a_surrogate_in_a_name_is_kept() -> None:
    assert packing.unpack(packing.pack({"words": ["\udcff"]})) == {"words": ["\udcff"]}


def test_what_json_does_not_have_is_refused() -> None:
    with pytest.raises(ValueError, match="JSON"):
        packing.pack({"loudness": float("nan")})


@given(some.binary(max_size=60))
def test_bytes_that_are_no_facts_are_damage_and_nothing_else(blob: bytes) -> None:
    with contextlib.suppress(Damaged):
        packing.unpack(packing.VERSION + blob)
