import hashlib
import json
import os
import pickle
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from liveengine.errors import BadArgument, DiskFull, ModelDamaged, NotFound, OutOfMemory, Refused
from liveengine.jobs import convert
from liveengine.jobs.checkpoints import Checkpoint
from tests.disk import full
from tests.ml.separate.checkpoints import checkpoint, hostile, named, package, tiny

pytest.importorskip("demucs", reason="install liveengine[ml]")


def nothing(done: int, total: int, text: str) -> None:
    """Progress that nobody hears."""


def converted(path: Path, target: Path, **given: Any) -> dict[str, Any]:
    return convert.run({"path": str(path), "target": str(target), **given}, nothing)


def test_a_checkpoint_becomes_safetensors_with_the_same_weights_and_a_card(tmp_path: Path) -> None:
    from safetensors import safe_open

    model = tiny()
    target = tmp_path / "models" / "tiny"
    card = converted(checkpoint(tmp_path, package(model)), target)
    assert sorted(path.name for path in target.iterdir()) == ["card.json", "model.safetensors"]
    assert card == json.loads((target / "card.json").read_text())
    assert card["id"] == f"tiny-{card['checksum'][:8]}"
    with safe_open(target / "model.safetensors", framework="numpy") as file:
        assert file.metadata()["klass"] == "demucs.htdemucs.HTDemucs"
        assert json.loads(file.metadata()["kwargs"])["segment"] == {
            "_type": "fraction",
            "numerator": 39,
            "denominator": 10,
        }
        for name, tensor in model.state_dict().items():
            assert np.array_equal(file.get_tensor(name), tensor.numpy())


def test_a_hostile_pickle_with_the_right_checksum_does_not_run(tmp_path: Path) -> None:
    trace = tmp_path / "it ran"
    for function, arguments in (
        (os.system, (f"touch '{trace}'",)),
        (Path.touch, (trace,)),
        (eval, (f"__import__('pathlib').Path({str(trace)!r}).touch()",)),
    ):
        path = named(tmp_path, "evil", hostile(function, *arguments))
        with pytest.raises(ModelDamaged, match="read safely"):
            converted(path, tmp_path / "evil")
        assert not trace.exists()
        assert not (tmp_path / "evil").exists()
    with path.open("rb") as stream:  # the payload is a real one: a plain reader runs it
        pickle.load(stream)  # noqa: S301
    assert trace.exists()


def test_a_hostile_object_inside_torchs_own_format_does_not_run(tmp_path: Path) -> None:
    from tests.ml.separate.checkpoints import Payload

    trace = tmp_path / "it ran"
    content = package(tiny()) | {"training_args": Payload(os.system, f"touch '{trace}'")}
    with pytest.raises(ModelDamaged, match="read safely"):
        converted(checkpoint(tmp_path, content), tmp_path / "evil")
    assert not trace.exists()


def test_a_wrong_checksum_is_refused_before_anything_is_read(tmp_path: Path) -> None:
    path = checkpoint(tmp_path, package(tiny()))
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
    with pytest.raises(Refused, match="was not opened"):
        converted(path, tmp_path / "tiny")
    with pytest.raises(Refused, match="not 00000000"):
        converted(path, tmp_path / "tiny", sha256="00000000")


def test_a_file_without_a_checksum_is_refused_and_with_the_publishers_one_taken(tmp_path: Path) -> None:
    path = checkpoint(tmp_path, package(tiny())).rename(tmp_path / "plain.th")
    with pytest.raises(BadArgument, match="--sha256"):
        converted(path, tmp_path / "plain")
    converted(path, tmp_path / "plain", sha256=hashlib.sha256(path.read_bytes()).hexdigest().upper())
    assert (tmp_path / "plain" / "model.safetensors").exists()


@pytest.mark.parametrize("how", ["replaced", "written over"])
def test_what_is_read_is_what_was_checked_whatever_happens_to_the_file(tmp_path: Path, how: str) -> None:
    from safetensors import safe_open

    model = tiny()
    path = checkpoint(tmp_path, package(model))
    real = hashlib.sha256(path.read_bytes()).hexdigest()

    def swap(done: int, total: int, text: str) -> None:
        if "sealed" in text:
            if how == "replaced":
                path.unlink()
            path.write_bytes(b"something else, as long as one likes")

    card = convert.run({"path": str(path), "target": str(tmp_path / "tiny")}, swap)
    assert card["made_of"]["sha256"] == real
    with safe_open(tmp_path / "tiny" / "model.safetensors", framework="numpy") as file:
        assert all(np.array_equal(file.get_tensor(name), one.numpy()) for name, one in model.state_dict().items())


