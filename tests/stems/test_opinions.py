import math
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import numpy as np
import pytest

from liveengine.bus import Event
from liveengine.command import Registry
from liveengine.errors import OutOfRange, UnknownStem
from liveengine.events import Changed
from liveengine.jobs.pool import Pool
from liveengine.stems import columns, feedback, opinions, select
from liveengine.stems.db import Database
from liveengine.stems.feedback import Hearing
from liveengine.stems.judging import TasteCommands, sentence
from liveengine.stems.library import Library
from liveengine.stems.rows import pack
from liveengine.stems.vectors import Floats
from tests.stems import conftest
from tests.stems.test_db import stem

SETTINGS = conftest.chosen(1)


def unit(number: int) -> Floats:
    vector = np.random.default_rng(number).standard_normal(512).astype(np.float32)
    return np.asarray(vector / np.linalg.norm(vector), np.float32)


async def filled(root: Path, stems: int) -> None:
    """Make a library whose stems 1..n are kicks with random vectors, stem 2 close to stem 1."""
    db = await Database.open(root / "processed_database" / "stems.db")
    model = select.embedder(SETTINGS, Pool(1), root)
    async with db.transaction() as change:
        ids = [await change.add_stem(stem(number)) for number in range(1, stems + 1)]
        vectors = {one: unit(1) + 0.3 * unit(2) if one == 2 else unit(one) for one in ids}
        await change.add_embeddings(model.model, model.checksum, {one: pack(vectors[one]) for one in ids})
        await change.put_codes(columns.checksum(root), dict.fromkeys(ids, b""))  # nothing is measured of them
    await db.close()


@asynccontextmanager
async def opened(root: Path, stems: int = 0) -> AsyncIterator[Library]:
    """Open a library, filled first if it is to have stems."""
    if stems:
        await filled(root, stems)
    async with conftest.opened(root, SETTINGS) as library:
        yield library


def preferred(library: Library, stems: list[int]) -> list[float]:
    vectors = np.stack([unit(1) + 0.3 * unit(2) if one == 2 else unit(one) for one in stems]).astype(np.float32)
    axes = np.full((len(stems), 5), np.nan, np.float32)
    found: list[float] = library.taste.current.preference(["kick"] * len(stems), vectors, axes).tolist()
    return found


async def test_what_is_like_a_liked_stem_is_preferred_and_a_restart_forgets_nothing(tmp_path: Path) -> None:
    async with opened(tmp_path, 20) as library:
        assert preferred(library, [1, 2, 3]) == [0.0, 0.0, 0.0]
        assert await library.taste.said(1, "like", True)
        await library.taste.settled()
        liked, near, far = preferred(library, [1, 2, 3])
        assert liked > near > 0.1 > abs(far)
    async with opened(tmp_path) as library:
        assert preferred(library, [1, 2]) == pytest.approx([liked, near], abs=1e-3)
        assert await library.taste.said(1, "like", None)


async def test_like_and_reject_exclude_each_other_and_can_be_taken_back(tmp_path: Path) -> None:
    async with opened(tmp_path, 5) as library:
        await library.taste.said(1, "like", True)
        await library.taste.said(1, "reject", True)
        assert not await library.taste.said(1, "like", None)
        await library.taste.settled()
        assert preferred(library, [1])[0] < 0
        await library.taste.said(1, "reject", False)
        await library.taste.settled()
        assert preferred(library, [1]) == [0.0]


async def test_a_favourite_is_liked(tmp_path: Path) -> None:
    async with opened(tmp_path, 3) as library:
        await library.favourite(1, True)
        assert await library.taste.said(1, "like", None)
        await library.favourite(1, False)
        assert not await library.taste.said(1, "like", None)


async def test_opinions_of_what_is_not_there_are_refused(tmp_path: Path) -> None:
    async with opened(tmp_path, 1) as library:
        with pytest.raises(UnknownStem, match="no stem 99"):
            await library.taste.said(99, "like", True)
        await library.noted([("played", 99), ("swapped", 99), ("played", 1)])
        assert await library.taste.counts() == {"like": 0, "reject": 0, "kept": 0, "swapped": 0, "played": 1}


