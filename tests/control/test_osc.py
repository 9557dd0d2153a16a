import asyncio
import random
import subprocess
import time
from typing import Any

import pytest

import liveengine
from liveengine.control import osc
from liveengine.control.clock import NTP_EPOCH_S
from liveengine.control.osc_codec import Message, bundle, encode
from liveengine.events import Changed, ClipStarted
from tests.control.stage import House


def ntp(ahead: float) -> int:
    return round((time.time() + ahead + NTP_EPOCH_S) * (1 << 32))


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


async def test_a_wildcard_runs_the_command_at_each_match(house: House) -> None:
    with house.osc() as client:
        client.send("/track/[1-4]/gain", 0.5)
        found = [(await client.receive()).args[0] for _ in range(4)]
    assert found == [f"/track/{track}/gain" for track in (1, 2, 3, 4)]


async def test_a_wildcard_with_too_many_matches_runs_nothing(house: House) -> None:
    with house.osc() as client:
        assert (await client.ask("/track/*/clip/*/*")).args[1] == "out_of_range"
    assert house.stage.calls == []


async def test_ping_names_program_version_and_tracks(house: House) -> None:
    with house.osc() as client:
        assert await client.ask("/ping") == Message("/pong", ("liveengine", liveengine.__version__, 16))


async def test_sync_answers_after_what_came_before(house: House) -> None:
    with house.osc() as client:
        client.send("/slow", 0.05)
        client.send("/sync", 42)
        assert (await client.receive()).args == ("/slow", "done")
        assert await client.receive() == Message("/synced", (42,))


async def test_a_command_may_not_overtake_one_before_it(house: House) -> None:
    with house.osc() as client:
        client.send("/track/1/clip/1/launch")
        client.send("/panic")
        await client.receive()
        await client.receive()
    assert [call[0] for call in house.stage.calls] == ["launch", "panic"]


# ── buttons ──


async def test_a_button_that_sends_one_and_zero_fires_once(house: House) -> None:
    with house.osc() as client:
        for value in (1.0, 0.0, 1.0, 0.0):
            client.send("/panic", value)
        await client.ask("/ping")
    assert house.stage.calls == [("panic", None)] * 2


async def test_a_button_on_an_action_with_a_choice_takes_the_default(house: House) -> None:
    with house.osc() as client:
        client.send("/track/1/clip/2/launch", 1.0)
        client.send("/track/1/clip/2/launch", 0.0)
        await client.receive()
        await client.silence()
    assert house.stage.calls == [("launch", 1, 2, None, None)]


async def test_a_zero_without_a_press_and_an_integer_are_arguments(house: House) -> None:
    with house.osc() as client:
        for value in (0.0, 4.0, 1):
            await client.ask("/track/1/clip/1/launch", value)
    assert [call[3] for call in house.stage.calls] == [0.0, 4.0, 1.0]


# ── bundles ──


async def test_a_timetag_reaches_the_command_as_a_frame(house: House) -> None:
    with house.osc() as client:
        tag = ntp(2.0)
        client.socket.send(bundle(tag, encode("/track/1/clip/1/launch"), encode("/panic")))
        await client.receive()
        await client.receive()
    frame = 1000 + (tag >> 32) % 100
    assert house.stage.calls == [("launch", 1, 1, None, frame), ("panic", frame)]


async def test_a_bundle_for_now_carries_no_frame(house: House) -> None:
    with house.osc() as client:
        client.socket.send(bundle(1, encode("/panic")))
        await client.receive()
    assert house.stage.calls == [("panic", None)]


async def test_a_bundle_with_one_bad_message_does_nothing(house: House) -> None:
    with house.osc() as client:
        client.socket.send(bundle(1, encode("/panic"), encode("/nowhere"), encode("/panic")))
        assert (await client.receive()).args[:2] == ("/nowhere", "unknown_address")
        await client.ask("/ping")
    assert house.stage.calls == []


async def test_a_bundle_more_than_a_minute_ahead_is_refused(house: House) -> None:
    with house.osc() as client:
        client.socket.send(bundle(ntp(3600.0), encode("/panic")))
        assert (await client.receive()).args[:2] == ("#bundle", "out_of_range")
    assert house.stage.calls == []


