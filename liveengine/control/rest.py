"""The routes that the user's own client and other REST clients know: stems, jobs and settings as resources.

Runs on: event loop. Each is a command of the registry under another name.
"""

import re
from typing import Annotated, Any

from fastapi import FastAPI
from fastapi import Path as InPath
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from liveengine.command import Registry
from liveengine.control.problem import Json
from liveengine.errors import BadArgument

Number = Annotated[int, InPath(ge=1, le=(1 << 63) - 1)]
Word = Annotated[str, InPath(min_length=1, max_length=100, pattern=r"^[a-z_.]+$", description="of audio.block")]

# What GET answers as a resource, and the command that gives it; below the prefix.
RESOURCES = {"/stems": "/stems/list", "/stems/{stem}": "/stem/{stem}", "/jobs/{job}": "/job/{job}"}
_ADDRESSES = {re.sub(r"{\w+}", "{}", path): re.sub(r"{\w+}", "{}", found) for path, found in RESOURCES.items()}
# What the others answer, as (method, path): the command whose reply it is.
ANSWERS = {
    ("post", "/stems/"): "/stem/{stem}",
    ("patch", "/stems/{stem}"): "/stem/{stem}",
    ("put", "/stems/{stem}"): "/stem/{stem}",
    ("delete", "/jobs/{job}"): "/job/{job}/cancel",
    ("put", "/settings/{section}.{name}"): "/settings/change",
}
_RESET = frozenset({"category", "tags", "bpm", "key", "loop", "licence", "pack", "creator"})


class StemBase(BaseModel):
    """A file to become a stem, and what is known of it already."""

    model_config = ConfigDict(extra="forbid")

    path: str = Field(min_length=1, max_length=4096, description="an audio file on the daemon's machine")
    category: str | None = None
    tags: list[str] | None = None
    bpm: float | None = None


class StemUpdate(BaseModel):
    """What the user says of a stem; what is left out stays, null takes the user's word away again."""

    model_config = ConfigDict(extra="forbid")

    category: str | None = None
    tags: list[str] | None = None
    bpm: float | None = None
    key: str | None = None
    loop: bool | None = None
    rating: int | None = None
    favourite: bool | None = None
    licence: str | None = None
    pack: str | None = None
    creator: str | None = None


class SettingValue(BaseModel):
    """A setting's new value; null = the default again."""

    model_config = ConfigDict(extra="forbid")

    value: bool | int | float | str | list[str] | None


def address_of(path: str) -> str | None:
    """Return the address of the command behind a resource such as /stems/12; None for any other path."""
    head, _, last = path.rpartition("/")
    number = last.isascii() and last.isdigit()
    found = _ADDRESSES.get(f"{head}/{{}}" if number else path)
    return found and found.format(last)


def add_resources(app: FastAPI, registry: Registry, prefix: str) -> None:
    """Add what GET does not do: create, update and delete."""
    _add_stems(app, registry, prefix)

    @app.delete(f"{prefix}/jobs/{{job:int}}", tags=["jobs"])
    async def cancel(job: Number) -> dict[str, Any]:
        """Stop a job; what it has done stays."""
        found: dict[str, Any] = await registry.call(f"/job/{job}/cancel")
        return found

    @app.put(f"{prefix}/settings/{{section}}.{{name}}", tags=["settings"])
    async def setting(section: Word, name: Word, body: SettingValue) -> dict[str, Any]:
        """Change a setting in the library's config.toml; it counts from the next start on."""
        given = {} if body.value is None else {"value": body.value}
        found: dict[str, Any] = await registry.call("/settings/change", key=f"{section}.{name}", **given)
        return found


def _add_stems(app: FastAPI, registry: Registry, prefix: str) -> None:
    @app.post(f"{prefix}/stems", tags=["stems"], status_code=201)
    async def create(body: StemBase) -> Response:
        """Take one audio file into the library; answers with its stem when it is analysed."""
        found = await registry.call("/stems/add", path=body.path)
        update = StemUpdate(**body.model_dump(exclude={"path"}, exclude_none=True))
        known = await _changed(registry, found["id"], update)
        return Json(known, 201, {"Location": f"{prefix}/stems/{found['id']}"})

    async def change(stem: Number, body: StemUpdate) -> Any:
        """Correct what is known of a stem; answers with all of it."""
        return await _changed(registry, stem, body)

    for method in ("PATCH", "PUT"):
        app.add_api_route(
            f"{prefix}/stems/{{stem:int}}",
            change,
            methods=[method],
            tags=["stems"],
            operation_id=f"{method.lower()}_stems",
        )

    @app.delete(f"{prefix}/stems/{{stem:int}}", tags=["stems"], status_code=204)
    async def delete(stem: Number) -> Response:
        """Remove a stem and the library's own copy; the file it came from stays."""
        await registry.call(f"/stem/{stem}/delete")
        return Response(status_code=204)


async def _changed(registry: Registry, stem: int, body: StemUpdate) -> Any:
    """Store what is given, forget what is null, and return the stem."""
    given = body.model_dump(exclude_unset=True)
    nothing = [name for name, value in given.items() if value is None]
    if wrong := [name for name in nothing if name not in _RESET]:
        raise BadArgument(
            f"{wrong[0]} = null: give it a value; null takes away what was said of {', '.join(sorted(_RESET))}"
        )
    wanted = {name: value for name, value in given.items() if value is not None}
    if (tags := wanted.get("tags")) is not None:
        if any("," in tag or tag[:1] in "+-" for tag in tags):
            raise BadArgument("a tag is a word, without a comma and without + or - before it")
        wanted["tags"] = ",".join(tags)
    await registry.call(f"/stem/{stem}")
    for name in nothing:
        await registry.call(f"/stem/{stem}/reset", field=name)
    if wanted:
        await registry.call("/stems/edit", which=str(stem), **wanted)
    return await registry.call(f"/stem/{stem}")