async def test_what_was_shown_counts_less_than_what_was_said_and_more_the_oftener(tmp_path: Path) -> None:
    async with opened(tmp_path, 5) as library:
        await library.noted([("played", 1), ("kept", 2), ("swapped", 3)])
        for _ in range(7):
            await library.noted([("played", 4)])
        await library.taste.said(5, "like", True)
        await library.noted([], Hearing({3: 20.0, 4: 40.0, 99: 5.0}))
        await library.noted([], Hearing({4: 20.0}))
        ranked = await library.taste.ranked()
        assert [one.stem for one in ranked] == [5, 2, 4, 1, 3]
        expected = {
            1: 0.05,
            2: 0.4,
            3: -0.5 + 0.05 + 0.6 * feedback.heard(20.0),
            4: 0.15 + 0.6 * feedback.heard(60.0),
            5: 2.0,
        }
        assert {one.stem: math.atanh(one.value) for one in ranked} == pytest.approx(expected)
        assert (ranked[2].counts, ranked[2].seconds) == ({"played": 7}, 60.0)
        assert [one.stem for one in await library.taste.ranked(most=2)] == [5, 3]
        assert await library.taste.ranked("snare") == []


async def test_each_user_has_a_taste_of_their_own_and_a_reset_forgets_one(tmp_path: Path) -> None:
    async with opened(tmp_path, 5) as library:
        await library.taste.said(1, "like", True)
        await library.taste.switch("Anna")
        assert preferred(library, [1]) == [0.0]
        await library.taste.said(1, "reject", True)
        await library.taste.said(2, "reject", True)
        assert await library.taste.reset(2) == 1
        assert preferred(library, [1])[0] < 0
        assert await library.taste.reset() == 1
        assert preferred(library, [1]) == [0.0]
        await library.taste.switch("default")
        assert preferred(library, [1])[0] > 0
        await library.taste.switch("Anna")
    async with opened(tmp_path) as library:
        assert library.taste.user == "Anna"


async def test_a_deleted_stem_takes_its_opinions_along(tmp_path: Path) -> None:
    async with opened(tmp_path, 3) as library:
        await library.taste.said(1, "like", True)
        await library.delete(1)
        await library.taste.learn()
        assert preferred(library, [1]) == [0.0]


async def test_the_taste_is_told_in_words_and_its_dials_are_kept(tmp_path: Path) -> None:
    async with opened(tmp_path, 6) as library:
        heard: list[Event] = []
        library.bus.subscribe(heard.append)
        registry = Registry()
        registry.add(TasteCommands(library))
        assert await registry.call("/stem/1/like", True) is True
        await registry.call("/stem/3/reject", True)
        await registry.call("/taste/strength", 0.5)
        await registry.call("/stems/discovery", 0.7)
        told = await registry.call("/taste")
        assert told["user"] == "default"
        assert told["opinions"] == {"like": 1, "reject": 1, "kept": 0, "swapped": 0, "played": 0}
        assert told["learnt"][0]["sentence"] == "kick: likes Kick 1; does not like Kick 3"
        assert Changed("/stem/1/like", True) in heard
        with pytest.raises(OutOfRange):
            await registry.call("/stems/discovery", float("nan"))
        assert await registry.call("/taste/reset") == 2
        assert (await registry.call("/taste"))["learnt"] == []
    async with opened(tmp_path) as library:
        assert (library.taste.strength, library.taste.discovery) == (0.5, 0.7)


def test_a_sentence_says_where_a_taste_goes() -> None:
    assert sentence("pad", ["A", "B"], [], ["dark", "rough", "wide"]) == "pad: goes towards dark and rough; likes A, B"
    assert sentence("pad", [], [], []) == "pad: nothing yet"


async def test_stems_that_no_search_has_found_are_listed(tmp_path: Path) -> None:
    async with opened(tmp_path, 4) as library:
        registry = Registry()
        registry.add(TasteCommands(library))
        library.taste.answered(opinions.Search("/stems/search", {"prompt": "kick"}, 2), [1, 3])
        library.taste.answered(opinions.Search("/stems/search", {"prompt": "kick"}, 1), [3])
        told = await registry.call("/stems/unfound")
        assert (told["stems"], told["never"]) == (4, 2)
        assert [one["id"] for one in told["some"]] == [2, 4]
        assert (await registry.call("/stems/unfound", "bass"))["some"] == []
    async with opened(tmp_path) as library:
        assert [row["arguments"] for row in await library.db.reading.searches("default", 10)] == [
            '{"prompt": "kick"}'
        ] * 2


