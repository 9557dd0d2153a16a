"""Demucs' own code, with networks so small and untaught that a test can run them."""

import json
import tracemalloc
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from liveengine.errors import ModelDamaged, ModelMissing
from liveengine.jobs import convert
from liveengine.ml.separate import PARTS, demucs
from liveengine.sound.convert import resample
from tests.ml.separate.checkpoints import checkpoint, package, tiny

pytest.importorskip("demucs", reason="install liveengine[ml]")

Sound = npt.NDArray[np.float32]
RATE = 44_100


def nothing(*told: Any) -> None:
    """What nobody hears."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A converted model."""
    made = tmp_path_factory.mktemp("models")
    convert.run({"path": str(checkpoint(made, package(tiny()))), "target": str(made / "tiny")}, nothing)
    return made / "tiny"


def noise(seconds: float, channels: int = 2, rate: int = RATE) -> Sound:
    made = np.random.default_rng(0).standard_normal((channels, round(seconds * rate))) * 0.1
    return made.astype(np.float32)


def apart(separator: demucs.Separator, sound: Sound, rate: int = RATE, tell: Any = nothing) -> dict[str, Sound]:
    pieces = list(separator.apart(sound, rate, tell))
    return {part: np.concatenate([piece[part] for piece in pieces], axis=1) for part in PARTS}


def test_what_comes_out_is_what_demucs_itself_makes_of_the_checkpoint(folder: Path, tmp_path: Path) -> None:
    import torch
    from demucs import api, states

    (tmp_path / "repo").mkdir()
    states.save_with_checksum(package(tiny()), tmp_path / "repo" / "tiny0000.th")
    (tmp_path / "repo" / "tiny.yaml").write_text("models: ['tiny0000']\n")
    theirs = api.Separator(model="tiny", repo=tmp_path / "repo", shifts=0, overlap=demucs.OVERLAP, device="cpu")
    sound = noise(6.0)
    _, wanted = theirs.separate_tensor(torch.from_numpy(sound))
    ours = apart(demucs.Separator(folder), sound)
    assert set(ours) == {"vocals", "drums", "bass", "other"}
    for part in PARTS:
        assert np.abs(ours[part] - wanted[part].numpy()).max() < 1e-6


@pytest.mark.parametrize(("channels", "rate"), [(1, RATE), (2, 48_000), (1, 22_050)])
def test_parts_have_the_shape_of_the_track(folder: Path, channels: int, rate: int) -> None:
    sound = noise(2.0, channels, rate)
    assert {made.shape for made in apart(demucs.Separator(folder), sound, rate).values()} == {sound.shape}


