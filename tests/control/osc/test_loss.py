"""A network that loses, doubles and reorders: what is sent as a state converges, what is asked for is not lost."""

import asyncio
import socket
from collections.abc import Iterator

import numpy as np

from liveengine.control.osc.codec import encode
from tests.control.stage import Client, House

LOST, DOUBLED, LATE = 0.05, 0.05, 0.10
MESSAGES = 4000


def through_the_air(packets: list[bytes], seed: int) -> Iterator[bytes]:
    """Yield what arrives of the packets, in the order in which it arrives."""
    random = np.random.default_rng(seed)
    waiting: list[bytes] = []
    for packet in packets:
        if random.random() < LOST:
            continue
        if random.random() < LATE:
            waiting.append(packet)
        else:
            yield from [packet] * (2 if random.random() < DOUBLED else 1)
        if len(waiting) > 3:
            yield from waiting
            waiting.clear()
    yield from waiting


async def settled(client: Client) -> None:
    """Read on until the door has done what was sent."""
    client.send("/ping")
    while (await client.receive()).address != "/pong":
        pass


async def test_faders_end_where_the_hand_has_left_them_when_the_last_value_is_sent_until_it_is_answered(
    house: House,
) -> None:
    random = np.random.default_rng(1)
    wanted = dict.fromkeys(range(1, 17), 0.5)
    packets = []
    for _ in range(MESSAGES):
        track = int(random.integers(1, 17))
        wanted[track] = round(float(random.random()), 3)
        packets.append(encode(f"/track/{track}/gain", wanted[track]))
    with house.osc() as client:
        for number, packet in enumerate(through_the_air(packets, seed=2)):
            client.socket.send(packet)
            if number % 50 == 0:
                await settled(client)
        missing = dict(wanted)
        for attempt in range(10):
            asked = [encode(f"/track/{track}/gain", value, f"#{track}") for track, value in missing.items()]
            for packet in through_the_air(asked, seed=10 + attempt):
                client.socket.send(packet)
            client.send("/ping")
            while (answer := await client.receive()).address != "/pong":
                if answer.address == "/reply" and str(answer.args[-1]).startswith("#"):
                    missing.pop(int(answer.args[-1][1:]), None)
            if not missing:
                break
        assert not missing
    assert {track: round(gain, 3) for track, gain in house.stage.gains.items()} == wanted


async def test_what_the_system_has_dropped_is_counted(house: House) -> None:
    port = house.doors.ports["osc"]
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as flood:
        flood.connect(("127.0.0.1", port))
        packet = encode("/stems/list", "x" * 30_000)
        for _ in range(2000):  # all at once: the loop does not turn meanwhile
            flood.send(packet)
    with house.osc() as client:
        async with asyncio.timeout(20.0):
            while not house.doors.stats()["osc"]["packets"]:
                await asyncio.sleep(0.01)
            before = -1
            while before != (before := house.doors.stats()["osc"]["packets"]):
                await asyncio.sleep(0.2)
        await settled(client)
    taken = house.doors.stats()["osc"]
    assert taken["kernel_drops"] > 0
    assert taken["packets"] - 1 + taken["kernel_drops"] == 2000
