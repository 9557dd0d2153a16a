"""Connections on the engine's and the standby's ports: what somebody changes on one follows on the other."""

from contextlib import closing
from pathlib import Path

from liveengine.engine.streams.jack import JackStream
from liveengine.engine.streams.patch import Mirror, Patch, merge
from tests.engine import stage

MASTER, TRACK, BUS = ("master_1", "system:playback_1"), ("track1_1", "ardour:in_1"), ("bus1_1", "ardour:in_2")


def test_a_connection_made_on_either_side_is_made_on_both() -> None:
    assert merge({MASTER}, {MASTER, TRACK}, {MASTER}) == {MASTER, TRACK}
    assert merge({MASTER}, {MASTER}, {MASTER, BUS}) == {MASTER, BUS}
    assert merge(set(), {TRACK}, {BUS}) == {TRACK, BUS}


def test_a_connection_cut_on_either_side_is_cut_on_both() -> None:
    assert merge({MASTER, TRACK}, {MASTER}, {MASTER, TRACK}) == {MASTER}
    assert merge({MASTER, TRACK}, {MASTER, TRACK}, {TRACK}) == {TRACK}


def test_connections_that_go_while_the_engine_does_not_play_are_not_taken_for_cuts() -> None:
    """A client that dies loses its connections before the server calls it gone, which may take long."""
    callbacks = 1
    with stage.jackd(), stage.memory_of(stage.settings()) as shared:
        engine, spare = (JackStream(shared.memory, name=name) for name in ("engine", "spare"))
        engine.open()
        with closing(engine):
            spare.open()
            with closing(spare):
                for stream in (engine, spare):
                    stream.complete()
                    stream.start()
                mirror = Mirror(spare, engine.name, lambda: callbacks)
                engine.connect({MASTER})
                assert mirror.step() == {MASTER}
                assert spare.links() == {MASTER}
                engine.disconnect({MASTER})
                for _ in range(3):
                    assert mirror.step() == {MASTER}
                assert spare.links() == {MASTER}
                assert engine.links() == set()
                callbacks += 1
                assert mirror.step() == set()
                assert spare.links() == set()


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
