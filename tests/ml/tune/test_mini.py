"""The shipped model's ONNX files in torch and back again."""

from pathlib import Path

import numpy as np
import onnxruntime
import pytest

from liveengine.config import data
from liveengine.errors import ModelMissing
from liveengine.lexicon import tokens

torch = pytest.importorskip("torch")
pytest.importorskip("onnx")

from liveengine.ml.hear import ear  # noqa: E402
from liveengine.ml.spectrum import RATE, measure  # noqa: E402
from liveengine.ml.tune import graph  # noqa: E402
from liveengine.ml.tune.mini import FILES, Mini  # noqa: E402

FOLDER = data("models") / "traum-mini"


@pytest.fixture(scope="module")
def mini() -> Mini:
    torch.set_num_threads(1)
    return Mini(FOLDER)


def noise(seconds: float) -> np.ndarray:
    return np.random.default_rng(0).standard_normal((1, round(seconds * RATE))).astype(np.float32) * 0.1


@pytest.mark.parametrize("seconds", [0.3, 13.0])
def test_a_sound_has_the_vector_that_the_search_gives_it(mini: Mini, seconds: float) -> None:
    heard = mini.hear(noise(seconds), RATE)
    assert heard.shape == ((1, 1920) if seconds < 10 else (2, 1920))
    with torch.inference_mode():
        mean = mini.sounds(torch.from_numpy(heard)).mean(dim=0).numpy()
    vector, likely = ear(str(FOLDER)).hear(measure(noise(seconds)[0]))
    assert np.abs(mean / np.linalg.norm(mean) - vector).max() < 1e-6
    with torch.inference_mode():
        scores = mini.kinds(mini.sounds(torch.from_numpy(heard)))
    assert scores is not None
    assert np.allclose(scores.softmax(dim=1).numpy().mean(axis=0), list(likely.values()), atol=1e-5)


def test_a_sentence_has_the_vector_that_the_search_gives_it(mini: Mini) -> None:
    tower = onnxruntime.InferenceSession(str(FOLDER / "text.onnx"))
    texts = ["dunkler, hypnotischer Techno-Kick", "pad"]
    with torch.inference_mode():
        vectors = mini.spoken(mini.read(texts)).numpy()
    for text, vector in zip(texts, vectors, strict=True):
        assert np.abs(tower.run(None, {"ids": tokens.encode(text)[None]})[0][0] - vector).max() < 1e-5


def test_what_is_written_unchanged_is_the_same_file(mini: Mini, tmp_path: Path) -> None:
    told = mini.write(tmp_path)
    assert told == {"model": "traum-mini", "checksum": mini.checksum}
    for name in FILES:
        assert (tmp_path / name).read_bytes() == (FOLDER / name).read_bytes()


def test_what_has_learnt_is_read_back_in_the_precision_of_the_file(tmp_path: Path) -> None:
    changed = Mini(FOLDER)
    with torch.no_grad():
        for _, part in changed.parts():
            for weights in part.parameters():
                weights.add_(0.01 * torch.randn_like(weights))
    assert changed.write(tmp_path)["checksum"] != changed.checksum
    again = Mini(tmp_path)
    for (_, before), (_, after) in zip(changed.parts(), again.parts(), strict=True):
        for first, second in zip(before.parameters(), after.parameters(), strict=True):
            assert torch.allclose(first, second, atol=2e-3)
    assert torch.equal(changed.audio.mix.weight, again.audio.mix.weight)  # what stays, stays


def test_a_damaged_file_and_weights_of_another_shape_are_refused(tmp_path: Path) -> None:
    (tmp_path / "text.onnx").write_bytes((FOLDER / "text.onnx").read_bytes()[:10_000])
    with pytest.raises(ModelMissing, match=r"text\.onnx is no whole ONNX file"):
        graph.load(tmp_path / "text.onnx")
    model = graph.load(FOLDER / "audio.onnx")
    with pytest.raises(ValueError, match=r"mix\.weight has the shape \(2, 2\), not"):
        graph.put(model, {"mix.weight": np.zeros((2, 2), np.float32)}, tmp_path / "audio.onnx")
    with pytest.raises(KeyError, match="no weight"):
        graph.put(model, {"no weight": np.zeros(1, np.float32)}, tmp_path / "audio.onnx")
    assert not (tmp_path / "audio.onnx").exists()
