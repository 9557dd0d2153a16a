from typing import Annotated

import pytest
from pydantic import Field

from liveengine.arrange.verbs import Verbs
from liveengine.command import Fader, Registry, Text, Track, command
from liveengine.control.midi.target import Target, target
from liveengine.errors import BadArgument
from liveengine.session.liking import Liking


class Owner:
    """Commands of every shape."""

    @command("/fader/{track}")
    def fader(self, track: Track, value: Fader | None = None) -> float:
        """A fader."""
        return 0.0

    @command("/group")
    def group(self, value: Annotated[int, Field(ge=1, le=64)] | None = None) -> int:
        """A whole number."""
        return 1

    @command("/switch")
    def switch(self, value: bool | None = None) -> bool:
        """A switch."""
        return False

    @command("/endless")
    def endless(self, value: float | None = None) -> float:
        """A number without limits."""
        return 0.0

    @command("/pad")
    def pad(self, value: Annotated[float, Field(ge=0)]) -> None:
        """A pad."""

    @command("/go")
    def go(self, quantum: float | None = None) -> None:
        """A button."""

    @command("/say")
    def say(self, text: Text) -> None:
        """A sentence."""

    @command("/told", query=True)
    def told(self) -> str:
        """Something to read."""
        return ""


@pytest.mark.parametrize(
    ("address", "found"),
    [
        ("/fader/1", Target("fader", (0.0, 1.0))),
        ("/group", Target("fader", (1.0, 64.0), whole=True)),
        ("/switch", Target("switch")),
        ("/pad", Target("hold")),
        ("/go", Target("press")),
    ],
)
def test_a_command_tells_by_its_signature_how_it_is_bound(address: str, found: Target) -> None:
    registry = Registry()
    registry.add(Owner())
    assert target(registry.find(address)[0]) == found


@pytest.mark.parametrize("address", ["/endless", "/say", "/told"])
def test_what_a_control_cannot_give_is_refused(address: str) -> None:
    registry = Registry()
    registry.add(Owner())
    with pytest.raises(BadArgument, match=f"{address} takes"):
        target(registry.find(address)[0])


@pytest.mark.parametrize(
    ("address", "kind"),
    [("/track/{track}/like", "press"), ("/track/{track}/reject", "press"), ("/track/{track}/swap", "press")],
)
def test_opinions_and_swaps_of_what_plays_are_pads(address: str, kind: str) -> None:
    methods = [method for owner in (Liking, Verbs) for method in vars(owner).values()]
    (found,) = [method for method in methods if getattr(method, "command_address", "") == address]
    registry = Registry()
    registry.add(type("Owner", (), {"verb": found})())
    assert target(registry.find(address.replace("{track}", "1"))[0]).kind == kind
