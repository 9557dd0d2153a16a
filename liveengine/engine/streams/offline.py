"""As fast as it goes: the same kernel without a device. Runs on: worker process, tests."""

import numpy as np
import numpy.typing as npt

from liveengine.engine.kernel.block import advance
from liveengine.engine.memory import Memory
from liveengine.engine.positions import COMMAND_WRITE, COMMITTED, peek, post

Sound = npt.NDArray[np.float32]


def render(memory: Memory, frames: int, block: int = 1024) -> Sound:
    """Return float32[rows, frames] of the next frames, rendered in blocks; rows as in `kernel.block`.

    Nothing takes the events out of the ring: with more of them than it holds, the later ones are lost.
    """
    sound = np.empty((memory.rows, frames), np.float32)
    for first in range(0, frames, block):
        piece = np.empty((len(sound), min(block, frames - first)), np.float32)
        advance(memory, piece, piece.shape[1])
        sound[:, first : first + piece.shape[1]] = piece
    return sound


def replay(memory: Memory, records: npt.NDArray[np.void], frames: int, block: int = 1024) -> Sound:
    """Return the sound of a journal: COMMAND records in the order in which they took effect, each with its exact frame.

    Each goes into the ring when its frame has come, so that none is changed by what took effect before it. Nothing
    takes the events.
    """
    sound = np.empty((memory.rows, frames), np.float32)
    bank = memory.bank[peek(memory.header, COMMITTED) & 1]
    due = np.maximum.accumulate(records["frame"]) - bank["frame"]
    fed = done = 0
    while done < frames:
        ready = np.searchsorted(due, done, "right") - fed
        fed += _feed(memory, records[fed : fed + ready])
        free = due[fed] - done if fed < len(due) else frames
        count = int(min(frames - done, max(free, 0)))
        sound[:, done : done + count] = render(memory, count, block) if count else render_nothing(memory)
        done += count
    return sound


def _feed(memory: Memory, records: npt.NDArray[np.void]) -> int:
    """Put as many records into the ring as it holds; return how many."""
    size = len(memory.commands)
    write = int(memory.header["command_write"][0])
    count = min(len(records), size)
    memory.commands[(write + np.arange(count)) & (size - 1)] = records[:count]
    post(memory.header, COMMAND_WRITE, write + count)
    return count


def render_nothing(memory: Memory) -> Sound:
    """Take the records without moving on; return float32[rows, 0]."""
    nothing = np.empty((memory.rows, 0), np.float32)
    advance(memory, nothing, 0)
    return nothing
