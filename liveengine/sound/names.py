"""What file and folder names say: tempo, key, category, loop or one-shot. Runs on: anywhere.

Every finding carries how sure it is: `128bpm` says more than a bare `128`, the file's name more than its folder's.
"""

import functools
import itertools
import os
import re
import tomllib
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from liveengine.config import BadConfig, data
from liveengine.lexicon.reading import lexicon
from liveengine.lexicon.text import plain
from liveengine.units import TEMPO_MAX, TEMPO_MIN

Categories = Mapping[str, tuple[str, ...]]  # category -> its words, lower case, in the order of the file

STRONG, WEAK = 0.9, 0.5
_FOLDER = 0.7  # what a folder says counts so much less
_FOLDERS = 3  # so many parent folders are looked at

_BPM = re.compile(
    r"(?<![\d.])(\d{2,3}(?:[.,]\d{1,3})?)[ _-]?bpm(?![a-z])|(?<![a-z])bpm[ _-]?(\d{2,3}(?:\.\d{1,3})?)(?!\d)", re.I
)
_BARE = re.compile(r"[1-9]\d{1,2}\Z")
_KEY = re.compile(r"([A-Ga-g])(#|b|s|♯|♭|[ _-]?sharp|[ _-]?flat)?[ _-]?(maj(?:or)?|min(?:or)?|moll|dur|m|M)\Z")
_PLAIN_KEY = re.compile(r"([A-G])([#b♯♭])?\Z")
_CAMELOT = re.compile(r"(1[0-2]|[1-9])([ABab])\Z")
_WORD = re.compile(r"[A-Za-zÀ-ÿ]+|\d+")
_LOOPS = {"loop", "loops", "lp", "schleife", "schleifen", "beat", "groove"}
_SHOTS = {"oneshot", "oneshots", "shot", "shots", "hit", "hits", "single", "einzelschlag", "einzelsound"}

_BROAD = {"drums", "other"}  # a more exact word beside them counts more
_NOTES = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}
_NAMES = ("C", "C#", "D", "D#", "E", "F", "F#", "G", "G#", "A", "A#", "B")
_CAMELOT_MINOR_1, _CAMELOT_MAJOR_1 = 8, 11  # 1A is G# minor, 1B is B major; one step is a fifth


class Claim(NamedTuple):
    """One value that a name claims, with its confidence from 0 to 1."""

    value: str
    confidence: float


@dataclass(frozen=True)
class Names:
    """What a path says; None where it says nothing."""

    tempo: tuple[float, float] | None = None  # beats per minute, confidence
    key: Claim | None = None  # "Am", "C#"
    category: Claim | None = None
    loop: bool | None = None
    words: tuple[str, ...] = ()  # of the file's name, lower case, of its numbers the machines: material for tags


@functools.lru_cache(maxsize=4)
def categories(root: Path | None = None) -> Categories:
    """Return the categories and their words: shipped ones, overlaid by `<root>/categories.toml` when it is there.

    Raises BadConfig for a file that is no TOML or a table without a list of words.
    """
    found: dict[str, tuple[str, ...]] = {}
    paths = [data("config") / "categories.toml", *([root / "categories.toml"] if root else [])]
    for path in paths:
        if path.is_file():
            found |= _read_categories(path)
    return found


