import json
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import load, save

from liveengine.errors import ModelDamaged, ModelMissing
from liveengine.ml.vae.form import Form
from liveengine.ml.vae.model import CARD, WEIGHTS, Learnt, Model, digest
from liveengine.ml.vae.network import Network, Shape

TINY = Shape(dim=6, widths=(4, 6, 8), blocks=1, narrow=4)
LOOP = Form(2.0, 8.0, 2)


def model() -> Model:
    torch.manual_seed(3)
    codes = np.arange(12, dtype=np.float32).reshape(2, 6)
    return Model(Network(TINY), Learnt(codes, (7, 7), (0, 1), (LOOP, LOOP), (-3.0, -3.0)), "kick")


def noise(seconds: float = 2.0) -> np.ndarray:
    return np.random.default_rng(0).uniform(-0.5, 0.5, (2, round(seconds * 48_000))).astype(np.float32)


def test_what_is_loaded_codes_and_decodes_as_what_was_saved(tmp_path: Path) -> None:
    saved = model().save(tmp_path / "kick", {"seed": 3})
    loaded = Model.load(tmp_path / "kick")
    assert loaded.id == saved.id == f"vae-kick-{saved.checksum[:8]}"
    assert loaded.stems == (7, 7)
    assert loaded.forms == (LOOP, LOOP)
    np.testing.assert_array_equal(loaded.codes, saved.codes)
    code = loaded.encode(noise(), 48_000, LOOP)
    assert code.z.shape == (2, 6)
    np.testing.assert_array_equal(code.z, saved.encode(noise(), 48_000, LOOP).z)
    spectrum = loaded.decode(code)
    assert spectrum.levels.shape[0] == 2
    assert 0.0 <= spectrum.levels.min() <= spectrum.levels.max() <= 1.0


def test_a_newer_model_takes_the_place_of_the_older_and_leaves_nothing_else(tmp_path: Path) -> None:
    model().save(tmp_path / "kick", {"seed": 1})
    model().save(tmp_path / "kick", {"seed": 2}, losses_json=b"[]")
    assert Model.load(tmp_path / "kick").card["seed"] == 2
    assert [path.name for path in tmp_path.iterdir()] == ["kick"]
    assert sorted(path.name for path in (tmp_path / "kick").iterdir()) == [CARD, "losses.json", WEIGHTS]


def test_a_model_that_is_not_there_says_how_to_teach_it(tmp_path: Path) -> None:
    with pytest.raises(ModelMissing, match="liveengine train category kick"):
        Model.load(tmp_path / "kick")


@pytest.mark.parametrize("cut", [0, 7, 100, -1])
def test_a_file_cut_short_is_named_damaged(tmp_path: Path, cut: int) -> None:
    model().save(tmp_path / "kick", {})
    file = tmp_path / "kick" / WEIGHTS
    file.write_bytes(file.read_bytes()[:cut])
    with pytest.raises(ModelDamaged, match="teaches it anew"):
        Model.load(tmp_path / "kick")


def test_one_flipped_bit_is_noticed(tmp_path: Path) -> None:
    model().save(tmp_path / "kick", {})
    file = tmp_path / "kick" / WEIGHTS
    data = bytearray(file.read_bytes())
    data[len(data) // 2] ^= 1
    file.write_bytes(data)
    with pytest.raises(ModelDamaged, match="checksum"):
        Model.load(tmp_path / "kick")


def forged(folder: Path, weights: dict[str, torch.Tensor], **card: object) -> None:
    """Write other weights with a checksum that is right."""
    data = save(weights)
    (folder / WEIGHTS).write_bytes(data)
    told = json.loads((folder / CARD).read_text())
    (folder / CARD).write_text(json.dumps({**told, "checksum": digest(data), **card}))


def test_weights_of_another_shape_type_or_value_are_refused_by_name(tmp_path: Path) -> None:
    model().save(tmp_path / "kick", {})
    weights = load((tmp_path / "kick" / WEIGHTS).read_bytes())
    name = "decoder.code.weight"
    for wrong in (weights[name][:, :-1].contiguous(), weights[name].double(), weights[name] * float("nan")):
        forged(tmp_path / "kick", {**weights, name: wrong})
        with pytest.raises(ModelDamaged, match=r"decoder\.code\.weight"):
            Model.load(tmp_path / "kick")
    forged(tmp_path / "kick", {key: value for key, value in weights.items() if key != name})
    with pytest.raises(ModelDamaged, match="missing"):
        Model.load(tmp_path / "kick")


@pytest.mark.parametrize("shape", [None, {}, {"dim": 10**9}, {"dim": 6, "widths": [4] * 9, "blocks": 1, "narrow": 4}])
def test_a_card_that_asks_for_an_impossible_network_builds_none(tmp_path: Path, shape: object) -> None:
    model().save(tmp_path / "kick", {})
    forged(tmp_path / "kick", load((tmp_path / "kick" / WEIGHTS).read_bytes()), shape=shape)
    with pytest.raises(ModelDamaged):
        Model.load(tmp_path / "kick")


def test_a_card_that_is_no_json_is_named_damaged(tmp_path: Path) -> None:
    model().save(tmp_path / "kick", {})
    (tmp_path / "kick" / CARD).write_text("{")
    with pytest.raises(ModelDamaged, match=CARD):
        Model.load(tmp_path / "kick")
