"""From concepts to a sentence as it is typed: word order, endings, compounds, fillers, slips. Runs on: a worker."""

from bisect import bisect_right
from collections.abc import Sequence
from functools import cache
from itertools import accumulate

import numpy as np

from liveengine.lexicon.concepts import Concept

TYPO, LOWER, UPPER, ASCII = 0.05, 0.75, 0.01, 0.06
FILLED, NOUN, COMPOUND, AFTER, LIKE = 0.3, 0.22, 0.6, 0.3, 0.04
ENDINGS = ("er", "e", "es", "en", "e", "er", "en", "em")  # as often as they are typed
FORMATS = ("loop", "one_shot", "phrase")
CALLED = frozenset((
    "boom", "tss", "tick", "smack", "ding", "bang", "clatter", "twang", "toot", "blub", "buzz", "bleep", "whoosh",
    "zap", "laser", "wobble_bass",
))  # fmt: skip
REPEATED, DRAWN = 0.35, 0.12  # how often what imitates a sound is said twice or thrice, or drawn out
BLOW = 0.35  # how often "hit of a kick" instead of "kick hit"
BEFORE = {
    "en": (
        "a", "a", "I need a", "give me a", "some", "looking for a", "find me a", "really", "very", "nice", "sound of a",
        "need",
    ),
    "de": (
        "ein", "eine", "einen", "so ein", "so eine", "such mir", "ich brauche", "bitte", "gib mir", "suche", "richtig",
        "sehr", "ich suche einen", "ich will",
    ),
}  # fmt: skip
BEHIND = {
    "en": ("please", "sound", "sample", "for my track", "vibe", "feel", "style", "type"),
    "de": ("bitte", "Sound", "Sample", "für meinen Track", "Stimmung", "oder so", "Klang", "gesucht"),
}
AND = {"en": ("and", "and", ",", "but", ""), "de": ("und", "und", ",", "aber", "")}
WITH = {"en": ("with", "with", "with some", "plus"), "de": ("mit", "mit", "mit viel", "plus")}
OF = {
    "en": ("{} of a {}", "{} on a {}", "{}, {}"),
    "de": ("{} von einer {}", "{} auf einer {}", "{} vom {}", "{}, {}"),
}
FROM = {
    "en": ("from a {}", "{} style", "off the {}", "{}"),
    "de": ("aus der {}", "von der {}", "wie von der {}", "{}"),
}
FOR = {"en": ("for {}", "for a {} track", "{} style"), "de": ("für {}", "für einen {}-Track", "im Stil von {}")}


def sentence(thing: Concept | None, attributes: Sequence[Concept], language: str, rng: np.random.Generator) -> str:
    """Return a sentence that names the thing and the attributes; without a thing the attributes alone."""
    front: list[str] = []
    back: list[str] = []
    noun = _imitated(_spelling(thing, language, rng), thing, rng) if thing else ""
    for concept in attributes:
        word = _spelling(concept, language, rng)
        if concept.name == "one_shot" and noun and rng.random() < BLOW:
            noun = _pick(OF[language], rng).format(word, noun)
        elif concept.name in FORMATS and noun:
            noun = _behind(noun, word, language, rng)
        elif concept.kind == "machines" and noun:
            noun = _beside(noun, word, FROM[language], language, rng)
        elif noun and (concept.kind == "genres" or _is_noun(word, language)):
            noun = _beside(noun, word, FOR[language], language, rng)
        elif (nouns := concept.nouns[language]) and rng.random() < NOUN:
            back.append(f"{_pick(WITH[language], rng)} {_usual(nouns, rng)}")
        else:
            front.append(word)
    return _slips(_filled(_ordered(front, noun, back, language, rng), language, rng), rng)


def _spelling(concept: Concept, language: str, rng: np.random.Generator) -> str:
    words = concept.spellings[language] or concept.nouns[language] or concept.spellings["en"] or concept.spellings["de"]
    return _usual(words, rng) if words else concept.name.replace("_", " ")


def _imitated(word: str, thing: Concept, rng: np.random.Generator) -> str:
    """Return what imitates a sound as it is typed: "tss tss tss", "booom"; other words as they are."""
    if thing.name not in CALLED or " " in word:
        return word
    if rng.random() < DRAWN:
        at = max((place for place, sign in enumerate(word) if sign in "aeiouäöüsz"), default=0)
        word = word[:at] + word[at] * (2 + int(3 * rng.random())) + word[at + 1 :]
    return " ".join([word] * (2 + int(2 * rng.random()))) if rng.random() < REPEATED else word


