"""Python's access to the ring positions and the kernel's are the same words."""

import subprocess
import sys

from liveengine.engine import positions
from liveengine.engine.kernel import ring
from tests.engine.rig import Rig


def test_what_python_posts_the_kernel_loads_and_the_other_way_round() -> None:
    header = Rig().memory.header
    positions.post(header, positions.COMMAND_WRITE, 2**40 + 1)
    assert ring.peek(header, positions.COMMAND_WRITE) == 2**40 + 1
    ring.post(header, positions.EVENT_WRITE, -3)
    assert positions.peek(header, positions.EVENT_WRITE) == -3
    assert header["command_write"][0] == 2**40 + 1
    assert header["event_write"][0] == -3


def test_the_daemon_starts_without_the_compiler() -> None:
    heavy = ("torch", "transformers", "demucs", "librosa", "sklearn", "pandas", "scipy")
    unwanted = (*heavy, "numba", "llvmlite") if positions.ORDERED else heavy
    code = f"import sys, liveengine.daemon; print([name for name in {unwanted} if name in sys.modules])"
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert said.stdout == "[]\n"
