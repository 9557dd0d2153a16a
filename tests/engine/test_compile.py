"""What one process has compiled, another one reads."""

import json
import os
import subprocess
import sys
from pathlib import Path

PARTS = (
    "import json\n"
    "from liveengine.engine.compile import Code\n"
    "from liveengine.engine.kernel import follow, press\n"
    "Code().clips()\n"
    "parts = (follow.take, press.press, press.again)\n"
    "counts = [(part.stats.cache_hits, part.stats.cache_misses) for part in parts]\n"
    "print(json.dumps([[sum(hits.values()), sum(misses.values())] for hits, misses in counts]))"
)


def hits_and_misses(cache: Path) -> list[list[int]]:
    """Return for each of three parts how often a fresh process read it, and how often it compiled it."""
    env = os.environ | {"XDG_CACHE_HOME": str(cache), "LOCALAPPDATA": str(cache)}
    env.pop("NUMBA_CACHE_DIR", None)
    done = subprocess.run([sys.executable, "-c", PARTS], env=env, capture_output=True, text=True, check=True)
    found: list[list[int]] = json.loads(done.stdout)
    return found


def test_a_part_is_compiled_by_one_process_and_read_by_the_next(tmp_path: Path) -> None:
    assert hits_and_misses(tmp_path) == [[0, 1]] * 3
    assert hits_and_misses(tmp_path) == [[1, 0]] * 3
