"""What the files of a fetched model must be, and whether they are. Runs on: anywhere; reads whole files."""

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path

from liveengine.errors import NotFound

MANIFEST = "manifest.json"
PIECE = 1 << 20  # bytes


@dataclass(frozen=True)
class Remote:
    """A file as the hub describes it; `hash` is "sha256:..." of a large one, "git:..." (SHA-1 as a blob) of others."""

    name: str
    size: int
    hash: str


def remotes(folder: Path) -> list[Remote]:
    """Return the files that a fetched model must have; raise NotFound without a manifest."""
    try:
        told = json.loads((folder / MANIFEST).read_text("utf-8"))["files"]
        return [Remote(str(one["name"]), int(one["size"]), str(one["hash"])) for one in told]
    except (OSError, ValueError, KeyError, TypeError):
        raise NotFound(f"{folder} has no {MANIFEST} that tells what its files must be") from None


def faults(folder: Path) -> list[str]:
    """Return what is wrong with a fetched model, a sentence for each file; raises NotFound without a manifest."""
    return [found for one in remotes(folder) if (found := fault(folder / one.name, one))]


def fault(file: Path, remote: Remote) -> str | None:
    """Return a sentence if a file is not what it must be."""
    if found := wrong_size(file, remote):
        return found
    kind, _, wanted = remote.hash.partition(":")
    size = file.stat().st_size
    digest = hashlib.sha256() if kind == "sha256" else hashlib.sha1(b"blob %d\0" % size, usedforsecurity=False)
    with file.open("rb") as stream:
        while piece := stream.read(PIECE):
            digest.update(piece)
    return None if digest.hexdigest() == wanted else f"{file} is damaged: its hash is not the one that the hub gives"


def wrong_size(file: Path, remote: Remote) -> str | None:
    """Return a sentence if a file is not there, or not as long as it must be."""
    if not file.is_file():
        return f"{file} is missing"
    size = file.stat().st_size
    return None if size == remote.size else f"{file} has {size} bytes, not {remote.size}"
