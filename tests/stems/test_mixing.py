"""Queries of several parts, on sounds of the starter kit: sentences, examples, sliders, ways between two sounds."""

import math
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import numpy as np
import pytest
import pytest_asyncio
import soundfile

from liveengine.command import Registry
from liveengine.errors import BadArgument, BadAudio, NotFound, OutOfRange, UnknownStem
from liveengine.stems.commands import StemCommands
from liveengine.stems.exploring import ExploreCommands
from liveengine.stems.library import Library
from liveengine.stems.mixing import HEAVIEST, MOST, Example, heard, weighted
from liveengine.stems.rank import ranking
from tests.stems.conftest import chosen, opened, write_recipes
from tests.stems.successor import Successor, vector

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def library(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Library]:
    folder = tmp_path_factory.mktemp("mixing")
    write_recipes(folder / "kit", 2)
    async with opened(folder / "library", chosen(2), folder / "kit") as library:
        yield library


@pytest.fixture
def call(library: Library) -> Registry:
    registry = Registry()
    registry.add(StemCommands(library))
    registry.add(ExploreCommands(library, registry))
    return registry


async def of(library: Library, category: str) -> int:
    return (await library.stems(category))[0].id


async def test_a_stem_as_an_example_finds_its_kind_and_not_itself(library: Library, call: Registry) -> None:
    kick = await of(library, "kick")
    found = (await call.call("/stems/mix", like=f"{kick}"))["matches"]
    assert kick not in [match["id"] for match in found]
    assert found[0]["category"] == "kick"
    assert found[0]["similarity"] > found[-1]["similarity"]


async def test_a_file_as_an_example_finds_the_stem_that_was_made_of_it(library: Library, call: Registry) -> None:
    stem = await library.get(await of(library, "hihat"))
    found = (await call.call("/stems/mix", file=str(stem.path), top_k=3))["matches"]
    assert found[0]["id"] == stem.id


async def test_a_sentence_and_an_example_are_weighed_against_each_other(library: Library, call: Registry) -> None:
    kick = await of(library, "kick")
    light = await call.call("/stems/mix", "open hi-hat", f"{kick}:0.1")
    heavy = await call.call("/stems/mix", like=f"{kick}:10")
    assert light["matches"][0]["category"] == "hihat"
    assert heavy["matches"][0]["category"] == "kick"
    assert light["understood"] == ["open_hat"]


async def test_an_example_with_a_weight_below_zero_leads_away(library: Library, call: Registry) -> None:
    kick, hihat = await of(library, "kick"), await of(library, "hihat")
    near = [match["id"] for match in (await call.call("/stems/mix", like=f"{kick}", top_k=1000))["matches"]]
    away = [match["id"] for match in (await call.call("/stems/mix", like=f"{hihat} {kick}:-2", top_k=1000))["matches"]]
    kicks = {stem.id for stem in await library.stems("kick")} - {kick}
    assert sum(near.index(one) for one in kicks) < sum(away.index(one) for one in kicks)


async def test_a_slider_orders_by_its_axis(library: Library, call: Registry) -> None:
    ids = [stem.id for stem in await library.stems()]
    places = await brightness(library, ids)
    dark = (await call.call("/stems/mix", mood=0.0, top_k=5))["matches"]
    bright = (await call.call("/stems/mix", mood=1.0, top_k=5))["matches"]
    assert max(places[match["id"]] for match in dark) < min(places[match["id"]] for match in bright)


async def test_darker_than_an_example_begins_where_the_example_stands(library: Library, call: Registry) -> None:
    kicks = [stem.id for stem in await library.stems("kick")]
    places = await brightness(library, kicks)
    brightest = max(places, key=lambda one: places[one])
    (first,) = (await call.call("/stems/find", f"like {brightest} but much darker", 1, "kick"))["matches"]
    assert places[first["id"]] < places[brightest]
    assert f"darker than stem {brightest}" in first["reasons"]
    several = (await call.call("/stems/mix", "like this but darker", like=f"{kicks[0]}, {kicks[1]}"))["matches"]
    told = {reason for match in several for reason in match["reasons"]}
    assert "darker than the examples" in told
    assert not any(reason.startswith(("dark:", "bright:")) for reason in told)


