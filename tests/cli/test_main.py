import json
import os
import random
import socket
from pathlib import Path

import pytest

from liveengine import config
from liveengine.cli import demo, main, performance, remote, screen, server, settings


def test_help_names_every_verb(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main.run(["--help"])
    assert ended.value.code == 0
    text = capsys.readouterr().out
    assert all(f"  {verb} " in text for verb in main.VERBS)


@pytest.mark.parametrize("verb", main.VERBS)
def test_each_verb_explains_itself_with_an_example(verb: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main.run([verb, "--help"])
    assert ended.value.code == 0
    assert f"liveengine {verb}" in capsys.readouterr().out.split("examples:")[1]


def test_a_fault_is_one_line_on_stderr_with_its_own_exit_code(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert main.run(["ingest", "--library", str(tmp_path), str(tmp_path / "missing")]) == 66
    said = capsys.readouterr()
    assert said.err == f"liveengine: no such file or folder: {tmp_path / 'missing'}\n"
    assert said.out == ""


def test_json_faults_carry_the_code(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert main.run(["ingest", "--json", "--library", str(tmp_path), str(tmp_path / "missing")]) == 66
    assert json.loads(capsys.readouterr().out)["error"]["code"] == "not_found"


def test_an_option_overrides_the_setting_of_the_same_name(tmp_path: Path) -> None:
    class Options:
        stream = "null"
        http_port = 0

    assert settings.overrides(Options) == {"audio": {"stream": "null"}, "control": {"http_port": 0}}
    assert settings.load(tmp_path, Options).audio.stream == "null"


def test_a_demo_takes_the_usual_ports_and_any_other_when_they_are_taken(tmp_path: Path) -> None:
    class Options:
        stream = "null"

    with socket.socket() as taken, socket.socket(type=socket.SOCK_DGRAM) as free:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        free.bind(("127.0.0.1", random.randint(20_000, 30_000)))  # where nobody else is given a port
        http, osc = taken.getsockname()[1], free.getsockname()[1]
        free.close()
        (tmp_path / "config.toml").write_text(f"[control]\nhttp_port = {http}\nosc_port = {osc}\n")
        flags = server.flags(Options, tmp_path)
    assert flags == ["--stream", "null", "--http-port", "0", "--osc-port", str(osc)]


def test_a_demo_on_own_sounds_leaves_out_the_roles_they_lack() -> None:
    own = dict.fromkeys(demo.ROLES, 1) | {"vocal": 0}
    assert demo.feasible("techno", own) == ("techno without vocal", ["vocal"])
    assert demo.feasible("techno", dict.fromkeys(demo.ROLES, 1)) == ("techno", [])
    assert demo.feasible("techno", {}) == ("techno", [])


@pytest.mark.parametrize("verb", [("search", "kick"), ("render", "techno"), ("jobs",)])
def test_a_mistyped_library_is_not_made(
    verb: tuple[str, ...], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    missing = tmp_path / "mising"
    assert main.run([*verb, "--library", str(missing)]) == 66
    assert str(missing) in capsys.readouterr().err
    assert not missing.exists()


def test_no_verb_shows_the_whole_help(capsys: pytest.CaptureFixture[str]) -> None:
    assert main.run([]) == 2
    assert "examples:" in capsys.readouterr().err


def test_piped_tables_keep_one_row_on_one_line(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("COLUMNS", raising=False)
    screen.table("", ("file",), [("long name " * 30,)])
    assert "long name " * 29 in capsys.readouterr().out


def test_a_fault_of_the_daemon_keeps_its_exit_code() -> None:
    assert remote.RemoteFault("nothing_fits", "no atmo").exit_code == 66
    assert remote.RemoteFault("of another version", "?").exit_code == 1


def test_a_folder_of_the_users_own_audio_is_never_written_into(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "home"))
    samples = tmp_path / "samples"
    samples.mkdir()
    assert demo.roots(str(samples)) == (samples, None)  # an empty folder becomes a library
    (samples / "kick.wav").touch()
    root, source = demo.roots(str(samples))
    assert source == samples
    assert root.is_relative_to(config.user_folder())
    (samples / "processed_database").mkdir()
    assert demo.roots(str(samples)) == (samples, None)  # it is a library already


@pytest.mark.parametrize(("total", "count", "chosen"), [(10, 4, [0, 2, 5, 7]), (3, 9, [0, 1, 2]), (5, 0, [0])])
def test_a_short_demo_spreads_its_scenes_over_the_plan(total: int, count: int, chosen: list[int]) -> None:
    assert performance.spread(total, count) == chosen


def test_a_run_file_left_by_a_killed_server_is_no_running_daemon(tmp_path: Path) -> None:
    run = {"pid": os.getpid(), "ports": {"http": 1, "osc": 2}, "shared": str(tmp_path / "gone")}
    (tmp_path / "run.json").write_text(json.dumps(run))
    assert remote.running(tmp_path) is None
    (tmp_path / "gone").mkdir()
    assert remote.running(tmp_path) == run


def test_the_demos_last_lines_tell_the_engines_fault_from_the_machines() -> None:
    since = {"xruns": 28, "late": 0, "callbacks": 16907}
    assert performance.deadlines("null", since, 0.0321) == (
        "the engine: 0 of 16,907 blocks took too long; load 3.2% of a block",
        "the machine: 28 blocks came late (xruns): without a sound card nobody hears it, and the take is whole",
    )
    assert performance.deadlines("jack", since | {"xruns": 1}, 0.0321)[1] == (
        "the machine: 1 block came late (xruns): each may be heard as a click; the take is whole"
    )
    assert performance.deadlines("jack", since | {"xruns": 0}, 0.0)[1] == "the machine: no block came late (0 xruns)"
