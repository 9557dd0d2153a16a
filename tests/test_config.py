from pathlib import Path

import pytest

from liveengine import config
from liveengine.config import BadConfig, Config


@pytest.fixture(autouse=True)
def _clean(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("LIVEENGINE_LIBRARY", "LIVEENGINE_AUDIO_BLOCK", "LIVEENGINE_CONTROL_OSC_PORT", "XDG_DATA_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)


def written(folder: Path, text: str) -> Path:
    (folder / "config.toml").write_text(text)
    return folder


def test_the_shipped_defaults_are_right() -> None:
    found = config.load()
    assert isinstance(found, Config)
    assert (found.control.host, found.control.http_port, found.control.osc_port) == ("127.0.0.1", 8000, 9000)
    assert found.audio.rate == 48_000


def test_library_then_environment_then_command_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    library = written(tmp_path, "[audio]\nblock = 64\nrate = 44100\n[control]\nosc_port = 1\n")
    monkeypatch.setenv("LIVEENGINE_AUDIO_BLOCK", "256")
    monkeypatch.setenv("LIVEENGINE_CONTROL_OSC_PORT", "2")
    found = config.load(library, {"control": {"osc_port": 3}})
    assert (found.audio.rate, found.audio.block, found.control.osc_port) == (44_100, 256, 3)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[audio]\nblok = 64\n", "unknown key audio.blok; did you mean block?"),
        ("[adio]\nblock = 64\n", "unknown section [adio]; did you mean audio?"),
        ("audio = 3\n", "unknown section [audio]"),
        ("[audio]\nblock = 4\n", "audio.block = 4: input should be greater than or equal to 16"),
        ('[audio]\nstream = "tape"\n', "audio.stream = 'tape'"),
        ("[audio\n", "config.toml"),
        ("[session]\ntempo = nan\n", "session.tempo"),
    ],
)
def test_a_wrong_setting_names_its_key_and_the_remedy(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(BadConfig) as caught:
        config.load(written(tmp_path, text))
    assert message in str(caught.value)


def test_an_unknown_word_far_from_all_lists_what_is_known(tmp_path: Path) -> None:
    with pytest.raises(BadConfig, match="known: stream, device, rate, block"):
        config.load(written(tmp_path, "[audio]\nxyzzy = 1\n"))


def test_settings_cannot_be_changed_later() -> None:
    with pytest.raises(ValueError, match="frozen"):
        config.load().audio.block = 64


def test_the_library_is_the_option_then_the_environment_then_here_then_the_users(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    assert config.library_root() == tmp_path / "data" / "liveengine"
    (tmp_path / "library").mkdir()
    assert config.library_root() == tmp_path / "library"
    monkeypatch.setenv("LIVEENGINE_LIBRARY", str(tmp_path / "elsewhere"))
    assert config.library_root() == tmp_path / "elsewhere"
    assert config.library_root(tmp_path / "chosen") == tmp_path / "chosen"


def test_the_shipped_folders_are_found_from_anywhere() -> None:
    assert (config.data("config") / "default.toml").is_file()
    assert config.data("clients").is_dir()


def test_a_quantum_finer_than_the_engine_takes_is_named(tmp_path: Path) -> None:
    with pytest.raises(config.BadConfig, match="1/64"):
        config.load(tmp_path, {"session": {"quantum": 0.001}})


def test_a_misspelt_variable_of_the_environment_is_an_error_that_names_the_right_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LIVEENGINE_AUDIO_BLOK", "64")
    with pytest.raises(config.BadConfig, match="did you mean LIVEENGINE_AUDIO_BLOCK"):
        config.load(tmp_path)
