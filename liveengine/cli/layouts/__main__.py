"""Write every generated file of `clients/` anew: `python -m liveengine.cli.layouts`. Runs on: the developer's shell.

With `--check` nothing is written; the exit code is 1 where a file is not what the registry says.
"""

import argparse
import zlib
from pathlib import Path

from liveengine import config
from liveengine.cli.commands import registry
from liveengine.cli.layouts import ableton, pictures, python, supercollider
from liveengine.cli.layouts.maxmsp import surface as max_surface
from liveengine.cli.layouts.puredata import surface as pd_surface
from liveengine.cli.layouts.touchosc import document
from liveengine.cli.layouts.tree import Node, grow

MAKERS = (
    ableton.files,
    python.files,
    pd_surface.files,
    supercollider.files,
    max_surface.files,
    document.files,
    pictures.files,
)


def files(root: Node) -> dict[str, bytes]:
    """Return every generated file, by its path below `clients/`."""
    return {path: content for maker in MAKERS for path, content in maker(root).items()}


def stale(folder: Path) -> dict[str, bytes]:
    """Return the generated files that are missing in a folder or hold something else."""
    return {path: content for path, content in files(grow(registry())).items() if not _holds(folder / path, content)}


def readable(path: str, content: bytes) -> bytes:
    """Return what a file says; what is packed is unpacked, since packers differ."""
    return zlib.decompress(content) if path.endswith(".tosc") else content


def _holds(file: Path, content: bytes) -> bool:
    return file.is_file() and readable(file.name, file.read_bytes()) == readable(file.name, content)


def main() -> int:
    """Write what has changed, and name it."""
    parser = argparse.ArgumentParser(prog="python -m liveengine.cli.layouts", description="write the clients' layouts")
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 if a file is out of date")
    check = parser.parse_args().check
    folder = config.data("clients")
    changed = stale(folder)
    for path, content in changed.items():
        print(path)
        if not check:
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_bytes(content)
    return int(check and bool(changed))


if __name__ == "__main__":
    raise SystemExit(main())
