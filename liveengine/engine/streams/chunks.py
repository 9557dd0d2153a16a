"""As fast as all cores go where no chunk needs the one before it: each is made by one core. Runs on: worker process.

What needs the chunk before it, the master's limiter, comes after that, in the chunks' order.
"""

from collections import deque
from collections.abc import Callable, Generator
from concurrent.futures import Future, ThreadPoolExecutor

import numpy as np

from liveengine.cores import cores
from liveengine.engine import summing
from liveengine.engine.memory import Memory
from liveengine.engine.streams.parallel import AHEAD, CHUNK, Piece, Sound

Fill = Callable[[Sound, int, int], None]


def render(fill: Fill, master: Memory, frames: int, hands: int = 0, chunk: int = CHUNK) -> Generator[Piece, None, None]:
    """Yield the master chunk by chunk; raises what `fill` raises.

    `fill(sound, first, frames)` writes frames `first` .. of the sum into the first columns of float32[2, chunk], on one
    of `hands` threads (0 = one per core). Chunks are begun in their order.
    """
    starts = range(0, frames, chunk)
    places = np.zeros((min((hands or cores()) + AHEAD, len(starts)), 2, chunk), np.float32)
    pool = ThreadPoolExecutor(hands or cores(), "chunk")

    def begin(number: int) -> Future[None]:
        first = starts[number]
        return pool.submit(fill, places[number % len(places)], first, min(chunk, frames - first))

    try:
        filled = deque(begin(number) for number in range(len(places)))
        for number, first in enumerate(starts):
            filled.popleft().result()
            sound, count = places[number % len(places)], min(chunk, frames - first)
            yield Piece(sound, 0, first, count, summing.total(master, sound, 0, count))
            if number + len(places) < len(starts):
                filled.append(begin(number + len(places)))
    finally:
        pool.shutdown(cancel_futures=True)
