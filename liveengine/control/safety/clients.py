"""Who else is there: name, role, and which tracks each client has in its hands. Runs on: event loop."""

import asyncio
import itertools
import time
import unicodedata

from pydantic import BaseModel

from liveengine.bus import Bus
from liveengine.caller import Caller, Role, caller
from liveengine.command import Text, command
from liveengine.control.safety.share import Share
from liveengine.errors import BadArgument, TooFast
from liveengine.events import Changed, ClientJoined, ClientLeft

MAX_NAME = 40  # characters
TOUCH_S = 6.0  # so long after the last touch a track counts as in a client's hands
TELL_S = 0.25  # between two looks at what is touched
_FREE = frozenset({"/panic"})  # never refused for being too fast


class ClientInfo(BaseModel):
    """A client as the others see it."""

    client: int
    name: str
    role: str
    door: str
    tracks: list[int]
    you: bool


class Client(Caller):
    """One client that is there, or one that only asks over HTTP (without a number)."""

    def __init__(
        self, role: Role, share: Share | None = None, *, number: int = 0, door: str = "", name: str = ""
    ) -> None:
        """Without a `share` it may take what it likes."""
        super().__init__(role)
        self.number = number
        self.door = door
        self.name = name
        self.share = share
        self.told: tuple[int, ...] = ()
        self._touched: dict[int, float] = {}

    def check(self, address: str, need: Role) -> None:
        """Raise Forbidden as `Caller` does, and TooFast when the machine sends more commands than its share."""
        super().check(address, need)
        share = self.share
        if share is not None and address not in _FREE and not share.commands.take(1.0, time.monotonic()):
            raise TooFast(f"{address}: more commands than one machine may send; send fewer, or only the newest values")

    def touch(self, track: int) -> None:
        """Note that the client has a track in its hands."""
        self._touched[track] = time.monotonic()

    def tracks(self, now: float) -> tuple[int, ...]:
        """Return the tracks that were touched lately, in order."""
        for track in [track for track, at in self._touched.items() if now - at > TOUCH_S]:
            del self._touched[track]
        return tuple(sorted(self._touched))


class Clients:
    """All who are there."""

    def __init__(self, bus: Bus) -> None:
        self._bus = bus
        self._there: dict[int, Client] = {}
        self._numbers = itertools.count(1)
        self._timer: asyncio.TimerHandle | None = None

    def __len__(self) -> int:
        return len(self._there)

    def join(self, door: str, role: Role, name: str | None = None, share: Share | None = None) -> Client:
        """Return a new client, of whom the others hear; `leave` ends it. One without a `share` is on this machine."""
        number = next(self._numbers)
        client = Client(role, share, number=number, door=door, name=readable(name or "") or f"{door} {number}")
        client.here = share is None
        self._there[number] = client
        self._bus.publish(ClientJoined(number, client.name, role, door))
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(TELL_S, self._look)
        return client

    def leave(self, client: Client) -> None:
        """Tell the others that a client has left."""
        if self._there.pop(client.number, None) is not None:
            self._bus.publish(ClientLeft(client.number, client.name))

    def close(self) -> None:
        """Tell nothing any more."""
        if self._timer is not None:
            self._timer.cancel()

    @command("/clients", query=True)
    def clients(self) -> list[ClientInfo]:
        """Tell who is there: name, role, door, and the tracks that each has changed in the last seconds."""
        now, asking = time.monotonic(), caller.get()
        return [
            ClientInfo(client=c.number, name=c.name, role=c.role, door=c.door, tracks=[*c.tracks(now)], you=c is asking)
            for c in self._there.values()
        ]

    @command("/client/name", role="watch")
    def name(self, name: Text) -> str:
        """Give this client the name by which the others see it; returns what they see."""
        asking = caller.get()
        client = self._there.get(asking.number) if isinstance(asking, Client) else None
        if client is None:
            raise BadArgument("/client/name is for a client that stays connected: over WebSocket, or OSC after /hello")
        self.rename(client, name)
        return client.name

    def rename(self, client: Client, name: str) -> None:
        """Give a client another name; an empty one gives it its first one back."""
        name = readable(name) or f"{client.door} {client.number}"
        if name != client.name:
            client.name = name
            self._bus.publish(Changed(f"/client/{client.number}/name", name))

    def _look(self) -> None:
        """Tell which tracks have come into somebody's hands, or out of them."""
        self._timer = None
        now = time.monotonic()
        for client in self._there.values():
            if (tracks := client.tracks(now)) != client.told:
                client.told = tracks
                self._bus.publish(Changed(f"/client/{client.number}/tracks", list(tracks)))
        if self._there:
            self._timer = asyncio.get_running_loop().call_later(TELL_S, self._look)


def readable(name: str) -> str:
    """Return a name without what cannot be seen or turns the text around, on one line, not too long."""
    kept = "".join(
        " " if char.isspace() else char for char in name if unicodedata.category(char)[0] != "C" or char.isspace()
    )
    return " ".join(kept.split())[:MAX_NAME].strip()
