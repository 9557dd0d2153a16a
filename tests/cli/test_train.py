import pytest

from liveengine.cli.main import run


@pytest.mark.parametrize("wrong", [["--clips", "0"], ["--epochs", "0"], ["--epochs", "nan"], ["--workers", "-1"]])
def test_a_number_that_makes_no_model_is_refused_before_anything_is_made(
    wrong: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["train", "embedder", *wrong]) != 0
    assert wrong[0] in capsys.readouterr().err
