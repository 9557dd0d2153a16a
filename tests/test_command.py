import pytest

from liveengine.caller import Caller, caller
from liveengine.command import Accepted, Fader, Prompt, Quantum, Registry, Slot, Track, command, fault, when
from liveengine.errors import BadArgument, EmptySlot, Forbidden, OutOfRange, UnknownAddress


class Session:
    def __init__(self) -> None:
        self.launched: list[tuple[int, int, float | None]] = []
        self.gains: dict[int, float] = {}

    @command("/track/{track}/clip/{slot}/launch")
    async def launch(self, slot: Slot, track: Track, quantum: Quantum | None = None) -> Accepted:
        """Launch a clip.

        At the next boundary.
        """
        self.launched.append((track, slot, quantum))
        return Accepted(job=1)

    @command("/track/{track}/gain")
    def gain(self, track: Track, value: Fader | None = None) -> float:
        """Fader."""
        if value is not None:
            self.gains[track] = value
        return self.gains.get(track, 0.75)

    @command("/stems/search", query=True)
    def search(self, prompt: Prompt, top_k: int = 10) -> list[str]:
        """Find."""
        return [prompt] * top_k

    @command("/track/{track}/like")
    def like(self, track: Track, value: bool = True) -> bool:
        """Like it."""
        return value

    @command("/frame")
    def frame(self) -> int | None:
        """Tell the frame asked for."""
        return when.get()


@pytest.fixture
def session() -> Session:
    return Session()


@pytest.fixture
def registry(session: Session) -> Registry:
    found = Registry()
    found.add(session)
    return found


async def test_numbers_of_the_path_go_to_the_parameters_of_their_names(registry: Registry, session: Session) -> None:
    assert await registry.call("/track/3/clip/1/launch", 4) == {"job": 1}
    assert session.launched == [(3, 1, 4.0)]


async def test_a_property_is_set_with_an_argument_and_got_without(registry: Registry) -> None:
    assert await registry.call("/track/1/gain") == 0.75
    assert await registry.call("/track/1/gain", 0.5) == 0.5
    assert await registry.call("/track/1/gain", value=0.25) == 0.25


@pytest.mark.parametrize(
    ("address", "arguments", "kind"),
    [
        ("/nowhere", ((), {}), UnknownAddress),
        ("/track/1", ((), {}), UnknownAddress),
        ("/track/one/gain", ((), {}), UnknownAddress),
        ("track/1/gain", ((), {}), UnknownAddress),
        ("/track/0/gain", ((), {}), OutOfRange),
        ("/track/99999999999999999999/gain", ((), {}), UnknownAddress),
        ("/track/1/gain", ((1.01,), {}), OutOfRange),
        ("/track/1/gain", ((float("inf"),), {}), OutOfRange),
        ("/track/1/gain", (("loud",), {}), BadArgument),
        ("/track/1/gain", ((0.5, 0.5), {}), BadArgument),
        ("/track/1/gain", ((), {"volume": 1}), BadArgument),
        ("/track/1/gain", ((0.5,), {"value": 0.5}), BadArgument),
        ("/track/1/gain", ((), {"track": 2}), BadArgument),
        ("/stems/search", ((), {}), BadArgument),
        ("/stems/search", (("x", 1.5), {}), BadArgument),
    ],
)
async def test_what_is_wrong_is_told_and_nothing_is_changed(
    registry: Registry,
    session: Session,
    address: str,
    arguments: tuple[tuple[object, ...], dict[str, object]],
    kind: type,
) -> None:
    args, named = arguments
    with pytest.raises(kind):
        await registry.call(address, *args, **named)
    assert session.gains == {}


async def test_an_overlong_value_is_shortened_in_the_message(registry: Registry) -> None:
    with pytest.raises(BadArgument) as caught:
        await registry.call("/track/1/gain", "x" * 100_000)
    assert len(str(caught.value)) < 300


async def test_a_query_reads_a_property_has_a_value_all_else_acts(registry: Registry) -> None:
    kinds = {found.address: found.kind for found in registry}
    assert kinds == {
        "/frame": "action",
        "/stems/search": "query",
        "/track/{track}/clip/{slot}/launch": "action",
        "/track/{track}/gain": "property",
        "/track/{track}/like": "action",
    }


async def test_who_may_only_watch_cannot_act_by_leaving_a_value_out(registry: Registry) -> None:
    token = caller.set(Caller("watch"))
    try:
        with pytest.raises(Forbidden):
            await registry.call("/track/1/like")
        assert await registry.call("/track/1/gain") == 0.75
    finally:
        caller.reset(token)


async def test_the_docstring_gives_summary_and_text(registry: Registry) -> None:
    found, numbers = registry.find("/track/2/clip/5/launch")
    assert numbers == (2, 5)
    assert found.summary == "Launch a clip."
    assert found.doc == "Launch a clip.\n\nAt the next boundary."
    assert [p.name for p in found.parameters] == ["track", "slot", "quantum"]
    assert [p.name for p in found.arguments] == ["quantum"]
    assert found.waits


def test_an_address_is_declared_once(registry: Registry) -> None:
    with pytest.raises(ValueError, match="declared twice"):
        registry.add(Session())


def test_a_path_parameter_that_the_method_lacks_is_found_at_start() -> None:
    class Wrong:
        @command("/track/{track}/x")
        def x(self) -> None:
            """Nothing."""

    with pytest.raises(TypeError, match="has no parameter"):
        Registry().add(Wrong())


async def test_the_frame_of_a_door_reaches_the_command(registry: Registry) -> None:
    token = when.set(4800)
    assert await registry.call("/frame") == 4800
    when.reset(token)
    assert await registry.call("/frame") is None


def test_a_fault_hides_what_is_no_error_of_ours() -> None:
    assert fault(EmptySlot("slot 3 of track 1 is empty")) == ("empty_slot", "slot 3 of track 1 is empty")
    code, message = fault(RuntimeError("secret"))
    assert code == "internal"
    assert "secret" not in message


@pytest.mark.parametrize("nothing", ["", "  ", "\n"])
async def test_an_empty_prompt_is_refused_with_what_to_write(registry: Registry, nothing: str) -> None:
    with pytest.raises(BadArgument, match="it is empty; say what you hear, such as 'dark techno kick'"):
        await registry.call("/stems/search", nothing)


async def test_a_number_is_taken_for_text_where_text_is_asked_for(registry: Registry) -> None:
    assert await registry.call("/stems/search", 909, 1) == ["909"]
    assert await registry.call("/stems/search", 808.0, 1) == ["808"]
    with pytest.raises(BadArgument):
        await registry.call("/stems/search", True)


class Pads:
    def __init__(self) -> None:
        self.pressed: list[tuple[int, int, float]] = []

    @command("/pad/{column}/{row}", swift="swiftly")
    def press(self, column: Track, row: Slot, value: float) -> None:
        """Press."""

    def swiftly(self, column: int, row: int, value: float) -> bool:
        """Press at once."""
        self.pressed.append((column, row, value))
        return value > 0

    @command("/other")
    def other(self) -> None:
        """Something else."""


def test_a_command_that_any_thread_may_do_is_found_by_its_address() -> None:
    pads, registry = Pads(), Registry()
    registry.add(pads)
    do = registry.swift("/pad/3/4")
    assert do is not None
    assert [do(1.0), do(0.0)] == [True, False]
    assert pads.pressed == [(3, 4, 1.0), (3, 4, 0.0)]
    assert registry.swift("/other") is None
    with pytest.raises(UnknownAddress):
        registry.swift("/nothing")
