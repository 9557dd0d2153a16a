from pathlib import Path
from typing import Any

import pytest

from liveengine.cli import descent, lineage, screen
from tests.cli.test_report import size


def relative(stem: int, of: int, generation: int, share: float = 1.0, **more: Any) -> dict[str, Any]:
    """Return a row as `/stem/{stem}/lineage` tells it."""
    told = {"title": f"stem {stem}", "category": "kick", "provenance": "generated", "made_by": "", "there": True}
    plain: dict[str, Any] = {"model": "", "seed": None, "terms": {}}
    return {"stem": stem, "of": of, "generation": generation, "share": share} | told | plain | more


MODEL = "vae-kick-1a2b3c4d"
TOLD = relative(40, 0, 0, made_by="generate", model=MODEL, seed=7, terms={"mode": "hybrid"}) | {
    "parents": [
        relative(12, 40, 1, 0.7, provenance="separated", made_by="separate", model="embedded"),
        relative(13, 40, 1, 0.3, provenance="original"),
        relative(3, 12, 2, provenance="original", category="other"),
    ],
    "children": [
        relative(51, 40, 1, 0.8, made_by="mutate", terms={"amount": 0.4}),
        relative(60, 51, 2, provenance="", category="", there=False),
    ],
}


def said(told: dict[str, Any], capsys: pytest.CaptureFixture[str]) -> list[str]:
    screen.console().print(lineage.tree(told))
    return [line.lstrip("│├└─ ") for line in capsys.readouterr().out.splitlines()]


def test_parents_go_up_and_children_down_each_with_how_it_was_made(capsys: pytest.CaptureFixture[str]) -> None:
    assert said(TOLD, capsys) == [
        "40  stem 40 (generated kick)",
        "generated (mode hybrid, with vae-kick-1a2b3c4d, seed 7) from",
        "70% of 12  stem 12 (separated kick)",
        "separated (with embedded) from",
        "100% of 3  stem 3 (original other)",
        "30% of 13  stem 13 (original kick)",
        "what was made of it",
        "51  stem 51 (generated kick): mutated (amount 0.4) from it, 80%",
        "60  stem 60 (deleted): made from it, 100%",
    ]


def test_what_has_no_parents_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    alone = relative(1, 0, 0, provenance="original") | {"parents": [], "children": []}
    assert said(alone, capsys)[1] == "made by nobody here: it came in as a file"
    random = relative(2, 0, 0, made_by="generate", seed=3) | {"parents": [], "children": []}
    assert said(random, capsys)[1] == "generated (seed 3)"


def test_a_parent_of_two_is_told_below_both_but_its_own_parents_once(capsys: pytest.CaptureFixture[str]) -> None:
    shared = [relative(2, 1, 1), relative(3, 1, 1), relative(4, 2, 2), relative(4, 3, 2), relative(5, 4, 3)]
    told = relative(1, 0, 0) | {"parents": shared, "children": []}
    lines = said(told, capsys)
    assert sum("of 4 " in line for line in lines) == 2
    assert sum("of 5 " in line for line in lines) == 1


def test_a_whole_track_is_no_stem_and_stands_before_what_was_separated_from_it(
    capsys: pytest.CaptureFixture[str],
) -> None:
    terms = {"track": "night drive", "hash": "ab", "part": "drums"}
    parts = [
        relative(12, 40, 1, 0.5, provenance="separated", made_by="separate", terms=terms),
        relative(13, 40, 1, 0.5, provenance="separated", made_by="separate", terms=terms | {"part": "bass"}),
    ]
    told = lineage.whole(relative(40, 0, 0, made_by="generate") | {"parents": parts, "children": []})
    assert said(told, capsys) == [
        "40  stem 40 (generated kick)",
        "generated from",
        "50% of 12  stem 12 (separated kick)",
        "separated (part drums) from",
        "100% of night drive (whole track)",
        "50% of 13  stem 13 (separated kick)",
        "separated (part bass) from",
        "100% of night drive (whole track)",
    ]
    boxes = descent.placed(told)
    assert boxes[-1].title + boxes[-1].lines == ("night drive", "whole track · original")
    assert len(boxes) == 4


def test_generations_stand_side_by_side_from_the_oldest() -> None:
    boxes = descent.placed(TOLD)
    columns = sorted({box.x for box in boxes.values()})
    assert [sorted(b.stem for b in boxes.values() if b.x == x) for x in columns] == [[3], [12, 13], [40], [51], [60]]
    assert boxes[40].here
    assert boxes[40].title + boxes[40].lines == ("40  stem 40", "kick · generated hybrid", "vae-kick-1a2b3c4d · seed 7")
    assert boxes[60].title + boxes[60].lines == ("60  stem 60", "deleted")


def test_of_a_large_family_as_many_are_drawn_as_fit() -> None:
    told = relative(1, 0, 0) | {"parents": [], "children": [relative(n, 1, 1) for n in range(2, 102)]}
    assert len(descent.placed(told)) == 1 + descent.MOST
    long = TOLD | {"title": "traum percussion fast driving tribal x groovy organic and more of all that 0008"}
    title = descent.placed(long)[40].title
    assert len(title) == 2
    assert title[0] == "40  traum percussion fast"
    assert title[1].endswith("…")


@pytest.mark.parametrize("dark", [False, True])
def test_it_is_drawn_as_svg_and_png(tmp_path: Path, dark: bool) -> None:
    descent.draw(TOLD, tmp_path / "tree.svg", dark=dark)
    assert (tmp_path / "tree.svg").read_text("utf-8").startswith("<?xml")
    descent.draw(TOLD, tmp_path / "tree.png", dark=dark)
    assert size(tmp_path / "tree.png")[0] > 1_500
