"""Where compiled code is kept, and when it counts as complete."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import liveengine

CODE = "from liveengine.engine import cache; print(cache.FOLDER, cache.warm())"
linux = pytest.mark.skipif(sys.platform != "linux", reason="other systems keep caches elsewhere")


def asked(cache_home: Path, **more: str) -> tuple[Path, bool]:
    """Return the folder and whether it is complete, as a fresh process sees it."""
    env = os.environ | {"XDG_CACHE_HOME": str(cache_home), "TMPDIR": str(cache_home / "temp")} | more
    env.pop("NUMBA_CACHE_DIR", None)
    done = subprocess.run([sys.executable, "-P", "-c", CODE], env=env, capture_output=True, text=True, check=True)
    folder, warm = done.stdout.split()
    return Path(folder), warm == "True"


@linux
def test_the_folder_lies_in_the_users_cache_and_is_stable(tmp_path: Path) -> None:
    folder, warm = asked(tmp_path)
    assert folder.is_relative_to(tmp_path / "liveengine" / "numba")
    assert not warm
    (folder / "complete.json").touch()
    assert asked(tmp_path) == (folder, True)


def test_every_file_that_is_compiled_counts_and_the_recorder_does_not() -> None:
    code = (
        "import sys; from liveengine.engine import compile, cache; from liveengine.engine.kernel.jit import FUNCTIONS\n"
        "from liveengine.engine.kernel import block\n"
        "from liveengine.engine.streams import callback, jack, null, portaudio\n"
        "files = {m.__file__ for n, m in sys.modules.items() if n.startswith('liveengine.engine.')}\n"
        "files |= {function.py_func.__code__.co_filename for function in FUNCTIONS}\n"
        "print(*sorted(files - {str(path) for path in cache.sources()}), len(FUNCTIONS))\n"
        "print(*(path.stem for path in cache.sources()))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    missing, counted = done.stdout.splitlines()
    assert missing.isdigit()
    assert int(missing) > 50
    assert {"block", "layout", "positions", "context", "null"} <= set(counted.split())
    assert {"recorder", "process", "shared", "engine"}.isdisjoint(counted.split())


@linux
def test_options_that_change_the_code_change_the_folder(tmp_path: Path) -> None:
    assert asked(tmp_path) != asked(tmp_path, NUMBA_BOUNDSCHECK="1")


@linux
def test_the_same_source_at_another_place_has_a_folder_of_its_own(tmp_path: Path) -> None:
    package = Path(liveengine.__file__).parent
    shutil.copytree(package, tmp_path / "copy" / "liveengine", ignore=shutil.ignore_patterns("__pycache__"))
    there, _ = asked(tmp_path, PYTHONPATH=str(tmp_path / "copy"))
    here, _ = asked(tmp_path, PYTHONPATH=str(package.parent))
    assert there != here


@linux
def test_without_a_writable_home_the_temp_folder_serves(tmp_path: Path) -> None:
    (tmp_path / "temp").mkdir()
    (tmp_path / "file").touch()
    folder, _ = asked(tmp_path / "file", TMPDIR=str(tmp_path / "temp"))
    assert folder.is_relative_to(tmp_path / "temp")
