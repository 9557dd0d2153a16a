"""Which separator is meant: by what lies in the library's folders."""

import importlib.util
import json
from pathlib import Path

import pytest

from liveengine.errors import ModelMissing
from liveengine.fabrik import separators


def weights(folder: Path, **card: str) -> None:
    folder.mkdir(parents=True)
    (folder / "model.safetensors").write_bytes(b"weights")
    if card:
        (folder / "card.json").write_text(json.dumps(card))


@pytest.fixture
def demucs(monkeypatch: pytest.MonkeyPatch) -> None:
    """Demucs is installed, or seems to be."""
    found = importlib.util.find_spec("numpy")
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: found)


def test_without_models_the_embedded_one_is_meant(tmp_path: Path) -> None:
    assert [one.name for one in separators.known(tmp_path)] == ["signal"]
    assert separators.choose(tmp_path, "auto").id == "signal"


@pytest.mark.usefixtures("demucs")
def test_networks_go_before_it_and_htdemucs_before_the_others(tmp_path: Path) -> None:
    weights(tmp_path / "models" / "demucs" / "aaa", checksum="0123456789abcdef")
    weights(tmp_path / "models" / "demucs" / "htdemucs")
    assert [one.name for one in separators.known(tmp_path)] == ["htdemucs", "aaa", "signal"]
    assert separators.choose(tmp_path, "auto").name == "htdemucs"
    assert separators.choose(tmp_path, "aaa").id == "aaa-01234567"
    assert separators.choose(tmp_path, "signal").name == "signal"


@pytest.mark.usefixtures("demucs")
def test_what_is_half_there_is_none(tmp_path: Path) -> None:
    weights(tmp_path / "models" / "demucs" / ".mine.part")
    (tmp_path / "models" / "demucs" / "empty").mkdir()
    assert [one.name for one in separators.known(tmp_path)] == ["signal"]


def test_one_that_is_not_here_is_named_with_those_that_are(tmp_path: Path) -> None:
    with pytest.raises(ModelMissing, match="'mdx' is not here; here are: signal"):
        separators.choose(tmp_path, "mdx")


@pytest.mark.usefixtures("demucs")
def test_other_weights_under_the_same_name_are_another_separator(tmp_path: Path) -> None:
    folder = tmp_path / "models" / "demucs" / "mine"
    weights(folder)
    before = separators.choose(tmp_path, "mine")
    (folder / "model.safetensors").write_bytes(b"other weights")
    assert separators.choose(tmp_path, "mine").id != before.id