def _read_categories(path: Path) -> dict[str, tuple[str, ...]]:
    try:
        tables = tomllib.loads(path.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadConfig(f"{path}: {error}") from None
    found = {}
    for name, table in tables.items():
        words = table.get("aliases") if isinstance(table, dict) else None
        if not isinstance(words, list) or not all(isinstance(word, str) for word in words):
            raise BadConfig(f'{path}: [{name}] needs aliases = ["word", ...]')
        found[name.lower()] = tuple(dict.fromkeys([name.lower(), *(plain(word) for word in words)]))
    return found


def parse(path: str | os.PathLike[str] | bytes, known: Categories | None = None) -> Names:
    """Return what the file's name says, and where it is silent what its nearest folders say. Never raises."""
    parts = [part for part in Path(os.fsdecode(path)).parts if part not in ("/", "..", ".")]
    stem = Path(parts[-1]).stem if parts else ""
    sources = [(stem, 1.0), *((folder, _FOLDER) for folder in reversed(parts[-1 - _FOLDERS : -1]))]
    known = known if known is not None else categories()
    tempo, key, category, loop = None, None, None, None
    for raw, trust in sources:
        text = unicodedata.normalize("NFC", raw)
        tempo = tempo or _scaled_tempo(text, trust)
        key = key or _scaled(find_key(text, bare=trust == 1.0), trust)
        category = category or _scaled(find_category(text, known), trust)
        loop = loop if loop is not None else find_loop(text)
    words = tuple(word for word in (plain(w) for w in split(stem)) if _says(word))
    return Names(tempo, key, category, loop, words)


def _says(word: str) -> bool:
    return word in _machines() if word.isdigit() else len(word) > 1


@functools.cache
def _machines() -> frozenset[str]:
    """Return the numbers that are instruments: 808, 909, 303 ..."""
    return frozenset(
        name for name, concept in lexicon().concepts.items() if concept.kind == "machines" and name.isdigit()
    )


def _scaled(claim: Claim | None, trust: float) -> Claim | None:
    return Claim(claim.value, round(claim.confidence * trust, 3)) if claim else None


def _scaled_tempo(text: str, trust: float) -> tuple[float, float] | None:
    found = find_tempo(text, bare=trust == 1.0)
    return (found[0], round(found[1] * trust, 3)) if found else None


def find_tempo(text: str, bare: bool = True) -> tuple[float, float] | None:
    """Return (beats per minute, confidence): `128bpm` or `bpm 128` is strong, with `bare` a lone 60..200 is weak."""
    if match := _BPM.search(text):
        value = float((match[1] or match[2]).replace(",", "."))
        return (value, STRONG) if TEMPO_MIN <= value <= TEMPO_MAX else None
    if bare:
        numbers = [
            token for token in re.split(r"[\s_\-()\[\].]+", text) if _BARE.match(token) and 60 <= int(token) <= 200
        ]
        # Two such numbers: a serial number and a tempo, or a drum machine; nobody knows which.
        if len(numbers) == 1:
            return float(numbers[0]), WEAK
    return None


def find_key(text: str, bare: bool = True) -> Claim | None:
    """Return the key: `F#min` or `Am` strong, a Camelot number less, with `bare` a lone capital letter weak."""
    tokens = [token for token in re.split(r"[\s_()\[\].,+-]+", text) if token]
    pairs = [f"{one} {two}" for one, two in itertools.pairwise(tokens)]
    for token in [*pairs, *tokens]:
        if (match := _KEY.match(token)) and not (token[0].islower() and len(token) < 3):
            return Claim(_key(match[1], match[2], match[3]), STRONG)
    for token in tokens:
        if match := _CAMELOT.match(token):
            return Claim(camelot(int(match[1]), match[2]), 0.6)
    for place, token in enumerate(tokens):
        if bare and place > 0 and (match := _PLAIN_KEY.match(token)):  # a first "A" may be an article
            return Claim(_key(match[1], match[2], "maj"), WEAK)
    return None


def _key(letter: str, accidental: str | None, mode: str) -> str:
    sign = (accidental or "").strip(" _-").lower()
    shift = {"": 0, "#": 1, "♯": 1, "s": 1, "sharp": 1, "b": -1, "♭": -1, "flat": -1}[sign]
    minor = mode == "m" or mode.lower().startswith(("min", "moll"))
    return _NAMES[(_NOTES[letter.upper()] + shift) % 12] + ("m" if minor else "")


def camelot(number: int, letter: str) -> str:
    """Return the key of a Camelot wheel position: 8A is Am, 8B is C."""
    minor = letter.upper() == "A"
    first = _CAMELOT_MINOR_1 if minor else _CAMELOT_MAJOR_1
    return _NAMES[(first + 7 * (number - 1)) % 12] + ("m" if minor else "")


def split(text: str) -> list[str]:
    """Return the words of a name: at separators, at digits and where camelCase turns."""
    spaced = re.sub(r"(?<=[a-zß-ÿ])(?=[A-ZÀ-Þ])|(?<=[A-Z])(?=[A-Z][a-z])", " ", text)
    return _WORD.findall(spaced)


def find_category(text: str, known: Categories) -> Claim | None:
    """Return the category whose word stands in a name.

    Of several the one of two words wins (`bass drum`), then a category's own name (`atmo_pad`), then the last word
    (`acid_lead`); of two own names the last (`bass_kick`).
    """
    words = [plain(word) for word in split(text)]
    own = {name: (name,) for name in known if name not in _BROAD}
    for length, among, confidence in ((2, known, 0.95), (1, own, 0.95), (1, known, STRONG)):
        found = None
        for phrase in _runs(words, length):
            found = _category_of(phrase, among) or found
        if found:
            return Claim(found, confidence)
    return None


def _runs(words: list[str], length: int) -> Iterator[str]:
    for at in range(len(words) - length + 1):
        yield " ".join(words[at : at + length])


def _category_of(phrase: str, known: Categories) -> str | None:
    for name, words in known.items():
        if phrase in words or (phrase.endswith("s") and len(phrase) > 3 and phrase[:-1] in words):
            return name
    return None


def find_loop(text: str) -> bool | None:
    """Return True for a name that says loop, False for one that says one-shot, None for one that says nothing."""
    words = {plain(word) for word in split(text)}
    if words & _SHOTS or {"one", "shot"} <= words:
        return False
    return True if words & _LOOPS else None
