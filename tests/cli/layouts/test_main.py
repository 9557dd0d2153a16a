from pathlib import Path

import pytest

from liveengine import config
from liveengine.cli.layouts.__main__ import main, readable, stale
from liveengine.command import command


def test_what_is_shipped_is_what_the_registry_makes() -> None:
    assert not stale(config.data("clients")), "run `python -m liveengine.cli.layouts`"


def test_a_new_command_makes_the_shipped_files_stale_and_stands_in_the_new_ones(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    class Sparkle:
        @command("/sparkle/{track}/brightness")
        def brightness(self, track: int, value: float | None = None) -> float:
            """How much it sparkles."""
            return value or 0.0

    from liveengine import daemon

    owners = (*daemon.owners(), Sparkle)
    monkeypatch.setattr(daemon, "owners", lambda: owners)
    found = stale(config.data("clients"))
    assert "python/liveengine_client/plain.pyi" in found
    assert all(b"brightness" in readable(path, found[path]) for path in found if not path.endswith(".svg"))


def test_the_script_writes_what_has_changed_and_checks_without_writing(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(config, "data", lambda name: tmp_path / name)
    monkeypatch.setattr("sys.argv", ["layouts", "--check"])
    assert main() == 1
    assert not list(tmp_path.iterdir())
    monkeypatch.setattr("sys.argv", ["layouts"])
    assert main() == 0
    assert (tmp_path / "clients" / "python" / "liveengine_client" / "names.py").is_file()
    assert "plain.pyi" in capsys.readouterr().out
    monkeypatch.setattr("sys.argv", ["layouts", "--check"])
    assert main() == 0
