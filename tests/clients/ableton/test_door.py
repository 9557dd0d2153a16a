import random
import socket
from collections.abc import Iterator
from typing import Any

import pytest
from LiveEngine import osc
from LiveEngine.door import ANSWER_S, LOST_S, PING_S, RENEW_S, Door

from liveengine.control.osc.codec import encode


class Engine:
    """A socket in the engine's place, and a clock."""

    def __init__(self) -> None:
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(("127.0.0.1", 0))
        self.socket.setblocking(False)
        self.peer: Any = None
        self.time = 100.0
        self.said: list[str] = []
        self.door = Door(self.socket.getsockname(), "secret", self.said.append, lambda: self.time)

    def heard(self) -> list[tuple[str, tuple[Any, ...]]]:
        """Return the messages that have come."""
        found: list[tuple[str, tuple[Any, ...]]] = []
        while True:
            try:
                packet, self.peer = self.socket.recvfrom(65536)
            except BlockingIOError:
                return found
            found += osc.decode(packet)

    def send(self, packet: bytes) -> None:
        self.socket.sendto(packet, self.peer)

    def connect(self) -> None:
        self.door.tick()
        assert self.heard() == [("/hello", ("secret", "Ableton Live", "#hello"))]
        self.send(encode("/reply", "/hello", "play", "#hello"))
        self.send(encode("/pong", "liveengine", "0.1", 16))
        self.door.tick()
        assert self.door.connected
        assert self.door.tracks == 16
        self.heard()


@pytest.fixture
def engine() -> Iterator[Engine]:
    engine = Engine()
    yield engine
    engine.door.close()
    engine.socket.close()


def test_it_greets_until_it_is_answered_then_subscribes_and_tells_the_parts(engine: Engine) -> None:
    greeted: list[int] = []
    engine.door.greets.append(lambda: greeted.append(1))
    engine.door.subscribe("/transport/*")
    engine.door.send("/transport/play")  # nobody is there: dropped
    engine.door.tick()
    engine.time += 5.0
    engine.door.tick()
    assert [address for address, _ in engine.heard()] == ["/hello", "/hello"]
    engine.send(encode("/pong", "liveengine", "0.1", 16))  # anybody may have asked
    engine.door.tick()
    assert not engine.door.connected
    engine.send(encode("/reply", "/hello", "play", "#hello"))
    engine.door.tick()
    assert engine.heard() == [("/ping", ())]
    engine.send(encode("/pong", "liveengine", "0.1", 16))
    engine.send(encode("/pong", "liveengine", "0.1", 16))
    engine.door.tick()
    assert engine.heard()[0] == ("/subscribe", ("/transport/*",))
    assert greeted == [1]
    assert engine.said == ["connected"]


def test_what_is_asked_without_an_engine_is_told_to_be_in_vain(engine: Engine) -> None:
    engine.door.ask("/a", done=lambda values: None)
    assert engine.said == ["the engine is not there"]


def test_a_refused_token_is_told_once(engine: Engine) -> None:
    for _ in range(3):
        engine.time += 5.0
        engine.door.tick()
        engine.heard()
        engine.send(encode("/error", "/hello", "unpaired", "no such token", "#hello"))
        engine.door.tick()
    assert engine.said == ["no such token"]
    assert not engine.door.connected


def silent(engine: Engine, seconds: float) -> None:
    """Let time pass in ticks, without a word of the engine."""
    for _ in range(int(seconds / 0.1)):
        engine.time += 0.1
        engine.door.tick()


def test_silence_is_a_lost_connection_and_what_was_asked_fails(engine: Engine) -> None:
    engine.connect()
    failed: list[tuple[str, str]] = []
    engine.door.ask("/a", done=lambda values: None, failed=lambda *why: failed.append(why))
    silent(engine, LOST_S + 0.3)
    assert not engine.door.connected
    assert engine.said[-1].startswith("connection lost")
    assert failed[0][0] == "away"
    engine.time += 2.0
    engine.heard()
    engine.connect()


