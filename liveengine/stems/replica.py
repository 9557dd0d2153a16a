"""A library to look at without touching it: its database copied as it is now, without its audio. Runs on: event loop.

A daemon may be at work on the library meanwhile: SQLite's own backup is of one moment. What was under way is not gone
on with in the copy.
"""

import shutil
from pathlib import Path

import aiosqlite

from liveengine.errors import NotFound
from liveengine.stems.connect import connect, translated
from liveengine.stems.db import Database

DATABASE = Path("processed_database") / "stems.db"
SETTINGS = ("config.toml", "categories.toml")


async def copy(root: Path, target: Path) -> None:
    """Write the copy below `target`, with the settings and the models linked; raises NotFound, Damaged, DiskFull."""
    source, file = root / DATABASE, target / DATABASE
    if not source.is_file():
        raise NotFound(f"no library at {root}; `liveengine ingest PATH` or `liveengine demo` makes one there")
    file.parent.mkdir(parents=True, exist_ok=True)
    reader = await connect(source, writer=False)
    try:
        with translated(source):
            async with aiosqlite.connect(file) as written:
                await reader.backup(written)
    finally:
        await reader.close()
    for name in SETTINGS:
        if (root / name).is_file():
            shutil.copyfile(root / name, target / name)
    words(root, target)
    if (root / "models").is_dir() and any((root / "models").iterdir()):
        (target / "models").symlink_to((root / "models").resolve(), target_is_directory=True)
    await _rest(file)


def words(root: Path, target: Path) -> None:
    """Copy the user's own lexicon, if there is one."""
    if (root / "lexicon").is_dir():
        shutil.copytree(root / "lexicon", target / "lexicon", dirs_exist_ok=True)


async def _rest(file: Path) -> None:
    """End the jobs that the copy would go on with."""
    database = await Database.open(file)
    try:
        async with database.transaction() as change:
            for job in await database.reading.open_jobs():
                await change.end_job(job.id, "cancelled")
    finally:
        await database.close()
