import sys
from types import SimpleNamespace
from typing import Any

import pytest

from tests.clients.ableton.stage import Studio

LIKE = {"in": {"type": "note", "channel": 16, "number": 60}, "to": "/track/{track}/like"}
DARKER = {"in": {"type": "cc", "channel": 1, "number": 20}, "to": "/track/{track}/swap", "values": ["darker"]}
ROW = {"in": {"type": "note", "channel": 1, "number": 36}, "to": "/scene/{scene}/launch"}


@pytest.fixture
def forwarded(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Any, ...]]:
    """What Live was asked to forward."""
    found: list[tuple[Any, ...]] = []
    maps = SimpleNamespace(
        forward_midi_note=lambda *what: found.append(("note", *what)),
        forward_midi_cc=lambda *what: found.append(("cc", *what)),
    )
    monkeypatch.setitem(sys.modules, "Live", SimpleNamespace(MidiMap=maps))
    return found


async def test_the_buttons_are_forwarded_and_no_others(studio: Studio, forwarded: list[tuple[Any, ...]]) -> None:
    surface = studio.open(buttons=[LIKE, DARKER])
    surface.build_midi_map(5)
    assert forwarded == [("note", 17, 5, 15, 60), ("cc", 17, 5, 0, 20)]


async def test_without_buttons_live_is_asked_for_nothing(studio: Studio) -> None:
    studio.open(buttons=[]).build_midi_map(5)


async def test_a_press_plays_for_what_is_selected_and_a_release_does_nothing(studio: Studio) -> None:
    surface = await studio.connected(buttons=[LIKE, DARKER, ROW])
    studio.song.view.change("selected_track", studio.song.track(3))
    studio.song.view.change("selected_scene", studio.song.scene(5))
    for message in ((0x9F, 60, 100), (0x9F, 60, 0), (0x8F, 60, 64), (0xB0, 20, 127), (0xB0, 20, 0), (0x90, 36, 1)):
        surface.receive_midi(message)
    await studio.until(lambda: studio.said("/track/3/swap darker"))
    played = [call for call in studio.calls if "like" in call or "swap" in call or call.startswith("/scene")]
    assert played == ["/track/3/like True", "/scene/5/launch", "/track/3/swap darker"] or sorted(played) == sorted(
        ["/track/3/like True", "/scene/5/launch", "/track/3/swap darker"]
    )


async def test_a_track_that_stands_for_none_is_told(studio: Studio) -> None:
    surface = await studio.connected(buttons=[LIKE])
    studio.song.view.change("selected_track", studio.song.values["master_track"])
    surface.receive_midi((0x9F, 60, 100))
    assert studio.said("stands for none")


@pytest.mark.parametrize("message", [(), (0xF8,), (0x90, 60), (0x90, 99, 1), (0xF0, 1, 2, 3, 0xF7), (0xE0, 60, 1)])
async def test_other_messages_do_nothing(studio: Studio, message: tuple[int, ...]) -> None:
    surface = await studio.connected(buttons=[LIKE])
    before = list(studio.calls)
    surface.receive_midi(message)
    await studio.ticks(3)
    assert studio.calls == before
