"""Opens SQLite as the library wants it, and says in words what went wrong with it. Runs on: event loop."""

import hashlib
import sqlite3
import struct
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import aiosqlite

from liveengine.errors import DiskFull, Full, Unavailable

BUSY_MS = 15_000  # how long a statement waits for another process's lock
WAL_LIMIT = 64 << 20  # bytes that the write-ahead log keeps after a checkpoint

Value = int | float | str | bytes | None


class Busy(Full):
    """Another process holds the library's lock."""

    code = "library_busy"


class Damaged(Unavailable):
    """The library's file is not readable as a library, or a row is not what was written."""

    code = "library_damaged"


async def connect(file: Path, *, writer: bool) -> aiosqlite.Connection:
    """Return a connection in WAL mode; each commit of the writer is on disk before it returns."""
    with translated(file):
        connection = await aiosqlite.connect(file, isolation_level=None, timeout=BUSY_MS / 1000)
        try:
            connection.row_factory = sqlite3.Row
            # Of a new file; of 32 KiB, 31 vectors of 512 float16 leave 1 % over, of 16 KiB 15 of them leave 4 %.
            await connection.execute("PRAGMA page_size = 32768")
            await connection.execute("PRAGMA journal_mode = WAL")
            await connection.execute("PRAGMA synchronous = FULL")
            await connection.execute("PRAGMA foreign_keys = ON")
            await connection.execute("PRAGMA journal_size_limit = 67108864")  # WAL_LIMIT
            if not writer:
                await connection.execute("PRAGMA query_only = ON")
        except BaseException:
            await connection.close()
            raise
    return connection


@contextmanager
def translated(file: Path) -> Iterator[None]:
    """Turn SQLite's errors into the library's: DiskFull, Busy, Damaged, each with its remedy."""
    try:
        yield
    except sqlite3.Error as error:
        code = getattr(error, "sqlite_errorcode", 0) & 0xFF
        if code == sqlite3.SQLITE_FULL:
            raise DiskFull(f"the disk of {file} is full; reading and playing go on; make room and repeat") from error
        if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
            raise Busy(f"{file} is locked by another process for {BUSY_MS // 1000} s; end it and repeat") from error
        if code in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
            raise Damaged(f"{file} is damaged ({error}); put a backup in its place, or ingest again") from error
        if code in (sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY):
            raise Damaged(f"{file} cannot be used ({error}); check the disk and the rights on the folder") from error
        raise


def seal(row: Mapping[str, Value]) -> bytes:
    """Return BLAKE2b-64 over a row's values by column name, without `id`, `row_hash` and what is NULL.

    NULLs are left out so that a migration may add a column without touching every row.
    """
    digest = hashlib.blake2b(digest_size=8)
    for name in sorted(row):
        value = row[name]
        if value is not None and name not in ("id", "row_hash"):
            digest.update(_bytes(name) + _bytes(value))
    return digest.digest()


def _bytes(value: Value) -> bytes:
    """Return the value with its type and length in front, so that no two rows have the same bytes."""
    if isinstance(value, bytes):
        kind, body = b"b", value
    elif isinstance(value, int | float):
        kind, body = b"n", struct.pack(">d", value + 0.0)  # a REAL column gives 4 back as 4.0, and -0.0 as 0.0
    else:
        kind, body = b"s", str(value).encode("utf-8", "surrogatepass")
    return kind + struct.pack(">I", len(body)) + body