async def brightness(library: Library, stems: Sequence[int]) -> dict[int, float]:
    found = await library.finder.look(stems, ["brightness"])
    return dict(zip(found.stems.tolist(), found.places[:, 0].tolist(), strict=True))


@pytest.mark.parametrize("prompt", ["like this one but much darker", "wie dieser, aber viel dunkler"])
async def test_this_is_the_stem_that_the_client_names(library: Library, call: Registry, prompt: str) -> None:
    places = await brightness(library, [stem.id for stem in await library.stems("kick")])
    brightest, other = max(places, key=lambda one: places[one]), min(places)
    await call.call(f"/stem/{other}")  # opened, but another one is named
    found = await call.call("/stems/find", prompt, 100, "kick", this=brightest)
    assert found["told"]["like"] == [brightest]
    assert not found["told"]["this"]
    assert f"like {brightest}" in found["understood"]
    ids = [match["id"] for match in found["matches"]]
    assert brightest not in ids
    assert places[ids[0]] < places[brightest]
    assert [match["id"] for match in await call.call("/stems/search", prompt, 100, "kick", this=brightest)] == ids
    with pytest.raises(UnknownStem, match="no stem 999999"):
        await call.call("/stems/find", prompt, this=999_999)
    assert (await call.call("/stems/find", "dark kick", this=999_999))["told"]["like"] == []  # nothing speaks of it


async def test_without_a_name_this_is_what_the_user_opened_or_heard_last(library: Library, call: Registry) -> None:
    kick, hihat = await of(library, "kick"), await of(library, "hihat")
    await library.taste.switch("who has done nothing yet")
    asked = await call.call("/stems/find", "like this but darker")
    assert asked["told"]["this"]
    assert "like this one (which one? write its number" in asked["told"]["en"]
    assert "wie dieser (welcher? schreib seine Nummer" in asked["told"]["de"]
    await call.call(f"/stem/{kick}")
    assert (await call.call("/stems/find", "like this but darker"))["told"]["like"] == [kick]
    await library.noted([("played", hihat)])
    assert (await call.call("/stems/find", "like this but darker"))["told"]["like"] == [hihat]
    history = await call.call("/stems/history")
    assert [search["arguments"].get("this") for search in history[:3]] == [hihat, kick, None]
    library.taste.touched(999_999)  # deleted meanwhile
    assert (await call.call("/stems/find", "like this but darker"))["told"]["this"]
    await library.taste.switch("default")


async def test_other_examples_are_this_where_none_is_named(library: Library, call: Registry) -> None:
    kick, hihat = await of(library, "kick"), await of(library, "hihat")
    await call.call(f"/stem/{hihat}")
    found = await call.call("/stems/mix", "like this but darker", like=f"{kick}")
    assert (found["told"]["this"], found["told"]["like"]) == (False, [])
    assert found["matches"][0]["category"] == "kick"


async def test_the_way_between_two_sounds_leads_from_one_to_the_other(library: Library, call: Registry) -> None:
    kick, hihat = await of(library, "kick"), await of(library, "hihat")
    way = await call.call("/stems/path", kick, hihat, 4)
    assert 1 <= len(way) <= 4
    assert not {kick, hihat} & {match["id"] for match in way}
    start, end = await library.finder.vector(kick), await library.finder.vector(hihat)
    assert start is not None
    assert end is not None
    vectors = [await library.finder.vector(match["id"]) for match in way]
    near = [float(start @ one) for one in vectors if one is not None]
    far = [float(end @ one) for one in vectors if one is not None]
    assert near == sorted(near, reverse=True)
    assert far == sorted(far)
    assert all(match["category"] == "snare" for match in await call.call("/stems/path", kick, hihat, 2, "snare"))


