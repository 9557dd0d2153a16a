"""A daemon that dies of SIGKILL while it trains, an epoch after it began: `python -m tests.fabrik.schooled FOLDER`."""

import asyncio
import os
import signal
import sys
from pathlib import Path

from liveengine.fabrik.training import FOLDER, Training
from liveengine.stems import work
from tests.fabrik.test_training import TERMS
from tests.stems.conftest import chosen, opened

work.KEPT_S = 0.05
LONG = TERMS | {"epochs": 1_000, "patience": 1_000}


def kept(root: Path) -> list[int]:
    """When each checkpoint was written, in nanoseconds."""
    return [file.stat().st_mtime_ns for file in (root / FOLDER).glob(".*.training/epoch.safetensors")]


async def main(root: Path) -> None:
    async with opened(root, chosen(1)) as library:
        training = Training(library, LONG)
        before = kept(root)
        under_way = await library.db.reading.open_jobs()
        await training.register()
        job = under_way[0].id if under_way else (await training.train("kick")).job
        while kept(root) == before or (await library.queue.get(job)).attempts < 1:
            await asyncio.sleep(0.02)
        await asyncio.sleep(0.5)
        os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1])))
