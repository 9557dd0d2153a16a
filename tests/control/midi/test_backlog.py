import asyncio

from liveengine.control.midi import backlog
from liveengine.control.midi.backlog import Backlog, Work
from liveengine.control.midi.control import Control, controls
from liveengine.control.midi.mapping import Key, Mapping
from liveengine.control.midi.message import Turn

MAP = Mapping.model_validate(
    {
        "device": {"match": "x"},
        "bindings": [
            {"in": {"type": "cc", "channel": 1, "number": 1}, "to": "/fader", "mode": "absolute"},
            {"in": {"type": "cc", "channel": 1, "number": 2}, "to": "/knob", "mode": "relative"},
            {"in": {"type": "note", "channel": 1, "number": 3}, "to": "/pad", "mode": "hold"},
            {"in": {"type": "note", "channel": 1, "number": 4}, "to": "/key", "mode": "absolute"},
        ],
    }
)
KEYS = Key("cc", 1, 1), Key("cc", 1, 2), Key("note", 1, 3), Key("note", 1, 4)


def parts() -> list[Control]:
    found = controls(MAP).plain
    return [found[key] for key in KEYS]


async def taken(waiting: Backlog, count: int) -> list[Work]:
    return [await asyncio.wait_for(waiting.get(), 1.0) for _ in range(count)]


async def test_of_a_fader_the_newest_position_counts_of_an_encoder_the_sum_of_a_pad_all() -> None:
    fader, knob, pad, _ = parts()
    waiting = Backlog()
    for value in (127, 0, 127):
        waiting.put(fader, Turn(*fader.key, value))
        waiting.put(knob, Turn(*knob.key, 1))
        waiting.put(pad, Turn(*pad.key, value))
    assert await taken(waiting, 5) == [(fader, 1.0), (knob, 3.0), (pad, 1.0), (pad, 0.0), (pad, 1.0)]


async def test_a_key_that_is_let_go_leaves_the_value_of_its_velocity() -> None:
    key = parts()[3]
    waiting = Backlog()
    waiting.put(key, Turn(*key.key, 127))
    waiting.put(key, Turn(*key.key, 0))
    assert await taken(waiting, 1) == [(key, 1.0)]


async def test_a_flood_loses_presses_and_no_release_of_what_was_pressed() -> None:
    pad = parts()[2]
    waiting = Backlog()
    took = [waiting.put(pad, Turn(*pad.key, 127 * (n % 2 == 0))) for n in range(4 * backlog.CAPACITY)]
    assert not all(took)
    found = await taken(waiting, backlog.CAPACITY)
    assert [amount for _, amount in found] == [1.0, 0.0] * (backlog.CAPACITY // 2)
    waiting.put(pad, Turn(*pad.key, 0))  # nothing is held: nothing to end
    waiting.put(pad, Turn(*pad.key, 1))
    assert await taken(waiting, 1) == [(pad, 1.0)]


async def test_who_waits_is_woken() -> None:
    fader = parts()[0]
    waiting = Backlog()
    getting = asyncio.create_task(waiting.get())
    await asyncio.sleep(0)
    waiting.put(fader, Turn(*fader.key, 0))
    assert await asyncio.wait_for(getting, 1.0) == (fader, 0.0)
