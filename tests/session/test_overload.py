"""What the engine sheds becomes one event a second, and one when it is over."""

from types import SimpleNamespace
from typing import Any

from liveengine.bus import Bus, Event
from liveengine.engine.engine import Report
from liveengine.engine.ops import Happened, Tier
from liveengine.events import Overloaded, Relieved
from liveengine.session.overload import Overload


class Ear:
    """An Overload whose events are kept; `at` looks at a snapshot of that second."""

    def __init__(self) -> None:
        self.heard: list[Event] = []
        bus = Bus()
        bus.subscribe(self.heard.append)
        self.overload = Overload(bus)

    def shed(self, token: int, tier: int) -> None:
        self.overload.report(Report(Happened.SHED, 0, 1, 0, token, 0, 0.0, tier))

    def at(self, second: float) -> list[Event]:
        seen: Any = SimpleNamespace(frame=int(second * 48_000), rate=48_000)
        self.overload.look(seen)
        return self.heard


def test_what_is_shed_within_a_second_is_one_event() -> None:
    ear = Ear()
    for token in (1, 2, 3):
        ear.shed(token, Tier.CUBIC)
    ear.shed(1, Tier.LINEAR)
    ear.shed(4, -1)
    assert ear.at(0.0) == [Overloaded(3, 1)]
    ear.shed(5, Tier.CUBIC)
    assert len(ear.at(0.9)) == 1
    assert ear.at(1.0)[1:] == [Overloaded(1, 0)]


def test_it_is_over_when_every_voice_has_its_quality_back_or_has_ended() -> None:
    ear = Ear()
    ear.shed(1, Tier.CUBIC)
    ear.shed(2, Tier.CUBIC)
    ear.at(0.0)
    ear.shed(1, Tier.SINC)
    assert len(ear.at(5.0)) == 1
    ear.overload.report(Report(Happened.STOPPED, 0, 1, 0, 2, 0, 0.0, 0))
    assert ear.at(6.0)[1:] == [Relieved(0)]
    assert len(ear.at(9.0)) == 2


def test_in_the_end_it_is_said_how_many_voices_stay_silent() -> None:
    ear = Ear()
    ear.shed(1, Tier.CUBIC)
    ear.shed(2, -1)
    ear.at(0.0)
    ear.shed(3, -1)
    ear.shed(1, Tier.SINC)
    ear.at(2.0)
    assert ear.at(4.0)[1:] == [Overloaded(0, 1), Relieved(2)]
    ear.shed(4, -1)
    ear.at(6.0)
    assert ear.at(8.0)[-1] == Relieved(1)


def test_with_time_enough_nothing_is_said() -> None:
    assert Ear().at(1.0) == []
