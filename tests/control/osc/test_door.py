import asyncio
import random
import time
from typing import Any

import pytest

from liveengine.control.osc.codec import Message, encode
from liveengine.events import Changed, ClipStarted
from tests.control.stage import House


async def test_a_property_is_set_and_got_at_one_address(house: House) -> None:
    with house.osc() as client:
        assert await client.ask("/track/3/gain", 0.5) == Message("/reply", ("/track/3/gain", 0.5))
        assert await client.ask("/track/3/gain") == Message("/reply", ("/track/3/gain", 0.5))
    assert house.stage.gains == {3: 0.5}


async def test_an_integer_and_a_truth_are_taken_for_a_number(house: House) -> None:
    with house.osc() as client:
        assert (await client.ask("/track/1/gain", 1)).args == ("/track/1/gain", 1.0)
        assert (await client.ask("/track/1/mute", 1.0)).args == ("/track/1/mute", 1)


async def test_rows_come_as_one_message_each(house: House) -> None:
    with house.osc() as client:
        first = await client.ask("/stems/search", "dark kick", 2)
        second = await client.receive()
    assert first.args[:7] == ("/stems/search", 1, 2, "filename", "kick1.wav", "category", "kick")
    assert first.args[first.args.index("tags") + 1] == "dark deep"
    assert "key" not in first.args
    assert second.args[1:3] == (2, 2)


async def test_an_empty_list_is_answered_by_zero_of_zero(house: House) -> None:
    with house.osc() as client:
        assert (await client.ask("/stems/search", "x", 0)).args == ("/stems/search", 0, 0)


async def test_records_inside_records_become_dotted_keys(house: House) -> None:
    with house.osc() as client:
        args = (await client.ask("/session/state")).args
    pairs = dict(zip(args[1::2], args[2::2], strict=True))
    assert pairs == {"transport.tempo": 128.0, "transport.running": 1, "tracks.1.gain": 0.5, "tracks.2.gain": 0.75}


async def test_a_large_answer_comes_in_datagrams_below_8_kb(house: House) -> None:
    with house.osc() as client:
        client.send("/stems/list", 300)
        rows = [await client.receive() for _ in range(300)]
    assert [row.args[1] for row in rows] == list(range(1, 301))


async def test_the_door_describes_its_commands(house: House) -> None:
    with house.osc() as client:
        first = await client.ask("/commands")
        count = first.args[2]
        rows = [first] + [await client.receive() for _ in range(count - 1)]
    found = {row.args[4]: row.args for row in rows}
    assert found["/stems/search"][5:9] == (
        "kind",
        "query",
        "arguments",
        "prompt [top_k] [category] [min_similarity]",
    )


@pytest.mark.parametrize(
    ("address", "args", "code"),
    [
        ("/nowhere", (), "unknown_address"),
        ("/track/*/nowhere", (), "unknown_address"),
        ("/track/1/gain", ("loud",), "bad_argument"),
        ("/track/1/gain", (1.5,), "out_of_range"),
        ("/track/0/gain", (0.5,), "out_of_range"),
        ("/track/1/gain", (float("nan"),), "out_of_range"),
        ("/transport/locate", (), "bad_argument"),
        ("/stem/9", (), "unknown_stem"),
        ("/track/[1/gain", (), "bad_argument"),
        ("/subscribe", (), "bad_argument"),
        ("/subscribe", ("/x", 70_000), "bad_argument"),
    ],
)
async def test_an_error_goes_to_the_sender_with_its_code(
    house: House, address: str, args: tuple[Any, ...], code: str
) -> None:
    with house.osc() as client:
        found = await client.ask(address, *args)
    assert found.address == "/error"
    assert found.args[:2] == (address, code)
    assert house.stage.calls == []


async def test_a_fault_is_internal_and_tells_no_detail(house: House, caplog: pytest.LogCaptureFixture) -> None:
    with house.osc() as client:
        for _ in range(5):
            found = await client.ask("/broken")
    assert found.args[1] == "internal"
    assert "secret" not in found.args[2]
    assert caplog.text.count("RuntimeError: secret detail") == 1


async def test_an_id_comes_back_at_the_end(house: House) -> None:
    with house.osc() as client:
        assert (await client.ask("/track/1/gain", 0.25, "#7")).args == ("/track/1/gain", 0.25, "#7")
        assert (await client.ask("/nowhere", "#8")).args[-1] == "#8"


async def test_a_fast_fader_is_pushed_thirty_times_a_second_and_ends_right(house: House) -> None:
    with house.osc() as client:
        client.send("/subscribe", "/master/gain")
        await client.ask("/sync", 1)
        for step in range(101):
            house.bus.publish(Changed("/master/gain", step / 100))
            house.bus.publish(ClipStarted(1, 1, step, 0.0))
            await asyncio.sleep(0)
        first = await client.receive()
        second = await client.receive()
        assert (first.args[0], second.args[0]) == (0.0, 1.0)
        await client.silence()


async def test_events_that_are_no_property_are_never_merged(house: House) -> None:
    with house.osc() as client:
        client.send("/subscribe", "*")
        await client.ask("/sync", 1)
        while (await client.receive()).address != "/synced":
            pass
        for frame in range(50):
            house.bus.publish(ClipStarted(1, 1, frame, 0.0))
        assert [(await client.receive()).args[1] for _ in range(50)] == list(range(50))


async def test_who_moves_a_fader_hears_no_echo_but_the_others_do(house: House) -> None:
    with house.osc() as mover, house.osc() as other:
        for client in (mover, other):
            client.send("/subscribe", "/track/1/gain")
            await client.receive()
        assert (await mover.ask("/track/1/gain", 0.5)).address == "/reply"
        assert await other.receive() == Message("/track/1/gain", (0.5,))
        await mover.silence(0.3)


async def test_a_change_by_another_reaches_the_mover_after_its_touch(house: House) -> None:
    with house.osc() as mover:
        mover.send("/subscribe", "/track/1/gain")
        await mover.receive()
        await mover.ask("/track/1/gain", 0.5)
        house.bus.publish(Changed("/track/1/gain", 0.9))
        begin = time.monotonic()
        assert (await mover.receive()).args == (pytest.approx(0.9),)
        assert time.monotonic() - begin > 0.1


async def test_garbage_is_counted_and_nothing_else_happens(house: House) -> None:
    dice = random.Random(2)
    good = encode("/track/1/gain", 0.5)
    with house.osc() as client:
        for _ in range(2000):
            packet = bytearray(good)
            packet[dice.randrange(len(packet))] = dice.randrange(256)
            client.socket.send(bytes(packet[: dice.randrange(1, 60)]))
            await asyncio.sleep(0)
        while (await client.receive()).address != "/pong":
            client.send("/ping")
    stats = house.doors.stats()["osc"]
    assert stats["packets"] >= 2000
    assert sum(count for name, count in stats.items() if name.startswith("reject.")) > 500
    assert "fault" not in stats
    assert "internal" not in stats


async def test_a_burst_of_two_thousand_is_not_lost(house: House) -> None:
    with house.osc() as client:
        for _ in range(2000):
            client.send("/panic")
        while len(house.stage.calls) < 2000:
            await client.receive()
    assert house.doors.stats()["osc"]["kernel_drops"] == 0
