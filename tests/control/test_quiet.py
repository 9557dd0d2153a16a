"""A flood of one kind of warning, which must not flood the log. Runs on: tests."""

import logging

import pytest

from liveengine.control.quiet import INTERVAL_S, Quiet


def test_a_hundred_thousand_of_a_kind_are_counted_and_logged_once(caplog: pytest.LogCaptureFixture) -> None:
    told = Quiet(logging.getLogger("flood"))
    for number in range(100_000):
        told.warn("bad packet", "packet %d is broken", number)
    told.warn("slow client", "client %s never reads", "tablet")
    assert caplog.messages == [
        "packet 0 is broken (bad packet: 1 so far)",
        "client tablet never reads (slow client: 1 so far)",
    ]
    assert told.counts == {"bad packet": 100_000, "slow client": 1}


def test_the_next_line_after_the_interval_says_how_many_there_were(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = 100.0
    monkeypatch.setattr("time.monotonic", lambda: now)
    told = Quiet(logging.getLogger("flood"))
    for _ in range(3):
        told.warn("bad packet", "a packet is broken")
    now += INTERVAL_S
    told.warn("bad packet", "a packet is broken")
    assert [message.rpartition("(")[2] for message in caplog.messages] == [
        "bad packet: 1 so far)",
        "bad packet: 4 so far)",
    ]
