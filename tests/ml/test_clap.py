"""CLAP's real loading and embedding code on a tiny, randomly initialised model: no weights are downloaded."""

import json
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from liveengine.errors import BadAudio, ModelMissing
from liveengine.ml.clap import DIM, MOST, RATE, WINDOW, Clap, windows

pytest.importorskip("torch")
pytest.importorskip("transformers")

FLOATS = NDArray[np.float32]


def tiny_model(folder: Path, dimensions: int = DIM) -> Path:
    """Save a ClapModel of 0.1 M random parameters with its processor, as save_pretrained writes them."""
    import torch
    from tokenizers import Tokenizer, models, pre_tokenizers, processors
    from transformers import (
        ClapConfig,
        ClapFeatureExtractor,
        ClapModel,
        ClapProcessor,
        PreTrainedTokenizerFast,
    )  # fmt: skip

    letters = sorted(pre_tokenizers.ByteLevel.alphabet())
    vocabulary = {token: i for i, token in enumerate(["<s>", "<pad>", "</s>", "<unk>", "<mask>", *letters])}
    raw = Tokenizer(models.BPE(vocab=vocabulary, merges=[], unk_token="<unk>"))
    raw.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    raw.post_processor = processors.TemplateProcessing(single="<s> $A </s>", special_tokens=[("<s>", 0), ("</s>", 2)])
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_object=raw,
        bos_token="<s>",
        eos_token="</s>",
        pad_token="<pad>",
        unk_token="<unk>",
        mask_token="<mask>",
    )
    tokenizer.model_max_length = 512
    extractor = ClapFeatureExtractor(
        feature_size=32, sampling_rate=RATE, hop_length=1024, max_length_s=10, fft_window_size=1024,
        truncation="rand_trunc", padding="repeatpad",
    )  # fmt: skip
    config = ClapConfig(
        text_config={
            "vocab_size": len(vocabulary), "hidden_size": 32, "num_hidden_layers": 2, "num_attention_heads": 2,
            "intermediate_size": 64, "max_position_embeddings": 520, "projection_dim": dimensions,
        },
        audio_config={
            "spec_size": 128,
            "num_mel_bins": 32,
            "patch_size": 4,
            "patch_stride": [4, 4],
            "patch_embeds_hidden_size": 16,
            "hidden_size": 32,
            "depths": [1, 1],
            "num_attention_heads": [2, 2],
            "window_size": 8,
            "num_classes": 4,
            "enable_fusion": False,
            "projection_dim": dimensions,
        },
        projection_dim=dimensions,
    )  # fmt: skip
    torch.manual_seed(0)
    ClapModel(config).eval().save_pretrained(folder)
    ClapProcessor(feature_extractor=extractor, tokenizer=tokenizer).save_pretrained(folder)
    return folder


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_model(tmp_path_factory.mktemp("clap"))


@pytest.fixture(scope="module")
def clap(folder: Path) -> Clap:
    return Clap(folder)


def music(seconds: float, seed: int = 0) -> FLOATS:
    time = np.arange(round(seconds * RATE)) / RATE
    noise = np.random.default_rng(seed).standard_normal(len(time)) * np.exp(-8 * (time % 0.5))
    return (0.3 * np.sin(2 * np.pi * 110 * time) + 0.3 * noise).astype(np.float32)


def test_vectors_have_512_dimensions_and_length_one(clap: Clap) -> None:
    for vectors in (clap.audio([music(2), music(12, 1)]), clap.text(["dark kick", "heller Bass"])):
        assert vectors.shape == (2, DIM)
        assert vectors.dtype == np.float32
        assert np.linalg.norm(vectors, axis=1) == pytest.approx(1.0, abs=1e-6)


@pytest.mark.parametrize("seconds", [0.2, 9.9, 10.0, 27.3])
def test_the_same_sound_gives_the_same_vector_to_the_last_bit(clap: Clap, seconds: float) -> None:
    alone = clap.audio([music(seconds)])[0]
    among = clap.audio([music(3, 5), music(seconds), music(15, 6)])[1]
    assert np.array_equal(alone, among)


def test_the_same_sentence_gives_the_same_vector_in_any_company(clap: Clap) -> None:
    assert np.array_equal(
        clap.text(["dark kick"])[0], clap.text(["a much longer sentence about a pad", "dark kick"])[1]
    )


