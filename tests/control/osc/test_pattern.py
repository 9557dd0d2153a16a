import pytest

from liveengine.command import Registry, Slot, Track, command
from liveengine.control.osc.pattern import Pattern, Steps, is_pattern
from liveengine.errors import BadArgument, OutOfRange


class Mixer:
    @command("/track/{track}/gain")
    def gain(self, track: Track, value: float | None = None) -> float:
        """Gain."""
        return 0.0

    @command("/track/{track}/clip/{slot}/clear")
    def clear(self, track: Track, slot: Slot) -> None:
        """Clear."""

    @command("/stem/{stem}/delete")
    def delete(self, stem: int) -> None:
        """Delete."""


@pytest.fixture
def registry() -> Registry:
    found = Registry()
    found.add(Mixer())
    return found


@pytest.mark.parametrize(
    ("pattern", "address", "fits"),
    [
        ("/track/1/gain", "/track/1/gain", True),
        ("/track/*/gain", "/track/12/gain", True),
        ("/track/?/gain", "/track/12/gain", False),
        ("/track/[1-3]/gain", "/track/2/gain", True),
        ("/track/[!1-3]/gain", "/track/2/gain", False),
        ("/track/[13]/gain", "/track/3/gain", True),
        ("/track/1/{gain,pan}", "/track/1/pan", True),
        ("/track/1/{gain,pan}", "/track/1/mute", False),
        ("/track/1/{g,ga}in", "/track/1/gain", True),
        ("/*", "/track/1", False),
        ("/t*k/1", "/track/1", True),
        ("/t*x*k", "/track", False),
        ("/[]]", "/]", False),
    ],
)
def test_a_pattern_fits_part_by_part(pattern: str, address: str, fits: bool) -> None:
    assert Pattern.parse(pattern).matches(address) is fits


@pytest.mark.parametrize("pattern", ["/*", "*", "/track/*", "/track/1/*", "//*", "/**"])
def test_a_subscriber_to_a_last_star_gets_all_below(pattern: str) -> None:
    assert Pattern.parse(pattern).covers("/track/1/clip/2/state")
    assert Pattern.parse(pattern).covers("/track/1/gain")


def test_a_subscription_without_a_star_is_exact() -> None:
    assert not Pattern.parse("/track/1").covers("/track/1/gain")


@pytest.mark.parametrize("pattern", ["/a[b", "/a{b,c", "/" + "x" * 300])
def test_an_unfinished_or_overlong_pattern_is_a_bad_argument(pattern: str) -> None:
    with pytest.raises(BadArgument):
        Pattern.parse(pattern)


def test_a_crafted_pattern_ends_after_its_steps() -> None:
    crafted = Pattern.parse("/" + "*a" * 120 + "b")
    with pytest.raises(OutOfRange, match="too many steps"):
        crafted.matches("/" + "a" * 5000)
    assert not crafted.covers("/" + "a" * 5000)


def test_each_move_of_each_position_is_a_step() -> None:
    steps = Steps(100)
    assert Pattern.parse("/t*k/{1,2}").matches("/track/2", steps)
    assert steps.left == 100 - 1 - 1 - 5 - 2  # "t", the star, "k" from each of five positions, two alternatives


def test_every_command_that_is_looked_at_is_a_step(registry: Registry) -> None:
    with pytest.raises(OutOfRange):
        list(Pattern.parse("/x").expand(registry, {}, steps=Steps(2)))


def test_only_wildcards_make_a_pattern() -> None:
    assert is_pattern("/track/*/gain")
    assert not is_pattern("/track/1/gain")


def test_a_pattern_expands_over_the_tracks(registry: Registry) -> None:
    found = Pattern.parse("/track/{1,3}/gain").expand(registry, {"track": 16})
    assert list(found) == ["/track/1/gain", "/track/3/gain"]


def test_an_expansion_gives_one_address_at_a_time(registry: Registry) -> None:
    found = Pattern.parse("/track/*/clip/*/clear").expand(registry, {"track": 16, "slot": 256})
    assert [next(found), next(found)] == ["/track/1/clip/1/clear", "/track/1/clip/2/clear"]


def test_a_number_without_a_count_is_never_expanded(registry: Registry) -> None:
    assert list(Pattern.parse("/stem/*/delete").expand(registry, {"track": 16})) == []
    assert list(Pattern.parse("/stem/7/del*").expand(registry, {"track": 16})) == ["/stem/7/delete"]


def test_an_expansion_below_takes_longer_addresses_too(registry: Registry) -> None:
    found = Pattern.parse("/track/1/*").expand(registry, {"track": 2, "slot": 1}, below=True)
    assert list(found) == ["/track/1/clip/1/clear", "/track/1/gain"]
