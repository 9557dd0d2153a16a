from pathlib import Path

import numpy as np
import pytest

from liveengine.stems import context, fitting
from liveengine.stems.columns import TEMPI, UNKNOWN
from liveengine.stems.fitting import Playing, Room
from tests.stems.test_opinions import opened


def test_the_tables_say_what_the_exact_fit_says() -> None:
    playing = Playing(128.0, "Am", (1,))
    taken = Room(np.array([1.0, 0.0, 0.0, 0.5], np.float32), 0.75)
    tables = dict(context.wishes(playing, taken).tables)
    assert tables["key"][21] == tables["key"].max() == pytest.approx(fitting.KEY)  # A minor
    assert tables["key"][UNKNOWN] == pytest.approx(0.5 * fitting.KEY)
    best = int(tables["tempo"].argmax())
    assert 2.0 ** TEMPI[best] == pytest.approx(128.0, rel=0.002) or 2.0 ** TEMPI[best] in (64.0, 256.0)
    assert tables["tempo"][0] == pytest.approx(0.8 * fitting.TEMPO)
    assert tables["density"][:255].argmax() in (63, 64)  # of 254: a quarter
    assert tables["weight"][254] == pytest.approx(-fitting.ROOM * fitting.SHORT_OF_ROOM)
    assert not tables["body"].any()
    assert tables["air"][254] == tables["weight"][254] / 2


async def test_while_nothing_plays_stems_are_offered_all_the_same(tmp_path: Path) -> None:
    async with opened(tmp_path, 30) as library:
        found = await library.fitting(Playing(128.0), None, 10)
        assert len(found) == 10
        assert all(match.reasons == () for match in found)
        with_words = await library.fitting(Playing(128.0, stems=(1, 99)), "kick", 5)
        assert len(with_words) == 5
        assert 1 not in [match.stem.id for match in with_words]
