import json
import socket
from pathlib import Path

import pytest

from liveengine.cli import doctor, main


def test_each_lack_and_note_names_its_remedy(tmp_path: Path) -> None:
    for finding in doctor.findings(tmp_path):
        assert finding.detail, finding
        assert finding.state == "ok" or finding.remedy, finding


def test_a_port_in_use_is_a_lack_with_a_remedy(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        (tmp_path / "config.toml").write_text(f"[control]\nhttp_port = {port}\nosc_port = 0\n")
        found = {finding.name: finding for finding in doctor.findings(tmp_path)}
    assert found["HTTP port"].state == "lack"
    assert "--http-port 0" in found["HTTP port"].remedy
    assert found["OSC port"].state == "ok"


def test_a_misspelt_setting_is_a_lack_that_names_the_right_one(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text("[audio]\nblok = 64\n")
    assert any("did you mean block" in finding.detail for finding in doctor.findings(tmp_path))


def test_json_holds_every_finding(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main.run(["doctor", "--json", "--library", str(tmp_path)])
    assert len(json.loads(capsys.readouterr().out)["findings"]) == len(doctor.findings(tmp_path))
