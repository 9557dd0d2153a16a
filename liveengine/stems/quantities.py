"""Reads numbers out of a sentence: tempo, key, length, bars, and the stem that it speaks of. Runs on: anywhere; pure.

What is read is taken out of the text, so that the words that are left are words of sound.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

from liveengine.lexicon import numerals
from liveengine.lexicon.text import flat
from liveengine.sound.names import camelot
from liveengine.stems import harmony

Range = tuple[float, float]

SLOWEST, FASTEST = 40.0, 240.0  # ends of an open range of tempos: "under 100", "over 140"
BARE = (60.0, 200.0)  # beats per minute that a number without a unit may mean
MOST_BARS = 256
LONGEST_S = 3600.0  # end of an open range of lengths
MACHINES = {101.0}  # numbers within BARE that are instruments
_GAP = " , "  # stands where something was taken out

_N = numerals.PATTERN
_ABOUT = (
    r"(?:um die|rund um|rund|ungefaehr|etwa|circa|ca\.?|around|about|roughly|approximately|approx\.?"
    r"|~|near)"
)
_UNDER = (
    r"(?:unter|kuerzer als|weniger als|langsamer als|hoechstens|maximal|max\.?|bis zu|under|below|less than"
    r"|shorter than|slower than|at most|up to|no longer than|no faster than|<=?)"
)
_OVER = (
    r"(?:ueber|laenger als|mehr als|schneller als|mindestens|min\.|ab|over|above|more than|longer than|faster than"
    r"|at least|>=?)"
)
_COMPARED = rf"(?:(?P<about>{_ABOUT})|(?P<under>{_UNDER})|(?P<over>{_OVER}))"
_TO = r"(?:-|–|bis|to|und|and|…|\.\.\.?)"
_SECOND = r"(?P<unit>milliseconds?|millisekunden?|ms|seconds?|secs?|sekunden?|sek|s|minutes?|mins?|minuten?)"
_BAR = r"(?P<unit>bars?|takte?n?|taktig(?:e[rsnm]?)?|beats?|schlaege?n?|viertel(?:noten)?)"
_EDGE = r"(?![a-z0-9])"

_NO_TEMPO = rf"(?! ?(?:bars?|takt|s{_EDGE}|sec|sek|min|ms|beat|percent|prozent|%|hz|khz))"
_FROM = r"(?:(?<![a-z])(?:zwischen|between|from|von) )?"
_PAIR = rf"(?<![\w.,])(?P<low>{_N})(?: ?{_TO} ?(?P<high>{_N}))?"
_BPM = re.compile(rf"{_FROM}(?:{_COMPARED} ?)?(?<![\w.,])(?P<low>{_N})(?: ?(?:{_TO}|/) ?(?P<high>{_N}))? ?-?bpm{_EDGE}")
_TEMPO = re.compile(rf"(?<![a-z])(?:bpm|tempo) ?[:=]?(?: ?von| of)? ?(?:{_COMPARED} ?)?{_PAIR}{_EDGE}")
_BETWEEN = re.compile(
    rf"(?<![a-z])(?:zwischen|between|from|von) (?P<low>{_N}) ?{_TO} ?(?P<high>{_N})(?: ?bpm)?{_EDGE}{_NO_TEMPO}"
)
_SPAN = re.compile(rf"(?<![\w.,])(?P<low>\d{{2,3}}) ?(?:-|–|bis|to) ?(?P<high>\d{{2,3}}){_EDGE}{_NO_TEMPO}")
_NEAR = re.compile(rf"(?<![a-z]){_COMPARED} ?(?P<low>\d{{2,3}}(?:[.,]\d{{1,3}})?)(?P<high>(?!))?{_EDGE}{_NO_TEMPO}")
_BARS = re.compile(rf"{_FROM}(?:{_COMPARED} ?)?{_PAIR}[ -]?{_BAR}{_EDGE}")
_SECONDS = re.compile(rf"{_FROM}(?:{_COMPARED} ?)?{_PAIR}[ -]?{_SECOND}{_EDGE}")
_AS = r"(?<![a-z])(?:like|wie|similar to|aehnlich wie|als|than)"
_LIKE = re.compile(rf"{_AS} ?(?::|#|stem|nr\.?|nummer|number|no\.|id) ?#?(?P<id>\d{{1,9}})(?!\w)")
_LIKE_BARE = re.compile(rf"{_AS} (?P<id>\d{{1,9}})(?!\w)")
_THIS = re.compile(
    rf"{_AS} (?:diese[rsnm]?|d(?:er|ie|as) (?:hier|da)|dies|this(?: one)?|that(?: one)?|it)(?![a-z])"
    r"(?! (?:in|aus|from))"
)
_S = re.compile(r"[1-5]?[1-9]|10|\d{1,2}[.,]\d{1,3}")  # "4s" are seconds; "80s" and "808s" are none
_NAMED = {808, 909, 707, 606, 505, 303, 101, 727, 626}  # "like 808" speaks of the machine

_MODE = r"maj(?:or)?|min(?:or)?|moll|dur|Moll|Dur|MOLL|DUR|Major|Minor|MAJOR|MINOR|Maj|Min"
_LEAD = r"(?:(?<![A-Za-z])(?:in|In|key of|key|Key|Tonart|tonart|auf) )?"
_KEY = re.compile(
    r"(?<![A-Za-zÀ-ÿ#\d])(?P<lead>(?:in|In|IN|key of|key|Key|Tonart|tonart|auf) )?(?P<note>[A-Ha-h])"
    r"(?P<sign>#|♯|b|♭|is|es|s| sharp| flat)?"
    rf"(?P<gap>[ -]{{0,2}})(?P<mode>{_MODE})(?![A-Za-zÀ-ÿ])"
)
_SHORT = re.compile(_LEAD + r"(?<![A-Za-zÀ-ÿ#\d])(?P<note>[A-H])(?P<sign>#|♯|b|♭)?m(?![A-Za-zÀ-ÿ\d'])")
_SIGNED = re.compile(_LEAD + r"(?<![A-Za-zÀ-ÿ#\d])(?P<note>[A-H])(?P<sign>#|♯|b|♭)(?![A-Za-zÀ-ÿ\d])")
_IN = re.compile(
    r"(?:(?<![A-Za-z])(?:in|key of|key|Key|Tonart|tonart|In)) (?P<note>[A-Ha-h])(?P<sign>#|♯|b|♭|is|es)?(?P<mode>m)?"
    r"(?![A-Za-zÀ-ÿ'])(?=\s*(?:$|[,.;!?&]|at\b|bei\b|mit\b|with\b|and\b|und\b|for\b|für\b|\d))"
)
_CAMELOT = re.compile(r"(?<![\w.])(?P<number>1[0-2]|[1-9])(?P<letter>[ABab])(?!\w)")
_FLATS = {"es", "b", "♭", " flat"}


@dataclass(slots=True)
class Quantities:
    """What the numbers of a sentence say; None where they say nothing."""

    tempo: float | None = None  # beats per minute
    tempo_range: Range | None = None
    key: int = harmony.NO_KEY
    length: Range | None = None  # seconds
    bars: float | None = None
    like: tuple[int, ...] = ()  # stems named as examples
    this: bool = False  # "like this one"

    def told(self) -> list[str]:
        """Return in a few words what was read."""
        parts = [f"like {stem}" for stem in self.like] + (["like this"] if self.this else [])
        if self.tempo_range:
            parts.append(f"{self.tempo_range[0]:g}-{self.tempo_range[1]:g} bpm")
        elif self.tempo:
            parts.append(f"{self.tempo:g} bpm")
        if (name := harmony.key_name(self.key)) is not None:
            parts.append(f"key {name}")
        if self.length:
            low, high = self.length
            ends = f"under {high:g}" if not low else f"over {low:g}" if high >= LONGEST_S else f"{low:g}-{high:g}"
            parts.append(f"{ends} s")
        return parts + ([f"{self.bars:g} bars"] if self.bars else [])


def take(text: str) -> tuple[str, Quantities]:
    """Return the plain text that is left, and what its numbers said. Never raises."""
    found = Quantities()
    rest = flat(_key(text, found))
    for pattern, meant in (
        (_LIKE, _example), (_THIS, _this), (_SECONDS, _seconds), (_BARS, _bars), (_BPM, _tempo), (_TEMPO, _tempo),
        (_LIKE_BARE, _bare_example), (_BETWEEN, _bare_tempo), (_SPAN, _bare_tempo),
        (_NEAR, _bare_tempo),
    ):  # fmt: skip
        rest = pattern.sub(_taken(meant, found), rest)
    return rest, found


def _taken(meant: Callable[[re.Match[str], Quantities], bool], found: Quantities) -> Callable[[re.Match[str]], str]:
    return lambda match: _GAP if meant(match, found) else match[0]


def _example(match: re.Match[str], found: Quantities) -> bool:
    found.like = (*found.like, int(match["id"]))
    return True


def _bare_example(match: re.Match[str], found: Quantities) -> bool:
    return int(match["id"]) not in _NAMED and _example(match, found)


def _this(_: re.Match[str], found: Quantities) -> bool:
    found.this = True
    return True


def _span(match: re.Match[str], near: float, low: float, high: float) -> Range | None:
    """Return the range that a number or two mean; near = share that a single number may be off."""
    one = numerals.value(match["low"])
    if one is None or one <= 0:
        return None
    if match["high"] and (other := numerals.value(match["high"])):
        return min(one, other), max(one, other)
    if match["under"]:
        return (low, one) if one > low else None
    if match["over"]:
        return (one, high) if one < high else None
    near = 2.0 * near if match["about"] else near
    return one * (1.0 - near), one * (1.0 + near)


def _seconds(match: re.Match[str], found: Quantities) -> bool:
    unit = match["unit"]
    if unit == "s" and not match[0].endswith(" s") and not _S.fullmatch(match["low"]):
        return False
    scale = 1e-3 if unit.startswith(("mil", "ms")) else 60.0 if unit.startswith("min") else 1.0
    span = _span(match, 0.2, 0.0, LONGEST_S / scale)
    if span is None:
        return False
    found.length = span[0] * scale, span[1] * scale
    return True


def _bars(match: re.Match[str], found: Quantities) -> bool:
    count = numerals.value(match["high"] or match["low"])
    if count is None or count in _NAMED:
        return False
    bars = count if match["unit"].startswith(("bar", "takt")) else count / 4.0
    if not 0 < bars <= MOST_BARS:
        return False
    found.bars = bars
    return True


def _tempo(match: re.Match[str], found: Quantities) -> bool:
    span = _span(match, 0.0, SLOWEST, FASTEST)
    if span is None or not 20.0 <= span[1] <= 999.0:
        return False
    if span[1] > span[0]:
        found.tempo_range = span
    found.tempo = round(0.5 * (span[0] + span[1]), 3)
    return True


def _bare_tempo(match: re.Match[str], found: Quantities) -> bool:
    """Without a unit a number must look like a tempo."""
    values = [numerals.value(match[name]) for name in ("low", "high") if match[name]]
    likely = all(value is not None and BARE[0] <= value <= BARE[1] and value not in MACHINES for value in values)
    return likely and found.tempo is None and _tempo(match, found)


def bare_tempo(word: str) -> float | None:
    """Return the tempo that a lone number means, None for one that is none."""
    value = numerals.value(word) if word[:1].isdigit() else None
    return value if value is not None and BARE[0] <= value <= BARE[1] and value not in MACHINES else None


def _key(text: str, found: Quantities) -> str:
    """Take the first key out of the text as it was typed: its case tells Am from am."""
    for pattern in (_KEY, _SHORT, _IN, _CAMELOT, _SIGNED):
        for match in pattern.finditer(text):
            if (key := _number(match, text)) != harmony.NO_KEY:
                found.key = key
                return text[: match.start()] + _GAP + text[match.end() :]
    return text


def _number(match: re.Match[str], text: str) -> int:
    groups = match.groupdict()
    if "number" in groups:
        return harmony.key_number(camelot(int(match["number"]), match["letter"]))
    note, sign, mode = match["note"], groups.get("sign") or "", groups.get("mode")
    if match.re is _SHORT:
        mode = "m"
    if _is_article(match, text) or (sign == "s" and note not in "aeAE"):
        return harmony.NO_KEY
    flat_sign = sign in _FLATS or sign == "s"
    accidental = "b" if flat_sign else "#" if sign else ""
    minor = bool(mode) and str(mode).lower().startswith(("m", "mi")) and not str(mode).lower().startswith("maj")
    return harmony.key_number(f"{note.upper()}{accidental}{'m' if minor else ''}")


def _is_article(match: re.Match[str], text: str) -> bool:
    """True for "a minor chord", "A minor pad": an article and a description."""
    if match.re is not _KEY or match["note"] not in "aA" or match["sign"] or match["lead"] or match["gap"] != " ":
        return False
    sentence_start = not text[: match.start()].strip()
    followed = re.match(r" [A-Za-zÀ-ÿ]", text[match.end() :]) is not None
    return followed and (match["note"] == "a" or sentence_start)
