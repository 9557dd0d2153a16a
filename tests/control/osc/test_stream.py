import asyncio
import random
import struct

import pytest

from liveengine.control.osc import stream, subscribers
from liveengine.control.osc.codec import Message, bundle, encode
from liveengine.events import Changed, ClipStarted, StemQuarantined
from tests.control.osc.line import line
from tests.control.stage import House
from tests.patience import until

BOTH = pytest.mark.parametrize("framing", ["1.0", "1.1"])


def count(house: House, name: str) -> int:
    return house.doors.stats()["osc"].get(name, 0)


@BOTH
async def test_a_command_is_answered_in_the_clients_own_framing(house: House, framing: str) -> None:
    async with line(house, framing) as client:
        assert await client.ask("/track/3/gain", 0.5, "#1") == Message("/reply", ("/track/3/gain", 0.5, "#1"))
        assert (await client.ask("/nowhere")).args[:2] == ("/nowhere", "unknown_address")
    assert house.stage.gains == {3: 0.5}


@BOTH
async def test_many_messages_in_one_piece_are_answered_in_their_order(house: House, framing: str) -> None:
    async with line(house, framing) as client:
        client.writer.write(b"".join(client.framed(encode("/track/1/gain", n / 1000)) for n in range(1000)))
        found = [(await client.receive()).args[1] for _ in range(1000)]
    assert found == pytest.approx([n / 1000 for n in range(1000)])


@BOTH
async def test_a_large_answer_comes_whole(house: House, framing: str) -> None:
    async with line(house, framing) as client:
        client.send("/stems/list", 2000)
        assert [(await client.receive()).args[1] for _ in range(2000)] == list(range(1, 2001))


async def test_a_subscription_lasts_as_long_as_the_connection(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(subscribers, "LEASE_S", -1.0)
    async with line(house) as client:
        assert (await client.ask("/subscribe", "/track/2/clip/1/*")).args == ("empty",)
        house.bus.publish(ClipStarted(2, 1, 4800, 4.0))
        assert await client.receive() == Message("/track/2/clip/1/state", ("playing", 4800, 4.0, 0))
        assert count(house, "subscribers") == 1
    await until(lambda: count(house, "streams") == 0)
    assert count(house, "subscribers") == 0


async def test_pushes_go_to_a_udp_port_of_the_same_host_when_it_is_asked_for(house: House) -> None:
    with house.osc() as listener:
        async with line(house) as client:
            client.send("/subscribe", "/track/2/clip/1/*", listener.port)
            assert (await listener.receive()).args == ("empty",)
            house.bus.publish(ClipStarted(2, 1, 4800, 4.0))
            assert (await listener.receive()).address == "/track/2/clip/1/state"


async def test_who_moves_a_fader_over_tcp_hears_no_echo(house: House) -> None:
    async with line(house) as mover, line(house, "1.1") as other:
        for client in (mover, other):
            assert (await client.ask("/subscribe", "/track/1/gain")).args == (0.75,)
        mover.send("/track/1/gain", 0.5)
        assert await mover.receive() == Message("/reply", ("/track/1/gain", 0.5))
        assert await other.receive() == Message("/track/1/gain", (0.5,))
        assert (await mover.ask("/ping")).address == "/pong"


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (b"GET / HTTP/1.1\r\n\r\n", "stream.framing"),
        (struct.pack(">I", 70_000), "stream.length"),
        (b"\0\0\0\x03abc", "stream.length"),
        (b"\xc0/a\xdb\x01\xc0", "stream.escape"),
    ],
)
async def test_a_wrong_frame_ends_that_connection_alone(house: House, raw: bytes, reason: str) -> None:
    async with line(house) as other, line(house) as client:
        await other.ask("/ping")
        client.writer.write(raw)
        assert await client.ended()
        assert count(house, reason) == 1
        assert (await other.ask("/ping")).address == "/pong"


async def test_a_wrong_packet_in_a_right_frame_is_counted_and_the_stream_goes_on(house: House) -> None:
    async with line(house) as client:
        client.writer.write(client.framed(b"abcdefgh"))
        assert (await client.ask("/ping")).address == "/pong"
    assert count(house, "reject.unterminated") == 1


