"""Named, ordered, recorded migrations; a backup before the first that is new. Runs on: event loop, at start."""

import hashlib
import re
import sqlite3
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import aiosqlite

from liveengine.errors import CannotStart

HERE = Path(__file__).parent


class OtherVersion(CannotStart):
    """The library was written by a version that this one knows nothing of."""

    code = "library_of_other_version"
    exit_code = 65


@dataclass(frozen=True, slots=True)
class Migration:
    """One step of the schema: its name is recorded in the library once it is done."""

    name: str
    script: str

    def statements(self) -> Iterator[str]:
        """Iterate over the script's statements (sqlite3's executescript would commit in between)."""
        statement = ""
        for piece in re.sub(r"--[^\n]*", "", self.script).split(";")[:-1]:
            statement += piece + ";"  # a trigger holds semicolons of its own
            if sqlite3.complete_statement(statement):
                yield statement
                statement = ""


def shipped() -> list[Migration]:
    """Return the migrations of this version, oldest first: schema.sql, then migrations/*.sql by name.

    As long as schema.sql may change, a hash of what it says is in its name: a library of another one is told from ours.
    """
    schema = Migration("", (HERE / "schema.sql").read_text("utf-8"))
    says = hashlib.blake2b("".join(schema.statements()).encode(), digest_size=4).hexdigest()
    first = Migration(f"0001_schema_{says}", schema.script)
    later = sorted((HERE / "migrations").glob("*.sql"))
    return [first, *(Migration(path.stem, path.read_text("utf-8")) for path in later)]


async def migrate(connection: aiosqlite.Connection, file: Path, migrations: Sequence[Migration]) -> list[str]:
    """Bring the library up to date and return the names of the steps done now.

    Each step and its record are one transaction, so a kill leaves the library before or after it. Before the first new
    step of a library in use, a copy goes to `<file>.before-<step>`. Raises OtherVersion for a step unknown here.
    """
    await connection.execute(
        "CREATE TABLE IF NOT EXISTS migrations (name TEXT PRIMARY KEY, applied_at REAL NOT NULL) WITHOUT ROWID"
    )
    rows = await connection.execute_fetchall("SELECT name FROM migrations")
    done = {str(row[0]) for row in rows}
    if unknown := done - {step.name for step in migrations}:
        raise OtherVersion(
            f"{file} was written by another version (unknown step {min(unknown)}); install that version, begin a new "
            f"library with --library (your files are where they were), or open a backup: "
            f"{', '.join(sorted(p.name for p in file.parent.glob(file.name + '.before-*'))) or 'none is there'}"
        )
    new = [step for step in migrations if step.name not in done]
    if new and done:
        await _backup(connection, file.with_name(f"{file.name}.before-{new[0].name}"))
    for step in new:
        await _apply(connection, step)
    return [step.name for step in new]


async def _backup(connection: aiosqlite.Connection, target: Path) -> None:
    """Write a whole copy next to the library; a half-written one from an earlier attempt is replaced."""
    part = target.with_name(target.name + ".part")
    part.unlink(missing_ok=True)
    async with aiosqlite.connect(part) as copy:
        await connection.backup(copy)
    part.replace(target)


async def _apply(connection: aiosqlite.Connection, step: Migration) -> None:
    await connection.execute("BEGIN IMMEDIATE")
    try:
        for statement in step.statements():
            await connection.execute(statement)
        await connection.execute("INSERT INTO migrations (name, applied_at) VALUES (?, ?)", (step.name, time.time()))
        await connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            await connection.execute("ROLLBACK")
        raise