def test_a_long_track_in_sections_is_as_one_of_a_single_section(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    separator, sound = demucs.Separator(folder), noise(20.0)
    told: list[float] = []
    monkeypatch.setattr(demucs, "SECTION_S", 6.0)
    monkeypatch.setattr(demucs, "AROUND_S", 4.0)
    often = apart(separator, sound, tell=told.append)
    assert {made.shape for made in often.values()} == {sound.shape}
    assert told == sorted(told)
    assert told[-1] == 1.0
    assert len(told) > 6
    step = max(float(np.abs(np.diff(made)).max()) for made in often.values())
    monkeypatch.setattr(demucs, "SECTION_S", 60.0)
    once = apart(separator, sound)
    assert step < 1.5 * max(float(np.abs(np.diff(made)).max()) for made in once.values())


def test_a_track_of_another_rate_comes_in_pieces_that_are_as_one(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    separator = demucs.Separator(folder)
    monkeypatch.setattr(demucs, "SECTION_S", 6.0)
    monkeypatch.setattr(demucs, "AROUND_S", 4.0)
    for rate in (48_000, 22_050):
        sound = noise(15.0, rate=rate)
        pieces = list(separator.apart(sound, rate, nothing))
        assert len(pieces) > 2
        assert max(piece["drums"].shape[1] for piece in pieces) <= 6.0 * rate + 1_000
        own = apart(separator, resample(sound, rate, RATE))
        for part in PARTS:
            joined = np.concatenate([piece[part] for piece in pieces], axis=1)
            assert joined.shape == sound.shape
            assert np.abs(joined - resample(own[part], RATE, rate)[:, : joined.shape[1]]).max() < 1e-4


def test_memory_does_not_grow_with_the_length_of_a_track(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    separator = demucs.Separator(folder)
    monkeypatch.setattr(demucs, "SECTION_S", 4.0)
    monkeypatch.setattr(demucs, "AROUND_S", 1.0)

    def peak(seconds: float) -> int:
        sound = noise(seconds, rate=48_000)
        tracemalloc.start()
        try:
            for piece in separator.apart(sound, 48_000, nothing):
                piece.clear()
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    peak(2.0)
    assert peak(24.0) < 1.1 * peak(10.0)


def test_the_same_track_gives_the_same_parts(folder: Path) -> None:
    sound = noise(3.0)
    one, two = (apart(demucs.Separator(folder), sound) for _ in range(2))
    assert all(np.array_equal(one[part], two[part]) for part in PARTS)


def test_what_a_network_of_six_parts_finds_more_goes_into_other(tmp_path: Path) -> None:
    sources = ["drums", "bass", "other", "vocals", "guitar", "piano"]
    convert.run({"path": str(checkpoint(tmp_path, package(tiny(sources)))), "target": str(tmp_path / "six")}, nothing)
    separator = demucs.Separator(tmp_path / "six")
    sound = noise(2.0)
    raw = separator._api.separate_tensor(__import__("torch").from_numpy(sound))[1]
    more = sum(raw[name].numpy() for name in ("other", "guitar", "piano"))
    assert np.allclose(apart(separator, sound)["other"], more, atol=1e-6)


def test_a_network_that_knows_no_voice_is_refused(tmp_path: Path) -> None:
    convert.run(
        {"path": str(checkpoint(tmp_path, package(tiny(["drums", "bass"])))), "target": str(tmp_path / "two")}, nothing
    )
    with pytest.raises(ModelDamaged, match="vocals"):
        demucs.Separator(tmp_path / "two")


def test_several_networks_in_one_folder_are_a_bag(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "bag").mkdir()
    for name in ("one", "two"):
        (tmp_path / "bag" / f"{name}.safetensors").write_bytes((folder / "model.safetensors").read_bytes())
    (tmp_path / "bag" / "bag.yaml").write_text("models: ['one', 'two']\n")
    sound = noise(2.0)
    one, two = apart(demucs.Separator(folder), sound), apart(demucs.Separator(tmp_path / "bag"), sound)
    assert all(np.allclose(one[part], two[part], atol=1e-5) for part in PARTS)


def rewritten(folder: Path, target: Path, **said: str) -> Path:
    """The model with another header."""
    from safetensors.torch import load_file, save_file

    known = {"klass": "demucs.htdemucs.HTDemucs", "args": "[]", "kwargs": kwargs(folder)}
    target.mkdir()
    save_file(load_file(folder / "model.safetensors"), target / "model.safetensors", metadata=known | said)
    return target


def kwargs(folder: Path) -> str:
    from safetensors import safe_open

    with safe_open(folder / "model.safetensors", framework="numpy") as file:
        told: str = file.metadata()["kwargs"]
    return told


def test_files_that_are_not_what_was_written_are_named_and_not_loaded(folder: Path, tmp_path: Path) -> None:
    other = json.dumps(json.loads(kwargs(folder)) | {"bottom_channels": 32})
    wrong = {
        "another class": (rewritten(folder, tmp_path / "a", klass="os.system"), "names the network 'os.system'"),
        "another shape": (rewritten(folder, tmp_path / "b", kwargs=other), "cannot be used"),
        "no JSON": (rewritten(folder, tmp_path / "c", kwargs="{"), "cannot be used"),
        "a structure": (rewritten(folder, tmp_path / "d", structure="{}"), "quantised"),
    }
    cut = tmp_path / "e"
    cut.mkdir()
    (cut / "model.safetensors").write_bytes((folder / "model.safetensors").read_bytes()[:50_000])
    wrong["cut short"] = (cut, "fetch or convert it anew")
    for path, reason in wrong.values():
        with pytest.raises(ModelDamaged, match=reason):
            demucs.Separator(path)
    with pytest.raises(ModelMissing, match=r"no \*.safetensors"):
        demucs.Separator(tmp_path / "none")
