import asyncio
import json
from pathlib import Path

import numpy as np
import pytest
import soundfile

from liveengine.cli import main, shelf
from liveengine.cli import relevance as picture
from liveengine.cli.benches import relevance
from liveengine.ml import labels
from liveengine.ml.relevance import Answers, evaluate
from liveengine.synth.kit import recipes, render
from tests.cli.test_report import size
from tests.ml.test_labels import ASKED


def test_without_a_folder_the_bench_says_which_audio_it_needs(capsys: pytest.CaptureFixture[str]) -> None:
    assert main.run(["bench", "relevance", "--json"]) == 64
    said = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert "relevance needs --audio DIR" in said["error"]["message"]
    assert "https://" in said["error"]["message"]


def test_a_folder_that_lacks_sounds_is_named_with_the_first_of_them(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main.run(["bench", "relevance", "--audio", str(tmp_path / "none")]) == 66
    assert "no folder" in capsys.readouterr().err
    assert main.run(["bench", "relevance", "--audio", str(tmp_path)]) == 66
    assert "lacks 195 of the 195 sounds of 'sonic-pi', the first 'ambi_choir'" in capsys.readouterr().err


def test_names_that_are_hidden_say_nothing_and_those_given_are_kept(tmp_path: Path) -> None:
    found = labels.parse("x", {"about": "", "source": "", "suffix": ".wav", "sounds": {"kick/a": "kick kick"}}, ASKED)
    (tmp_path / "kick").mkdir()
    soundfile.write(tmp_path / "kick" / "a.wav", np.zeros(8), 8000)
    assert list(shelf._write(found, tmp_path, tmp_path / "hidden", named=False)) == ["xvvvvvv.wav"]
    shelf._write(found, tmp_path, tmp_path / "named", named=True)
    assert (tmp_path / "named" / "kick" / "a.wav").is_file()


def test_the_librarys_own_search_answers_by_ear(tmp_path: Path) -> None:
    sounds = {}
    for recipe in [one for one in recipes(0) if one.one_shot and one.category in ("kick", "snare", "hihat")]:
        sounds[recipe.name] = f"{recipe.category} {recipe.category}"
        soundfile.write(tmp_path / f"{recipe.name}.wav", render(recipe), recipe.rate)
    table = {"about": "the starter kit", "source": "", "suffix": ".wav", "sounds": sounds}
    found = labels.parse("kit", table, ASKED)

    async def ask() -> tuple[object, ...]:
        async with shelf.fill(found, tmp_path) as shelved:
            return await shelved.answers(found), await shelved.embedding(found)

    heard, embedded = asyncio.run(ask())
    verdict = evaluate(found, heard)  # type: ignore[arg-type]
    assert verdict.figures["p_at_10.en"] > verdict.figures["chance"]
    assert set(heard.categories) == set(sounds)  # type: ignore[attr-defined]
    tables = relevance.beside({"heard": verdict, "embedding": evaluate(found, embedded)})  # type: ignore[arg-type]
    assert tables.columns == ["queries", "answered by", "en", "de", "chance"]
    assert [row[1] for row in tables.rows[:2]] == ["heard", "embedding"]
    assert relevance.worst(verdict.judged).rows


def test_of_what_is_asked_in_other_words_five_figures_are_told_and_no_sentence() -> None:
    sounds = {f"k{n}": "kick kick" for n in range(3)} | {"s": "snare snare"}
    known = labels.parse("x", {"about": "", "source": "", "sounds": sounds}, ASKED)
    verdict = evaluate(known, Answers({"kick": ["k0", "s", "k1"]}, {}, {}))
    told = list(relevance.paraphrased("relevance.x", verdict))
    assert [one.figure for one in told] == [
        f"relevance.x.paraphrased.{name}" for name in ("p_at_10", "p_at_10.en", "p_at_10.de", "sat1", "sat5")
    ]
    assert [one.value for one in told] == [0.3333, 0.6667, 0.0, 0.5, 0.0]  # two of three, and nothing in German


def test_the_picture_is_drawn_with_what_was_asked_in_other_words_and_without(tmp_path: Path) -> None:
    sounds = {f"k{n}": "kick kick" for n in range(4)} | {f"s{n}": "snare snare" for n in range(4)}
    known = labels.parse("x", {"about": "eight sounds", "source": "", "sounds": sounds}, ASKED)
    heard = evaluate(known, Answers({"kick": list(sounds)}, {}, dict.fromkeys(sounds, "kick")))
    for found in ({"heard": heard}, {"heard": heard, "paraphrased": heard}):
        picture.draw(known, found, tmp_path / "found.png")
        assert size(tmp_path / "found.png") == (1920, 1200)
