from pathlib import Path

import pytest

from liveengine.sound import origin
from liveengine.sound.names import categories
from liveengine.sound.riff import Broadcast, Chunks
from liveengine.sound.tags import Tags


def of(path: Path, tags: Tags | None = None, chunks: Chunks | None = None) -> dict[str, tuple[str, str]]:
    found = origin.of(path, tags or Tags(), chunks or Chunks(), categories()).plain()
    return {name: (one["value"], one["source"]) for name, one in found.items()}


@pytest.mark.parametrize(
    ("folders", "pack", "creator"),
    [
        ("Nadja - Nacht Werk/Kicks", "Nacht Werk", "Nadja"),
        ("Warehouse Tools/Loops/128bpm", "Warehouse Tools", None),
        ("drums/kick", None, None),
        ("Deep Cuts 2", "Deep Cuts 2", None),
    ],
)
def test_the_nearest_folder_that_tells_something_is_the_pack(
    folders: str, pack: str | None, creator: str | None
) -> None:
    found = of(Path("/samples") / folders / "a.wav")
    assert found.get("pack", (None,))[0] == pack
    assert found.get("creator", (None,))[0] == creator


def test_tags_win_over_chunks_and_chunks_over_folders() -> None:
    path = Path("/x/Some One - Pack/a.wav")
    chunks = Chunks(info={"IPRD": "From the chunk"}, broadcast=Broadcast(originator="Recorder"))
    assert of(path, Tags(creator="Nadja"), chunks) == {
        "creator": ("Nadja", "tag"),
        "pack": ("From the chunk", "chunk"),
    }
    assert of(path, None, chunks)["creator"] == ("Recorder", "chunk")


def test_a_licence_text_beside_or_above_is_read_and_named(tmp_path: Path) -> None:
    (tmp_path / "Pack" / "Kicks").mkdir(parents=True)
    path = tmp_path / "Pack" / "Kicks" / "a.wav"
    assert "licence" not in of(path)
    (tmp_path / "Pack" / "LICENSE.txt").write_text("Released under Creative Commons Zero, see below.")
    assert of(path)["licence"] == ("CC0", "LICENSE.txt")
    assert of(path, Tags(licence="CC BY 4.0"))["licence"] == ("CC BY 4.0", "tag")


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("https://creativecommons.org/licenses/by-nc/4.0/", "CC BY-NC"),
        ("Alle Rechte vorbehalten.", "all rights reserved"),
        ("100 % royalty-free samples", "royalty-free"),
        ("hello", None),
    ],
)
def test_licences_are_recognised(text: str, name: str | None) -> None:
    assert origin.named(text) == name


def test_the_librarys_own_folder_is_no_pack(tmp_path: Path) -> None:
    path = tmp_path / "fresh" / "raw_construction_kits" / "kit" / "a.wav"
    path.parent.mkdir(parents=True)
    inside = origin.of(path, Tags(), Chunks(), categories(), str(tmp_path / "fresh"))
    assert inside.pack is None
    assert origin.of(path, Tags(), Chunks(), categories()).pack == ("fresh", "folder")