def test_a_card_tells_who_vouches_for_the_checkpoint(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = checkpoint(tmp_path, package(tiny()))
    digits = hashlib.sha256(path.read_bytes()).hexdigest()
    by = {"own name": converted(path, tmp_path / "a"), "given": converted(path, tmp_path / "b", sha256=digits)}
    monkeypatch.setattr(convert, "known", lambda: {"tiny": Checkpoint("tiny", path.name, 1, "a network", "MIT")})
    by["published"] = converted(path, tmp_path / "c")
    assert {kind: card["made_of"]["checked"] for kind, card in by.items()} == {kind: kind for kind in by}


def test_what_a_library_leaves_behind_is_no_part_of_the_model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "paths").mkdir()
    (tmp_path / "paths" / "sitecustomize.py").write_text(
        "import pathlib, tempfile\n(pathlib.Path.home() / 'cached').write_text('mine')\ntempfile.mkstemp()\n"
    )
    here = os.pathsep.join([str(tmp_path / "paths"), *sys.path])
    monkeypatch.setenv("PYTHONPATH", here)
    converted(checkpoint(tmp_path, package(tiny())), tmp_path / "models" / "tiny")
    assert [path.name for path in (tmp_path / "models").iterdir()] == ["tiny"]
    files = sorted(path.name for path in (tmp_path / "models" / "tiny").iterdir())
    assert files == ["card.json", "model.safetensors"]


@pytest.mark.parametrize("cut", [0, 10, 20_000])
def test_a_checkpoint_that_is_cut_short_is_damaged(tmp_path: Path, cut: int) -> None:
    data = checkpoint(tmp_path, package(tiny())).read_bytes()[:cut]
    with pytest.raises(ModelDamaged):
        converted(named(tmp_path, "short", data), tmp_path / "short")
    assert not list(tmp_path.glob(".short*"))


def test_weights_of_another_shape_are_named(tmp_path: Path) -> None:
    content = package(tiny())
    content["kwargs"] = content["kwargs"] | {"bottom_channels": 32}
    with pytest.raises(ModelDamaged, match="do not fit"):
        converted(checkpoint(tmp_path, content), tmp_path / "other")


def test_another_class_is_refused(tmp_path: Path) -> None:
    content = package(tiny()) | {"klass": dict}
    with pytest.raises(ModelDamaged):
        converted(checkpoint(tmp_path, content), tmp_path / "other")


def test_a_full_disk_leaves_nothing(tmp_path: Path) -> None:
    path = checkpoint(tmp_path, package(tiny()))
    with full(100_000), pytest.raises((DiskFull, ModelDamaged)):
        converted(path, tmp_path / "tiny")
    assert {one.name for one in tmp_path.iterdir()} == {path.name}


@pytest.mark.parametrize(
    ("name", "content", "given", "kind", "words"),
    [
        ("gone-12345678.th", None, {}, NotFound, r"no such file: .*gone-12345678\.th"),
        ("plain.th", b"hello", {}, BadArgument, "names no checksum: keep the name that it was published under"),
        ("plain.th", b"hello", {"sha256": "12"}, BadArgument, "'12' is no SHA-256: give 8"),
        ("hello-2cf24dba.th", b"hello", {}, ModelDamaged, "damaged, cut short, or something else. `liveengine models`"),
    ],
)
def test_what_is_no_checkpoint_is_told_with_what_to_do(  # noqa: PLR0917
    tmp_path: Path, name: str, content: bytes | None, given: dict[str, str], kind: type[Exception], words: str
) -> None:
    if content is not None:
        (tmp_path / name).write_bytes(content)
    with pytest.raises(kind, match=words):
        converted(tmp_path / name, tmp_path / "models" / "plain", **given)


def test_a_name_that_is_taken_is_told_with_the_command_that_frees_it(tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    with pytest.raises(BadArgument, match=r"is there already: `liveengine models remove demucs/mine`"):
        converted(tmp_path / "any.th", tmp_path / "mine")


def test_a_checkpoint_that_needs_more_memory_than_there_is_is_not_called_damaged(tmp_path: Path) -> None:
    said = json.dumps({"error": "it needs more than 3072 MiB of memory", "code": OutOfMemory.code}).encode()
    with pytest.raises(OutOfMemory, match=r"'wide.th' cannot be converted: it needs more than 3072 MiB"):
        convert._judged(tmp_path / "wide.th", subprocess.CompletedProcess([], 1, stdout=said, stderr=b""))
