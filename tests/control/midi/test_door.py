import asyncio
import json
import subprocess
import time
from contextlib import closing
from pathlib import Path

import pytest

from liveengine.control.midi import watch
from liveengine.control.midi.device import Device
from liveengine.control.midi.door import MidiDoor
from liveengine.events import Changed
from tests.control.midi.rig import Keys, Launchpad, Silent, Surface, door, own, standin
from tests.patience import until


def device(found: MidiDoor, part: str) -> Device:
    """Return the connected device whose port has such a name."""
    return next(device for port, device in found._devices.items() if part in port.name)


async def opened(found: MidiDoor, part: str) -> Device:
    """Wait for a device."""
    await until(lambda: any(part in name for name in found.inputs))
    return device(found, part)


@pytest.mark.usefixtures("server")
async def test_a_controller_is_found_plays_leaves_and_returns(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    async with door(monkeypatch, tmp_path) as (found, stage):
        for _ in range(2):
            with closing(Keys("nanoKONTROL2")) as korg:
                await opened(found, "nanoKONTROL2")
                stage.gains.clear()
                korg.send(0xB0, 0, 95)  # the fader is near 0.75, where the gain is
                await until(lambda: stage.gains)
                assert stage.gains == {1: pytest.approx(95 / 127)}
            await until(lambda: not any("nanoKONTROL2" in name for name in found.inputs))


@pytest.mark.usefixtures("server")
async def test_a_press_goes_from_the_inputs_thread_and_not_through_the_loop(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    async with door(monkeypatch, tmp_path) as (found, stage):
        with closing(Keys("keys")) as keys:
            await until(lambda: found.inputs == ["liveengine:control"])
            await asyncio.to_thread(subprocess.run, ["jack_connect", "keys:MIDI 1", "liveengine:control"], check=True)
            keys.play("note_on", note=36, velocity=100)
            keys.play("note_on", note=36, velocity=0)
            keys.play("note_on", note=37, velocity=1)
            keys.play("note_off", note=37, velocity=64)
            await until(lambda: len(set(stage.pressed)) >= 4)
    assert list(dict.fromkeys(stage.pressed)) == [  # JACK may give a late client's messages twice
        ("thread", 1, 1, 1.0),
        ("thread", 1, 1, 0.0),
        ("thread", 2, 1, 1.0),
        ("thread", 2, 1, 0.0),
    ]


@pytest.mark.usefixtures("server")
async def test_a_press_is_taken_while_the_loop_stands_still(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    async with door(monkeypatch, tmp_path) as (found, stage):
        with closing(Keys("LPD8")) as pads:
            await opened(found, "LPD8")
            pads.send(0x90, 40, 100)
            end = time.monotonic() + 5.0
            while not stage.pressed and time.monotonic() < end:
                time.sleep(0.01)  # and not asyncio.sleep: nothing else runs on this thread
            assert stage.pressed == [("thread", 1, 1, 1.0)]


async def test_the_release_follows_its_press_also_through_the_loop(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("JACK_DEFAULT_SERVER", "nobody-runs-this")
    async with door(monkeypatch, tmp_path) as (found, stage):
        pad = standin(found)
        stage.ready = False
        pad.receive([0x90, 36, 100])
        stage.ready = True
        pad.receive([0x80, 36, 0])
        pad.receive([0x90, 36, 100])
        pad.receive([0x90, 36, 0])
        await until(lambda: len(stage.pressed) == 4)
    assert [what for what in stage.pressed if what[0] == "loop"] == [("loop", 1, 1, 1.0), ("loop", 1, 1, 0.0)]
    assert [what for what in stage.pressed if what[0] == "thread"] == [("thread", 1, 1, 1.0), ("thread", 1, 1, 0.0)]


@pytest.mark.usefixtures("server")
async def test_a_fader_picks_up_and_lets_go(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    async with door(monkeypatch, tmp_path) as (found, stage):
        with closing(Keys("nanoKONTROL2")) as korg:
            await opened(found, "nanoKONTROL2")
            for position in (0, 40, 96):
                korg.send(0xB0, 2, position)
                await asyncio.sleep(0.02)  # what comes faster than it is done counts once
            await until(lambda: stage.gains)
            assert stage.gains == {3: pytest.approx(96 / 127)}
            stage.gains[3] = 0.1
            stage.bus.publish(Changed("/track/3/gain", 0.1))
            korg.send(0xB0, 2, 100)
            korg.send(0xB0, 3, 95)
            await until(lambda: 4 in stage.gains)
            assert stage.gains[3] == 0.1


@pytest.mark.usefixtures("server")
async def test_pads_show_what_their_slots_do(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    async with door(monkeypatch, tmp_path) as (found, stage):
        stage.states[1, 1] = "stopped"
        with closing(Surface("APC MINI")) as akai:
            await until(lambda: len(akai.lamps) >= 64)
            assert akai.lamps["note", 56] == (0, 5)  # the upper left one: stopped, yellow
            assert akai.lamps["note", 0] == (0, 0)  # the lower left one: empty
            stage.queue(1, 1)
            await until(lambda: akai.lamps["note", 56] == (0, 2))  # queued: green, blinks
            stage.play(1, 1)
            await until(lambda: akai.lamps["note", 56] == (0, 1))  # playing: green
        assert found.inputs


@pytest.mark.usefixtures("server")
async def test_a_launchpad_is_set_up_lit_and_left_as_it_was(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    with closing(Launchpad("Launchpad Mini MK3", "LPMiniMK3 MIDI", 0x0D)) as pads:
        async with door(monkeypatch, tmp_path) as (_, stage):
            stage.states[8, 8] = "playing"
            await until(lambda: ("note", 18) in pads.lamps)
            assert pads.programmer
            assert pads.lamps["note", 18] == (0, 21)
            stage.queue(8, 8)
            await until(lambda: pads.lamps["note", 18] == (1, 21))  # flashing
            pads.send(0x90, 81, 127)
            await until(lambda: stage.pressed)
            assert stage.pressed[0] == ("thread", 1, 1, 1.0)
        await until(lambda: not pads.programmer)
        assert all(value == 0 for _, value in pads.lamps.values())


@pytest.mark.usefixtures("server")
async def test_several_devices_play_at_once(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    async with door(monkeypatch, tmp_path) as (found, stage):
        with closing(Surface("APC MINI")) as akai, closing(Keys("nanoKONTROL2")) as one, closing(Keys("LPD8")) as other:
            for part in ("APC MINI", "nanoKONTROL2", "LPD8"):
                await opened(found, part)
            akai.send(0x90, 56, 127)
            one.send(0xB0, 48, 127)
            other.send(0x90, 37, 127)
            await until(lambda: len(set(stage.pressed)) == 2 and stage.mutes)
            assert set(stage.pressed) == {("thread", 1, 1, 1.0), ("thread", 2, 2, 1.0)}


@pytest.mark.usefixtures("server")
async def test_two_controllers_of_one_kind_have_their_own_lamps(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    async with door(monkeypatch, tmp_path) as (found, stage):
        with closing(Surface("APC MINI")) as one, closing(Surface("APC MINI")) as other:
            await until(lambda: len(one.lamps) >= 64 and len(other.lamps) >= 64)
            stage.play(2, 3)
            await until(lambda: one.lamps["note", 41] == other.lamps["note", 41] == (0, 1))
            assert len([name for name in found.inputs if "APC MINI" in name]) == 2


async def test_a_window_moves_over_tracks_and_lamps_follow(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("JACK_DEFAULT_SERVER", "nobody-runs-this")
    async with door(monkeypatch, tmp_path) as (found, stage):
        pads = standin(found, "Launchpad X LPX MIDI In")
        port: Silent = pads.port  # type: ignore[assignment]
        stage.states[9, 1] = "playing"
        await until(lambda: bytes((0x90, 81, 0)) in port.said)
        pads.receive([0xB0, 94, 127])
        await until(lambda: bytes((0x90, 81, 21)) in port.said)
        pads.receive([0xB0, 94, 127])  # there are sixteen tracks: it stays
        pads.receive([0x90, 81, 127])
        await until(lambda: stage.pressed)
        assert stage.pressed == [("thread", 9, 1, 1.0)]
        assert found.learn.listed()[0]["column"] == 9


async def test_while_shift_is_held_a_pad_is_something_else(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("JACK_DEFAULT_SERVER", "nobody-runs-this")
    async with door(monkeypatch, tmp_path) as (found, stage):
        pads = standin(found, "Launchpad X LPX MIDI In")
        port: Silent = pads.port  # type: ignore[assignment]
        pads.receive([0xB0, 98, 127])
        await until(lambda: pads.shift)
        pads.receive([0x90, 21, 127])
        await until(lambda: stage.mutes)
        await until(lambda: bytes((0x90, 21, 9)) in port.said)  # muted: orange
        pads.receive([0xB0, 98, 0])
        await until(lambda: not pads.shift)
        pads.receive([0x90, 21, 0])  # the release of what was pressed with shift
        pads.receive([0x90, 21, 127])
        await until(lambda: stage.pressed)
    assert stage.mutes == {1: True}
    assert stage.pressed[0] == ("thread", 1, 7, 1.0)


async def test_a_button_without_a_release_is_taken_at_once_as_well(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    own(
        tmp_path,
        '{"device": {"match": "mine"}, "bindings": ['
        '{"in": {"type": "cc", "channel": 1, "number": 1}, "to": "/hush", "mode": "press"}]}',
    )
    monkeypatch.setenv("JACK_DEFAULT_SERVER", "nobody-runs-this")
    async with door(monkeypatch, tmp_path) as (found, stage):
        mine = standin(found, "mine")
        for stage.ready in (True, False):
            mine.receive([0xB0, 1, 127])
            mine.receive([0xB0, 1, 0])
        await until(lambda: len(stage.pressed) == 2)
    assert stage.pressed == [("thread",), ("loop",)]


async def test_what_is_held_when_a_device_goes_is_released(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("JACK_DEFAULT_SERVER", "nobody-runs-this")
    async with door(monkeypatch, tmp_path) as (found, stage):
        pad = standin(found)
        pad.receive([0x90, 36, 100])
        stage.ready = False
        pad.receive([0x90, 37, 100])
        await until(lambda: len(stage.pressed) == 2)
        stage.ready = True
        found._gone(pad.port)
        await until(lambda: len(stage.pressed) == 4)
    assert sorted(stage.pressed[2:]) == [("loop", 2, 1, 0.0), ("thread", 1, 1, 0.0)]


async def test_encoders_and_controls_of_14_bits_move_their_properties(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    own(
        tmp_path,
        '{"device": {"match": "mine"}, "bindings": ['
        '{"in": {"type": "cc", "channel": 1, "number": 70}, "to": "/track/1/gain", "mode": "relative", "step": 0.05},'
        '{"in": {"type": "cc14", "channel": 1, "number": 1}, "to": "/track/2/gain", "mode": "absolute",'
        ' "takeover": "jump"},'
        '{"in": {"type": "nrpn", "channel": 2, "number": 300}, "to": "/track/3/gain", "mode": "absolute",'
        ' "takeover": "jump"}]}',
    )
    monkeypatch.setenv("JACK_DEFAULT_SERVER", "nobody-runs-this")
    async with door(monkeypatch, tmp_path) as (found, stage):
        mine = standin(found, "mine")
        for message in ([0xB0, 70, 1], [0xB0, 70, 1], [0xB0, 70, 127], [0xB0, 1, 64], [0xB0, 33, 5]):
            mine.receive(message)
        for message in ([0xB1, 99, 2], [0xB1, 98, 44], [0xB1, 6, 100]):
            mine.receive(message)
        await until(lambda: len(stage.gains) == 3)
    assert stage.gains[1] == pytest.approx(0.8)
    assert stage.gains[2] == pytest.approx((64 * 128 + 5) / 16_383)
    assert stage.gains[3] == pytest.approx(100 * 128 / 16_383)


async def test_lamps_that_cannot_blink_are_blinked(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("liveengine.control.midi.door.BLINK_S", 0.01)
    monkeypatch.setenv("JACK_DEFAULT_SERVER", "nobody-runs-this")
    async with door(monkeypatch, tmp_path) as (found, stage):
        pads = standin(found, "LPD8")
        port: Silent = pads.port  # type: ignore[assignment]
        stage.queue(1, 1)
        await until(lambda: port.said.count(bytes((0x90, 40, 127))) >= 2 and bytes((0x90, 40, 0)) in port.said)
        stage.play(1, 1)
        await asyncio.sleep(0.05)
        assert port.said[-1] == bytes((0x90, 40, 127))


async def test_a_ring_of_lamps_follows_others_and_not_its_own_hand(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("JACK_DEFAULT_SERVER", "nobody-runs-this")
    async with door(monkeypatch, tmp_path) as (found, stage):
        twister = standin(found, "Midi Fighter Twister")
        port: Silent = twister.port  # type: ignore[assignment]
        await until(lambda: bytes((0xB0, 0, 95)) in port.said)  # 0.75
        port.said.clear()
        twister.receive([0xB0, 0, 20])
        await until(lambda: stage.gains)
        stage.bus.publish(Changed("/track/2/gain", 1.0))
        await until(lambda: bytes((0xB0, 1, 127)) in port.said)
        assert port.said == [bytes((0xB0, 1, 127))]
        stage.bus.publish(Changed("/track/1/gain", 0.0))
        assert port.said[-1] == bytes((0xB0, 0, 0))


async def test_a_map_that_is_saved_counts_without_a_new_start(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("JACK_DEFAULT_SERVER", "nobody-runs-this")
    async with door(monkeypatch, tmp_path) as (found, stage):
        pads = standin(found, "box")
        button = {"in": {"type": "note", "channel": 1, "number": 3}, "to": "/track/2/clip/1/press", "mode": "hold"}
        pads.receive([0x90, 3, 127])
        own(tmp_path, json.dumps({"device": {"match": "box", "enter": "F0 01 F7"}, "bindings": [button]}), "box")
        await until(lambda: found._maps.fit("box"))
        await until(lambda: pads.mapping.bindings)
        pads.receive([0x90, 3, 127])
        await until(lambda: stage.pressed)
        assert stage.pressed == [("thread", 2, 1, 1.0)]


async def test_a_clock_is_handed_on_from_its_thread(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("JACK_DEFAULT_SERVER", "nobody-runs-this")
    ticks: list[tuple[str, list[int]]] = []
    async with door(monkeypatch, tmp_path, lambda port, _, message: ticks.append((port, message))) as (found, _):
        clock = standin(found, "clock")
        clock.receive([0xFA])
        clock.receive([0xF8])
        clock.receive([0xF2, 4, 0])
    assert ticks == [("clock", [0xFA]), ("clock", [0xF8]), ("clock", [0xF2, 4, 0])]


async def test_without_a_midi_system_one_line_is_logged(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(watch, "systems", dict)
    caplog.set_level("INFO")
    async with door(monkeypatch, tmp_path) as (found, _):
        await asyncio.sleep(0.35)
        assert found.inputs == []
    assert [record.getMessage() for record in caplog.records if record.name == watch.__name__] == [
        "no MIDI system found (ALSA sequencer or JACK): controllers are left out"
    ]


async def test_a_command_that_refuses_is_logged_and_the_next_one_works(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    own(
        tmp_path,
        '{"device": {"match": "mine"}, "bindings": ['
        '{"in": {"type": "note", "channel": 1, "number": 1}, "to": "/nowhere", "mode": "press"},'
        '{"in": {"type": "note", "channel": 1, "number": 2}, "to": "/panic", "mode": "press"}]}',
    )
    monkeypatch.setenv("JACK_DEFAULT_SERVER", "nobody-runs-this")
    async with door(monkeypatch, tmp_path) as (found, stage):
        mine = standin(found, "mine")
        mine.receive([0x90, 1, 1])
        mine.receive([0xF0, 1])
        mine.receive([0xC0, 1])
        mine.receive([0x90, 2, 1])
        await until(lambda: stage.calls)
    assert stage.calls == [("panic", None)]
    assert "no command at '/nowhere'" in caplog.text
    assert found.stats()["ignored"] == 1
