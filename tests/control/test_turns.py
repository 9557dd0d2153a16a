import asyncio
import time

from liveengine.control.turns import SLICE_S, Turns


async def turns_of(turns: Turns, clients: int, pieces: int, seconds: float) -> list[list[int]]:
    """Return who worked in each turn of the loop, where each piece of work takes so long."""
    loop, done = asyncio.get_running_loop(), [list[int]()]

    def count() -> None:
        if done[-1]:
            done.append([])
        loop.call_soon(count)

    async def work(client: int) -> None:
        for _ in range(pieces):
            await turns.take()
            done[-1].append(client)
            end = time.monotonic() + seconds
            while time.monotonic() < end:
                pass

    count()
    await asyncio.gather(*(work(client) for client in range(clients)))
    return [turn for turn in done if turn]


async def test_who_is_alone_does_not_wait() -> None:
    turns = Turns()
    before = asyncio.get_running_loop().time()
    coroutine = turns.take()
    try:
        coroutine.send(None)
    except StopIteration:
        pass
    else:
        raise AssertionError("it waits")
    assert asyncio.get_running_loop().time() >= before


async def test_a_turn_of_the_loop_has_one_slice_of_work_for_all() -> None:
    found = await turns_of(Turns(), clients=50, pieces=2, seconds=SLICE_S)
    assert sum(map(len, found)) == 100
    assert max(map(len, found)) <= 2


async def test_everybody_has_his_turn_before_anybody_has_his_second() -> None:
    found = await turns_of(Turns(), clients=20, pieces=3, seconds=SLICE_S)
    order = [client for turn in found for client in turn]
    assert set(order[:21]) == set(range(20))


async def test_small_pieces_fit_into_one_slice() -> None:
    found = await turns_of(Turns(), clients=1, pieces=50, seconds=0.0)
    assert len(found) < 25


async def test_who_leaves_while_it_waits_costs_nobody_his_turn() -> None:
    turns, done = Turns(), []

    async def work(client: int) -> None:
        await turns.take()
        done.append(client)
        time.sleep(SLICE_S * 1.5)  # the whole slice

    clients = [asyncio.ensure_future(work(client)) for client in range(4)]
    await asyncio.sleep(0)
    clients[2].cancel()
    await asyncio.wait(clients, timeout=5.0)
    assert done == [0, 1, 3]
