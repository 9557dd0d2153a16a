"""CLAP's projections learn: transformers' own code on a tiny, randomly initialised model."""

from pathlib import Path

import numpy as np
import pytest

from liveengine import digest
from liveengine.errors import ModelMissing
from liveengine.jobs import embed, tune
from liveengine.ml.clap import HEADS, RATE, Clap
from liveengine.stems import taught
from tests.jobs.test_tune import nobody, payload
from tests.ml.test_clap import music, tiny_model
from tests.ml.tune import words

torch = pytest.importorskip("torch")
pytest.importorskip("transformers")

from liveengine.ml.tune.clap import Tunable  # noqa: E402


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    torch.set_num_threads(1)
    return tiny_model(tmp_path_factory.mktemp("models") / "clap")


def test_what_is_tuned_begins_where_the_base_is(folder: Path) -> None:
    base, clap = Tunable(folder), Clap(folder)
    with torch.inference_mode():
        sound = base.sounds(torch.from_numpy(base.hear(music(12)[None], RATE))).mean(dim=0).numpy()
        text = base.spoken(base.read(["dark kick"])).numpy()[0]
    assert np.allclose(sound / np.linalg.norm(sound), clap.audio([music(12)])[0], atol=1e-5)
    assert np.allclose(text, clap.text(["dark kick"])[0], atol=1e-5)
    assert sum(parameter.numel() for _, part in base.parts() for parameter in part.parameters()) == 2 * (
        32 * 512 + 512 + 512 * 512 + 512
    )


def test_tuned_projections_are_worn_by_the_worker_and_the_base_stays(folder: Path, tmp_path: Path) -> None:
    base = Tunable(folder)
    with torch.no_grad():
        base.audio.linear2.bias += 1.0
    told = base.write(tmp_path)
    plain, worn = embed.model(str(folder)), embed.model(str(folder), str(tmp_path))
    assert worn.checksum == told["checksum"] == digest.headed(plain.checksum, tmp_path / HEADS)
    assert worn.checksum != plain.checksum
    assert not np.allclose(worn.audio([music(1)]), plain.audio([music(1)]), atol=1e-2)
    assert np.array_equal(worn.text(["dark kick"]), plain.text(["dark kick"]))
    assert np.array_equal(Clap(folder).audio([music(1)]), plain.audio([music(1)]))
    assert embed.model(str(folder), str(tmp_path)) is worn  # towers and projections are loaded once


def test_heads_that_do_not_fit_are_told(folder: Path, tmp_path: Path) -> None:
    (tmp_path / HEADS).write_bytes(b"no tensors")
    with pytest.raises(ModelMissing, match=r"heads\.safetensors does not fit its base"):
        Clap(folder).projected(tmp_path)


def test_a_clap_learns_new_words_from_a_folder(folder: Path, tmp_path: Path) -> None:
    words.write(tmp_path / "sounds", 5)
    (tmp_path / "models").mkdir()
    asked = payload(tmp_path, base="clap", base_dir=str(folder), epochs=6, force=True)
    card = tune.run(asked, nobody)
    model = taught.models(tmp_path)["own"]
    assert model.id == f"clap+own-{card['checksum'][:8]}"
    assert model.base_checksum == Clap(folder).checksum
    assert sorted(file.name for file in model.folder.iterdir()) == ["card.json", HEADS]
    assert model.checksum == digest.headed(model.base_checksum, model.folder / HEADS)
    assert card["own"]["after"]["precision"] > card["own"]["before"]["precision"]
