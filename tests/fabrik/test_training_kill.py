"""A training whose daemon is killed again and again comes to its end, as long as an epoch is kept in between."""

import asyncio
import signal
import subprocess
import sys
from pathlib import Path

import pytest
import soundfile

from liveengine.fabrik.training import KIND, Training
from tests.fabrik.schooled import LONG
from tests.ml.vae.stems import kick
from tests.stems.conftest import chosen, opened


def test_kills_of_the_daemon_do_not_set_a_training_aside_that_gets_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asyncio.run(_settled(tmp_path))
    monkeypatch.setattr("liveengine.stems.queue.TRIES", 2)
    for _ in range(2):
        ended = subprocess.run([sys.executable, "-m", "tests.fabrik.schooled", str(tmp_path)], capture_output=True)
        assert ended.returncode == -signal.SIGKILL, ended.stderr.decode()
    assert asyncio.run(_gone_on(tmp_path)) == "running"


async def _settled(root: Path) -> None:
    paths = [root / "in" / f"Kick {seed}.wav" for seed in range(8)]
    paths[0].parent.mkdir()
    for seed, path in enumerate(paths):
        soundfile.write(path, kick(seed).T, 48_000, subtype="PCM_24")
    async with opened(root, chosen(1), *paths):
        pass


async def _gone_on(root: Path) -> str:
    """Return the state of the training once the daemon is there again."""
    async with opened(root, chosen(1)) as library:
        await Training(library, LONG).register()
        (job,) = await library.queue.all(kind=KIND)
        while (now := await library.queue.get(job.id)).state == "queued":
            await asyncio.sleep(0.02)
        return now.state
