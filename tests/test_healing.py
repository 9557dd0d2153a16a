"""What serve says from a death until all is whole again."""

import re

import numpy as np
import pytest

from liveengine.engine.layout import HEADER
from liveengine.engine.streams import StreamKind
from liveengine.healing import Healing, working

ALL = {"engine", "daemon", "recorder", "standby"}


@pytest.fixture
def said() -> list[str]:
    return []


def test_an_engine_whose_standby_takes_over_is_told_with_its_gap_and_with_the_next_standby(said: list[str]) -> None:
    healing = Healing(said.append)
    healing.look(ALL, 0.0, 9.0)
    assert said == []
    healing.lost("engine", "signal 9", 10.0, warm=True)
    healing.look({"daemon", "recorder"}, -1.0, 10.01)
    assert said == ["the engine died (signal 9); the standby takes over"]
    healing.look({"daemon", "recorder", "engine"}, 23.4, 10.03)
    assert said[1:] == ["sound again: 23 ms were not heard, the music is at the right place"]
    healing.look(ALL, 23.4, 14.1)
    assert re.fullmatch(r"whole again since \d\d:\d\d:\d\d, after 4.1 s; a standby is warm", said[2])
    healing.look(ALL, 23.4, 15.0)
    assert len(said) == 3


def test_without_a_standby_the_transport_counts_on_until_a_new_engine_sounds(said: list[str]) -> None:
    Healing(said.append).lost("engine", "exit code 85", 1.0)
    assert said == [
        "the engine died (exit code 85); no standby was ready: a new one is starting, the transport counts on"
    ]


@pytest.mark.parametrize(
    ("name", "back"),
    [
        ("daemon", "control is back after 1.3 s; the music went on meanwhile"),
        ("recorder", "the recorder is back after 1.3 s; the music went on meanwhile"),
    ],
)
def test_the_music_goes_on_without_daemon_or_recorder(said: list[str], name: str, back: str) -> None:
    healing = Healing(said.append)
    healing.lost(name, "signal 9", 1.0)
    healing.look(ALL - {name}, 0.0, 2.0)
    healing.look(ALL, 0.0, 2.3)
    assert said[:2] == [f"the {name} died (signal 9); the music plays on, a new one is starting", back]
    assert said[2].endswith("after 1.3 s; a standby is warm")


def test_it_is_whole_only_when_nothing_of_all_that_died_is_missing(said: list[str]) -> None:
    healing = Healing(said.append)
    healing.lost("daemon", "signal 9", 1.0)
    healing.lost("standby", "signal 9", 2.0)
    healing.lost("daemon", "exit code 1", 3.0)
    healing.look(ALL - {"standby"}, 0.0, 4.0)
    assert said[1:] == [
        "the standby died (signal 9); the music plays on, a new one is loading",
        "the new daemon died as well (exit code 1); another one is starting",
        "control is back after 3.0 s; the music went on meanwhile",
    ]
    healing.look(ALL, 0.0, 6.0)
    assert said[4].endswith("after 5.0 s; a standby is warm")


@pytest.mark.parametrize(
    ("stream", "opened", "gap", "found"),
    [
        (StreamKind.JACK, StreamKind.JACK, 0, {"engine", "recorder", "standby"}),
        (StreamKind.JACK, StreamKind.NONE, -1, {"recorder"}),
        (StreamKind.PORTAUDIO, StreamKind.NONE, 0, {"engine", "recorder", "standby"}),  # nobody else may open the card
        (-StreamKind.JACK, StreamKind.NONE, 0, {"recorder"}),
    ],
)
def test_an_engine_works_that_sounds_and_a_standby_that_could_at_once(
    stream: int, opened: int, gap: int, found: set[str]
) -> None:
    header = np.zeros(1, HEADER)[0]
    for name, value in {"engine_pid": 7, "recorder_pid": 8, "standby_pid": 9, "stream": stream, "gap": gap}.items():
        header[name] = value
    header["standby_open"] = opened
    assert working(header, {"engine": 7, "recorder": 8, "standby": 9}) == found
    assert working(header, {"engine": 17, "recorder": 18}) == set()
