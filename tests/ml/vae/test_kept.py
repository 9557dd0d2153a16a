"""Models stay at hand as long as they are what lies on the disk."""

from pathlib import Path

import pytest

from liveengine.errors import ModelMissing
from liveengine.ml.vae import kept
from tests.fabrik.modelled import modelled


def test_a_model_is_loaded_once_until_it_is_taught_anew(tmp_path: Path) -> None:
    modelled(tmp_path, "kick", {1: False})
    folder = tmp_path / "models" / "vae" / "kick"
    first = kept.model(folder)
    assert kept.model(folder) is first
    modelled(tmp_path, "kick", {1: False, 2: False})
    assert kept.model(folder).checksum != first.checksum


def test_a_model_that_is_not_there_is_asked_for_again(tmp_path: Path) -> None:
    with pytest.raises(ModelMissing, match="`liveengine train category kick` teaches one"):
        kept.model(tmp_path / "models" / "vae" / "kick")
    modelled(tmp_path, "kick", {1: False})
    assert kept.model(tmp_path / "models" / "vae" / "kick").category == "kick"