async def test_a_mixed_query_is_remembered_and_repeated(library: Library, call: Registry) -> None:
    kick = await of(library, "kick")
    first = await call.call("/stems/mix", "dark", f"{kick}", energy=0.9, top_k=3)
    past = (await call.call("/stems/history", 1))[0]
    assert past["address"] == "/stems/mix"
    assert past["arguments"]["energy"] == 0.9
    assert await call.call(f"/stems/history/{past['id']}/repeat") == first["matches"]


async def test_a_file_that_is_not_kept_is_not_remembered(library: Library, call: Registry) -> None:
    stem = await library.get(await of(library, "snare"))
    past = await call.call("/stems/history")
    uploaded = library.root / ".uploads" / "example.wav"
    uploaded.parent.mkdir(exist_ok=True)
    uploaded.write_bytes(stem.path.read_bytes())
    assert (await call.call("/stems/mix", file=str(uploaded), top_k=1))["matches"][0]["id"] == stem.id
    assert await call.call("/stems/history") == past


async def test_a_silent_file_is_no_example(call: Registry, tmp_path: Path) -> None:
    soundfile.write(tmp_path / "nothing.wav", np.zeros(22_050), 22_050)
    with pytest.raises(BadAudio, match="silent"):
        await call.call("/stems/mix", file=str(tmp_path / "nothing.wav"))


async def test_bad_examples_are_named(call: Registry, tmp_path: Path) -> None:
    (tmp_path / "text.wav").write_text("no audio at all")
    with pytest.raises(NotFound, match="no such file"):
        await call.call("/stems/mix", file=str(tmp_path / "gone.wav"))
    with pytest.raises(NotFound, match="no such file"):
        await call.call("/stems/mix", file=str(tmp_path))
    with pytest.raises(BadAudio, match=r"text\.wav"):
        await call.call("/stems/mix", file=str(tmp_path / "text.wav"))
    with pytest.raises(UnknownStem, match="no stem 99999"):
        await call.call("/stems/mix", like="99999")
    with pytest.raises(UnknownStem, match="no stem 99999"):
        await call.call("/stems/find", "like:99999")
    with pytest.raises(UnknownStem, match="no stem 99999"):
        await call.call("/stems/path", 1, 99999)
    with pytest.raises(BadArgument, match="to itself"):
        await call.call("/stems/path", 1, 1)


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"prompt": "kick", "prompt_weight": 0.0},
        {"like": "1:0"},
        {"like": "one"},
        {"like": "1:nan"},
        {"like": f"1:{HEAVIEST + 1}"},
        {"like": " ".join(str(number) for number in range(1, MOST + 2))},
        {"prompt": "kick", "prompt_weight": math.nan},
        {"mood": math.inf},
        {"mood": 1.5},
        {"prompt": "kick", "top_k": 0},
        {"prompt": "kick", "category": "zither"},
    ],
)
async def test_what_cannot_be_asked_is_refused(call: Registry, given: dict[str, object]) -> None:
    with pytest.raises((BadArgument, OutOfRange)):
        await call.call("/stems/mix", **given)


async def test_parts_that_cancel_each_other_leave_the_rest(call: Registry) -> None:
    answer = await call.call("/stems/mix", like="1, 1:-1", mood=0.0)
    assert len(answer["matches"]) == 10


async def test_weights_are_read_with_and_without_commas() -> None:
    assert weighted("42, 17:-0.5 3") == {42: 1.0, 17: -0.5, 3: 1.0}
    assert weighted("") == {}


async def test_a_sum_of_length_one_has_the_mean_reach_of_its_parts() -> None:
    one, other = vector("one"), vector("other")
    model = Successor()
    low, high = ranking().reach(model.model, example=True)
    alone, reach = heard(ranking(), model, None, 1.0, [Example(one)])
    assert np.array_equal(alone, one)
    assert reach == pytest.approx((low, high))
    both, _ = heard(ranking(), model, one, 2.0, [Example(other)])
    assert float(np.linalg.norm(both)) == pytest.approx(1.0)
    assert float(both @ one) > float(both @ other) > 0.3
    nothing, none = heard(ranking(), model, None, 1.0, [Example(one), Example(one, -1.0)])
    assert not nothing.any()
    assert none is None
