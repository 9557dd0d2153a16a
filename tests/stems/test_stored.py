import contextlib
import sqlite3
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from liveengine.stems.db import Database
from liveengine.stems.stored import number, split, stored
from tests.stems.test_db import add, stem

HASH = bytes(range(16))
COPY = f"processed_database/stems/kick/deep_kick-{HASH.hex()[:24]}.wav".encode()


async def told(tmp_path: Path, **said: Any) -> sqlite3.Row:
    db = await Database.open(tmp_path / "stems.db")
    await add(db, [stem(1) | said])
    row = await db.reading.stem(1)
    assert row is not None
    assert await db.reading.scrub() == {}
    await db.close()
    return row


def held(tmp_path: Path, column: str) -> Any:
    with contextlib.closing(sqlite3.connect(tmp_path / "stems.db")) as connection:
        return connection.execute(f"SELECT {column} FROM stems").fetchone()[0]  # noqa: S608 - a column of these tests


async def test_all_that_is_said_of_a_stem_comes_back(tmp_path: Path) -> None:
    said = {
        "loudness": -12.34, "peak": -0.01, "quality": 0.969, "mark": "ffeeddccbbaa9988", "provenance": "separated",
        "parent": 7, "root": 36, "downbeat": 0.125, "licence": "CC0", "pack": "kit", "creator": "me",
        "frames": 431_367, "created_at": 1_700_000_000.125, "updated_at": 1_700_000_009.5,
    }  # fmt: skip
    row = await told(tmp_path, **said)
    assert {name: row[name] for name in said} == said
    assert row["duration"] == 431_367 / 44_100
    assert row["state"] == "ready"


@pytest.mark.parametrize("hash", [HASH, bytes(16), None])
@pytest.mark.parametrize("path", [COPY, b"/music/\xff kick.wav", COPY + b".flac", b"processed_database/stems/1.wav"])
async def test_a_path_comes_back_to_the_byte(tmp_path: Path, path: bytes, hash: bytes | None) -> None:
    assert (await told(tmp_path, path=path, hash=hash))["path"] == path


async def test_of_a_copys_path_only_its_folder_and_name_are_held(tmp_path: Path) -> None:
    await told(tmp_path, path=COPY, hash=HASH)
    assert held(tmp_path, "path") == "kick/deep_kick"


async def test_a_folder_is_held_once(tmp_path: Path) -> None:
    db = await Database.open(tmp_path / "stems.db")
    sources = [b"/kits/\xff/a.wav", b"/kits/\xff/b.wav", b"/kits/c.wav", b"d.wav"]
    await add(db, [stem(number) | {"source": source} for number, source in enumerate(sources)])
    assert [row["source"] for row in await db.reading.stems(None, [], 9, 0)] == sources
    assert set(await db.reading.folders([b"/kits/\xff/", b"/kits/", b"", b"/none/"])) == {
        b"/kits/\xff/",
        b"/kits/",
        b"",
    }
    await db.close()


async def test_a_folder_that_has_rotted_is_found(tmp_path: Path) -> None:
    await told(tmp_path)
    with contextlib.closing(sqlite3.connect(tmp_path / "stems.db")) as connection, connection:
        connection.execute("UPDATE folders SET path = x'2f'")
    db = await Database.open(tmp_path / "stems.db")
    assert await db.reading.scrub() == {"folders": [1]}
    await db.close()


@given(some.binary(max_size=40))
def test_folder_and_name_are_the_source_again(source: bytes) -> None:
    folder, name = split(source)
    assert folder + name == source
    assert b"/" not in name


@pytest.mark.parametrize(("mark", "whole"), [("0", 0), ("7fffffffffffffff", 2**63 - 1), ("ffffffffffffffff", -1)])
def test_a_fingerprint_is_a_number_of_64_bits_with_a_sign(mark: str, whole: int) -> None:
    assert number(mark) == whole


def test_what_may_be_empty_may_be_left_out() -> None:
    said = {name: value for name, value in stem(1).items() if name not in ("bars", "loudness", "peak", "hash", "key")}
    row = stored(said, 1)
    assert {row[name] for name in ("bars", "loudness", "peak", "hash", "key", "quality", "parent")} == {None}
