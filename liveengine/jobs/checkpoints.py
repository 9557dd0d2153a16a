"""Demucs' published checkpoints: config/demucs.toml. Runs on: anywhere."""

import tomllib
from typing import Any, NamedTuple

from liveengine.config import data


class Checkpoint(NamedTuple):
    """A file that one can download, to convert it."""

    name: str  # of the model
    file: str  # its name ends with the beginning of its SHA-256
    megabytes: int
    what: str
    licence: str
    folder: str = ""  # its address but for the name
    page: str = ""  # who made it, and what it is

    @property
    def obtain(self) -> str:
        """What to do to have it."""
        fetched = f"download {self.folder}{self.file} (see {self.page})"
        return f"{fetched}, then liveengine models convert {self.file} --name {self.name}"


def known() -> dict[str, Checkpoint]:
    """Return the checkpoints by the name of the model."""
    told: dict[str, Any] = tomllib.loads((data("config") / "demucs.toml").read_text("utf-8"))
    page, folder = told.pop("page"), told.pop("folder")
    return {name: Checkpoint(name=name, page=page, folder=folder, **entry) for name, entry in told.items()}
