"""Compile the kernel afresh and count what the audio thread must not do: python -m tests.engine.llvm writes JSON."""

import json
import re
import sys

import numpy as np

from liveengine.engine import gather, pcm, summing
from liveengine.engine.compile import Code
from liveengine.engine.kernel import block as kernel
from liveengine.engine.kernel import ring
from liveengine.engine.kernel.jit import FUNCTIONS
from liveengine.engine.memory import Capacity, on_heap

FORBIDDEN = ("NRT_Allocate", "NRT_MemInfo_alloc", "numba_gil_ensure")


def bodies(text: str) -> str:
    """Return the functions of a module without numba's shells for Python and C, which the audio thread never enters."""
    functions = re.findall(r"^define .*?^}", text, re.MULTILINE | re.DOTALL)
    return "\n".join(
        body for body in functions if not re.match(r"define \w* ?\w* ?ptr @_ZN7cpython|define .*@cfunc\.", body)
    )


def main() -> None:
    """Write {function: {"code": characters, "vector": numbers side by side, forbidden name: count}}."""
    memory = on_heap(Capacity(tracks=1, buses=1, voices=1, pool_bytes=1 << 12), 8)
    kernel.advance(memory, np.zeros((memory.rows, 1), np.float32), 1)
    kernel.recover(memory)
    code = Code()
    for compile_parts in (code.voices, code.records, code.block, code.clips):
        compile_parts()  # for the very types that the kernel calls them with: else they are compiled twice
    sound = np.zeros((4, 1), np.float32)
    summing.aim(memory, 1.0, 1)
    summing.total(memory, sound, 0, 1)
    words, bytes_ = np.zeros((1, 2), np.int16), np.zeros((1, 4), np.uint8)
    gather.begin(sound, 1)
    gather.gather(np.zeros(0, gather.FILE), 0, 0, 1, bytes_[0], words[0], sound, 0, sound)
    pcm.quantise16(sound, 0, 0, 1, 0, words[0])
    pcm.quantise24(sound, 0, 0, 1, 0, np.zeros(6, np.uint8))
    ring.post(memory.header, 0, ring.peek(memory.header, 0))
    report = {}
    for function in FUNCTIONS:
        for result in function.overloads.values():
            text = bodies(str(result.library._final_module))
            facts = {name: text.count(name) for name in FORBIDDEN}
            facts["code"] = len(text)
            facts["vector"] = max([int(n) for n in re.findall(r"<(\d+) x (?:float|i32)>", text)], default=1)
            name = f"{function.py_func.__module__}.{function.py_func.__name__}"
            assert name not in report, f"{name} is compiled twice"
            report[name] = facts
    sys.stdout.write(json.dumps(report))


if __name__ == "__main__":
    main()
