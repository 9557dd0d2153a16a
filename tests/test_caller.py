import re

import pytest

from liveengine.caller import ROLES, Caller, Role, caller
from liveengine.command import Registry, Track, command
from liveengine.daemon import owners
from liveengine.errors import Forbidden, LiveEngineError, OutOfRange

# What takes away, replaces or writes outside the session: never for who may only play.
_DELICATE = re.compile(
    r"/(delete|export|ingest|add|reset|reembed|undo|edit|kit|change|user|forget|remove|file|source|learn|renew|revoke"
    r"|render|record/\w+|session/clear|history/clear|job/{job}/\w+|output)$"
)


class Hall:
    ROLE = "arrange"

    @command("/hall/{track}/light")
    def light(self, track: Track, value: float | None = None) -> float:
        """Light."""
        if track > 8:
            raise OutOfRange(f"there is no light over track {track}")
        return value or 0.0

    @command("/hall/{track}/curtain")
    async def curtain(self, track: Track) -> None:
        """Raise the curtain."""
        self.light(track, 0.5)

    @command("/hall/close", role="admin")
    def close(self) -> None:
        """Close."""

    @command("/hall", query=True)
    def hall(self) -> str:
        """Tell."""
        return "open"

    @command("/panic", role="watch")
    def panic(self) -> None:
        """Silence."""


class Guest(Caller):
    def __init__(self, role: Role) -> None:
        super().__init__(role)
        self.touched: list[int] = []

    def touch(self, track: int) -> None:
        self.touched.append(track)


@pytest.fixture
def registry() -> Registry:
    found = Registry()
    found.add(Hall())
    return found


async def _may(registry: Registry, role: Role, address: str, *args: object) -> bool:
    token = caller.set(Caller(role))
    try:
        await registry.call(address, *args)
    except Forbidden:
        return False
    finally:
        caller.reset(token)
    return True


@pytest.mark.parametrize(
    ("address", "args", "lowest"),
    [
        ("/hall", (), "watch"),
        ("/panic", (), "watch"),
        ("/hall/1/light", (), "watch"),
        ("/hall/1/light", (0.5,), "arrange"),
        ("/hall/close", (), "admin"),
    ],
)
async def test_each_role_may_what_it_may_and_what_those_below_it_may(
    registry: Registry, address: str, args: tuple[object, ...], lowest: Role
) -> None:
    may = [await _may(registry, role, address, *args) for role in ROLES]
    assert may == [ROLES.index(role) >= ROLES.index(lowest) for role in ROLES]


async def test_a_call_of_the_program_itself_may_all(registry: Registry) -> None:
    await registry.call("/hall/close")


async def test_who_may_not_is_told_which_role_it_takes(registry: Registry) -> None:
    caller.set(Caller("play"))
    with pytest.raises(Forbidden, match="/hall/close needs the role 'admin', and this client has 'play'"):
        await registry.call("/hall/close")


async def test_a_caller_hears_which_track_it_has_changed_and_not_which_it_reads_or_was_refused(
    registry: Registry,
) -> None:
    guest = Guest("arrange")
    caller.set(guest)
    await registry.call("/hall/3/light", 0.5)
    await registry.call("/hall/4/light")
    await registry.call("/hall/5/curtain")
    for refused in ("/hall/0/light", "/hall/9/light"):
        with pytest.raises(OutOfRange):
            await registry.call(refused, 0.5)
    with pytest.raises(OutOfRange):
        await registry.call("/hall/9/curtain")
    await registry.call("/panic")
    assert guest.touched == [3, 5]


def test_a_role_that_does_not_exist_is_found_at_the_start() -> None:
    class Wrong:
        ROLE = "king"

        @command("/wrong")
        def wrong(self) -> None:
            """Do."""

    with pytest.raises(TypeError, match="'king' is no role"):
        Registry().add(Wrong())


def _registry_of_all() -> Registry:
    found = Registry()
    for owner in owners():
        found.add(object.__new__(owner))
    return found


def test_who_may_only_play_cannot_take_away_what_others_need() -> None:
    low = [c.address for c in _registry_of_all() if _DELICATE.search(c.address) and c.role in {"watch", "play"}]
    assert [address for address in low if _registry_of_all().find(_concrete(address))[0].kind != "query"] == []


def _concrete(address: str) -> str:
    return re.sub(r"{\w+}", "1", address)


def test_a_path_of_this_machine_is_named_only_by_who_may_read_or_write_its_files() -> None:
    named = [c for c in _registry_of_all() if {"path", "file", "folder"} & {p.name for p in c.parameters}]
    low = {c.address for c in named if c.role not in {"ingest", "admin"}}
    assert low == {"/record/start", "/render", "/stems/mix"}  # these look themselves at where the path leads


def test_panic_needs_no_more_than_to_be_let_in() -> None:
    found, _ = _registry_of_all().find("/panic")
    assert found.role == "watch"


def test_who_may_only_watch_can_silence_all_and_say_its_name() -> None:
    acting = [c.address for c in _registry_of_all() if c.role == "watch" and c.kind != "query"]
    assert acting == ["/client/name", "/panic"]


def test_a_refusal_has_a_code() -> None:
    with pytest.raises(LiveEngineError) as raised:
        Caller("watch").check("/x", "play")
    assert raised.value.code == "forbidden"
