import mido
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from liveengine.control.midi.mapping import Key
from liveengine.control.midi.message import LATE_S, Assembler, Turn, parse

FINE = Key("cc14", 1, 1)
PARAMETER = Key("nrpn", 1, 300)


def run(keys: set[Key], *turns: tuple[int, int]) -> list[Turn]:
    """Return what an assembler makes of controllers on channel 1, all at once."""
    assembler = Assembler(keys)
    found = [assembler.take(Turn("cc", 1, number, value), 0.0) for number, value in turns]
    return [turn for turn in found if turn is not None]


@pytest.mark.parametrize(
    ("message", "turn"),
    [
        ([0x90, 60, 100], Turn("note", 1, 60, 100)),
        ([0x9F, 60, 0], Turn("note", 16, 60, 0)),
        ([0x80, 60, 64], Turn("note", 1, 60, 0)),
        ([0xB3, 7, 127], Turn("cc", 4, 7, 127)),
        ([0xE0, 0, 64], Turn("bend", 1, 0, 8192)),
        ([0xE1, 127, 127], Turn("bend", 2, 0, 16_383)),
        ([0xA0, 60, 1], None),
        ([0xC0, 1], None),
        ([0xF8], None),
        ([0x90, 60], None),
        ([], None),
        ([0x90, 200, 1], None),
    ],
)
def test_notes_controllers_and_bends_are_understood(message: list[int], turn: Turn | None) -> None:
    assert parse(message) == turn


@given(st.binary(max_size=16))
def test_any_bytes_give_an_answer(message: bytes) -> None:
    found = parse(message)
    assert found is None or 0.0 <= found.position <= 1.0


def test_random_bytes_say_what_mido_hears_in_them() -> None:
    parser = mido.Parser()
    parser.feed(np.random.default_rng(5).integers(0, 256, 200_000, dtype=np.uint8).tobytes())
    heard = {"note_on": 0, "note_off": 0, "control_change": 0, "pitchwheel": 0}
    for message in parser:
        found = parse(message.bytes())
        if message.type in heard:
            heard[message.type] += 1
            assert found is not None
            assert found.channel == message.channel + 1
            assert found.value == _value(message)
        else:
            assert found is None
    assert min(heard.values()) > 200


def _value(message: mido.Message) -> int:
    if message.type == "control_change":
        return int(message.value)
    if message.type == "pitchwheel":
        return int(message.pitch) + 8192
    return int(message.velocity) if message.type == "note_on" else 0


@given(st.lists(st.tuples(st.integers(0, 127), st.integers(0, 127), st.floats(0, 100)), max_size=60))
def test_an_assembler_takes_anything_and_stays_in_range(turns: list[tuple[int, int, float]]) -> None:
    assembler = Assembler({FINE, PARAMETER})
    for number, value, now in turns:
        found = [assembler.take(Turn("cc", 1, number, value), now), *assembler.flush(now)]
        assert all(turn is None or 0.0 <= turn.position <= 1.0 for turn in found)
    assembler.flush(1e9)
    assert assembler.due is None


@given(st.integers(0, 16_383))
def test_both_halves_make_one_value(value: int) -> None:
    assert run({FINE}, (1, value >> 7), (33, value & 127)) == [Turn(*FINE, value)]


def test_an_upper_half_counts_alone_when_its_lower_one_is_late() -> None:
    assembler = Assembler({FINE})
    assert assembler.take(Turn("cc", 1, 1, 64), 10.0) is None
    assert assembler.due == 10.0 + LATE_S
    assert assembler.flush(10.0) == []
    assert assembler.flush(10.0 + LATE_S) == [Turn(*FINE, 64 << 7)]
    assert assembler.take(Turn("cc", 1, 33, 5), 11.0) == Turn(*FINE, 64 << 7 | 5)


def test_a_lower_half_before_any_upper_one_says_nothing() -> None:
    assert run({FINE}, (33, 5)) == []


def test_controllers_that_no_map_pairs_pass_as_they_are() -> None:
    assert run({FINE}, (2, 7), (34, 8)) == [Turn("cc", 1, 2, 7), Turn("cc", 1, 34, 8)]
    assert run(set(), (99, 2), (98, 44), (6, 1)) == [
        Turn("cc", 1, 99, 2),
        Turn("cc", 1, 98, 44),
        Turn("cc", 1, 6, 1),
    ]


def test_a_parameter_is_chosen_and_then_set() -> None:
    chosen = (99, 300 >> 7), (98, 300 & 127)
    assert run({PARAMETER}, *chosen, (6, 100), (38, 3), (6, 0), (38, 1)) == [
        Turn(*PARAMETER, 100 << 7 | 3),
        Turn(*PARAMETER, 1),
    ]


def test_a_registered_parameter_is_not_taken_for_ours() -> None:
    assert run({PARAMETER}, (99, 2), (98, 44), (101, 0), (100, 0), (6, 12), (38, 0)) == []
