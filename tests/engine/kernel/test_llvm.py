"""What the compiler made of the kernel: no allocation, no GIL, vector code where samples are touched."""

import ast
import functools
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
ENGINE = ROOT / "liveengine" / "engine"
DECORATORS = {"realtime", "inner", "part", "hot", "loop", "reduction"}


@pytest.fixture(scope="module")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, int]]:
    """Facts about every function of the kernel, compiled afresh: code from the cache cannot be looked into."""
    env = os.environ | {"XDG_CACHE_HOME": str(tmp_path_factory.mktemp("cache")), "LOCALAPPDATA": ""}
    done = subprocess.run(
        [sys.executable, "-m", "tests.engine.llvm"], cwd=ROOT, env=env, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]
    facts: dict[str, dict[str, int]] = json.loads(done.stdout)
    return facts


@functools.cache
def written() -> set[str]:
    """Return the names of the compiled functions in the engine's own files (the streams' need a device's entry)."""
    names = set()
    for path in (*ENGINE.glob("*.py"), *(ENGINE / "kernel").glob("*.py")):
        module = ".".join(path.relative_to(ROOT).with_suffix("").parts)
        for node in ast.parse(path.read_text()).body:
            marks = getattr(node, "decorator_list", [])
            if any(isinstance(mark, ast.Name) and mark.id in DECORATORS for mark in marks):
                names.add(f"{module}.{getattr(node, 'name', '')}")
    return names


def test_every_function_of_the_kernel_is_in_the_report(compiled: dict[str, dict[str, int]]) -> None:
    assert written() == set(compiled)
    assert all(facts["code"] > 0 for facts in compiled.values())


@pytest.mark.parametrize("name", ["NRT_Allocate", "NRT_MemInfo_alloc", "numba_gil_ensure"])
def test_the_kernel_neither_allocates_nor_asks_for_the_gil(compiled: dict[str, dict[str, int]], name: str) -> None:
    assert {function: facts[name] for function, facts in compiled.items() if facts[name]} == {}


@pytest.mark.parametrize(
    "name",
    [*(f"kernel.tiers.{name}" for name in ("loudest", "unity", "linear", "cubic", "sinc")),
     *(f"kernel.dsp.{name}" for name in ("strip", "scale", "feed", "mend", "measure")),
     *(f"gather.add_{name}" for name in ("words", "word", "triples", "triple", "floats", "float"))],
)  # fmt: skip
def test_the_loops_over_samples_are_vector_code(compiled: dict[str, dict[str, int]], name: str) -> None:
    assert compiled[f"liveengine.engine.{name}"]["vector"] >= 4
