import asyncio

from liveengine.command import Fader, Registry, Slot, Track, command
from liveengine.control.oscquery.changes import Changes
from liveengine.control.oscquery.tree import Tree
from liveengine.control.turns import Turns
from liveengine.errors import EmptySlot
from liveengine.events import Changed, ClipCleared, ClipLoaded


class Deck:
    """Two tracks of two slots, some of which hold a clip."""

    def __init__(self) -> None:
        self.clips = {(1, 1)}
        self.told: list[tuple[str, str]] = []
        registry = Registry()
        registry.add(self)
        self.tree = Tree(registry, {"track": 2, "slot": 2}, Turns())
        self.changes = Changes(self.tree, lambda word, path: self.told.append((word, path)))

    @command("/track/{track}/clip/{slot}/gain")
    def gain(self, track: Track, slot: Slot, value: Fader | None = None) -> float:
        """Fader."""
        if (track, slot) not in self.clips:
            raise EmptySlot("empty")
        return 0.75

    @command("/track/{track}/clip/{slot}/state", query=True)
    def state(self, track: Track, slot: Slot) -> str:
        """State."""
        return "stopped"

    @command("/track/{track}/clip/{slot}/launch")
    def launch(self, track: Track, slot: Slot) -> None:
        """Launch."""

    def load(self, track: int, slot: int) -> None:
        self.clips.add((track, slot))
        self.changes.look(ClipLoaded(track, slot, 7, "kick"))

    def clear(self, track: int, slot: int) -> None:
        self.clips.discard((track, slot))
        self.changes.look(ClipCleared(track, slot))

    async def heard(self) -> list[tuple[str, str]]:
        await asyncio.sleep(0.01)
        told, self.told = self.told, []
        return told


async def test_the_properties_of_a_clip_come_and_go_with_it() -> None:
    deck = Deck()
    deck.changes.begin()
    assert await deck.heard() == []
    deck.load(2, 1)
    assert await deck.heard() == [("PATH_ADDED", "/track/2/clip/1/gain"), ("PATH_CHANGED", "/track/2/clip/1")]
    deck.clear(2, 1)
    assert await deck.heard() == [("PATH_REMOVED", "/track/2/clip/1/gain"), ("PATH_CHANGED", "/track/2/clip/1")]


async def test_an_exchanged_clip_is_a_change_and_no_more() -> None:
    deck = Deck()
    deck.changes.begin()
    deck.load(1, 1)
    assert await deck.heard() == [("PATH_CHANGED", "/track/1/clip/1")]


async def test_what_has_come_and_gone_at_once_was_never_there() -> None:
    deck = Deck()
    deck.changes.begin()
    await deck.heard()
    deck.load(2, 2)
    deck.clear(2, 2)
    assert await deck.heard() == [("PATH_CHANGED", "/track/2/clip/2")]


async def test_a_clip_beyond_the_tree_and_other_events_are_nothing() -> None:
    deck = Deck()
    deck.changes.begin()
    deck.load(3, 1)
    deck.changes.look(Changed("/track/1/clip/1/gain", 0.5))
    assert await deck.heard() == []
    await deck.changes.close()


async def test_only_what_is_there_is_in_the_tree() -> None:
    deck = Deck()
    text = b"".join([piece async for piece in deck.tree.stream(deck.tree.find("/track/1/clip"))]).decode()
    assert '"/track/1/clip/1/gain"' in text
    assert '"/track/1/clip/2/gain"' not in text
    assert '"/track/1/clip/2/launch"' in text
