import asyncio
from collections import Counter

import pytest

from liveengine.control.osc import delivery
from liveengine.control.osc.codec import Message
from liveengine.control.osc.tasks import Tasks
from tests.control.osc.line import line
from tests.control.stage import Client, House


async def rows(client: Client, number: int) -> list[int]:
    return [(await client.receive()).args[1] for _ in range(number)]


async def test_a_large_answer_comes_whole_unless_pages_are_asked_for(house: House) -> None:
    with house.osc() as client:
        client.send("/stems/list", 300)
        assert await rows(client, 300) == list(range(1, 301))


async def test_pages_come_one_after_the_other_when_they_are_asked_for(house: House) -> None:
    with house.osc() as client:
        assert (await client.ask("/reply/page", 10)).args == ("/reply/page", 10)
        client.send("/stems/list", 25, "#7")
        assert await rows(client, 10) == list(range(1, 11))
        for expected in (range(11, 21), range(21, 26)):
            more = await client.receive()
            assert (more.address, more.args[0], more.args[2]) == ("/reply/more", "/stems/list", "#7")
            await client.silence(0.05)
            client.send("/reply/more", more.args[1])
            assert await rows(client, len(expected)) == list(expected)
        await client.silence(0.05)


async def test_pages_of_zero_are_all_at_once_again(house: House) -> None:
    with house.osc() as client:
        await client.ask("/reply/page", 2)
        assert (await client.ask("/reply/page", 0)).args == ("/reply/page", 0)
        client.send("/stems/list", 100)
        assert await rows(client, 100) == list(range(1, 101))


async def test_a_page_is_given_once_and_only_to_who_asked(house: House) -> None:
    with house.osc() as client, house.osc() as other:
        await client.ask("/reply/page", 1)
        client.send("/stems/list", 2)
        await client.receive()
        number = (await client.receive()).args[1]
        assert (await other.ask("/reply/more", number)).args[:2] == ("/reply/more", "unknown_page")
        assert (await client.ask("/reply/more", number)).args[1:3] == (2, 2)
        assert (await client.ask("/reply/more", number)).args[:2] == ("/reply/more", "unknown_page")


async def test_no_more_than_eight_answers_of_a_client_wait_for_their_next_page(house: House) -> None:
    with house.osc() as client:
        await client.ask("/reply/page", 1)
        numbers = []
        for _ in range(9):
            client.send("/stems/list", 2)
            await client.receive()
            numbers.append((await client.receive()).args[1])
        assert (await client.ask("/reply/more", numbers[0])).args[1] == "unknown_page"
        assert (await client.ask("/reply/more", numbers[1])).args[1:3] == (2, 2)


@pytest.mark.parametrize("messages", [-1, 1025, "all", float("nan")])
async def test_a_page_has_up_to_1024_messages(house: House, messages: object) -> None:
    with house.osc() as client:
        assert (await client.ask("/reply/page", messages)).args[1] == "bad_argument"


async def test_answers_go_to_the_port_that_was_asked_for(house: House) -> None:
    with house.osc() as client, house.osc() as listener:
        client.send("/reply/port", listener.port)
        assert (await listener.receive()).args == ("/reply/port", listener.port)
        client.send("/track/1/gain", 0.5)
        assert await listener.receive() == Message("/reply", ("/track/1/gain", 0.5))
        client.send("/ping")
        assert (await listener.receive()).address == "/pong"
        client.send("/sync", 3)
        assert (await listener.receive()).args == (3,)
        client.send("/nowhere")
        assert (await listener.receive()).address == "/error"
        client.send("/stems/list", 100)
        assert await rows(listener, 100) == list(range(1, 101))
        assert (await client.ask("/reply/port", 0)).args == ("/reply/port", 0)
        assert (await client.ask("/ping")).address == "/pong"


async def test_over_tcp_answers_go_to_a_udp_port_when_it_is_asked_for(house: House) -> None:
    with house.osc() as listener:
        async with line(house) as client:
            client.send("/reply/port", listener.port)
            assert (await listener.receive()).args == ("/reply/port", listener.port)
            client.send("/track/1/gain", 0.5)
            assert (await listener.receive()).args == ("/track/1/gain", 0.5)


async def test_the_wishes_of_who_says_nothing_for_a_minute_are_forgotten(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    with house.osc() as client:
        assert (await client.ask("/reply/page", 7)).args == ("/reply/page", 7)
        assert (await client.ask("/reply/page")).args == ("/reply/page", 7)
        monkeypatch.setattr(delivery, "LEASE_S", -1.0)
        assert (await client.ask("/reply/page")).args == ("/reply/page", 0)


async def test_the_oldest_wishes_go_when_there_are_too_many(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(delivery, "MAX_SENDERS", 1)
    with house.osc() as client, house.osc() as other:
        await client.ask("/reply/page", 7)
        await other.ask("/reply/page", 8)
        assert (await client.ask("/reply/page")).args == ("/reply/page", 0)
        assert (await other.ask("/reply/page")).args == ("/reply/page", 8)


async def test_of_many_long_answers_each_turn_of_the_loop_sends_one_slice() -> None:
    loop, turn, sent = asyncio.get_running_loop(), 0, Counter[int]()

    def count() -> None:
        nonlocal turn
        turn += 1
        loop.call_soon(count)

    tasks = Tasks()
    answers = delivery.Delivery(lambda packet, target: sent.update((turn,)), tasks)
    count()
    for port in range(40):
        answers.pace(iter([b"/x\0\0,\0\0\0"] * 100), ("127.0.0.1", port), None)
    async with asyncio.timeout(10.0):
        while len(tasks):
            await asyncio.sleep(0.01)
    assert sent.total() == 4000
    assert max(sent.values()) <= 32


async def test_a_long_answer_ends_with_its_client_also_when_that_never_read_it() -> None:
    class Vanished:
        host, behind = "127.0.0.1", True

        def send(self, packet: bytes) -> None:
            pass

    tasks, client = Tasks(), Vanished()
    answers = delivery.Delivery(lambda packet, target: None, tasks)
    answers.pace(iter([b"/x\0\0,\0\0\0"] * 100), client, client)
    await asyncio.sleep(0.05)
    assert len(tasks) == 1
    answers.forget(client)
    async with asyncio.timeout(5.0):
        while len(tasks):
            await asyncio.sleep(0.01)
