"""What a producer means: tempo, genre, mood, key and length out of a sentence. Runs on: event loop; pure.

English and German, deterministic. What the sentence leaves open comes from the genre's defaults in config/styles.toml.
"""

import re
from dataclasses import dataclass

from liveengine.arrange import harmony
from liveengine.arrange.harmony import Key
from liveengine.arrange.styles import Styles
from liveengine.errors import OutOfRange
from liveengine.units import TEMPO_MAX, TEMPO_MIN

SECONDS_MIN, SECONDS_MAX = 10.0, 1200.0  # length of a track
BARE_TEMPO = (60.0, 220.0)  # a number without unit is a tempo inside this range

_FOLD = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "’": "'", "–": "-"})
_NUMBER = r"(?<![\d.,:])(\d{1,4}(?:[.,]\d{1,2})?)"
_TEMPO = re.compile(
    _NUMBER + r"[\s-]*(?:bpm\b|beats?\s+per\s+min|schlaege)|\b(?:tempo|bpm)[\s:=]*(\d{1,4}(?:[.,]\d{1,2})?)"
)
_CLOCK = re.compile(r"(?<!\d)(\d{1,2}):([0-5]\d)(?!\d)")
_MINUTES = re.compile(_NUMBER + r"[\s-]*(?:min\b|mins\b|minute|minuet)")
_SECONDS = re.compile(_NUMBER + r"[\s-]*(?:s\b|sec\b|secs\b|second|sek\b|sekunde)")
_BARS = re.compile(_NUMBER + r"[\s-]*(?:bars?\b|takte?\b|takten\b|measures?\b)")
_BARE = re.compile(r"(?<![\w.,:#-])(\d{2,3})(?![\w.,:-])")
_WORDS = {
    "half a": 0.5, "eine halbe": 0.5, "halbe": 0.5, "one": 1, "a": 1, "eine": 1, "anderthalb": 1.5, "two": 2,
    "zwei": 2, "three": 3, "drei": 3, "four": 4, "vier": 4, "five": 5, "fuenf": 5, "six": 6, "sechs": 6, "seven": 7,
    "sieben": 7, "eight": 8, "acht": 8, "nine": 9, "neun": 9, "ten": 10, "zehn": 10, "zwoelf": 12, "twelve": 12,
}  # fmt: skip
_SPELT = re.compile(rf"\b({'|'.join(sorted(_WORDS, key=len, reverse=True))})[\s-]+(?:minute|minuet)")
_ENGLISH_KEY = re.compile(
    r"\b([A-Ga-g])(?:\s?([#♯b♭])|[\s-](sharp|flat))?[\s-](minor|major|min|maj)\b(?!\s+(?:key|mood|feel))"
)
_GERMAN_KEY = re.compile(r"\b([a-h](?:is|es|s)?)[\s-]?(moll|dur)\b")
_SHORT_KEY = re.compile(r"\b([A-G][#♯b♭]m|[A-G]m)(?![\w#])")
_KEY_BEFORE = re.compile(r"(?:\bin|\bkey|\btonart|:|,)\s*$", re.IGNORECASE)
_WITHOUT = r"(?:without|no|ohne|kein(?:e|en|em|er)?)\s+(?:any\s+)?"
_WITH = r"(?:with|mit|plus|and|und)\s+(?:\w+\s+){0,2}?"


@dataclass(frozen=True)
class Wish:
    """What a prompt asks for; what it left open is filled in, and `said` tells which of it was said."""

    text: str
    genre: str
    bpm: int  # beats per minute
    key: Key
    moods: tuple[str, ...]
    bars: float  # length in bars of 4 beats, not rounded
    wanted: tuple[str, ...]  # categories named
    unwanted: tuple[str, ...]  # categories excluded
    said: frozenset[str]  # of "genre", "tempo", "key", "length", "bars"


def fold(text: str) -> str:
    """Return `text` in lower case with umlauts written out, as the words of styles.toml are."""
    return text.lower().translate(_FOLD)


def parse(text: str, styles: Styles) -> Wish:
    """Return what `text` asks for; raise OutOfRange for a tempo or a length that no track can have."""
    plain = fold(text)
    genre = _genre(plain, styles)
    style = styles.genres[genre or styles.default.genre]
    tempo = _tempo(plain)
    bpm = round(tempo) if tempo is not None else style.tempo
    key = _key(text)
    bars = _length(plain, bpm)
    roles = _without_genres(plain, styles)  # the bass of "drum and bass" is no wish
    unwanted = _mentioned(roles, _WITHOUT, styles)
    said = {
        "genre": genre,
        "tempo": tempo,
        "key": key,
        "length": bars,
        "bars": _BARS.search(plain),
    }
    return Wish(
        text=text,
        genre=genre or styles.default.genre,
        bpm=bpm,
        key=key or harmony.parse(style.keys[0]) or Key(9, True),
        moods=_moods(plain, styles) or tuple(style.moods),
        bars=bars if bars is not None else styles.default.minutes * bpm / 4.0,
        wanted=tuple(c for c in _mentioned(roles, _WITH, styles) if c not in unwanted),
        unwanted=unwanted,
        said=frozenset(name for name, value in said.items() if value is not None),
    )


