"""The OpenAPI document, from the registry and the web routes. Runs on: a thread, once, when first asked for."""

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic import TypeAdapter
from pydantic.errors import PydanticInvalidForJsonSchema

from liveengine.command import Command, Parameter, Registry
from liveengine.control.rest import ANSWERS, RESOURCES

_REFERENCE = "#/components/schemas/{model}"
_PROBLEM = {
    "type": "object",
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "code": {"type": "string", "description": "stable; the list is in the README"},
    },
    "required": ["title", "status", "code"],
}
_FAILURE = {
    "description": "what went wrong, with a stable code",
    "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
}


def document(app: FastAPI, registry: Registry, prefix: str) -> dict[str, Any]:
    """Return the OpenAPI 3.1 document of the routes of `app` and of every command under `prefix`."""
    found = get_openapi(title=app.title, version=app.version, description=app.description, routes=app.routes)
    schemas = found.setdefault("components", {}).setdefault("schemas", {})
    schemas["Problem"] = _PROBLEM
    for item in found["paths"].values():
        for operation in item.values():
            operation["responses"]["default"] = _FAILURE
            operation["responses"].pop("422", None)
            operation["summary"] = operation["description"].split("\n")[0]
    for command in registry:
        found["paths"].setdefault(prefix + command.address, {}).update(_path(command, schemas))
    found["paths"].setdefault(f"{prefix}/stems/", {}).update(found["paths"].pop(f"{prefix}/stems", {}))
    for path, address in _written().items():
        name = "_".join(part.strip("{}") for part in path.split("/"))
        for method, described in found["paths"].get(prefix + address, {}).items():
            if method == "get" or path == address + "/":
                other = {**described, "operationId": f"{method}_as{name}"}
                found["paths"].setdefault(prefix + path, {})[method] = other
    for (method, path), address in ANSWERS.items():
        replies = next((r for m in ("get", "post") if (r := _reply(found["paths"], prefix + address, m))), None)
        if replies is not None:
            _, answer = next(iter(found["paths"][prefix + path][method]["responses"].items()))
            answer["content"] = replies
    return found


def _reply(paths: dict[str, Any], path: str, method: str) -> dict[str, Any] | None:
    """Return what a command replies, as the document has it."""
    found: dict[str, Any] | None = (
        paths.get(path, {}).get(method, {}).get("responses", {}).get("200", {}).get("content")
    )
    return found


def _written() -> dict[str, str]:
    """Return the commands that clients know by another path, too: with a slash at the end, or as a resource."""
    return {"/stems/": "/stems/list", "/stems/search/": "/stems/search"} | {
        path: address for path, address in RESOURCES.items() if "{" in path
    }


def _schema(adapter: TypeAdapter[Any], schemas: dict[str, Any], *, reply: bool = False) -> dict[str, Any]:
    """Return the JSON schema of a type; the models inside it go to `schemas`."""
    try:
        found = adapter.json_schema(ref_template=_REFERENCE, mode="serialization" if reply else "validation")
    except PydanticInvalidForJsonSchema:
        return {}
    schemas.update(found.pop("$defs", {}))
    return found


def _path(command: Command, schemas: dict[str, Any]) -> dict[str, Any]:
    operations = {}
    if command.kind != "action":
        operations["get"] = _operation(command, schemas, "get")
        if command.kind == "query":
            operations["get"]["parameters"] += [_parameter(p, "query", schemas) for p in command.arguments]
    operations["post"] = _operation(command, schemas, "post") | _body(command, schemas)
    return operations


def _operation(command: Command, schemas: dict[str, Any], method: str) -> dict[str, Any]:
    name = "_".join(part.strip("{}") for part in command.address.split("/")[1:])
    return {
        "tags": [command.address.split("/")[1]],
        "summary": command.summary,
        "description": command.doc,
        "operationId": f"{method}_{name}",
        "parameters": [_parameter(p, "path", schemas) for p in command.parameters if p.in_path],
        "responses": {
            "200": {
                "description": "the reply",
                "content": {"application/json": {"schema": _schema(command.reply, schemas, reply=True)}},
            },
            "default": _FAILURE,
        },
    }


def _parameter(parameter: Parameter, place: str, schemas: dict[str, Any]) -> dict[str, Any]:
    return {
        "name": parameter.name,
        "in": place,
        "required": parameter.required or parameter.in_path,
        "schema": _schema(parameter.adapter, schemas),
    }


def _body(command: Command, schemas: dict[str, Any]) -> dict[str, Any]:
    arguments = command.arguments
    if not arguments:
        return {}
    required = [p.name for p in arguments if p.required]
    schema = {
        "type": "object",
        "properties": {p.name: _schema(p.adapter, schemas) for p in arguments},
        "additionalProperties": False,
    } | ({"required": required} if required else {})
    return {"requestBody": {"required": bool(required), "content": {"application/json": {"schema": schema}}}}
