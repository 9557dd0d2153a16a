"""The table against the commands that a daemon really has."""

from liveengine.command import Registry
from liveengine.control.live.reader import Reader, entries
from liveengine.control.live.table import NUDGE_MS, Property
from liveengine.daemon import owners


def reader() -> Reader:
    registry = Registry()
    for owner in owners():
        registry.add(object.__new__(owner))
    return Reader(registry, {"track": 2, "bus": 2, "slot": 2, "scene": 2}, bytes)


def test_every_name_stands_for_commands_that_there_are() -> None:
    found = reader()
    assert [f"{kind}/{name}" for kind, name, entry in entries() if not found.has(entry)] == []


def test_what_is_set_has_a_command_that_takes_one_value() -> None:
    registry = Registry()
    for owner in owners():
        registry.add(object.__new__(owner))
    for _, name, entry in entries():
        if isinstance(entry, Property) and entry.take is not None:
            template = (entry.sets or entry.address).replace("{", "").replace("}", "")
            command, _ = registry.find(
                template.replace("track/track", "track/1").replace("slot", "1").replace("bus", "1")
            )
            assert len(command.arguments) == 1, name


def test_nudging_is_held_while_the_button_is_and_a_release_moves_nothing() -> None:
    table = {(kind, name): entry for kind, name, entry in entries()}
    for name, sign in (("nudge_up", 1), ("nudge_down", -1)):
        nudge = table["song", name]
        assert isinstance(nudge, Property)
        assert nudge.take is not None
        assert nudge.sets == "/transport/nudge"
        assert (nudge.take(1), nudge.take(0)) == (sign * NUDGE_MS, 0.0)


def test_a_property_that_stands_for_several_is_heard_at_each() -> None:
    found = reader()
    table = {(kind, name): entry for kind, name, entry in entries()}
    playing = table["track", "playing_slot_index"]
    assert isinstance(playing, Property)
    assert found.heard(playing, {"track": 1}) == ["/track/2/clip/1/state", "/track/2/clip/2/state"]
    send = table["track", "send"]
    assert isinstance(send, Property)
    assert found.names("track", send) == ("track", "bus")
    assert found.heard(send, {"track": 0, "bus": 1}) == ["/track/1/send/2/level"]
