from collections import defaultdict
from dataclasses import replace
from pathlib import Path

import pytest

from liveengine.jobs import kinds
from liveengine.jobs.kinds import KINDS, kind_of
from liveengine.jobs.pool import Pool

HEAVY = ("separate", "train", "generate", "mutate", "tune", "convert", "teach")


def test_kinds_of_one_lane_say_the_same_of_its_processes() -> None:
    lanes = defaultdict(set)
    for kind in KINDS.values():
        lanes[kind.lane].add(replace(kind, timeout_s=0.0, now=False))
    assert {lane: len(said) for lane, said in lanes.items() if len(said) > 1} == {}


def test_a_kind_that_prepares_has_its_lane_to_itself() -> None:
    lanes = [kind.lane for kind in KINDS.values()]
    assert [name for name, kind in KINDS.items() if kind.warm and lanes.count(kind.lane) > 1] == []


@pytest.mark.parametrize("kind", HEAVY)
def test_each_heavy_kind_has_a_process_of_its_own_that_ends_when_idle(kind: str) -> None:
    row = kind_of(kind)
    assert [name for name, other in KINDS.items() if other.lane == row.lane] == [kind]
    assert row.workers == 1
    assert row.idle_s is not None


def test_every_kind_ends_some_time() -> None:
    assert all(0 < kind.timeout_s <= 24 * 3600 and 0 < kind.silence_s <= 120 for kind in KINDS.values())


def test_what_the_stage_needs_is_not_niced() -> None:
    assert {name for name, kind in KINDS.items() if kind.nice == 0} == {"load", "stretch", "mutate"}
    assert all(kind.now for kind in KINDS.values() if kind.nice == 0)


def test_every_module_of_a_job_has_a_row() -> None:
    found = {path.stem for path in Path(kinds.__file__).parent.glob("*.py") if "\ndef run(payload" in path.read_text()}
    assert found - set(KINDS) == set()


def test_the_pool_has_the_lanes_of_the_table() -> None:
    lanes = Pool(3).lanes
    assert set(lanes) == {kind.lane for kind in KINDS.values()} | {"early", "vary"}
    assert lanes["work"].terms.workers == 3
    assert (lanes["load"].terms.nice, lanes["early"].terms.nice) == (0, 10)
    assert (lanes["mutate"].terms.nice, lanes["vary"].terms.nice) == (0, 10)
    assert (lanes["load"].terms.warm, lanes["early"].terms.warm, lanes["work"].terms.warm) == ("load", "load", "")
