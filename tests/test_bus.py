import pytest

from liveengine.bus import Bus, Event
from liveengine.events import Changed


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