async def test_of_a_sentence_that_is_typed_the_last_form_is_remembered(tmp_path: Path) -> None:
    async with opened(tmp_path, 1) as library:
        for prompt in ("da", "dark", "dark k", "dark kick", "dark kick", "bass"):
            library.taste.answered(opinions.Search("/stems/search", {"prompt": prompt}, 1), [1])
        library.taste.answered(opinions.Search("/stems/fitting", {"prompt": "bass line"}, 1), [1])
        library.taste.answered(opinions.Search("/stems/fitting", {}, 1), [1])
        await library.taste.flush()
        rows = await library.db.reading.searches("default", 10)
        assert [row["arguments"] for row in reversed(rows)] == [
            '{"prompt": "dark kick"}',
            '{"prompt": "dark kick"}',
            '{"prompt": "bass"}',
            '{"prompt": "bass line"}',
            "{}",
        ]


async def test_taste_moves_what_is_like_a_liked_stem_forward_and_hides_nothing(tmp_path: Path) -> None:
    async with opened(tmp_path, 30) as library:
        before = [match.stem.id for match in await library.search("kick", 30)]
        await library.taste.said(1, "like", True)
        await library.taste.settled()
        after = [match.stem.id for match in await library.search("kick", 30)]
        assert sorted(before) == sorted(after) == list(range(1, 31))
        assert after.index(1) < before.index(1)
        assert after.index(2) < before.index(2)
        plain = await library.search("kick", 30, personal=False)
        assert [match.stem.id for match in plain] == before
        await library.taste.set_strength(0.0)
        assert [match.stem.id for match in await library.search("kick", 30)] == before


async def test_a_stem_known_by_its_name_comes_between_and_the_taste_keeps_its_order(tmp_path: Path) -> None:
    async with opened(tmp_path, 30) as library:
        row = stem(99) | {"source": b"/kits/kick 99.wav", "category": "snare", "mark": "99"}
        async with library.db.transaction() as change:
            await change.add_named(
                [{name: row[name] for name in row if name not in ("bars", "loudness", "peak", "hash")}]
            )
    async with opened(tmp_path) as library:
        await library.taste.said(1, "like", True)
        await library.taste.settled()
        heard = [match.stem.id for match in await library.search("kick", 30, "kick")]
        found = await library.search("kick", 31)
        assert [match.stem.id for match in found if match.stem.state == "ready"] == heard
        (at,) = [at for at, match in enumerate(found) if match.stem.state == "named"]
        assert all(match.similarity >= found[at].similarity for match in found[:at])
        assert at + 1 == len(found) or found[at + 1].similarity < found[at].similarity


async def test_a_share_of_the_matches_was_never_heard_before(tmp_path: Path) -> None:
    async with opened(tmp_path, 30) as library:
        before = [match.stem.id for match in await library.search("kick", 10)]
        await library.noted([("played", one) for one in before])
        await library.taste.set_discovery(0.0)
        assert [match.stem.id for match in await library.search("kick", 10)] == before
        await library.taste.set_discovery(0.4)
        found = await library.search("kick", 10)
        assert len(found) == 10
        assert sum(match.stem.id not in before for match in found) <= 4
        assert found[0].stem.id == before[0]


async def test_good_matches_that_were_heard_do_not_give_way_to_ones_that_are_too_bad(tmp_path: Path) -> None:
    async with opened(tmp_path, 30) as library:
        before = await library.search("kick", 10)
        least = before[9].similarity
        good = {match.stem.id for match in before}
        await library.noted([("played", one) for one in good])
        await library.taste.set_discovery(0.4)
        found = await library.search("kick", 10, None, least)
        assert {match.stem.id for match in found} == good


async def test_a_long_evening_pushes_no_like_out(tmp_path: Path) -> None:
    async with opened(tmp_path, 12) as library:
        await library.taste.said(1, "like", True)
        await library.taste.settled()
        await library.noted([("played", one) for one in range(2, 13)])
        rows = await library.db.reading.opinions(library.taste.user, 3)
        assert ("like", 1) in [(row["kind"], row["stem"]) for row in rows]
        assert len({row["stem"] for row in rows}) == 3
        assert (await library.taste.counts())["played"] == 11