def _ordered(front: list[str], noun: str, back: list[str], language: str, rng: np.random.Generator) -> str:
    if not noun:
        return " ".join([_joined(front, language, rng), *back]).strip()
    if not front:
        return " ".join([noun, *back])
    if rng.random() < AFTER:
        joint = _pick((", ", ", ", " ", " - "), rng)
        return " ".join([noun + joint + _joined(front, language, rng), *back])
    if language == "de":
        ending = _pick(ENDINGS, rng)
        front = [inflected(word, ending) for word in front]
    comma = ", " if rng.random() < 0.3 else " "
    return " ".join([comma.join(front), noun, *back])


def _joined(words: Sequence[str], language: str, rng: np.random.Generator) -> str:
    if len(words) < 2:
        return "".join(words)
    joint = _pick(AND[language], rng)
    last = f"{joint} {words[-1]}" if joint == "," else f" {joint} {words[-1]}" if joint else f" {words[-1]}"
    return _pick((", ", " "), rng).join(words[:-1]) + last


def _behind(noun: str, word: str, language: str, rng: np.random.Generator) -> str:
    if language == "de" and rng.random() < COMPOUND:
        return noun + _pick((f"-{word}", word.lower(), f" {word}"), rng)
    return f"{noun} {word}"


def _beside(noun: str, word: str, behind: Sequence[str], language: str, rng: np.random.Generator) -> str:
    """Put a genre or a machine before the noun, as part of a compound in German, or behind it."""
    drawn = rng.random()
    if drawn < 0.2:
        return f"{noun} {_pick(behind, rng).format(word)}"
    if language == "en" or drawn > COMPOUND or " " in word:
        return f"{word} {noun}"
    glued = word.isalpha() and noun[0].isalpha() and rng.random() < 0.5
    return f"{word}{noun.lower()}" if glued else f"{word}-{noun}"


def _is_noun(word: str, language: str) -> bool:
    return language == "de" and word[0].isupper()


def inflected(word: str, ending: str) -> str:
    """Return a German adjective with its ending: dunkel + er → dunkler; what takes none is left as it is."""
    if not word.isalpha() or word[0].isupper() or word[-1] in "iyoau":
        return word
    if word.endswith("hoch"):
        return word[:-2] + "h" + ending
    if word.endswith("el"):
        return word[:-2] + "l" + ending
    return word.removesuffix("e") + ending


def _filled(text: str, language: str, rng: np.random.Generator) -> str:
    if rng.random() > FILLED:
        return text
    if rng.random() < 0.75:
        return f"{_pick(BEFORE[language], rng)} {text}"
    return f"{text} {_pick(BEHIND[language], rng)}"


def _slips(text: str, rng: np.random.Generator) -> str:
    """Return the text in the case, the letters and with the slips in which it is typed."""
    drawn = rng.random()
    if drawn < LOWER:
        text = text.lower()
    elif drawn > 1.0 - UPPER:
        text = text.upper()
    if rng.random() < ASCII:
        text = text.replace("ä", "ae").replace("ö", "oe").replace("ü", "ue").replace("ß", "ss")
    return _mistyped(text, rng) if rng.random() < TYPO else text


def _mistyped(text: str, rng: np.random.Generator) -> str:
    """Swap, drop, double or replace one letter inside a word."""
    places = [at for at in range(1, len(text) - 2) if text[at - 1 : at + 2].isalpha()]
    if not places:
        return text
    at, kind = places[int(rng.random() * len(places))], int(rng.random() * 4)
    if kind == 0:
        return text[:at] + text[at + 1] + text[at] + text[at + 2 :]
    middle = ("", text[at] * 2, "abcdefghijklmnopqrstuvwxyz"[int(rng.random() * 26)])[kind - 1]
    return text[:at] + middle + text[at + 1 :]


def _pick(words: Sequence[str], rng: np.random.Generator) -> str:
    return words[int(rng.random() * len(words))]


def _usual(words: Sequence[str], rng: np.random.Generator) -> str:
    """Return one of the words; each is half as likely as one in half its place (Zipf's law)."""
    bounds = _zipf(len(words))
    return words[bisect_right(bounds, rng.random() * bounds[-1])]


@cache
def _zipf(count: int) -> tuple[float, ...]:
    return tuple(accumulate(1.0 / rank for rank in range(1, count + 1)))
