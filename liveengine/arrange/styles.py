"""What genres sound like, from config/styles.toml, checked. Runs on: event loop, at start.

The file is data for musicians to change; a wrong key in it is an error that names it.
"""

import re
import tomllib
from functools import cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from liveengine.config import BadConfig, data

_ROLE = re.compile(r"^(?:(?P<count>[1-8]) )?(?P<category>[a-z]+)(?P<change>!?)(?P<optional>\??)(?::(?P<tag>[a-z ]+))?$")


class _Checked(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Role(_Checked):
    """Who plays in a section: a category, how many stems, new ones or the same, needed or not, of which kind."""

    category: str
    count: int = 1
    change: bool = False
    optional: bool = False
    tag: str = ""


class Form(_Checked):
    """A section of a form, with its bars in a track of ordinary length."""

    section: str
    bars: int = Field(ge=1)
    roles: list[str]

    def parsed(self) -> list[Role]:
        """Return the roles; raise BadConfig naming one that is not `[count ]category[!][?][:tag]`."""
        return [_role(text) for text in self.roles]


class Genre(_Checked):
    """Defaults of a genre."""

    names: list[str]
    tempo: int = Field(ge=20, le=999)
    keys: list[str] = Field(min_length=1)
    moods: list[str]
    form: str
    tags: dict[str, list[str]]


class Default(_Checked):
    """What a prompt that says nothing gets."""

    genre: str
    minutes: float = Field(ge=5, le=8)


class Order(_Checked):
    """The order of the tracks."""

    order: list[str]


class Styles(_Checked):
    """The whole of config/styles.toml."""

    default: Default
    tracks: Order
    loudness: dict[str, float]
    patterns: dict[str, list[float]]
    mentions: dict[str, list[str]]
    moods: dict[str, list[str]]
    genres: dict[str, Genre]
    forms: dict[str, list[Form]]


def _role(text: str) -> Role:
    found = _ROLE.match(text)
    if found is None:
        raise BadConfig(
            f"styles.toml: role {text!r} is not '[count ]category[!][?][:tag]', such as '2 atmo' or 'fx?:riser'"
        )
    return Role(
        category=found["category"],
        count=int(found["count"] or 1),
        change=bool(found["change"]),
        optional=bool(found["optional"]),
        tag=found["tag"] or "",
    )


@cache
def load(path: Path | None = None) -> Styles:
    """Return the styles of `path` (default: the shipped file); raise BadConfig naming the key that is wrong."""
    source = path or data("config") / "styles.toml"
    try:
        styles = Styles.model_validate(tomllib.loads(source.read_text("utf-8")))
    except (tomllib.TOMLDecodeError, ValidationError) as error:
        raise BadConfig(f"{source.name}: {error}") from None
    for name, genre in styles.genres.items():
        if genre.form not in styles.forms:
            raise BadConfig(f"{source.name}: genres.{name}.form = {genre.form!r}; known: {', '.join(styles.forms)}")
    return styles
