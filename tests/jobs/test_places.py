import asyncio

from liveengine.jobs.places import Places


async def ticks() -> None:
    for _ in range(20):
        await asyncio.sleep(0)


async def test_no_more_than_there_are_places_work_at_once() -> None:
    places, most, running = Places(lambda: 2), 0, 0

    async def work(now: bool) -> None:
        nonlocal most, running
        async with places.place(now):
            running += 1
            most = max(most, running)
            await asyncio.sleep(0)
            running -= 1

    await asyncio.gather(*(work(now) for now in [False] * 9))
    assert (most, places.taken) == (2, 0)
    await asyncio.gather(*(work(now) for now in [True] * 9))
    assert (most, places.taken) == (2, 0)


async def test_what_is_needed_now_does_not_wait_for_what_may_wait() -> None:
    places = Places(lambda: 1)
    await places.take(False)
    later = asyncio.create_task(places.take(False))
    await ticks()
    await places.take(True)
    assert places.taken == 2
    second = asyncio.create_task(places.take(True))
    await ticks()
    assert not second.done()  # it waits for one that is needed now as well
    places.give(True)
    await second
    places.give(False)
    await ticks()
    assert not later.done()
    places.give(True)
    await later


async def test_each_line_is_served_in_order() -> None:
    places, order = Places(lambda: 1), list[int]()

    async def work(number: int) -> None:
        async with places.place(number >= 10):
            order.append(number)
            await asyncio.sleep(0)

    await places.take(True)
    tasks = [asyncio.create_task(work(number)) for number in (1, 2, 10, 3, 11)]
    await ticks()
    places.give(True)
    await asyncio.gather(*tasks)
    assert order == [10, 11, 1, 2, 3]


async def test_who_gives_up_waiting_leaves_the_line() -> None:
    places = Places(lambda: 1)
    await places.take(False)
    first, second = asyncio.create_task(places.take(False)), asyncio.create_task(places.take(False))
    await ticks()
    first.cancel()
    places.give(False)
    await second
    assert first.cancelled()
    assert places.taken == 1


async def test_places_that_open_by_themselves_are_seen() -> None:
    count = [1]
    places = Places(lambda: count[0], look_s=0.001)
    await places.take(False)
    second = asyncio.create_task(places.take(False))
    await ticks()
    assert not second.done()
    count[0] = 2
    async with asyncio.timeout(10):
        await second
