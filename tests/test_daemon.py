"""What the composition root decides by itself; the rest is tested end to end."""

import json
from pathlib import Path

from liveengine import config, daemon


def _open_ports(library: Path) -> config.Config:
    return config.load(library, {"control": {"http_port": 0, "osc_port": 9100}})


def test_a_new_daemon_takes_the_ports_of_the_one_it_replaces(tmp_path: Path) -> None:
    run = {"pid": 1, "ports": {"http": 4711, "osc": 4712}, "shared": str(tmp_path / "shared")}
    (tmp_path / "run.json").write_text(json.dumps(run))
    control = daemon.as_before(_open_ports(tmp_path), tmp_path, tmp_path / "shared").control
    assert (control.http_port, control.osc_port) == (4711, 9100)


def test_the_ports_of_another_session_are_left_alone(tmp_path: Path) -> None:
    run = {"pid": 1, "ports": {"http": 4711, "osc": 4712}, "shared": str(tmp_path / "other")}
    (tmp_path / "run.json").write_text(json.dumps(run))
    assert daemon.as_before(_open_ports(tmp_path), tmp_path, tmp_path / "shared") == _open_ports(tmp_path)
    (tmp_path / "run.json").unlink()
    assert daemon.as_before(_open_ports(tmp_path), tmp_path, tmp_path / "shared") == _open_ports(tmp_path)


def test_no_command_is_declared_twice_and_every_owner_is_listed() -> None:
    from liveengine.cli.commands import registry

    addresses = [command.address for command in registry()]
    assert len(addresses) == len(set(addresses)) > 50
