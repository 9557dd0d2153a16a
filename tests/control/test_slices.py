import asyncio
from typing import Any

from liveengine.control.slices import SLICE, SLICE_S, Sliced, Slices


class Base(asyncio.Protocol):
    """Stands in for a protocol of uvicorn's: takes a slice's time for each piece."""

    def __init__(self) -> None:
        self.pieces: list[int] = []

    def data_received(self, data: bytes) -> None:
        self.pieces.append(len(data))
        end = asyncio.get_running_loop().time() + SLICE_S
        while asyncio.get_running_loop().time() < end:
            pass


class Transport(asyncio.Transport):
    reading = True

    def is_closing(self) -> bool:
        return False

    def pause_reading(self) -> None:
        self.reading = False

    def resume_reading(self) -> None:
        self.reading = True


class Parser(Sliced, Base):
    def __init__(self, slices: Slices) -> None:
        super().__init__(slices=slices)
        self.transport: Any = Transport()


async def parsed(*parsers: Parser) -> list[int]:
    """Return how many pieces each turn of the loop parsed, until nothing is left."""
    found, before = [], 0
    for _ in range(200):
        await asyncio.sleep(0)
        now = sum(len(parser.pieces) for parser in parsers)
        found.append(now - before)
        before = now
    return found


async def test_each_turn_of_the_loop_parses_one_slice_however_many_connections_there_are() -> None:
    slices = Slices()
    parsers = [Parser(slices) for _ in range(10)]
    for parser in parsers:
        parser.data_received(bytes(4 * SLICE))
    found = await parsed(*parsers)
    assert sum(found) == 40
    assert max(found) == 1


async def test_everybody_has_a_slice_before_anybody_has_a_second() -> None:
    slices = Slices()
    parsers = [Parser(slices) for _ in range(3)]
    for parser in parsers:
        parser.data_received(bytes(2 * SLICE))
    for expected in ([1, 0, 0], [1, 1, 0], [1, 1, 1], [2, 1, 1]):
        await asyncio.sleep(0)
        assert [len(parser.pieces) for parser in parsers] == expected


async def test_a_client_is_not_read_on_while_much_of_it_waits() -> None:
    parser = Parser(Slices())
    parser.data_received(bytes(SLICE + 1))
    assert not parser.transport.reading
    await parsed(parser)
    assert parser.pieces == [SLICE, 1]
    assert parser.transport.reading
