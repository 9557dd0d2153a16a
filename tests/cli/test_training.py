import json
from pathlib import Path

import pytest

from liveengine.cli.main import run


def model(library: Path, epochs: int = 30, **wrong: object) -> None:
    """Losses as a training writes them."""
    rows = [
        {"epoch": n + 1, **{who: {"total": 1e-3 / (n + 1), "reconstruction": 4e-4 / (n + 1), "divergence": 200.0 + n}
                            for who in ("taught", "held_out")}}
        for n in range(epochs)
    ]  # fmt: skip
    folder = library / "models" / "vae" / "kick"
    folder.mkdir(parents=True)
    (folder / "losses.json").write_text(
        json.dumps(
            {"category": "kick", "kept_epoch": epochs - 2, "losses": rows, "without": {"mean": 1e-2, "principal": 1e-4}}
            | wrong
        )
    )


def test_the_losses_are_told_as_a_table_with_the_kept_epoch(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    model(tmp_path)
    assert run(["train", "plot", "kick", "--library", str(tmp_path)]) == 0
    told = capsys.readouterr().out
    assert "28 kept" in told
    assert "1.60" in told  # 80 dB * sqrt(4e-4)
    assert "mean picture alone: 8.00 dB" in told
    assert "principal pictures alone: 0.80 dB" in told
    assert len(told.splitlines()) < 30


@pytest.mark.parametrize("dark", [[], ["--dark"]])
def test_the_losses_are_drawn(tmp_path: Path, dark: list[str]) -> None:
    pytest.importorskip("matplotlib", reason="install matplotlib")
    model(tmp_path)
    picture = tmp_path / "losses.png"
    assert run(["train", "plot", "kick", "--library", str(tmp_path), "--output", str(picture), *dark]) == 0
    assert picture.stat().st_size > 10_000


def test_as_json_the_losses_are_what_was_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    model(tmp_path, 4)
    assert run(["train", "plot", "kick", "--library", str(tmp_path), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["kept_epoch"] == 2


def test_without_a_model_or_with_a_damaged_one_it_is_said_what_to_do(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["train", "plot", "kick", "--library", str(tmp_path)]) != 0
    assert "liveengine train category kick" in capsys.readouterr().err
    model(tmp_path, losses=[])
    assert run(["train", "plot", "kick", "--library", str(tmp_path)]) != 0
    assert "train it anew" in capsys.readouterr().err


def test_a_category_with_too_few_stems_says_how_many_are_needed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["train", "category", "kick", "--library", str(tmp_path)]) != 0
    told = capsys.readouterr().err
    assert "kick needs at least 8 stems" in told
    assert "there are 0" in told
    assert run(["train", "all", "--library", str(tmp_path)]) != 0
    assert "no category has the 8 stems" in capsys.readouterr().err
