import asyncio

import pytest

from liveengine.control.osc import door, run
from liveengine.control.osc.codec import bundle, encode
from tests.control.stage import House


async def test_a_command_may_not_overtake_one_before_it(house: House) -> None:
    with house.osc() as client:
        client.send("/track/1/clip/1/launch")
        client.send("/panic")
        await client.receive()
        await client.receive()
    assert [call[0] for call in house.stage.calls] == ["launch", "panic"]


async def test_slow_commands_in_a_burst_let_the_loop_turn_between_them(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(door, "_BATCH_S", 0.0)
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


async def test_what_a_bundle_for_now_does_reaches_the_engine_together(house: House) -> None:
    with house.osc() as client:
        client.socket.send(bundle(1, encode("/panic"), bundle(1, encode("/track/1/gain", 0.5)), encode("/panic")))
        for _ in range(3):
            await client.receive()
        client.send("/panic")
        await client.receive()
    assert house.together == ["(", "panic", "gain", "panic", ")", "panic"]


async def test_a_long_packet_is_run_in_slices_and_nothing_overtakes_it(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run, "SLICE_S", 0.0)
    loop = asyncio.get_running_loop()
    turns = 0
    seen: list[tuple[str, int]] = []

    def turn() -> None:
        nonlocal turns
        turns += 1
        if len(seen) < 21:
            loop.call_soon(turn)

    monkeypatch.setattr(house.stage, "_note", lambda name, *call: seen.append((name, turns)))
    loop.call_soon(turn)
    with house.osc() as client:
        client.socket.send(bundle(1, *[encode("/panic")] * 20))
        client.send("/transport/locate", 4.0)
        for _ in range(21):
            await client.receive()
    assert [name for name, _ in seen] == ["panic"] * 20 + ["locate"]
    assert len({at for _, at in seen}) == 21


async def test_a_command_that_waits_inside_a_bundle_holds_its_own_bundle_alone(house: House) -> None:
    with house.osc() as client, house.osc() as other:
        client.socket.send(bundle(1, encode("/slow", 0.1), encode("/panic")))
        await other.ask("/track/1/gain", 0.5)
        await client.receive()
        await client.receive()
    assert [call[0] for call in house.stage.calls] == ["gain", "slow", "panic"]


async def test_a_fault_in_one_command_leaves_the_rest_of_the_bundle(house: House) -> None:
    with house.osc() as client:
        client.socket.send(bundle(1, encode("/panic"), encode("/broken"), encode("/panic")))
        assert [(await client.receive()).address for _ in range(3)] == ["/reply", "/error", "/reply"]
    assert len(house.stage.calls) == 2
