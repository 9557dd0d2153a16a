"""JSON schemas as Python types, in the words of a stub. Runs on: the developer's shell."""

from collections.abc import Iterable
from typing import Any

from pydantic import TypeAdapter

from liveengine.command import Command

_PLAIN = {"integer": "int", "number": "float", "string": "str", "boolean": "bool", "null": "None"}


def typed(schema: dict[str, Any]) -> str:
    """Return the Python type of a JSON schema."""
    if "$ref" in schema:
        return str(schema["$ref"])
    if "anyOf" in schema:
        return " | ".join(dict.fromkeys(typed(one) for one in schema["anyOf"]))
    if "const" in schema or "enum" in schema:
        return f"Literal[{', '.join(_quoted(value) for value in schema.get('enum', [schema.get('const')]))}]"
    kind = schema.get("type")
    if kind == "array":
        return f"list[{typed(schema.get('items') or {})}]"
    if kind == "object":
        more = schema.get("additionalProperties")
        return f"dict[str, {typed(more) if isinstance(more, dict) else 'Any'}]"
    return _PLAIN.get(str(kind), "Any")


def _quoted(value: Any) -> str:
    return f'"{value}"' if isinstance(value, str) else repr(value)


def replies(commands: Iterable[Command], module: str = "") -> tuple[dict[str, str], dict[str, Any]]:
    """Return the type of each command's reply by address, and the records of `module` that these types name."""
    asked = [(command.address, "serialization", command.reply) for command in commands]
    found, shared = TypeAdapter.json_schemas(asked, ref_template=module + "{model}")  # type: ignore[arg-type]
    return {str(address): typed(schema) for (address, _), schema in found.items()}, shared.get("$defs", {})


def record(name: str, schema: dict[str, Any]) -> str:
    """Return a record as the source of a TypedDict."""
    if "properties" not in schema:
        return f"{name} = {typed(schema)}\n"
    required = set(schema.get("required", ()))
    lines = [f'class {name}(TypedDict):\n    """{_line(schema.get("description", name))}"""\n']
    for key, inner in schema["properties"].items():
        kind = typed(inner)
        lines.append(f"    {key}: {kind if key in required else f'NotRequired[{kind}]'}")
        if said := inner.get("description"):
            lines[-1] += f"  # {_line(said)}"
    return "\n".join(lines) + "\n"


def _line(text: str) -> str:
    return " ".join(text.split())