def changing(seconds: int, seed: int) -> FLOATS:
    """Return a sound that is another one in each second."""
    rng = np.random.default_rng(seed)
    time = np.arange(RATE) / RATE
    tones = [np.sin(2 * np.pi * rng.uniform(50, 8_000) * time) * rng.random() for _ in range(seconds)]
    noise = rng.standard_normal((seconds, RATE)) * np.exp(-rng.uniform(1, 20, (seconds, 1)) * time)
    seconds_of_it = [0.5 * tone + 0.1 * hiss for tone, hiss in zip(tones, noise, strict=True)]
    return np.asarray(np.concatenate(seconds_of_it), np.float32)


def spectrum(sound: FLOATS) -> FLOATS:
    """Return the mean of a plain ear's vectors, 64 bands of the log spectrum, over the windows, length 1."""
    vectors = []
    for window in windows(sound):
        power = np.abs(np.fft.rfft(window.reshape(-1, 4_800) * np.hanning(4_800), axis=1)) ** 2
        bands = np.array([band.mean(axis=1) for band in np.array_split(power[:, 1:], 64, axis=1)])
        level = np.log(bands + 1e-6).mean(axis=1)
        vectors.append((level - level.mean()) / np.linalg.norm(level - level.mean()))
    mean = np.mean(vectors, axis=0)
    return np.asarray(mean / np.linalg.norm(mean), np.float32)


@pytest.mark.parametrize("seconds", [13, 20, 33])
def test_a_shift_of_a_second_hardly_moves_a_sound_that_changes_every_second(seconds: int) -> None:
    sound, other = changing(seconds, 0), changing(seconds, 1)
    assert float(spectrum(sound) @ spectrum(sound[RATE:])) >= 0.99
    assert float(spectrum(sound) @ spectrum(other)) < 0.95


def test_a_shift_of_a_second_hardly_moves_what_the_model_says(clap: Clap) -> None:
    for seconds in (13, 40):
        sound = music(seconds)
        first, shifted = clap.audio([sound, sound[RATE:]])
        assert float(first @ shifted) >= 0.99


def starts(frames: int) -> list[int]:
    parts = windows(np.arange(frames, dtype=np.float32))
    assert all(len(part) == WINDOW for part in parts)
    return [int(part[0]) for part in parts]


def test_windows_are_evenly_spaced_and_the_last_one_ends_with_the_sound() -> None:
    assert starts(WINDOW) == [0]
    assert starts(WINDOW + 7) == [0, 7]
    assert starts(WINDOW + WINDOW // 2) == [0, WINDOW // 4, WINDOW // 2]
    assert starts(WINDOW + WINDOW // 2 + 6) == [0, 80_002, 160_004, 240_006]


def test_the_middle_of_the_windows_is_the_middle_of_the_sound() -> None:
    for seconds in (10.5, 13, 27.3, 61):
        places = starts(round(seconds * RATE))
        assert np.mean(places) + WINDOW / 2 == pytest.approx(seconds * RATE / 2, abs=1)


def test_a_very_long_sound_has_no_more_windows_than_97_seconds_have() -> None:
    places = starts(600 * RATE)
    assert len(places) == MOST
    assert places[0] == 0
    assert places[-1] == 590 * RATE


def test_a_sound_without_frames_is_refused() -> None:
    with pytest.raises(BadAudio, match="no frames"):
        windows(np.zeros(0, np.float32))


def test_the_checksum_tells_two_models_apart(clap: Clap, folder: Path, tmp_path: Path) -> None:
    copy = tmp_path / "clap"
    copy.mkdir()
    for file in folder.iterdir():
        (copy / file.name).write_bytes(file.read_bytes())
    assert Clap(copy).checksum == clap.checksum
    weights = bytearray((copy / "model.safetensors").read_bytes())
    weights[-1] ^= 1
    (copy / "model.safetensors").write_bytes(bytes(weights))
    assert Clap(copy).checksum != clap.checksum


def test_a_folder_without_weights_names_the_remedy(tmp_path: Path) -> None:
    with pytest.raises(ModelMissing, match="liveengine models fetch clap"):
        Clap(tmp_path)


def test_truncated_weights_are_a_clear_error(folder: Path, tmp_path: Path) -> None:
    for file in folder.iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes())
    weights = tmp_path / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:1000])
    with pytest.raises(ModelMissing, match="cannot be loaded"):
        Clap(tmp_path)


def test_a_model_of_other_dimensions_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelMissing, match="64 dimensions"):
        Clap(tiny_model(tmp_path, 64))


def test_no_pickle_is_among_the_files(folder: Path) -> None:
    assert {file.suffix for file in folder.iterdir()} <= {".json", ".safetensors"}
    assert json.loads((folder / "config.json").read_text())["projection_dim"] == DIM
