"""Buses, sends, routes and the cue bus through the commands; all of it is there again after a restart."""

from collections.abc import AsyncIterator
from pathlib import Path

import numpy as np
import pytest

from liveengine.engine import shared
from liveengine.engine.streams import offline
from liveengine.errors import BadArgument, OutOfRange
from liveengine.events import Changed
from liveengine.session.desk import route_of, word_of
from tests.session.stage import BAR, BLOCK, Stage, settings, stage

TRACKS, BUSES = 12, 4
BUS1, CUE = 2 + 2 * (TRACKS + 1), 2 + 2 * (TRACKS + 1 + BUSES)  # rows


@pytest.fixture
async def live(tmp_path: Path) -> AsyncIterator[Stage]:
    async with stage(tmp_path) as made:
        yield made


async def playing(live: Stage) -> None:
    await live.call("/track/1/clip/1/load", await live.stem([0.25] * BAR))
    await live.call("/track/1/clip/1/launch")
    live.render(1_000)


def rows(live: Stage, frames: int = 2_000) -> np.ndarray:
    """Return what the left row of each strip has at last."""
    sound = offline.render(live.shared.memory, frames, BLOCK)[:, -1]
    live.hear()
    return sound


async def test_a_track_goes_through_a_bus_and_its_fader(live: Stage) -> None:
    await playing(live)
    assert await live.call("/track/1/output", "bus1") == "bus1"
    await live.call("/bus/1/level", -6.0)
    sound = rows(live)
    assert sound[[BUS1, 0]].tolist() == pytest.approx([0.25 * 10 ** (-6 / 20)] * 2, rel=1e-5)
    assert Changed("/track/1/output", "bus1") in live.events
    assert Changed("/bus/1/gain", pytest.approx(0.5625)) in live.events
    await live.call("/bus/1/output", "none")
    assert rows(live)[[BUS1, 0]].tolist() == pytest.approx([0.25 * 10 ** (-6 / 20), 0.0], abs=1e-6)


async def test_a_send_takes_a_share_into_a_bus(live: Stage) -> None:
    await playing(live)
    assert await live.call("/track/1/send/2", 0.75) == 0.75
    assert rows(live)[[2, BUS1 + 2, 0]].tolist() == pytest.approx([0.25, 0.25, 0.5])
    assert Changed("/track/1/send/2", 0.75) in live.events
    assert await live.call("/track/1/send/1") == 0.0


async def test_mute_pan_and_solo_of_a_bus_are_heard(live: Stage) -> None:
    await playing(live)
    await live.call("/bus/1/solo", True)
    assert rows(live)[0] == 0.0
    await live.call("/track/1/output", "bus1")
    assert rows(live)[0] == 0.25
    await live.call("/bus/1/pan", 1.0)
    assert rows(live)[:2].tolist() == pytest.approx([0.0, 0.25], abs=1e-6)
    await live.call("/bus/1/mute", True)
    assert not rows(live)[:2].any()


async def test_cue_hears_a_muted_track_before_its_fader_at_its_own_level(live: Stage) -> None:
    await playing(live)
    await live.call("/track/1/cue", True)
    await live.call("/track/1/mute", True)
    await live.call("/track/1/gain", 0.0)
    await live.call("/cue/level", -6.0)
    sound = rows(live)
    assert sound[[0, CUE]].tolist() == pytest.approx([0.0, 0.25 * 10 ** (-6 / 20)], abs=1e-5)
    assert live.session.state()["cue"]["level"] == -6.0


@pytest.mark.parametrize(
    ("address", "value", "fault"),
    [
        ("/track/1/output", "bus9", OutOfRange),
        ("/track/1/output", "bus0", OutOfRange),
        ("/track/1/output", "reverb", BadArgument),
        ("/track/1/output", "bus", BadArgument),
        ("/track/1/output", "bus-1", BadArgument),
        ("/track/1/output", "bus٣", BadArgument),
        ("/bus/1/output", "bus2", BadArgument),
        ("/bus/5/gain", 0.5, OutOfRange),
        ("/track/1/send/5", 0.5, OutOfRange),
    ],
)
async def test_ways_that_are_not_there_are_refused(
    live: Stage, address: str, value: object, fault: type[Exception]
) -> None:
    with pytest.raises(fault):
        await live.call(address, value)
    assert live.session.state()["tracks"][0]["output"] == "master"


def test_outputs_are_words() -> None:
    assert [word_of(route) for route in (0, -1, 3)] == ["master", "none", "bus3"]
    assert [route_of(word, 3) for word in ("master", "none", "bus3")] == [0, -1, 3]


async def changed(live: Stage) -> None:
    for address, value in (
        ("/track/3/output", "bus2"), ("/track/3/send/4", 0.5), ("/track/3/cue", True), ("/bus/2/name", "Drums"),
        ("/bus/2/gain", 0.6), ("/bus/2/pan", 0.25), ("/bus/2/mute", True), ("/bus/2/solo", True), ("/bus/2/cue", True),
        ("/bus/3/output", "none"), ("/cue/gain", 0.4),
    ):  # fmt: skip
        await live.call(address, value)
    live.render(1_000)


async def test_a_new_daemon_knows_the_routes_of_an_engine_that_played_on(live: Stage) -> None:
    await changed(live)
    before = live.session.state()
    await live.session.close()
    live.daemon()
    await live.session.restore()
    after = live.session.state()
    assert (after["tracks"], after["buses"], after["cue"]) == (before["tracks"], before["buses"], before["cue"])


async def test_a_fresh_engine_gets_the_routes_of_the_record(live: Stage) -> None:
    await changed(live)
    before = live.session.state()
    expected = live.engine.snapshot()
    await live.session.close()
    live.shared = shared.create(settings())
    try:
        live.daemon()
        await live.session.restore()
        live.render(1_000)
        after = live.session.state()
        assert (after["tracks"], after["buses"], after["cue"]) == (before["tracks"], before["buses"], before["cue"])
        again = live.engine.snapshot()
        assert [strip.output for strip in again.tracks] == [strip.output for strip in expected.tracks]
        assert again.tracks[2].sends == expected.tracks[2].sends
        assert [strip[5:11] for strip in again.buses] == [strip[5:11] for strip in expected.buses]
        assert again.cue_gain == pytest.approx(expected.cue_gain)
    finally:
        live.shared.unlink()


async def test_a_record_without_buses_is_still_understood(live: Stage) -> None:
    record = live.session.model.record()
    for name in ("buses", "cue"):
        del record[name]
    for track in record["tracks"]:
        for name in ("output", "cue", "sends"):
            del track[name]
    live.session.model.take(record)
    assert live.session.state()["tracks"][0]["output"] == "master"


async def test_meters_show_tracks_buses_cue_and_master(live: Stage) -> None:
    await playing(live)
    await live.call("/track/1/output", "bus1")
    await live.call("/track/1/cue", True)
    live.render(2_000)
    peaks = np.frombuffer(live.session.meters(), "<f4")
    assert len(peaks) == 2 * TRACKS + 2 * BUSES + 2 + 2 + 2
    assert peaks[[0, 2, 2 * TRACKS, -6, -4]].tolist() == [0.25, 0.0, 0.25, 0.25, 0.25]
