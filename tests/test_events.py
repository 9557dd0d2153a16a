from dataclasses import FrozenInstanceError

import pytest

from liveengine import events
from liveengine.events import (
    Bus,
    Changed,
    ClipCleared,
    ClipStarted,
    DeviceLost,
    DeviceReturned,
    EngineReturned,
    Event,
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


def test_every_subscriber_hears_each_event_in_order_until_it_leaves() -> None:
    bus = Bus()
    heard: list[tuple[str, object]] = []
    leave = bus.subscribe(lambda event: heard.append(("a", event.message()[1][0])))
    bus.subscribe(lambda event: heard.append(("b", event.message()[1][0])))
    bus.publish(Changed("/x", 1))
    leave()
    bus.publish(Changed("/x", 2))
    assert heard == [("a", 1), ("b", 1), ("b", 2)]


def test_a_subscriber_that_fails_harms_nobody_else(caplog: pytest.LogCaptureFixture) -> None:
    bus = Bus()
    heard: list[Event] = []
    bus.subscribe(lambda event: 1 / 0)  # type: ignore[arg-type]
    bus.subscribe(heard.append)
    bus.publish(Changed("/x", 1))
    assert heard == [Changed("/x", 1)]
    assert "ZeroDivisionError" in caplog.text


def test_a_subscriber_may_leave_while_it_is_called() -> None:
    bus = Bus()
    heard: list[Event] = []

    def once(event: Event) -> None:
        leave()
        heard.append(event)

    leave = bus.subscribe(once)
    bus.publish(Changed("/x", 1))
    bus.publish(Changed("/x", 2))
    assert heard == [Changed("/x", 1)]