def test_a_menu_that_was_open_for_long_is_no_lost_connection(engine: Engine) -> None:
    engine.door.subscribe("/transport/*")
    engine.connect()
    engine.time += 70.0
    engine.door.tick()
    assert engine.door.connected
    assert [address for address, _ in engine.heard()] == ["/ping", "/subscribe"]  # its lease has ended meanwhile
    silent(engine, LOST_S + 0.3)
    assert not engine.door.connected


def test_a_port_where_nobody_listens_any_more_is_a_lost_connection_at_once(engine: Engine) -> None:
    engine.connect()
    engine.socket.close()
    for _ in range(3):
        engine.time += PING_S + 0.1
        engine.door.tick()
    assert not engine.door.connected
    assert engine.time - 100.0 < LOST_S


def test_subscriptions_are_renewed_for_an_engine_that_was_started_anew_unnoticed(engine: Engine) -> None:
    engine.door.subscribe("/transport/*")
    engine.connect()
    for _ in range(int(RENEW_S / 2) + 1):
        engine.time += 2.0
        engine.send(encode("/pong", "liveengine", "0.1", 16))
        engine.door.tick()
    assert ("/subscribe", ("/transport/*",)) in engine.heard()


def test_an_answer_goes_to_who_asked_and_one_that_never_comes_fails(engine: Engine) -> None:
    engine.connect()
    found: list[Any] = []
    for address in ("/a", "/b", "/c"):
        engine.door.ask(address, 1, done=found.append, failed=lambda code, why: found.append(code))
    marks = [values[-1] for address, values in engine.heard() if address in ("/a", "/b", "/c")]
    engine.send(encode("/error", "/b", "busy", "not now", marks[1]))
    engine.send(encode("/reply", "/a", 7, "x", marks[0]))
    engine.send(encode("/reply", "/a", 8, "x", marks[0]))
    engine.door.tick()
    assert found == ["busy", (7, "x")]
    for _ in range(int(ANSWER_S) + 1):
        engine.time += 1.0
        engine.send(encode("/pong"))
        engine.door.tick()
    assert found == ["busy", (7, "x"), "no_answer"]


def test_pushes_are_told_by_their_numbers(engine: Engine) -> None:
    engine.connect()
    found: list[Any] = []
    engine.door.on("/track/*/clip/*/state", lambda numbers, values: found.append((numbers, values)))
    engine.send(encode("/track/12/clip/3/state", "playing", 48000))
    engine.send(encode("/track/x/clip/3/state", "playing"))
    engine.door.tick()
    assert found == [((12, 3), ("playing", 48000))]


def test_hostile_bytes_harm_nothing(engine: Engine) -> None:
    engine.connect()
    dice = random.Random(5)
    good = [encode("/reply", "/a", 1, "#1"), encode("/pong", "x", "y", 16), encode("/error", "#1"), encode("/reply")]
    for _ in range(100):
        for _ in range(20):
            packet = bytearray(dice.choice(good) if dice.random() < 0.7 else dice.randbytes(dice.randrange(64)))
            for _ in range(dice.randrange(4)):
                if packet:
                    packet[dice.randrange(len(packet))] = dice.randrange(256)
            engine.send(bytes(packet))
        engine.door.tick()
        engine.heard()
    assert engine.door.connected


def test_a_flood_is_taken_in_parts(engine: Engine) -> None:
    engine.connect()
    found: list[Any] = []
    engine.door.on("/a", lambda numbers, values: found.append(values))
    for number in range(240):
        engine.send(encode("/a", number))
    engine.door.tick()
    assert 0 < len(found) <= 100
    for _ in range(240):
        engine.door.tick()
    assert found == [(number,) for number in range(240)]


def test_a_host_that_cannot_be_reached_raises_nothing() -> None:
    said: list[str] = []
    door = Door(("255.255.255.255", 9), "", said.append)
    door.tick()
    door.send("/a")
    door.close()
    assert not door.connected