async def test_no_more_than_4096_messages_may_wait(house: House) -> None:
    with house.osc() as client:
        for _ in range(16):
            client.socket.send(bundle(ntp(30.0), *[encode("/panic")] * 256))
            for _ in range(256):
                await client.receive()
        client.socket.send(bundle(ntp(30.0), encode("/panic")))
        assert (await client.receive()).args[:2] == ("#bundle", "full")


async def test_a_late_bundle_keeps_its_frame_and_is_counted(house: House) -> None:
    with house.osc() as client:
        tag = ntp(-0.5)
        client.socket.send(bundle(tag, encode("/panic")))
        await client.receive()
    assert house.stage.calls == [("panic", 1000 + (tag >> 32) % 100)]
    assert house.doors.stats()["osc"]["late"] == 1


# ── subscribers ──


async def test_a_subscriber_gets_what_is_there_and_what_changes(house: House) -> None:
    house.stage.gains[2] = 0.25
    with house.osc() as client:
        client.send("/subscribe", "/track/2/*")
        present = {(await client.receive()) for _ in range(2)}
        assert present == {Message("/track/2/gain", (0.25,)), Message("/track/2/mute", (0,))}
        house.bus.publish(ClipStarted(2, 1, 4800, 4.0))
        assert await client.receive() == Message("/track/2/clip/1/state", ("playing", 4800, 4.0, 0))
        house.bus.publish(ClipStarted(3, 1, 4800, 4.0))
        client.send("/unsubscribe")
        await client.ask("/ping")
        house.bus.publish(ClipStarted(2, 1, 4800, 4.0))
        await client.silence()


async def test_pushes_go_to_the_port_that_was_asked_for(house: House) -> None:
    with house.osc() as client, house.osc() as listener:
        client.send("/subscribe", "/track/1/clip/*", listener.port)
        await client.ask("/sync", 1)
        house.bus.publish(ClipStarted(1, 1, 1, 1.0))
        assert (await listener.receive()).address == "/track/1/clip/1/state"


async def test_a_fast_fader_is_pushed_thirty_times_a_second_and_ends_right(house: House) -> None:
    with house.osc() as client:
        client.send("/subscribe", "/master/gain")
        await client.ask("/sync", 1)
        for step in range(101):
            house.bus.publish(Changed("/master/gain", step / 100))
            house.bus.publish(ClipStarted(1, 1, step, 0.0))
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


async def test_the_sixty_fifth_subscriber_is_refused(house: House) -> None:
    clients = []
    try:
        for _ in range(64):
            clients.append(house.osc())
            client = clients[-1].__enter__()
            client.send("/subscribe", "/x")
        with house.osc() as last:
            assert (await last.ask("/subscribe", "/x")).args[1] == "full"
    finally:
        for manager in clients:
            manager.__exit__(None, None, None)


# ── floods and foreign programs ──


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


async def test_slow_commands_in_a_burst_let_the_loop_turn_between_them(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(osc, "_BATCH_S", 0.0)
    loop = asyncio.get_running_loop()
    turns = 0
    seen: list[int] = []

    def turn() -> None:
        nonlocal turns
        turns += 1
        if len(seen) < 10:
            loop.call_soon(turn)

    monkeypatch.setattr(house.stage, "_note", lambda *call: seen.append(turns))
    loop.call_soon(turn)
    with house.osc() as client:
        for _ in range(10):
            client.send("/panic")
        while len(seen) < 10:
            await client.receive()
    assert len(set(seen)) == 10


async def test_liblo_plays_and_hears(house: House) -> None:
    port = str(house.doors.ports["osc"])
    with house.osc() as probe:
        free = probe.port
    dump = await asyncio.create_subprocess_exec("oscdump", "-L", str(free), stdout=asyncio.subprocess.PIPE)
    assert dump.stdout is not None
    try:
        await asyncio.sleep(0.3)  # oscdump says nothing when it is ready
        send = ["oscsend", "127.0.0.1", port]
        await asyncio.to_thread(subprocess.run, [*send, "/subscribe", "si", "/track/5/*", str(free)], check=True)
        await asyncio.to_thread(subprocess.run, [*send, "/track/5/gain", "f", "0.5"], check=True)
        await asyncio.to_thread(subprocess.run, [*send, "/track/5/mute", "T"], check=True)
        lines = [(await asyncio.wait_for(dump.stdout.readline(), 5)).decode().split(" ", 1)[1] for _ in range(4)]
    finally:
        dump.terminate()
        await dump.communicate()
    assert lines[2:] == ["/track/5/gain f 0.500000\n", "/track/5/mute i 1\n"]
