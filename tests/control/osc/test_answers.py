from typing import Any

import pytest

from liveengine.control.osc.answers import error, flatten, pages, replies, spread
from liveengine.control.osc.codec import Message, decode


def args(packet: bytes) -> tuple[Any, ...]:
    found = decode(packet)
    assert isinstance(found, Message)
    return found.args


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, [("/a",)]),
        (0.5, [("/a", 0.5)]),
        (True, [("/a", 1)]),
        ("kick", [("/a", "kick")]),
        ([1, 2, 3], [("/a", 1, 2, 3)]),
        ([], [("/a", 0, 0)]),
        ({"job": 7}, [("/a", "job", 7)]),
        ({"a": {"b": 1, "c": [1, 2]}, "d": None}, [("/a", "a.b", 1, "a.c", "1 2")]),
        ([{"x": 1}, {"x": 2}], [("/a", 1, 2, "x", 1), ("/a", 2, 2, "x", 2)]),
        ({"tracks": [{"gain": 1}, {"gain": 2}]}, [("/a", "tracks.1.gain", 1, "tracks.2.gain", 2)]),
    ],
)
def test_each_form_of_answer(value: Any, expected: list[tuple[Any, ...]]) -> None:
    assert [args(packet) for packet in replies("/a", value, None)] == expected


def test_the_mark_ends_every_message_of_an_answer() -> None:
    assert [args(packet)[-1] for packet in replies("/a", [{"x": 1}, {"x": 2}], "#5")] == ["#5", "#5"]


def test_a_row_that_is_too_long_goes_on_under_its_index() -> None:
    row = {f"key{number}": "x" * 1000 for number in range(20)}
    packets = list(replies("/a", [row], None))
    assert all(len(packet) < 8192 for packet in packets)
    found = [args(packet) for packet in packets]
    assert {part[1:3] for part in found} == {(1, 1)}
    assert sum(len(part) - 3 for part in found) == 40


def test_an_overlong_text_is_cut_off() -> None:
    (packet,) = replies("/a", "x" * 100_000, None)
    assert len(packet) < 8192


def test_pages_never_part_a_key_from_its_value() -> None:
    values = [part for number in range(100) for part in (f"k{number}", "x" * 900)]
    found = list(pages(values, 2))
    assert len(found) > 1
    assert all(len(page) % 2 == 0 for page in found)
    assert [part for page in found for part in page] == values


def test_an_event_with_a_record_becomes_keys_and_values() -> None:
    assert spread(("render", {"path": "/x", "plan": {"bpm": 138}}, None)) == [
        "render", "path", "/x", "plan.bpm", 138, "",
    ]  # fmt: skip


def test_keys_count_from_one() -> None:
    assert list(flatten({"a": [{"b": 1}]})) == [("a.1.b", 1)]


def test_an_error_names_address_code_and_sentence() -> None:
    assert args(error("/a", "full", "too much", "#1")) == ("/a", "full", "too much", "#1")
