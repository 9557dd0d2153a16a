import asyncio
import json
from pathlib import Path

import numpy as np
import pytest
import soundfile

from liveengine import config
from liveengine.bus import Bus
from liveengine.errors import BadAudio, ModelMissing
from liveengine.jobs.pool import Pool
from liveengine.stems.clap import ClapEmbedder, checksum, find, published
from liveengine.stems.embed import Sound
from liveengine.stems.library import Library

pytest.importorskip("torch")
pytest.importorskip("transformers")

from tests.ml.test_clap import tiny_model


def written(path: Path, hertz: float) -> Path:
    time = np.arange(22_050) / 44_100
    soundfile.write(path, 0.5 * np.sin(2 * np.pi * hertz * time), 44_100)
    return path


async def test_a_library_thinks_in_clap_when_its_weights_are_there(tmp_path: Path) -> None:
    tiny_model(tmp_path / "library" / "models" / "clap")
    settings = config.load(overrides={"library": {"workers": 1, "embedder": "auto"}})
    async with Pool(1) as pool:
        library = await Library.open(tmp_path / "library", settings, pool, Bus())
        assert library.embedder.model == "clap:clap"
        await library.queue.wait(await library.ingest([written(tmp_path / "a kick.wav", 60)]))
        stem = (await library.stems())[0]
        first = await library.finder.vector(stem.id)
        again = await library.embedder.audio(Sound(stem.path))
        assert first is not None
        assert float(first @ again) == pytest.approx(1.0, abs=1e-3)  # float16 in the library
        assert np.array_equal(again, await library.embedder.audio(Sound(stem.path)))
        assert len(await library.search("dark kick", 1)) == 1
        assert len(pool.pids()["meaning"]) == 1
        await library.close()
    without = config.load(overrides={"library": {"workers": 1, "embedder": "mini"}})
    async with Pool(1) as pool:  # another model: its vectors are not looked at, new ones are made
        library = await Library.open(tmp_path / "library", without, pool, Bus())
        await library.queue.wait((await library.queue.all())[0].id)
        assert set(await library.db.reading.models()) == {"clap:clap", "traum-mini"}
        assert len(await library.search("dark kick", 1)) == 1
        await library.close()


async def test_files_that_come_together_travel_together_and_a_bad_one_harms_no_other(tmp_path: Path) -> None:
    folder = tiny_model(tmp_path / "clap")
    good = written(tmp_path / "good.wav", 200)
    bad = tmp_path / "bad.wav"
    bad.write_text("no audio")
    async with Pool(1) as pool:
        embedder = ClapEmbedder(pool, folder, checksum(folder, tmp_path / "checksums.json"))
        results = await asyncio.gather(
            *(embedder.audio(Sound(path)) for path in (good, bad, good)), return_exceptions=True
        )
    assert isinstance(results[1], BadAudio)
    assert isinstance(results[0], np.ndarray)
    assert isinstance(results[2], np.ndarray)
    assert np.array_equal(results[0], results[2])


async def test_a_file_that_has_another_content_by_now_is_heard_anew(tmp_path: Path) -> None:
    folder = tiny_model(tmp_path / "clap")
    path = written(tmp_path / "one.wav", 100)
    async with Pool(1) as pool:
        embedder = ClapEmbedder(pool, folder, checksum(folder, tmp_path / "checksums.json"))
        first = await embedder.audio(Sound(path))
        votes = await embedder.votes(first)
        written(path, 1000)
        other = await embedder.audio(Sound(path))
    assert sum(votes.values()) == pytest.approx(1.0)
    assert not np.array_equal(first, other)


async def test_weights_that_change_meanwhile_are_missed_and_harm_no_file(tmp_path: Path) -> None:
    folder = tiny_model(tmp_path / "clap")
    path = written(tmp_path / "one.wav", 100)
    async with Pool(1) as pool:
        embedder = ClapEmbedder(pool, folder, "another")
        with pytest.raises(ModelMissing, match="start it again"):
            await embedder.audio(Sound(path))


async def test_clap_without_weights_names_the_remedy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path / "nothing"))
    assert find(tmp_path) is None
    settings = config.load(overrides={"library": {"workers": 1, "embedder": "clap"}})
    async with Pool(1) as pool:
        with pytest.raises(ModelMissing, match="laion/larger_clap_music_and_speech"):
            await Library.open(tmp_path / "library", settings, pool, Bus())


def test_weights_in_the_hugging_face_cache_are_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path))
    folder = tmp_path / "models--laion--larger_clap_music_and_speech" / "snapshots" / "abc"
    folder.mkdir(parents=True)
    (folder / "config.json").touch()
    assert find(tmp_path / "models") is None
    (folder / "model.safetensors").touch()
    assert find(tmp_path / "models") == folder


def test_a_fetched_model_has_the_name_that_it_has_in_the_hugging_face_cache(tmp_path: Path) -> None:
    fetched = tmp_path / "clap"
    fetched.mkdir()
    assert published(fetched) is None
    source = "https://huggingface.co/laion/larger_clap_music_and_speech"
    (fetched / "manifest.json").write_text(json.dumps({"source": source}))
    cached = tmp_path / "models--laion--larger_clap_music_and_speech" / "snapshots" / "abc"
    assert published(fetched) == published(cached) == "laion/larger_clap_music_and_speech"


def test_a_checksum_is_read_once_and_again_when_the_weights_change(tmp_path: Path) -> None:
    (tmp_path / "model.safetensors").write_bytes(b"one")
    first = checksum(tmp_path, tmp_path / "cache.json")
    assert checksum(tmp_path, tmp_path / "cache.json") == first
    (tmp_path / "model.safetensors").write_bytes(b"other")
    assert checksum(tmp_path, tmp_path / "cache.json") != first
