"""From a folder of captions to a search that knows the words: commands, queue, real workers."""

import asyncio
import json
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from liveengine import config, digest
from liveengine.command import Registry
from liveengine.config import data
from liveengine.errors import BadArgument, LiveEngineError, ModelMissing, OutOfRange
from liveengine.fabrik.listing import ModelCommands
from liveengine.fabrik.tuning import Tuning
from liveengine.stems import mini
from liveengine.stems.adding import AddCommands
from liveengine.stems.commands import StemCommands
from liveengine.stems.jobs import JobCommands
from tests.fabrik.test_models import taught
from tests.ml.tune import words
from tests.patience import until
from tests.stems import conftest as stems

pytest.importorskip("torch")
pytest.importorskip("onnx")


@asynccontextmanager
async def opened(root: Path) -> AsyncIterator[Registry]:
    """Give the commands of a library whose settings are its own file's; a few sounds of the kit hold the models."""
    async with stems.opened(root, config.load(root, {"library": {"workers": 1}})) as library:
        tuning = Tuning(library, kit=16)
        await tuning.register()
        registry = Registry()
        for owner in (StemCommands, JobCommands, AddCommands, ModelCommands):
            registry.add(owner(library))
        registry.add(tuning)
        yield registry


async def ended(registry: Registry, job: int) -> dict[str, Any]:
    while True:
        state: dict[str, Any] = await registry.call(f"/job/{job}")
        if state["state"] not in ("queued", "running"):
            return state
        await asyncio.sleep(0.02)


async def state_of(registry: Registry, name: str) -> list[str]:
    return next(list(one["used_by"]) for one in await registry.call("/models") if one["name"] == name)


def library(root: Path) -> Path:
    """Make a library's settings: the model that needs no weights."""
    root.mkdir(parents=True, exist_ok=True)
    (root / "config.toml").write_text('# mine\n[library]\nembedder = "mini"\n')
    return root


async def test_sounds_are_found_by_words_that_only_the_user_knows(tmp_path: Path) -> None:
    root = library(tmp_path / "library")
    words.write(tmp_path / "sounds", 5)
    truth = words.write(tmp_path / "unmet", 4, first=20, captions=False)
    async with opened(root) as registry:
        ingest = await registry.call("/ingest", path=str(tmp_path / "unmet"))
        await ended(registry, ingest["job"])
        before = await registry.call("/stems/find", prompt="blorp", top_k=4)
        assert before["unknown"] == ["blorp"]
        asked = {"folder": str(tmp_path / "sounds"), "name": "my-techno", "epochs": 1}
        job = (await registry.call("/embeddings/train", **asked, base="traum-mini"))["job"]
        with pytest.raises(BadArgument, match="my-techno is being trained already"):
            await registry.call("/embeddings/train", **asked)
        done = await ended(registry, job)
        assert done["state"] == "done", done["error"]
        assert done["result"]["sounds"] == 15
        assert await state_of(registry, "my-techno") == []
        used = await ended(registry, (await registry.call("/embeddings/use", name="my-techno"))["job"])
        assert used["result"]["embedded"] == 12
        assert await state_of(registry, "my-techno") == ["search"]
        for word in words.FAMILIES.values():
            found = await registry.call("/stems/find", prompt=f"a {word}", top_k=4)
            assert {truth[match["filename"]] for match in found["matches"]} == {word}
            assert found["unknown"] == []
            assert word in found["understood"]
        with pytest.raises(BadArgument, match="my-techno is used by: search"):
            await registry.call("/models/remove", name="my-techno")
    assert (root / "config.toml").read_text() == '# mine\n[library]\nembedder = "my-techno"\n'
    async with opened(root) as registry:  # it is in use from the start now
        assert await state_of(registry, "my-techno") == ["search"]
        await ended(registry, (await registry.call("/embeddings/use", name="mini"))["job"])
        await registry.call("/models/remove", name="my-techno")
        assert not (root / "models" / "my-techno").exists()


async def test_what_cannot_be_trained_is_refused_at_once(tmp_path: Path) -> None:
    root = library(tmp_path / "library")
    taught(root, "there")
    sounds = tmp_path / "sounds"
    sounds.mkdir()
    wrong: list[tuple[dict[str, Any], type[LiveEngineError], str]] = [
        ({"folder": str(tmp_path / "none"), "name": "a"}, BadArgument, "no folder"),
        ({"folder": str(sounds), "name": "../up"}, BadArgument, "name"),
        ({"folder": str(sounds), "name": "mini"}, BadArgument, "the name of another model"),
        ({"folder": str(sounds), "name": "there"}, BadArgument, "there is a model there already"),
        ({"folder": str(sounds), "name": "a", "epochs": 0}, OutOfRange, "epochs"),
        ({"folder": str(sounds), "name": "a", "base": "clap"}, ModelMissing, "liveengine models fetch clap"),
    ]
    async with opened(root) as registry:
        for asked, kind, said in wrong:
            with pytest.raises(kind, match=said):
                await registry.call("/embeddings/train", **asked)
        with pytest.raises(ModelMissing, match=r"no search model 'ther' .* did you mean there"):
            await registry.call("/embeddings/use", name="ther")
        job = (await registry.call("/embeddings/train", folder=str(sounds), name="a", base="traum-mini"))["job"]
        failed = await ended(registry, job)
        assert (failed["state"], failed["code"]) == ("failed", "bad_argument")
        assert "holds no sound" in failed["error"]
    assert (root / "config.toml").read_text() == '# mine\n[library]\nembedder = "mini"\n'


