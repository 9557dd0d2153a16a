from dataclasses import FrozenInstanceError

import pytest

from liveengine import events
from liveengine.bus import Event
from liveengine.events import (
    Changed,
    ClipCleared,
    ClipStarted,
    DeviceLost,
    DeviceReturned,
    EngineReturned,
    JobDone,
    StemAdded,
)


@pytest.mark.parametrize(
    ("event", "address", "values"),
    [
        (Changed("/track/1/gain", 0.5), "/track/1/gain", (0.5,)),
        (ClipStarted(3, 1, 4800, 4.0, 2), "/track/3/clip/1/state", ("playing", 4800, 4.0, 2)),
        (ClipCleared(3, 1), "/track/3/clip/1/state", ("empty",)),
        (EngineReturned(128), "/engine/state", ("running", 128)),
        (DeviceLost("jack"), "/engine/device", ("lost", "jack")),
        (DeviceReturned("jack", 96), "/engine/device", ("playing", "jack", 96)),
        (StemAdded(7, "kick", "kick"), "/stem/added", (7, "kick", "kick")),
        (JobDone(9, "render", {"path": "x"}), "/job/9/done", ("render", {"path": "x"})),
    ],
)
def test_an_event_is_a_message_at_its_address(event: Event, address: str, values: tuple[object, ...]) -> None:
    assert event.message() == (address, values)


def test_an_event_cannot_be_changed() -> None:
    with pytest.raises(FrozenInstanceError):
        Changed("/a", 1).value = 2  # type: ignore[misc]


def test_every_event_says_what_it_means() -> None:
    kinds = [kind for kind in vars(events).values() if isinstance(kind, type) and issubclass(kind, Event)]
    assert len(kinds) > 15
    assert all(kind.__doc__ for kind in kinds)
