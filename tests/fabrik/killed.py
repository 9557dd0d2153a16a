"""A daemon that dies of SIGKILL while it enters a stem: `python -m tests.fabrik.killed FOLDER before|after`."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import NoReturn

from liveengine.fabrik import entering
from liveengine.stems.db import Transaction
from liveengine.stems.placing import Placing
from tests.fabrik.made import beep, made
from tests.stems.conftest import chosen, opened


def die(*_: object) -> NoReturn:
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError


async def main(root: Path, when: str) -> None:
    async with opened(root, chosen(1)) as library:
        if when == "before":

            @asynccontextmanager
            async def transaction() -> AsyncIterator[Transaction]:
                async with real() as change:
                    yield change
                    die()

            real = library.db.transaction
            library.db.transaction = transaction  # type: ignore[method-assign]
        else:
            Placing.done = die  # type: ignore[assignment,method-assign]
        await entering.enter(library, [made(beep(library.staging / "one.wav"), title="One")])


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), sys.argv[2]))
