"""A short siege of a whole server: everything that people and strangers send to the wrong place."""

import pytest

from liveengine.cli.torture.doors import Attack, Row, Siege, siege

SHARE = 0.001
SLOW = {"websocket.sleepers", "http.silent", "http.unread"}  # they wait; `liveengine bench doors` has them


def besieged(attacks: dict[str, tuple[Attack, int]]) -> tuple[list[Row], Siege]:
    *_, whole = siege.besiege(attacks, SHARE, seed=1)
    assert isinstance(whole, Siege)
    return whole.rows, whole


@pytest.fixture(scope="module")
def found() -> tuple[list[Row], Siege]:
    return besieged({name: attack for name, attack in (siege.ATTACKS | siege.LAWLESS).items() if name not in SLOW})


def test_the_music_is_what_it_would_be_without_to_the_last_frame(found: tuple[list[Row], Siege]) -> None:
    _, whole = found
    assert whole.frames > 3 * 48_000
    assert whole.differing == 0


def test_what_holds_no_command_reaches_no_engine_and_changes_nothing(found: tuple[list[Row], Siege]) -> None:
    harmless = [row for row in found[0] if row.harmless]
    assert len(harmless) == 11
    assert [row.what for row in harmless if row.records or not row.alike] == []


def test_nothing_is_left_open(found: tuple[list[Row], Siege]) -> None:
    assert [(row.what, row.files) for row in found[0] if row.files > 0] == []


def test_the_log_has_a_line_for_each_kind_of_trouble_and_no_traceback(found: tuple[list[Row], Siege]) -> None:
    assert sum(row.lines for row in found[0]) < 100


def test_the_loop_never_stands(found: tuple[list[Row], Siege]) -> None:
    assert max(row.turn_ms for row in found[0]) < 50.0  # of processor time; the bench measures, on a quiet machine
