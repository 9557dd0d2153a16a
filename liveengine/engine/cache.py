"""Where compiled code is kept; imported before numba. Runs on: anywhere.

numba decides by a function's own file whether its stored code is fresh, so a change in an inlined helper of another
file would go unnoticed. The folder's name therefore carries a hash of everything that the code depends on.
"""

import hashlib
import json
import os
import platform
import re
import sys
import tempfile
from importlib.metadata import version
from pathlib import Path

_IMPORT = re.compile(r"^ *from liveengine\.engine(\S*) import (\([^)]*\)|.*)", re.MULTILINE)
MARK = "complete.json"  # written by `liveengine.engine.compile` when everything is there


def home() -> Path:
    """Return this user's folder for things that can be made again."""
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local")
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches"
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")


def sources() -> list[Path]:
    """Return the files whose functions or constants go into the compiled code: what `compile` imports, however deep."""
    root = Path(__file__).parent
    todo, found = [root / "compile.py"], set[Path]()
    while todo:
        path = todo.pop()
        if path in found or not path.is_file():
            continue
        found.add(path)
        for package, names in _IMPORT.findall(path.read_text("utf-8")):
            folder = root.joinpath(*package.split(".")[1:])
            todo += [folder.with_suffix(".py"), folder / "__init__.py"]
            todo += [folder / f"{name}.py" for name in re.findall(r"\w+", names)]
    return sorted(found)


def fingerprint() -> str:
    """Return a hash of what is compiled, of the compilers' versions and options, and of the processor."""
    from llvmlite import binding

    digest = hashlib.sha256()
    root = Path(__file__).parent
    digest.update(f"{root}\0".encode())  # numba files what it stored under the path of its source
    for path in sources():
        digest.update(f"{path.relative_to(root).as_posix()}\0".encode() + path.read_bytes())
    facts = {
        "python": platform.python_version(),
        "numba": version("numba"),
        "llvmlite": version("llvmlite"),
        "processor": binding.get_host_cpu_name(),
        "features": binding.get_host_cpu_features().flatten(),
        "options": {name: value for name, value in os.environ.items() if name.startswith("NUMBA_") and name != KEY},
    }
    digest.update(json.dumps(facts, sort_keys=True).encode())
    return digest.hexdigest()[:32]


def place() -> Path:
    """Return the folder for this source and machine, made if need be; in the temp folder if the home is read-only."""
    name = Path("liveengine") / "numba" / fingerprint()
    for base in (home(), Path(tempfile.gettempdir()) / f"liveengine-{getattr(os, 'getuid', lambda: 0)()}"):
        folder = base / name
        try:
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        except OSError:
            continue
        if os.access(folder, os.W_OK):
            return folder
    return Path(tempfile.mkdtemp(prefix="liveengine-"))


def warm() -> bool:
    """Tell whether everything that the engine process needs is compiled."""
    return (FOLDER / MARK).is_file()


KEY = "NUMBA_CACHE_DIR"
FOLDER = place()
if "numba" in sys.modules and os.environ.get(KEY) != str(FOLDER):
    sys.modules["numba"].config.CACHE_DIR = str(FOLDER)  # numba came first, by another library: correct it
os.environ[KEY] = str(FOLDER)
