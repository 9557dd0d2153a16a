import os
from pathlib import Path

import pytest

from liveengine import cores


@pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="this system binds no process to cores")
def test_a_process_that_is_bound_to_one_core_counts_one() -> None:
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {min(before)})
    try:
        assert cores.cores() == 1
    finally:
        os.sched_setaffinity(0, before)


@pytest.mark.parametrize(
    ("own", "above", "found"),
    [("200000 100000", "max 100000", 2), ("max 100000", "350000 100000", 3), ("50000 100000", "", 1), ("", "", 8)],
)
def test_the_smallest_quota_of_the_control_groups_counts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, own: str, above: str, found: int
) -> None:
    (tmp_path / "groups" / "music" / "live").mkdir(parents=True)
    (tmp_path / "own").write_text("1:cpu:/elsewhere\n0::/music/live\n")
    for folder, quota in (("music/live", own), ("music", above)):
        if quota:
            (tmp_path / "groups" / folder / "cpu.max").write_text(f"{quota}\n")
    monkeypatch.setattr(cores, "_GROUPS", tmp_path / "groups")
    monkeypatch.setattr(cores, "_OWN", tmp_path / "own")
    monkeypatch.setattr(os, "sched_getaffinity", lambda pid: set(range(8)), raising=False)
    assert cores.cores() == found