async def test_a_cancelled_training_leaves_nothing_and_a_kill_leaves_what_goes_on(tmp_path: Path) -> None:
    root = library(tmp_path / "library")
    (root / "models" / ".old.tuning" / "heard").mkdir(parents=True)
    words.write(tmp_path / "sounds", 5)
    async with opened(root) as registry:
        assert not (root / "models" / ".old.tuning").exists()
        asked = {"folder": str(tmp_path / "sounds"), "name": "own", "base": "traum-mini", "epochs": 1}
        first = (await registry.call("/embeddings/train", **asked))["job"]
        await until((root / "models" / ".own.tuning" / "heard").exists)
        await registry.call(f"/job/{first}/cancel")
        assert not list((root / "models").glob(".own*"))
        second = (await registry.call("/embeddings/train", **asked))["job"]
        await until((root / "models" / ".own.tuning" / "try-0.json").exists)
    async with opened(root) as registry:  # the daemon had ended in the middle
        done = await ended(registry, second)
        assert done["state"] == "done", done["error"]
        assert (root / "models" / "own" / "card.json").is_file()
        assert not list((root / "models").glob(".own*"))


async def test_two_who_ask_at_once_for_a_model_of_one_name_get_one_job(tmp_path: Path) -> None:
    root = library(tmp_path / "library")
    words.write(tmp_path / "sounds", 4)
    async with opened(root) as registry:
        asked = {"folder": str(tmp_path / "sounds"), "name": "own", "base": "traum-mini", "epochs": 1}
        both = (registry.call("/embeddings/train", **asked, seed=seed) for seed in (0, 1))
        said = await asyncio.gather(*both, return_exceptions=True)
        assert [type(one) for one in said].count(BadArgument) == 1
        (job,) = await registry.call("/jobs", kind="tune")
        await registry.call(f"/job/{job['id']}/cancel")


async def test_a_training_that_is_cancelled_leaves_what_another_of_its_name_works_on(tmp_path: Path) -> None:
    root = library(tmp_path / "library")
    words.write(tmp_path / "sounds", 4)
    async with opened(root) as registry:
        asked = {"folder": str(tmp_path / "sounds"), "name": "own", "base": "traum-mini", "epochs": 1}
        first = (await registry.call("/embeddings/train", **asked))["job"]
        await registry.call(f"/job/{first}/cancel")
        second = (await registry.call("/embeddings/train", **asked))["job"]
        await until((root / "models" / ".own.tuning" / "heard").exists)
        await registry.call(f"/job/{first}/retry")
        await registry.call(f"/job/{first}/cancel")
        assert (root / "models" / ".own.tuning" / "heard").exists()
        assert (await ended(registry, second))["state"] == "done"


async def test_another_choice_ends_the_hearing_for_the_one_before(tmp_path: Path) -> None:
    root = library(tmp_path / "library")
    words.write(tmp_path / "sounds", 3, captions=False)
    for name in ("one", "two"):
        folder = taught(root, name)
        (folder / "tokenizer.json").write_text(json.dumps({"made for": name}))  # other bytes, other checksum
        card = json.loads((folder / "card.json").read_text())
        card |= {"checksum": mini.checksum(folder), "id": f"traum-mini+{name}-{mini.checksum(folder)[:8]}"}
        (folder / "card.json").write_text(json.dumps(card))
    async with opened(root) as registry:
        await ended(registry, (await registry.call("/ingest", path=str(tmp_path / "sounds")))["job"])
        first = (await registry.call("/embeddings/use", name="one"))["job"]
        again = (await registry.call("/embeddings/use", name="one"))["job"]
        second = (await registry.call("/embeddings/use", name="two"))["job"]
        assert first == again != second
        assert (await ended(registry, first))["state"] in ("cancelled", "done")
        assert (await ended(registry, second))["state"] == "done"
        assert await state_of(registry, "two") == ["search"]
        shutil.rmtree(root / "models" / "one")
    async with opened(root) as registry:
        assert await state_of(registry, "two") == ["search"]


def test_the_shipped_card_tells_the_checksum() -> None:
    folder = data("models") / "traum-mini"
    card = json.loads((folder / "card.json").read_text("utf-8"))
    assert card["checksum"] == digest.digest(*(folder / name for name in mini.FILES))
