"""A daemon that dies of SIGKILL while it dreams: `python -m tests.fabrik.sleepless FOLDER made|stored`."""

import asyncio
import os
import signal
import sys
from pathlib import Path
from typing import Any, NoReturn

from liveengine.fabrik.entering import Batch
from liveengine.fabrik.night import Night
from tests.fabrik.test_dreaming import bed


def die(*_: object, **__: object) -> NoReturn:
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError


async def stored_and_dead(self: Night, *given: Any) -> dict[str, Any]:
    await whole(self, *given)
    die()


whole = Night.of


async def main(root: Path, when: str) -> None:
    async with bed(root) as night:
        if when == "made":
            Batch.store = die  # type: ignore[method-assign]
        else:  # its stems have entered, and the job does not know it yet
            Night.of = stored_and_dead  # type: ignore[assignment, method-assign]
        await night.like(1, 2, 3, 4)
        await night.dream(most=3, seed=4)


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), sys.argv[2]))
