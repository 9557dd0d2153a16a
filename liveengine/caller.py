"""Who calls a command, and what they may do. Runs on: anywhere.

A door that is reached from other machines sets `caller` around each call; without one the call comes from this machine
or from the program itself, and may do all. Each role may do what those before it may.

What a command needs, by what it does:
- `watch` reads, or is `/panic`; `play` touches what is heard now, and says what one thinks of it;
- `arrange` makes something new of what is there: plans, takes, tracks, and stems of stems (generate, mutate, propose,
  and keeping what was made so);
- `ingest` brings in what was not there (files, whole tracks, parts of them), corrects what is known, or replaces what a
  category was learnt to be (train, dream);
- `admin` deletes, writes elsewhere, decides what the search hears with, changes settings and tokens.
A job is stopped or asked for again by whoever may begin it.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Literal, get_args

from liveengine.errors import Forbidden

Role = Literal["watch", "play", "arrange", "ingest", "admin"]
ROLES: tuple[Role, ...] = get_args(Role)
_RANK = {role: rank for rank, role in enumerate(ROLES)}


class Caller:
    """One client at a door."""

    def __init__(self, role: Role) -> None:
        self.role: Role = role
        self.here = False  # on this machine

    def check(self, address: str, need: Role) -> None:
        """Raise Forbidden unless the client's role is `need` or one above it."""
        if _RANK[self.role] < _RANK[need]:
            raise Forbidden(
                f"{address} needs the role {need!r}, and this client has {self.role!r}; "
                f"pair it again with the token for {need!r}"
            )

    def touch(self, track: int) -> None:
        """Hear that the client has changed something of a track."""


caller: ContextVar[Caller | None] = ContextVar("caller", default=None)


@contextmanager
def program() -> Iterator[None]:
    """Call commands as the program itself, whoever has caused it: for what a door reads on its own account."""
    token = caller.set(None)
    try:
        yield
    finally:
        caller.reset(token)


def is_here() -> bool:
    """Return whether it is this machine that calls, or the program itself."""
    who = caller.get()
    return who is None or who.here


def require(what: str, need: Role) -> None:
    """Raise Forbidden unless whoever calls has the role; for what a door does before it calls a command."""
    if (who := caller.get()) is not None:
        who.check(what, need)
