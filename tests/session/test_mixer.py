import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from liveengine.command import when
from liveengine.errors import OutOfRange
from liveengine.events import Changed
from liveengine.session.fader import fader_of_level, gain_of_fader, level_of_fader
from tests.session.stage import BAR, Stage, stage


@pytest.fixture
async def live(tmp_path: Path) -> AsyncIterator[Stage]:
    async with stage(tmp_path) as made:
        yield made


async def playing(live: Stage) -> None:
    await live.call("/track/1/clip/1/load", await live.stem([0.25] * BAR))
    await live.call("/track/1/clip/1/launch")
    live.render(1_000)


def test_the_fader_has_its_marks() -> None:
    marks = [level_of_fader(fader) for fader in (1.0, 0.75, 0.5625, 0.0)]
    assert marks == pytest.approx([6.0, 0.0, -6.0, -144.0])
    assert gain_of_fader(0.0) == 0.0


@given(st.floats(0.01, 1.0))
def test_fader_and_level_are_each_others_inverse(fader: float) -> None:
    assert fader_of_level(level_of_fader(fader)) == pytest.approx(fader)


async def test_a_fader_is_heard_and_pushed_at_both_addresses(live: Stage) -> None:
    await playing(live)
    await live.call("/track/1/gain", 1.0)
    assert live.render(2_000)[0, -1] == pytest.approx(0.25 * 10 ** (6 / 20), rel=1e-5)
    assert Changed("/track/1/gain", 1.0) in live.events
    assert Changed("/track/1/level", 6.0) in live.events
    assert await live.call("/track/1/level") == 6.0


async def test_a_level_in_decibels_moves_the_fader(live: Stage) -> None:
    await playing(live)
    await live.call("/track/1/level", -6.0)
    assert live.render(2_000)[0, -1] == pytest.approx(0.25 * 10 ** (-6 / 20), rel=1e-5)
    assert await live.call("/track/1/gain") == pytest.approx(0.5625)


async def test_pan_mute_solo_and_master_are_heard(live: Stage) -> None:
    await playing(live)
    await live.call("/track/1/pan", -1.0)
    assert live.render(2_000)[:, -1].tolist() == pytest.approx([0.25, 0.0], abs=1e-6)
    await live.call("/track/1/pan", 0)
    await live.call("/track/2/solo", True)
    assert not live.render(2_000)[:, -1].any()
    await live.call("/track/2/solo", False)
    await live.call("/master/gain", 0.0)
    assert not live.render(2_000)[:, -1].any()
    await live.call("/master/level", 0.0)
    await live.call("/track/1/mute", 1)
    assert not live.render(2_000)[:, -1].any()
    assert await live.call("/track/1/mute") is True


@pytest.mark.parametrize(
    ("address", "value"),
    [("/track/1/gain", 1.1), ("/track/1/pan", -2.0), ("/track/1/level", 7.0), ("/master/gain", float("nan"))],
)
async def test_settings_out_of_range_are_refused(live: Stage, address: str, value: float) -> None:
    before = await live.call(address)
    with pytest.raises(OutOfRange):
        await live.call(address, value)
    assert await live.call(address) == before


async def test_a_track_can_be_named(live: Stage) -> None:
    assert await live.call("/track/1/name") == "Track 1"
    await live.call("/track/1/name", "Kick & Bass")
    assert (await live.call("/session/state"))["tracks"][0]["name"] == "Kick & Bass"


async def test_a_fader_whose_exact_frame_was_dropped_goes_back_and_says_so(live: Stage) -> None:
    token = when.set(50_000)
    await live.call("/track/1/gain", 0.3)
    await live.call("/track/2/mute", True)
    when.reset(token)
    await live.call("/panic")
    live.events.clear()
    live.render(200)
    assert await live.call("/track/1/gain") == 0.75
    assert await live.call("/track/2/mute") is False
    assert {event.property for event in live.said(Changed)} == {"/track/1/gain", "/track/1/level", "/track/2/mute"}


async def test_a_new_daemon_takes_the_end_of_the_masters_ramp_not_its_middle(live: Stage) -> None:
    await live.session.restore()
    await live.call("/master/gain", 0.25)
    live.render(10, 10)
    await live.session.keeper.keep()
    live.daemon()
    await live.session.restore()
    assert await live.call("/master/gain") == 0.25


@pytest.mark.parametrize(
    ("address", "value", "read"),
    [
        ("/track/2/gain", 0.5, lambda s: s.tracks[1].gain),
        ("/track/2/pan", -0.5, lambda s: s.tracks[1].pan),
        ("/track/2/send/1", 0.5, lambda s: s.tracks[1].sends[0]),
        ("/master/gain", 0.5, None),
    ],
)
async def test_a_fader_is_brought_there_from_any_thread(live: Stage, address: str, value: float, read: Any) -> None:
    do = live.registry.swift(address)
    assert do is not None
    assert await asyncio.to_thread(do, value)
    live.render(1_000)
    if read is not None:
        expected = value if address.endswith("pan") else gain_of_fader(value)
        assert read(live.engine.snapshot()) == pytest.approx(expected, abs=1e-6)
    live.session.mixer.reconcile(live.engine.snapshot())
    assert await live.call(address) == pytest.approx(value, abs=1e-6)
    assert do(1.5) is False
    elsewhere = live.registry.swift(address.replace("/track/2", "/track/99"))
    assert elsewhere is not None
    assert elsewhere(value) is (address == "/master/gain")
