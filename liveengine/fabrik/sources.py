"""Which models can be fetched, and from where: config/models.toml. Runs on: anywhere."""

import os
import tomllib
from dataclasses import dataclass
from typing import Any

from liveengine.config import data

HUB = "https://huggingface.co"


@dataclass(frozen=True)
class Source:
    """An entry of config/models.toml."""

    name: str
    what: str
    repository: str
    revision: str
    megabytes: int
    licence: str
    needs: str
    required: tuple[str, ...]
    files: tuple[str, ...]

    @property
    def page(self) -> str:
        """Return where people can look at it."""
        return f"{hub()}/{self.repository}"


def sources() -> dict[str, Source]:
    """Return what can be fetched, by name."""
    table: dict[str, dict[str, Any]] = tomllib.loads((data("config") / "models.toml").read_text("utf-8"))
    found = {}
    for name, entry in table.items():
        values = {"name": name, **entry, "required": tuple(entry["required"]), "files": tuple(entry["files"])}
        found[name] = Source(**values)
    return found


def hub() -> str:
    """Return the hub's address; HF_ENDPOINT names a mirror."""
    return (os.environ.get("HF_ENDPOINT") or HUB).rstrip("/")
