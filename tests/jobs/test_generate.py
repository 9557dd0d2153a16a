"""The job that makes new sounds, as the worker process runs it."""

import base64
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile

from liveengine.errors import DiskFull
from liveengine.jobs import generate
from liveengine.synth.kit import recipes, render
from tests.disk import full
from tests.fabrik.modelled import TINY, modelled

RATE = 48_000


def order(name: str, mode: str = "random", **said: Any) -> dict[str, Any]:
    return {"category": "kick", "mode": mode, "seed": 3, "stems": [], "name": name, "title": f"kick {name}", **said}


def run(root: Path, *orders: dict[str, Any]) -> dict[str, Any]:
    """What becomes of orders with a model of one loop and one one-shot."""
    if not (root / "models").exists():
        modelled(root, "kick", {1: False, 2: True}, {1: "boom", 2: "gallop"})
    (root / "to").mkdir(exist_ok=True)
    said: list[tuple[int, int, str]] = []
    payload = {"models": str(root / "models" / "vae"), "target": str(root / "to"), "orders": list(orders)}
    result = generate.run(payload, lambda *step: said.append(step))
    assert said[0] == (0, len(orders), "loading the libraries")
    assert said[-1] == (len(orders), len(orders), "made")
    assert [text for _, _, text in said].count("loading the model of kick") == 1
    return result


def test_a_sound_is_written_whole_with_its_length_its_parents_and_their_titles(tmp_path: Path) -> None:
    result = run(tmp_path, order("a", tempo=120.0, bars=1))
    (made,), failed = result["made"], result["failed"]
    assert failed == {}
    sound, rate = soundfile.read(made["path"], always_2d=True)
    assert (rate, len(sound)) == (RATE, 2 * RATE)
    assert (made["tempo"], made["bars"]) == (120.0, 1.0)
    assert made["parents"] == [[2, 1.0, "gallop"]]
    assert len(base64.b64decode(made["latent"])) == 4 * TINY.dim
    assert [path.name for path in (tmp_path / "to").iterdir()] == ["a.wav"]
    assert soundfile.info(made["path"]).subtype == "PCM_24"


def test_the_same_order_gives_the_same_bytes(tmp_path: Path) -> None:
    one, other = run(tmp_path, order("a", title="boom"), order("b", title="boom"))["made"]
    assert Path(one["path"]).read_bytes() == Path(other["path"]).read_bytes()


def test_what_cannot_be_made_costs_itself_alone_and_has_its_code(tmp_path: Path) -> None:
    kick = next(recipe for recipe in recipes(0) if recipe.category == "kick" and recipe.one_shot)
    soundfile.write(tmp_path / "kick.wav", render(kick), RATE)
    soundfile.write(tmp_path / "nan.wav", np.full(RATE, np.nan), RATE, subtype="FLOAT")
    said: dict[str, Any] = {"stem": 9, "beats": None, "title": "kick"}
    result = run(
        tmp_path,
        order("a", category="snare"),
        order("b", "walk", stems=[said | {"path": str(tmp_path / "nan.wav")}]),
        order("c", "walk", stems=[said | {"path": str(tmp_path / "kick.wav")}], tempo=120.0),
        order("d", "walk", stems=[said | {"path": str(tmp_path / "kick.wav")}]),
    )
    assert [one is None for one in result["made"]] == [True, True, True, False]
    assert {number: code for number, (code, _) in result["failed"].items()} == {
        "0": "model_missing", "1": "bad_audio", "2": "bad_argument",
    }  # fmt: skip
    assert result["made"][3]["parents"] == [[9, 1.0, "kick"]]
    assert [path.name for path in (tmp_path / "to").iterdir()] == ["d.wav"]


def test_a_disk_that_is_full_leaves_nothing_half(tmp_path: Path) -> None:
    run(tmp_path, order("a"))  # which makes the model
    (tmp_path / "to" / "a.wav").unlink()
    with full(2_000), pytest.raises(DiskFull, match="make room"):
        run(tmp_path, order("a"))
    assert not list((tmp_path / "to").iterdir())
