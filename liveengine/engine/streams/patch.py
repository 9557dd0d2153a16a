"""What others connected to our JACK ports: kept for a replacement, mirrored on the standby. Runs on: engine process.

The patchbay shows two clients, the engine that plays and the one that stands by. Whichever of the two somebody
connects or disconnects, the other one follows: so the standby is heard where the engine was without any more to do.
"""

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

from liveengine.engine.streams.jack import JackStream, Link

SPARE = "-standby"  # the second client's name is the first one's and this


def merge(agreed: set[Link], one: set[Link], other: set[Link]) -> set[Link]:
    """Return what both shall have that had `agreed` and have `one` and `other` now: both sides' changes are kept."""
    made = (one | other) - agreed
    cut = (agreed - one) | (agreed - other)
    return (agreed | made) - cut


@dataclass
class Patch:
    """The file in the shared folder that tells a replacement under which names and with which connections to go on."""

    path: Path
    names: list[str] = field(default_factory=list)  # of the client that plays, then of the other one if there was one
    links: set[Link] | None = None  # None: nobody knows yet

    @classmethod
    def read(cls, folder: Path) -> "Patch":
        """Return what the file says; without one nothing is known."""
        path = folder / "patch"
        try:
            found = json.loads(path.read_text("utf-8"))
            return cls(path, found["names"], {(own, other) for own, other in found["links"]})
        except (OSError, ValueError, KeyError, TypeError):
            return cls(path)

    def keep(self, names: list[str], links: Iterable[Link]) -> None:
        """Write names and connections, if they have changed; the file is whole at any moment."""
        known = set(links)
        if (names, known) == (self.names, self.links):
            return
        self.names, self.links = names, known
        fresh = self.path.with_suffix(".new")
        fresh.write_text(json.dumps({"names": names, "links": sorted(known)}), "utf-8")
        fresh.replace(self.path)

    @property
    def other(self) -> str:
        """The name for a standby's client: that of the engine which played before, so that two names are enough."""
        if len(self.names) > 1:
            return self.names[1]
        return f"{self.names[0]}{SPARE}" if self.names else ""


class Mirror:
    """Keeps the standby's connections and the engine's alike."""

    def __init__(self, stream: JackStream, engine: str, callbacks: Callable[[], int]) -> None:
        self._stream = stream
        self._engine = engine  # the name of the client that plays
        self._callbacks = callbacks  # how often that client was called
        self.links: set[Link] | None = None  # as both had them after the last step
        self._gone: set[Link] = set()  # missing at the last look
        self._seen = 0  # callbacks, after the last look

    def step(self) -> set[Link]:
        """Make the changes on either side on the other one, too, and return what both have now. First have all ports.

        A connection counts as cut when two looks miss it and the engine has played between them: while a client dies
        its connections go before it does, and a busy server takes its time.
        Raises DeviceMissing when one of the two is gone.
        """
        played = self._callbacks() > self._seen
        self._stream.complete()
        engine, own = self._stream.links(self._engine), self._stream.links()
        if self.links is None:
            self._stream.connect(engine - own)
            self.links = engine
            return engine
        gone = (self.links - engine) | (self.links - own)
        doubt = gone - self._gone if played else gone
        self._gone, self._seen = gone, self._callbacks()
        wanted = merge(self.links, engine | doubt, own | doubt)
        for name, has in ((self._engine, engine), (self._stream.name, own)):
            self._stream.connect(wanted - has - doubt, name)
            self._stream.disconnect(has - wanted, name)
        self.links = wanted
        return wanted
