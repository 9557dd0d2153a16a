"""Reads the lexicon: the shipped TOML files, then the user's own over them. Runs on: anywhere, at start.

`<library>/lexicon/*.toml` have the form of config/lexicon/*.toml: tables `words`, `things`, `machines`, `genres` of
concepts, and `axes`, `grammar`. A concept there replaces the shipped one of the same name, a new name adds one.
"""

import difflib
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from liveengine.config import BadConfig, data
from liveengine.lexicon.concepts import KINDS, LANGUAGES, Concept, Lexicon

KEYS = (
    "en", "de", "with_en", "with_de", "implies", "from", "opposite", "category", "axes", "tempo", "measured", "single",
)  # fmt: skip
Tables = dict[str, dict[str, Any]]
Sources = dict[str, Path]  # concept -> the file that says it


@lru_cache(maxsize=8)
def lexicon(root: Path | None = None) -> Lexicon:
    """Return the shipped lexicon, overlaid by `<root>/lexicon/*.toml`.

    Raises BadConfig naming file, concept, value and remedy.
    """
    return _read(root if root is not None and _own(root) else None)


@lru_cache(maxsize=8)
def _read(root: Path | None) -> Lexicon:
    tables: Tables = {name: {} for name in (*KINDS, "axes", "grammar")}
    sources: Sources = {}
    for path in files(root):
        _overlay(tables, sources, path)
    concepts = dict(_concepts(tables, sources))
    _check(concepts, tables["axes"], sources)
    grammar = {name: tuple(words) for name, words in tables["grammar"].items()}
    return Lexicon(_placed(concepts), tables["axes"], grammar)


def files(root: Path | None = None) -> list[Path]:
    """Return the files that make the lexicon, in the order in which they are read."""
    return [*sorted((data("config") / "lexicon").glob("*.toml")), *(_own(root) if root else [])]


def _own(root: Path) -> list[Path]:
    return sorted((root / "lexicon").glob("*.toml"))


def _overlay(tables: Tables, sources: Sources, path: Path) -> None:
    try:
        found = tomllib.loads(path.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadConfig(f"{path}: {error}") from None
    for table, entries in found.items():
        if table not in tables or not isinstance(entries, dict):
            raise BadConfig(f"{path}: unknown table [{table}]; known: {', '.join(tables)}")
        for name, entry in entries.items():
            if table in KINDS:
                for kind in KINDS:
                    tables[kind].pop(name, None)  # a concept has one kind: the last file decides
                sources[name] = path
            more = table == "grammar" and name in tables[table]
            tables[table][name] = [*tables[table][name], *_strings(path, name, table, entry)] if more else entry


def _concepts(tables: Tables, sources: Sources) -> Iterator[tuple[str, Concept]]:
    for kind in KINDS:
        for name, entry in tables[kind].items():
            yield name, _concept(name, kind, entry, sources[name])


def _concept(name: str, kind: str, entry: Any, path: Path) -> Concept:
    if not isinstance(entry, dict):
        raise BadConfig(f'{path}: {kind}.{name} = {entry!r} is no concept; write {{ en = ["word"], de = ["Wort"] }}')
    for key in entry:
        if key not in KEYS:
            raise BadConfig(f"{path}: {name}: unknown key {key!r}{_hint(key, KEYS)}")
    listed = {key: _strings(path, name, key, entry.get(key, [])) for key in KEYS[:7]}
    if not any(listed[key] for key in KEYS[:4]):
        raise BadConfig(f'{path}: {name}: no spelling; add en = ["word"] or de = ["Wort"]')
    return Concept(
        name,
        kind,
        {language: listed[language] for language in LANGUAGES},
        {language: listed[f"with_{language}"] for language in LANGUAGES},
        listed["implies"],
        tuple(frozenset(line.split()) for line in listed["from"]),
        frozenset(listed["opposite"]),
        {axis: _target(path, name, axis, value) for axis, value in entry.get("axes", {}).items()},
        _categories(path, name, entry.get("category", {})),
        _tempo(path, name, entry.get("tempo")),
        entry.get("measured") is True,
        entry.get("single"),
    )


def _strings(path: Path, name: str, key: str, value: Any) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(word, str) and word.strip() for word in value):
        raise BadConfig(f'{path}: {name}: {key} = {value!r} must be a list of words: ["word", ...]')
    return tuple(value)


def _target(path: Path, name: str, axis: str, value: Any) -> tuple[float, float]:
    pair = value if isinstance(value, list) else [value, 1.0]
    if len(pair) == 2 and all(isinstance(n, int | float) for n in pair) and 0 <= pair[0] <= 1 and pair[1] > 0:
        return float(pair[0]), float(pair[1])
    raise BadConfig(f"{path}: {name}: axes.{axis} = {value!r} must be a target 0..1 or [target 0..1, weight > 0]")


def _categories(path: Path, name: str, value: Any) -> dict[str, float]:
    named = {value: 1.0} if isinstance(value, str) else value
    if isinstance(named, dict) and all(isinstance(w, int | float) and 0 < w <= 1 for w in named.values()):
        return {category: float(weight) for category, weight in named.items()}
    raise BadConfig(f"{path}: {name}: category = {value!r} must be a name or {{ name = weight 0..1, ... }}")


def _tempo(path: Path, name: str, value: Any) -> float | None:
    if value is None or (isinstance(value, int | float) and 20 <= value <= 999):
        return None if value is None else float(value)
    raise BadConfig(f"{path}: {name}: tempo = {value!r} must lie in 20..999 beats per minute")


def _check(concepts: Mapping[str, Concept], axes: Mapping[str, Any], sources: Sources) -> None:
    """Raise BadConfig for a reference to a concept or axis that does not exist, or a concept that implies itself."""
    for name, concept in concepts.items():
        parts = [part for line in concept.suffices for part in line]
        single = [] if concept.single is None else [concept.single]
        for key, named in (
            ("implies", concept.implies),
            ("from", parts),
            ("opposite", concept.opposite),
            ("single", single),
        ):
            for other in named:
                if other not in concepts:
                    raise BadConfig(
                        f"{sources[name]}: {name}: {key}: unknown concept {other!r}{_hint(other, concepts)}"
                    )
        for axis in concept.axes:
            if axis not in axes:
                raise BadConfig(f"{sources[name]}: {name}: unknown axis {axis!r}{_hint(axis, axes)}")


def _placed(concepts: Mapping[str, Concept]) -> dict[str, Concept]:
    """Give each concept the axes of what it implies, beside its own, and each thing without a category theirs."""

    def categories(name: str, seen: tuple[str, ...]) -> Mapping[str, float]:
        concept = concepts[name]
        if not concept.categories and concept.kind == "things":
            above = (categories(parent, (*seen, name)) for parent in concept.implies if parent not in seen)
            return next((weights for weights in above if weights), {})
        return concept.categories

    def axes(name: str, seen: tuple[str, ...]) -> dict[str, tuple[float, float]]:
        above = [axes(parent, (*seen, name)) for parent in concepts[name].implies if parent not in seen]
        return {axis: spec for table in (*reversed(above), concepts[name].axes) for axis, spec in table.items()}

    return {
        name: replace(concept, categories=categories(name, ()), axes=axes(name, ()))
        for name, concept in concepts.items()
    }


def _hint(word: str, known: Iterable[str]) -> str:
    close = difflib.get_close_matches(word, list(known), 1)
    return f"; did you mean {close[0]!r}?" if close else "; add it, or take it out"
