import json
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from liveengine.config import data
from liveengine.stems import axes

RAW = json.loads((data("config") / "reference.json").read_text("utf-8"))
CATEGORIES = sorted({name for table in RAW["axes"].values() for name in table} - {"all"})
USUAL = {name: st.one_of(st.sampled_from(known), st.floats(-1e4, 1e4)) for name, known in RAW["features"].items()}
FEATURES = st.fixed_dictionaries({}, optional=USUAL)
LIKELY = st.dictionaries(st.sampled_from([*CATEGORIES, "other"]), st.floats(0.001, 1.0))


def looked_up(value: float, known: list[float]) -> float:
    """Return where a value stands, plainly: ties count half."""
    table, steps = np.array(known), np.linspace(0.0, 1.0, len(known))
    low = np.interp(value, table, steps, left=0.0, right=1.0)
    high = 1.0 - np.interp(-value, -table[::-1], steps, left=0.0, right=1.0)
    return float((low + high) / 2.0)


@given(FEATURES, LIKELY)
def test_a_place_is_what_every_table_for_itself_says(features: dict[str, float], likely: dict[str, float]) -> None:
    percentiles = axes.feature_percentiles(features)
    assert percentiles == {name: looked_up(value, RAW["features"][name]) for name, value in features.items()}
    found = axes.measured({"features": features}, likely)
    for axis, table in RAW["axes"].items():
        value = axes.raw_axis(axis, percentiles)
        among_all = looked_up(value, table["all"])
        within = {name: looked_up(value, table[name]) for name in likely if name in table}
        weight = sum(likely[name] for name in within)
        own = sum(likely[name] * place for name, place in within.items()) / weight if weight else among_all
        wanted = (1.0 - axes.OWN_SHARE) * among_all + axes.OWN_SHARE * own
        assert found[axis] == pytest.approx(wanted, abs=1e-12, nan_ok=True)


def test_a_value_that_many_sounds_share_stands_in_the_middle_of_them() -> None:
    known = axes.Quantiles([[0.0] * 11 + [float(n) for n in range(1, 11)]])
    assert known.places(np.array([0.0])).tolist() == [0.25]
    assert known.places(np.array([-1.0])).tolist() == [0.0]
    assert known.places(np.array([10.0])).tolist() == known.places(np.array([99.0])).tolist() == [1.0]
    assert math.isnan(known.places(np.array([math.nan]))[0])
