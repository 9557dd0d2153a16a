import ctypes
import logging
from pathlib import Path

import pytest

pytest.importorskip("rtmidi")

from liveengine.control.midi.libjack import redirect

NO_START_SERVER = 1


def test_what_libjack_says_goes_to_the_log_and_not_to_the_terminal(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("JACK_DEFAULT_SERVER", "nobody-there")
    files = redirect()
    if not files:
        pytest.skip("rtmidi has no JACK here")
    with caplog.at_level(logging.WARNING):
        for file in files:
            for _ in range(3):
                ctypes.CDLL(file).jack_client_open(b"probe", NO_START_SERVER, None)
    said = [record.message for record in caplog.records if "libjack says: " in record.message]
    assert 1 <= len(said) <= len(files)
    assert capfd.readouterr() == ("", "")


def test_without_a_list_of_what_is_mapped_nothing_is_redirected(tmp_path: Path) -> None:
    assert redirect(tmp_path / "maps") == []
