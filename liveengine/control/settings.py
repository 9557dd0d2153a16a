"""The settings as commands: what they are, what they may be, and new values for the next start. Runs on: event loop."""

import asyncio
import re
from pathlib import Path
from typing import Annotated, Any, get_args, get_origin

from pydantic import BaseModel, Field
from pydantic.fields import FieldInfo

from liveengine import config
from liveengine.command import command
from liveengine.config import BadConfig, Config
from liveengine.errors import BadArgument, NotFound

SettingKey = Annotated[str, Field(min_length=1, max_length=100, description="section and name, such as audio.block")]
Value = bool | int | float | str | list[str]
SettingValue = Annotated[Value, Field(description="of the setting's type; text is read as on the command line")]
_LINE = re.compile(r"^(\w+) = .*?(?:\s+# (.*))?$")


class Setting(BaseModel):
    """One setting."""

    key: str
    value: Value  # that counts now
    coming: Value  # that counts from the next start on
    default: Value
    kind: str = Field(description="bool, int, float, str or list")
    choices: list[str] = Field(description="what it may be, where that is a few words")
    least: float | None
    most: float | None
    about: str


class Settings:
    """Reads and writes the settings of one library."""

    def __init__(self, root: Path, running: Config) -> None:
        self._root = root
        self._running = running
        self._shipped = config.shipped()  # the file may be another version's by the time that somebody asks
        self._writing = asyncio.Lock()

    @command("/settings", query=True)
    def settings(self) -> list[Setting]:
        """List the settings: value, default, what they may be, and the value that the next start will take."""
        return list(self._all().values())

    @command("/settings/change", role="admin")
    async def change(self, key: SettingKey, value: SettingValue | None = None) -> Setting:
        """Change a setting in the library's config.toml; without a value it is the default again.

        It counts from the next start on, unless the environment or the command line says otherwise.
        """
        async with self._writing:
            known = self._all()
            if key not in known:
                raise NotFound(f"no setting {key[:60]!r}; /settings lists them all")
            await asyncio.to_thread(self._write, key, value)
        return self._all()[key]

    def _all(self) -> dict[str, Setting]:
        """Return every setting by its key."""
        coming, default, about = self._coming(), self._shipped, _about()
        found = {}
        for section, group in Config.model_fields.items():
            kinds: type[BaseModel] = group.annotation  # type: ignore[assignment]
            for name, facts in kinds.model_fields.items():
                key = f"{section}.{name}"
                values = [getattr(getattr(one, section), name) for one in (self._running, coming, default)]
                found[key] = Setting(
                    key=key, value=values[0], coming=values[1], default=values[2], about=about.get(key, ""),
                    **_limits(facts),
                )  # fmt: skip
        return found

    def _coming(self) -> Config:
        """Return what the next start will take; what runs now where the file cannot be read."""
        try:
            return config.load(self._root)
        except BadConfig:
            return self._running

    def _write(self, key: str, value: Value | None) -> None:
        """Store a value, checked as a start checks it; raise BadArgument if it cannot be."""
        try:
            config.store(self._root, key, value)
        except BadConfig as error:
            raise BadArgument(str(error)) from None


def _limits(facts: FieldInfo) -> dict[str, Any]:
    """Return kind, choices and range of a setting."""
    kind = facts.annotation
    words = [str(word) for word in get_args(kind)] if kind is not None and get_origin(kind) is not list else []
    found: dict[str, Any] = {"kind": "str" if words else getattr(kind, "__name__", "str"), "choices": words}
    found |= {"least": None, "most": None}
    for limit in facts.metadata:
        found["least"] = getattr(limit, "ge", getattr(limit, "gt", found["least"]))
        found["most"] = getattr(limit, "le", getattr(limit, "lt", found["most"]))
    return found


def _about() -> dict[str, str]:
    """Return what the shipped file says of each setting, on its line."""
    section, found = "", {}
    for line in (config.data("config") / "default.toml").read_text("utf-8").splitlines():
        if line.startswith("["):
            section = line.strip("[]")
        elif (said := _LINE.match(line)) is not None:
            found[f"{section}.{said[1]}"] = said[2] or ""
    return found