def _value(number: str) -> float:
    return float(number.replace(",", "."))


def _genre(plain: str, styles: Styles) -> str | None:
    """Return the genre whose longest name stands in the text."""
    found = [
        (len(name), genre)
        for genre, style in styles.genres.items()
        for name in style.names
        if re.search(rf"(?<!\w){re.escape(name)}(?!\w)", plain)
    ]
    return max(found)[1] if found else None


def _without_genres(plain: str, styles: Styles) -> str:
    names = sorted((name for style in styles.genres.values() for name in style.names), key=len, reverse=True)
    return re.sub(rf"(?<!\w)(?:{'|'.join(map(re.escape, names))})(?!\w)", " ", plain)


def _tempo(plain: str) -> float | None:
    found = _TEMPO.search(plain)
    if found is not None:
        tempo = _value(found[1] or found[2])
        if not TEMPO_MIN <= tempo <= TEMPO_MAX:
            raise OutOfRange(f"{tempo:g} bpm: a tempo lies between {TEMPO_MIN:g} and {TEMPO_MAX:g} beats per minute")
        return tempo
    for pattern in (_MINUTES, _SECONDS, _BARS, _CLOCK):
        plain = pattern.sub(" ", plain)
    bare = [float(number) for number in _BARE.findall(plain)]
    return next((number for number in bare if BARE_TEMPO[0] <= number <= BARE_TEMPO[1]), None)


def _length(plain: str, bpm: int) -> float | None:
    """Return the length in bars that the text names, or None."""
    if (bars := _BARS.search(plain)) is not None:
        seconds = _value(bars[1]) * 240.0 / bpm
    else:
        named = _seconds(plain)
        if named is None:
            return None
        seconds = named
    if not SECONDS_MIN <= seconds <= SECONDS_MAX:
        raise OutOfRange(
            f"a length of {seconds:g} s: a track lasts {SECONDS_MIN:g} s to {SECONDS_MAX / 60:g} minutes; name another"
        )
    return seconds * bpm / 240.0


def _seconds(plain: str) -> float | None:
    if (clock := _CLOCK.search(plain)) is not None:
        return int(clock[1]) * 60.0 + int(clock[2])
    minutes, seconds = _MINUTES.search(plain), _SECONDS.search(plain)
    if minutes is None and seconds is None:
        spelt = _SPELT.search(plain)
        return _WORDS[spelt[1]] * 60.0 if spelt else None
    return (_value(minutes[1]) * 60.0 if minutes else 0.0) + (_value(seconds[1]) if seconds else 0.0)


def _key(text: str) -> Key | None:
    for found in _ENGLISH_KEY.finditer(text):
        letter, sign, word, mode = found.groups()
        accidental = sign or {"sharp": "#", "flat": "b"}.get(word or "", "")
        return harmony.parse(letter + accidental + ("m" if mode.startswith("min") else ""))
    if (german := _GERMAN_KEY.search(text.lower())) is not None:
        return harmony.parse_german(german[1], german[2] == "moll")
    for short in _SHORT_KEY.finditer(text):
        # "Am Abend" is no key: a name without accidental counts after "in", "key", a comma, or at the end
        if len(short[1]) == 3 or _KEY_BEFORE.search(text[: short.start()]) or not text[short.end() :].strip(" .!,;"):
            return harmony.parse(short[1])
    return None


def _moods(plain: str, styles: Styles) -> tuple[str, ...]:
    """Return the moods named, in the order of their first word."""
    first: dict[str, int] = {}
    for mood, stems in styles.moods.items():
        places = [found.start() for stem in stems if (found := re.search(rf"(?<!\w){re.escape(stem)}", plain))]
        if places:
            first[mood] = min(places)
    return tuple(sorted(first, key=lambda mood: first[mood]))


def _mentioned(plain: str, lead: str, styles: Styles) -> tuple[str, ...]:
    return tuple(
        category
        for category, words in styles.mentions.items()
        if any(re.search(rf"(?<!\w){lead}{re.escape(word)}", plain) for word in words)
    )
