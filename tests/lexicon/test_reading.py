from collections import defaultdict
from pathlib import Path

import pytest

from liveengine.config import BadConfig
from liveengine.lexicon import reading, text
from liveengine.lexicon.dictionary import dictionary
from liveengine.lexicon.reading import lexicon
from liveengine.sound.names import categories

MEASURED = frozenset(
    """dark bright warm cold short long punchy soft hard noisy tonal clean distorted dry wet deep high fast slow busy
    sparse wide mono moving static rising falling loud metallic wooden boomy thin""".split()  # noqa: SIM905
)


def write(root: Path, table: str) -> Path:
    folder = root / "lexicon"
    folder.mkdir(exist_ok=True)
    (folder / "own.toml").write_text(table, "utf-8")
    return root


def test_the_shipped_lexicon_is_wide() -> None:
    kinds: dict[str, int] = defaultdict(int)
    for concept in lexicon().concepts.values():
        kinds[concept.kind] += 1
    assert kinds["words"] >= 120
    assert kinds["things"] >= 300
    assert kinds["genres"] >= 60
    assert kinds["machines"] >= 20


def test_every_concept_has_a_word_in_both_languages_and_a_category_that_exists() -> None:
    for name, concept in lexicon().concepts.items():
        assert concept.spellings["en"], name
        assert concept.spellings["de"] or concept.nouns["de"], name
        assert set(concept.categories) <= set(categories()), name
        assert concept.kind != "things" or concept.categories, name


def test_no_spelling_has_two_meanings() -> None:
    assert {spelling: names for spelling, names in meanings("spellings").items() if len(names) > 1} == {}
    assert {spelling: names for spelling, names in meanings("nouns").items() if len(names) > 1} == {}
    assert "" not in meanings("spellings")


def test_a_noun_that_stands_alone_as_something_else_is_a_thing() -> None:
    alone, concepts = meanings("spellings"), lexicon().concepts
    both = {spelling: alone[spelling] - names for spelling, names in meanings("nouns").items() if spelling in alone}
    others = {name for names in both.values() for name in names if concepts[name].kind != "things"}
    assert others == {"futuristic"}  # "space pad", but "with space"


def meanings(of: str) -> dict[str, set[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for name, concept in lexicon().concepts.items():
        for written in getattr(concept, of).values():
            for spelling in written:
                found[text.phrase(spelling)].add(name)
    return found


def test_what_is_measured_is_a_concept() -> None:
    assert set(lexicon().concepts) >= MEASURED
    assert set(categories()) - {"other"} <= set(lexicon().concepts)


def test_the_users_own_file_adds_and_replaces(tmp_path: Path) -> None:
    own = write(
        tmp_path,
        """
        [words]
        schmackhaft = { de = ["schmackhaft"], axes = { punch = 0.8 }, from = ["punchy warm"] }
        [things]
        dark = { en = ["dark star"], category = "synth" }
        [grammar]
        not = ["nix"]
        """,
    )
    known = lexicon(own)
    assert "schmackhaft" in known.closed({"punchy", "warm"})
    assert known.concepts["dark"].kind == "things"
    assert "nix" in known.grammar["not"]
    assert "not" in known.grammar["not"]
    found = dictionary(own).look_up("schmackhafter")
    assert found
    assert found.name == "schmackhaft"
    assert dictionary().look_up("schmackhafter") is None


@pytest.mark.parametrize(
    ("table", "told"),
    [
        ("[words", "own.toml"),
        ("[wrds]\na = {en = ['a']}", "unknown table [wrds]"),
        ("[words]\nzak = 3", "words.zak = 3 is no concept"),
        ("[words]\nzak = {en = 'zak'}", "zak: en = 'zak' must be a list of words"),
        ("[words]\nzak = {axes = {punch = 0.5}}", "zak: no spelling; add en"),
        ("[words]\nzak = {en = ['zak'], axs = {}}", "zak: unknown key 'axs'; did you mean 'axes'?"),
        ("[words]\nzak = {en = ['zak'], axes = {pnch = 0.5}}", "zak: unknown axis 'pnch'; did you mean 'punch'?"),
        ("[words]\nzak = {en = ['zak'], axes = {punch = 2}}", "zak: axes.punch = 2 must be a target 0..1"),
        ("[words]\nzak = {en = ['zak'], implies = ['drak']}", "zak: implies: unknown concept 'drak'"),
        ("[words]\nzak = {en = ['zak'], from = ['dark shrt']}", "unknown concept 'shrt'; did you mean 'short'?"),
        ("[things]\nzak = {en = ['zak'], category = 3}", "zak: category = 3 must be a name"),
        ("[genres]\nzak = {en = ['zak'], tempo = 5000}", "zak: tempo = 5000 must lie in 20..999"),
    ],
)
def test_a_mistake_names_file_concept_value_and_remedy(tmp_path: Path, table: str, told: str) -> None:
    with pytest.raises(BadConfig) as error:
        lexicon(write(tmp_path, table))
    assert "own.toml" in str(error.value)
    assert told in str(error.value)


def test_the_files_are_read_in_a_fixed_order(tmp_path: Path) -> None:
    names = [path.name for path in reading.files(write(tmp_path, ""))]
    assert names == ["axes.toml", "genres.toml", "grammar.toml", "things.toml", "words.toml", "own.toml"]
