"""Connections on the engine's and the standby's ports: what somebody changes on one follows on the other."""

from pathlib import Path

from liveengine.engine.streams.patch import Patch, merge

MASTER, TRACK, BUS = ("master_1", "system:playback_1"), ("track1_1", "ardour:in_1"), ("bus1_1", "ardour:in_2")


def test_a_connection_made_on_either_side_is_made_on_both() -> None:
    assert merge({MASTER}, {MASTER, TRACK}, {MASTER}) == {MASTER, TRACK}
    assert merge({MASTER}, {MASTER}, {MASTER, BUS}) == {MASTER, BUS}
    assert merge(set(), {TRACK}, {BUS}) == {TRACK, BUS}


def test_a_connection_cut_on_either_side_is_cut_on_both() -> None:
    assert merge({MASTER, TRACK}, {MASTER}, {MASTER, TRACK}) == {MASTER}
    assert merge({MASTER, TRACK}, {MASTER, TRACK}, {TRACK}) == {TRACK}


def test_without_a_file_nothing_is_known(tmp_path: Path) -> None:
    patch = Patch.read(tmp_path)
    assert (patch.names, patch.links, patch.other) == ([], None, "")


def test_two_names_go_round(tmp_path: Path) -> None:
    Patch.read(tmp_path).keep(["liveengine"], {MASTER})
    assert Patch.read(tmp_path).other == "liveengine-standby"
    Patch.read(tmp_path).keep(["liveengine-standby", "liveengine"], {MASTER})
    assert Patch.read(tmp_path).other == "liveengine"


def test_the_file_keeps_names_and_connections(tmp_path: Path) -> None:
    Patch.read(tmp_path).keep(["liveengine"], {MASTER, TRACK})
    assert Patch.read(tmp_path).links == {MASTER, TRACK}
    (tmp_path / "patch").write_text("[1")
    assert Patch.read(tmp_path).links is None
