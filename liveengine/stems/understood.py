"""Tells what was understood of a query: as data, and as one sentence in each language. Runs on: anywhere; pure."""

from typing import Any

from liveengine.lexicon.concepts import LANGUAGES, Concept, Lexicon
from liveengine.lexicon.reading import lexicon
from liveengine.lexicon.text import plain
from liveengine.stems import harmony
from liveengine.stems.query import Query

MOST = 12  # concepts that a sentence names
WORDS = {
    "en": {
        "nothing": "nothing that is known", "without": "without", "not": "not", "in": "in", "bars": "bars",
        "bar": "bar", "loop": "a loop", "one_shot": "a one-shot", "under": "under", "over": "over", "to": "to",
        "like": "like stem",
        "this": "like this one (which one? write its number, such as 'like 42', or listen to it before)",
        "named": "looking for the name", "towards": "towards", "less": "with less",
    },
    "de": {
        "nothing": "nichts Bekanntes", "without": "ohne", "not": "nicht", "in": "in", "bars": "Takte", "bar": "Takt",
        "loop": "ein Loop", "one_shot": "ein One-Shot", "under": "unter", "over": "über", "to": "bis",
        "like": "wie Stem",
        "this": "wie dieser (welcher? schreib seine Nummer, etwa 'wie 42', oder hör ihn vorher an)",
        "named": "gesucht im Namen", "towards": "in Richtung", "less": "mit weniger",
    },
}  # fmt: skip


def told(asked: Query, known: Lexicon | None = None) -> dict[str, Any]:
    """Return what was understood as JSON can hold it; what the sentence does not say is None or empty."""
    known = known or lexicon()
    concepts = [known.concepts[name] for name in dict.fromkeys(asked.wanted)]
    return {
        "language": asked.language,
        **{kind: [c.name for c in concepts if c.kind == kind] for kind in ("things", "words", "genres", "machines")},
        "without": list(dict.fromkeys(asked.excluded)),
        "categories": [name for name, weight in asked.categories.items() if weight > 0],
        "tempo": asked.tempo,
        "tempo_range": asked.tempo_range,
        "key": harmony.key_name(asked.key),
        "length": asked.length,
        "bars": asked.bars,
        "loop": asked.loop,
        "like": list(asked.like),
        "this": asked.this,
        "unknown": list(asked.unknown),
        "taught": list(asked.taught),
        **{language: sentence(asked, language, known) for language in LANGUAGES},
    }


def sentence(asked: Query, language: str, known: Lexicon | None = None) -> str:
    """Return what was understood as one sentence in a language, en or de."""
    known, words = known or lexicon(), WORDS[language]
    parts = [f"{words['like']} {stem}" for stem in asked.like] + ([words["this"]] if asked.this else [])
    parts += [_wanted(known.concepts[name], asked, language) for name in list(dict.fromkeys(asked.wanted))[:MOST]]
    parts += asked.taught[:MOST]
    parts += [_denied(known.concepts[name], asked, language) for name in list(dict.fromkeys(asked.excluded))[:MOST]]
    parts += _numbers(asked, language)
    if asked.unknown:
        parts.append(f"{words['named']}: {', '.join(asked.unknown[:MOST])}")
    return ", ".join(parts) or words["nothing"]


def _wanted(concept: Concept, asked: Query, language: str) -> str:
    """Beside an example a description is a direction."""
    example = concept.kind == "words" and (asked.like or asked.this)
    return f"{WORDS[language]['towards']} " * bool(example) + called(concept, language)


def called(concept: Concept, language: str) -> str:
    """Return what a concept is called most often in a language, en or de."""
    spelled = concept.spellings[language] or concept.nouns[language] or concept.spellings["en"]
    return next(iter(spelled), concept.name.replace("_", " "))


def _denied(concept: Concept, asked: Query, language: str) -> str:
    """Say it with a noun where a noun was said: "without reverb", but "not bright"."""
    words, denied = WORDS[language], set(asked.negative.split())
    said = {plain(noun) for nouns in concept.nouns.values() for noun in nouns}
    if concept.nouns[language] and said & denied:
        return f"{words['less' if asked.relative else 'without']} {concept.nouns[language][0]}"
    return f"{words['not' if concept.kind == 'words' else 'without']} {called(concept, language)}"


def _numbers(asked: Query, language: str) -> list[str]:
    words, parts = WORDS[language], []
    if asked.tempo_range:
        parts.append(f"{asked.tempo_range[0]:g} {words['to']} {asked.tempo_range[1]:g} BPM")
    elif asked.tempo:
        parts.append(f"{asked.tempo:g} BPM")
    if name := harmony.key_name(asked.key):
        parts.append(f"{words['in']} {_key(name, language)}")
    if asked.bars:
        parts.append(f"{asked.bars:g} {words['bar' if asked.bars == 1 else 'bars']}")
    elif asked.loop is not None and not {"loop", "one_shot"} & set(asked.wanted):
        parts.append(words["loop" if asked.loop else "one_shot"])
    if asked.length:
        parts.append(_length(asked.length, language))
    return parts


def _key(name: str, language: str) -> str:
    """Return "A minor" or "a-Moll"."""
    note, minor = name.removesuffix("m"), name.endswith("m")
    if language == "de":
        return f"{note.lower()}-Moll" if minor else f"{note}-Dur"
    return f"{note} {'minor' if minor else 'major'}"


def _length(length: tuple[float, float], language: str) -> str:
    words, (low, high) = WORDS[language], length
    if low == 0.0:
        return f"{words['under']} {high:g} s"
    return f"{words['over']} {low:g} s" if high >= 3600.0 else f"{low:g} {words['to']} {high:g} s"