async def test_a_frame_that_stays_unfinished_ends_the_connection(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream, "HALF_S", 0.05)
    async with line(house) as client:
        client.writer.write(client.framed(encode("/ping")))
        await client.receive()
        await asyncio.sleep(0.1)  # between two frames it may rest
        assert (await client.ask("/ping")).address == "/pong"
        client.writer.write(struct.pack(">i", 8) + b"/pin")
        assert await client.ended()
    assert count(house, "stream.half") == 1


async def test_a_client_that_never_reads_is_closed_and_its_subscription_gone(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stream, "STALLED_S", 0.1)
    async with line(house, reads=False) as client:
        client.send("/subscribe", "*")
        client.send("/stems/list", 5_000)
        await until(lambda: count(house, "stream.stalled") == 1)
        await until(lambda: count(house, "streams") == 0)
    assert count(house, "subscribers") == 0


async def test_a_client_that_leaves_a_megabyte_unread_is_closed(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream, "MAX_UNREAD", 1 << 16)
    async with line(house, reads=False) as client:
        client.send("/subscribe", "*")
        await until(lambda: count(house, "subscribers") == 1)
        for _ in range(200):
            house.bus.publish(StemQuarantined("x" * 6000, "damaged"))
        assert count(house, "stream.unread") == 1


async def test_a_client_that_is_behind_gets_the_latest_values_alone(house: House) -> None:
    async with line(house, reads=False) as client:
        client.send("/subscribe", "/wide")
        await until(lambda: count(house, "subscribers") == 1)
        for step in range(200):
            house.bus.publish(Changed("/wide", f"{step:03}" + "x" * 6000))
            await asyncio.sleep(0.001)
        await asyncio.sleep(0.1)
        house.bus.publish(Changed("/wide", "last"))
        client.writer.transport.resume_reading()  # type: ignore[attr-defined]
        while (found := await client.receive()).args != ("last",):
            assert found.address == "/wide"


async def test_one_client_too_many_is_refused_and_the_others_stay(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stream, "MAX_STREAMS", 2)
    async with line(house) as first, line(house) as second:
        for client in (first, second):
            await client.ask("/ping")
        async with line(house) as third:
            assert await third.ended()
        assert (await first.ask("/ping")).address == "/pong"
    assert count(house, "stream.refused") == 1


async def test_a_flood_of_one_client_leaves_the_others_their_turn(house: House) -> None:
    async with line(house) as flood, line(house) as other:
        await other.ask("/ping")
        flood.writer.write(flood.framed(encode("/panic")) * 20_000)
        assert (await other.ask("/ping")).address == "/pong"
        assert len(house.stage.calls) < 20_000


@BOTH
async def test_mutated_streams_harm_nobody_and_leave_nothing(house: House, framing: str) -> None:
    dice = random.Random(4)
    async with line(house, framing) as steady:
        good = b"".join(map(steady.framed, (encode("/track/1/gain", 0.5), bundle(1, encode("/track/1/gain")))))
        for _ in range(150):
            data = bytearray(good * 2)
            for _ in range(dice.randint(1, 6)):
                data[dice.randrange(len(data))] = dice.randrange(256)
            async with line(house, framing) as client:
                client.writer.write(bytes(data[: dice.randint(1, len(data))]))
                await client.writer.drain()
        assert (await steady.ask("/ping")).address == "/pong"
        await until(lambda: count(house, "streams") == 1)
    assert count(house, "fault") == 0
    assert count(house, "internal") == 0


async def test_who_has_said_nothing_makes_room_for_who_comes(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream, "MAX_STREAMS", 2)
    async with line(house) as speaks, line(house) as silent:
        await speaks.ask("/ping")
        async with line(house) as late:
            assert (await late.ask("/ping")).address == "/pong"
            assert await silent.ended()
            assert (await speaks.ask("/ping")).address == "/pong"
            async with line(house) as refused:
                assert await refused.ended()
