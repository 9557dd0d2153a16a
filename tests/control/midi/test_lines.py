import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from liveengine.control.midi.lines import line_of

TEXT = """{
  "device": {"match": "x,]}"},
  "bindings": [
    {"in": {"type": "cc"},
     "to": "/x"},

    {"in": 2}
  ]
}"""


@pytest.mark.parametrize(
    ("place", "line"),
    [
        ((), 1),
        (("device", "match"), 2),
        (("bindings",), 3),
        (("bindings", 0, "in", "type"), 4),
        (("bindings", 0, "to"), 5),
        (("bindings", 1, "in"), 7),
        (("bindings", 1, "in", "type", 3), 7),
        (("bindings", 2), 3),
        (("looks",), 1),
    ],
)
def test_a_place_has_a_line(place: tuple[str | int, ...], line: int) -> None:
    assert line_of(TEXT, place) == line


values = st.recursive(
    st.integers() | st.text(max_size=3), lambda s: st.lists(s) | st.dictionaries(st.text(max_size=3), s)
)


@given(st.lists(values, min_size=1), st.data())
def test_with_a_value_on_each_line_the_number_is_the_line(rows: list[Any], data: st.DataObject) -> None:
    number = data.draw(st.integers(0, len(rows) - 1))
    text = "[" + ",\n".join(json.dumps(row) for row in rows) + "]"
    assert line_of(text, (number,)) == number + 1
