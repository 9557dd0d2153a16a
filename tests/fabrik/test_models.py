"""Every model is listed: where it comes from, whether it is whole, who uses it."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import save_file

from liveengine import digest
from liveengine.config import data
from liveengine.errors import BadArgument, NotFound
from liveengine.fabrik import listing, models
from liveengine.fabrik.models import ModelInfo, Used
from liveengine.stems import mini

SHIPPED = data("models") / "traum-mini"


def taught(root: Path, name: str = "own", base: str = "traum-mini") -> Path:
    """Write a model with words of its own, as the worker does."""
    folder = root / "models" / name
    folder.mkdir(parents=True)
    if base == "clap":
        save_file({"audio_projection.linear1.bias": np.zeros(4, np.float32)}, folder / "heads.safetensors")
        checksum = digest.headed("base", folder / "heads.safetensors")
    else:
        for file in mini.FILES:
            shutil.copy(SHIPPED / file, folder / file)
        checksum = mini.checksum(folder)
    card = {"kind": "embeddings", "id": f"{base}+{name}-{checksum[:8]}", "checksum": checksum, "words": ["blorp"]}
    (folder / "card.json").write_text(json.dumps(card | {"base": {"checksum": "base"}}))
    return folder


def category(root: Path, name: str = "kick") -> Path:
    folder = root / "models" / "vae" / name
    folder.mkdir(parents=True)
    save_file({"weights": np.arange(8, dtype=np.float32)}, folder / "model.safetensors")
    checksum = digest.digest(folder / "model.safetensors")
    (folder / "card.json").write_text(json.dumps({"id": f"vae-{name}-{checksum[:8]}", "checksum": checksum}))
    return folder


def rows(root: Path, used: Used | None = None) -> dict[str, ModelInfo]:
    return {one.name: one for one in models.rows(root, used)}


def test_what_is_here_and_what_can_be_had_stand_in_one_list(tmp_path: Path) -> None:
    taught(tmp_path)
    category(tmp_path)
    found = rows(tmp_path)
    told = {name: (one.origin, one.kind, one.state, one.used_by) for name, one in found.items()}
    assert told["traum-mini"] == ("shipped", "search", "ok", ["search"])
    assert told["own"] == ("trained", "embeddings", "ok", [])
    assert told["vae/kick"] == ("trained", "category", "ok", ["category kick"])
    assert told["clap"] == ("fetched", "search", "missing", [])
    assert told["signal"] == ("shipped", "separation", "ok", ["separation"])
    for network in ("htdemucs", "htdemucs_6s", "hdemucs_mmi"):
        assert told[f"demucs/{network}"] == ("fetched", "separation", "missing", [])
    assert found["clap"].obtain == "liveengine models fetch clap"
    assert found["clap"].size == 780_000_000
    assert found["traum-mini"].checksum == mini.checksum(SHIPPED)
    assert "blorp" in found["own"].what
    assert all(one.obtain == "" for one in found.values() if one.state == "ok")


def test_the_one_in_use_and_the_one_that_comes_are_told_apart(tmp_path: Path) -> None:
    taught(tmp_path)
    plain = rows(tmp_path)
    own, shipped = plain["own"], plain["traum-mini"]
    found = rows(tmp_path, Used((shipped.id, shipped.checksum), (own.id, own.checksum)))
    assert found["traum-mini"].used_by == ["search"]
    assert found["own"].used_by == ["search, when every stem is heard"]
    assert {one.name for one in models.rows(tmp_path, embedder="own") if "search" in one.used_by} == {"own"}


def test_a_flipped_byte_makes_a_model_damaged_and_verify_names_it(tmp_path: Path) -> None:
    for folder in (taught(tmp_path), category(tmp_path)):
        file = next(file for file in sorted(folder.iterdir()) if file.suffix != ".json")
        content = bytearray(file.read_bytes())
        content[-1] ^= 1
        file.write_bytes(content)
    found = rows(tmp_path)
    assert found["own"].state == found["vae/kick"].state == "damaged"
    assert found["vae/kick"].obtain == "liveengine train category kick"
    for name in ("own", "vae/kick"):
        assert "its card says" in models.faults(found[name], tmp_path)[0]
    assert models.faults(found["traum-mini"], tmp_path) == []


def test_a_head_that_is_cut_off_is_named(tmp_path: Path) -> None:
    file = category(tmp_path) / "model.safetensors"
    file.write_bytes(file.read_bytes()[:9])
    found = rows(tmp_path)["vae/kick"]
    assert found.state == "damaged"
    assert "model.safetensors is damaged" in models.faults(found, tmp_path)[0]


def test_words_on_a_clap_that_has_gone_or_changed_are_old(tmp_path: Path) -> None:
    taught(tmp_path, "mine", "clap")
    assert rows(tmp_path)["mine"].state == "old"
    clap = tmp_path / "models" / "clap"
    clap.mkdir()
    (clap / "config.json").write_text("{}")
    save_file({"weights": np.zeros(4, np.float32)}, clap / "model.safetensors")
    found = rows(tmp_path)
    assert found["mine"].state == "old"
    assert found["clap"].used_by[-1] == "base of mine"


def test_half_a_card_or_a_foreign_folder_is_no_model(tmp_path: Path) -> None:
    for name, card in (("a", "{"), ("b", "[]"), ("c", '{"kind": "embeddings"}'), ("D", '{"kind": "embeddings"}')):
        (tmp_path / "models" / name).mkdir(parents=True)
        (tmp_path / "models" / name / "card.json").write_text(card)
    assert [name for name, one in rows(tmp_path).items() if one.state != "missing"] == ["traum-mini", "signal"]


def test_a_checksum_is_read_once_until_the_file_changes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file, cache = tmp_path / "weights", tmp_path / "cache.json"
    file.write_bytes(b"one")
    first = digest.known(cache, file)
    assert first == digest.digest(file)
    monkeypatch.setattr(digest, "digest", lambda *files: "again")
    assert digest.known(cache, file) == first
    file.write_bytes(b"three")
    assert digest.known(cache, file) == "again"
    cache.write_text("{")
    assert digest.known(cache, file) == "again"


def test_what_is_used_is_not_removed_and_a_misspelt_name_is_guessed(tmp_path: Path) -> None:
    folder = taught(tmp_path)
    category(tmp_path)
    every = models.rows(tmp_path, embedder="own")
    with pytest.raises(BadArgument, match="own is used by: search; choose another first"):
        listing.allowed(listing.removable(every, "own"), True)
    with pytest.raises(BadArgument, match="vae/kick is used by: category kick; with force"):
        listing.allowed(listing.removable(every, "vae/kick"), False)
    with pytest.raises(BadArgument, match="traum-mini came with the program"):
        listing.removable(every, "traum-mini")
    with pytest.raises(NotFound, match="did you mean vae/kick"):
        listing.removable(every, "vae/kik")
    listing.allowed(listing.removable(every, "vae/kick"), True)
    listing.taken_away(listing.removable(models.rows(tmp_path), "own"), tmp_path)
    assert not folder.exists()
