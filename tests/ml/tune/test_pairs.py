"""Which captions belong to which sounds, and what is said where that is not clear."""

from pathlib import Path

import pytest

from liveengine.errors import BadArgument
from liveengine.ml.tune import pairs

NAMES = [f"s{number:02d}.wav" for number in range(14)]


def folder(root: Path, names: list[str] = NAMES) -> Path:
    for name in names:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(b"RIFF")
    return root


def table(root: Path, rows: list[str], head: str = "file,caption", encoding: str = "utf-8") -> Path:
    (root / "captions.csv").write_bytes(("\n".join([head, *rows]) + "\n").encode(encoding))
    return root


def plain(names: list[str] = NAMES) -> list[str]:
    return [f"{name},word {number % 3}" for number, name in enumerate(names)]


@pytest.mark.parametrize("between", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_columns_are_found_by_name_whatever_stands_between_them(tmp_path: Path, between: str, encoding: str) -> None:
    rows = [between.join(("9", name, f"Gerät {number % 2}")) for number, name in enumerate(NAMES)]
    found = pairs.read(table(folder(tmp_path), rows, between.join(("id", " File", "CAPTION")), encoding))
    assert found.captions["s01.wav"] == ("Gerät 1",)
    assert len(found.captions) == 14


def test_a_sound_may_have_several_captions_of_both_kinds(tmp_path: Path) -> None:
    rows = [*plain(), 's00.wav,"deep, ""round"" blorp"', "s00.wav,word 0"]
    table(folder(tmp_path), rows)
    (tmp_path / "s00.txt").write_text("a blorp\n\n  two   words \n---\n", "utf-8-sig")
    assert pairs.read(tmp_path).captions["s00.wav"] == ("word 0", 'deep, "round" blorp', "a blorp", "two words")


def test_texts_beside_the_sounds_are_enough(tmp_path: Path) -> None:
    for number, name in enumerate(NAMES):
        (folder(tmp_path) / name).with_suffix(".txt").write_text(f"blorp {number}")
    assert pairs.read(tmp_path).captions["s03.wav"] == ("blorp 3",)


def test_a_file_is_known_by_its_path_its_name_or_its_name_without_the_ending(tmp_path: Path) -> None:
    names = [f"kicks/{name}" for name in NAMES] + ["hats/s00.wav", "Müll.WAV"]
    rows = [f"kicks\\{name.upper()},a {number}" for number, name in enumerate(NAMES)]
    rows += ["Mu\u0308ll,b", "s13.wav,c", "s00.wav,lost", "./hats/s00.wav,d"]
    found = pairs.read(table(folder(tmp_path, names), rows))
    assert found.captions["Müll.WAV"] == ("b",)
    assert found.captions["kicks/s13.wav"] == ("a 13", "c")
    assert found.captions["hats/s00.wav"] == ("d",)
    assert found.missing == ("s00.wav",)  # two have that name


def test_what_has_no_counterpart_is_counted_and_named(tmp_path: Path) -> None:
    table(folder(tmp_path, [*NAMES, "mute.wav", ".hidden.wav", "notes.pdf"]), [*plain(), "gone.wav,a", "gone.wav,b"])
    found = pairs.read(tmp_path)
    assert found.missing == ("gone.wav",)
    assert found.mute == 1


@pytest.mark.parametrize(
    ("rows", "head", "said"),
    [
        ([*plain()[:5], "x.wav,a"], "file,caption", r"5 of 14 sounds .* 12 are the fewest.*not there: x\.wav"),
        ([f"{name},blorp" for name in NAMES], "file,caption", "all 14 sounds have the same caption, 'blorp'"),
        (plain(), "name,what", r"must name the columns, such as `file,caption`; it is 'name,what'"),
        ([], "", "must name the columns"),
        (["s00.wav,\"" + "x" * 200_000 + "\""], "file,caption", "behind line 1: field larger than field limit"),
    ],
)  # fmt: skip
def test_a_table_of_no_use_is_refused_with_the_reason(tmp_path: Path, rows: list[str], head: str, said: str) -> None:
    with pytest.raises(BadArgument, match=said):
        pairs.read(table(folder(tmp_path), rows, head))


def test_a_caption_that_is_no_utf8_is_named_with_its_line(tmp_path: Path) -> None:
    table(folder(tmp_path), ["s00.wav,ok", "s01.wav,Gerät"], encoding="latin-1")
    with pytest.raises(BadArgument, match=r"captions\.csv is no UTF-8 text \(byte 0xe4 in line 3\)"):
        pairs.read(tmp_path)


def test_a_folder_without_sounds_or_captions_is_told_so(tmp_path: Path) -> None:
    with pytest.raises(BadArgument, match="no folder"):
        pairs.read(tmp_path / "none")
    with pytest.raises(BadArgument, match="holds no sound"):
        pairs.read(tmp_path)
    with pytest.raises(BadArgument, match=r"0 of 14 .* captions\.csv, or a text beside each \(kick\.wav, kick\.txt\)"):
        pairs.read(folder(tmp_path))


def test_a_loop_of_links_ends(tmp_path: Path) -> None:
    folder(tmp_path)
    (tmp_path / "again").symlink_to(tmp_path)
    (tmp_path / "linked.wav").symlink_to(tmp_path / "s00.wav")
    assert len(pairs.read(table(tmp_path, plain())).captions) == 14
