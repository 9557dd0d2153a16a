import asyncio
import sqlite3
from pathlib import Path

from liveengine.cli.benches import Task, taste
from liveengine.cli.figure import Figure, Note
from tests.stems.test_opinions import filled


def test_the_worth_of_feedback_is_measured_on_the_library_of_the_user_too(tmp_path: Path) -> None:
    asyncio.run(filled(tmp_path, 4 * taste.LEAST + 3))
    file = tmp_path / "processed_database" / "stems.db"
    task = Task(quick=True, library=str(tmp_path))
    names = {found.figure for found in taste.run(task) if isinstance(found, Figure)}
    said = {"taste.gain", "taste.harm", "taste.cost", "taste.users_gaining"}
    assert names == said | {"taste.silent_gain", "taste.silent_untimed_gain"}  # all are kicks
    with sqlite3.connect(file) as connection:
        for rest, category in enumerate(("bass", "synth", "atmo")):
            connection.execute("UPDATE stems SET category = ? WHERE id % 4 = ?", (category, rest))
    connection.close()
    names = {found.figure for found in taste.run(task) if isinstance(found, Figure)}
    assert {"taste.own.gain", "taste.own.harm", "taste.own.cost", "taste.own.users_gaining"} < names


def test_without_a_library_a_note_says_so(tmp_path: Path) -> None:
    notes = [found for found in taste.run(Task(quick=True, library=str(tmp_path))) if isinstance(found, Note)]
    assert "--library" in notes[0].note
