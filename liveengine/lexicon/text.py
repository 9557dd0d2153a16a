"""Text as it is compared: plain words, endings taken off, small typing errors. Runs on: anywhere."""

import re
import unicodedata
from itertools import pairwise

_COMPARED = {"eren", "erer", "eres", "erem", "ere", "sten", "ster", "er"}  # endings of comparatives
_UMLAUT = re.compile("ae|oe|ue")
ENDINGS = ("eren", "erer", "eres", "erem", "ere", "sten", "ster", "er", "en", "em", "es", "e", "n", "s")
_TOKEN = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)?|\d+(?:[.,]\d+)?")
SHORT = 6  # letters of a word that is easily taken for another one
_LONG = re.compile(r"(.)\1{2,}")
_UNSEEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_STOPS = re.compile(r"[,;.!?:]+(?=\s|$)")
_UMLAUTS = {0xE4: "ae", 0xF6: "oe", 0xFC: "ue", 0xDF: "ss"}


def clean(text: str) -> str:
    """Return a text on one line without control characters and halves of surrogate pairs."""
    return _UNSEEN.sub(" ", text)


def flat(text: str) -> str:
    """Return a text in lower case with umlauts as in ae; all other signs stay."""
    return unicodedata.normalize("NFC", text).lower().translate(_UMLAUTS)


def plain(word: str) -> str:
    """Return a word as it is compared: lower case, umlauts as in ae, accents dropped, one space between parts."""
    if word.isascii():  # as a rule
        return " ".join(word.lower().split())
    return " ".join(unicodedata.normalize("NFKD", flat(word)).encode("ascii", "ignore").decode().split())


def tokens(text: str) -> list[str]:
    """Return the words, numbers and commas of a sentence, plain."""
    spaced = _STOPS.sub(" , ", text.replace("’", "'").replace("&", " and "))
    found = []
    for piece in spaced.split():
        found += [","] if piece == "," else [plain(word) for word in _TOKEN.findall(piece)]
    return [word for word in found if word]


def phrase(spelling: str) -> str:
    """Return a spelling as it is looked up: its words, plain, with one space between: `TR-808` → `tr 808`."""
    return " ".join(word for word in tokens(spelling) if word != ",")


def forms(word: str) -> list[str]:
    """Return a word and what may be left of it without its ending: dunkler → dunkl → dunkel, hats → hat."""
    found, bare = [word], []
    if "'" in word:
        found.append(word.split("'", maxsplit=1)[0])  # cow's → cow
    for ending in ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            stem = word[: -len(ending)]
            found.append(stem)
            if stem[-1] in "lr" and len(stem) > 3 and stem[-2] not in "aeiouy":
                found.append(f"{stem[:-1]}e{stem[-1]}")
            if len(stem) > 3 and stem[-1] == stem[-2]:
                found.append(stem[:-1])  # fatter → fat
            found.append(stem + "e")
            if ending in _COMPARED and (turned := _UMLAUT.sub(lambda sign: sign[0][0], stem)) != stem:
                bare.append(turned)  # laenger → lang
            if ending == "er" and stem[-1] == "i":
                bare.append(f"{stem[:-1]}y")  # busier → busy
    if word.endswith("t") and len(word) > 4:
        bare += [word[:-1] + "end", word[:-1] + "nd"]  # treibt → treibend, scheppert → scheppernd
    elif word.endswith("n"):
        bare.append(word + "d")  # pumpen → pumpend
    return found + bare


def relaxed(word: str) -> list[str]:
    """Return a drawn-out word with its long letters once and twice: tssss → tss, ts; other words give nothing."""
    if not _LONG.search(word):
        return []
    return [_LONG.sub(r"\1\1", word), _LONG.sub(r"\1", word)]


def likely_slip(typed: str, meant: str, bare: bool) -> bool:
    """Return whether a short word is another one mistyped, where one letter may be wrong: left out, added, swapped with
    the next, or its neighbour on the keyboard. In long words any letter may be. `bare`: an ending was taken off.
    """
    if len(typed) > SHORT:
        return True
    if len(meant) < SHORT - 1 or (bare and len(typed) < SHORT):
        return False
    if len(typed) != len(meant) or sorted(typed) == sorted(meant):
        return True
    wrong = [pair for pair in zip(typed, meant, strict=True) if pair[0] != pair[1]]
    return len(wrong) == 1 and any(frozenset(wrong[0]) in keys for keys in (_QWERTY, _QWERTZ))


def _neighbours(*rows: str) -> frozenset[frozenset[str]]:
    """Return the pairs of keys that lie side by side, or above one another (half a key apart)."""
    found = {frozenset(pair) for row in rows for pair in pairwise(row)}
    for upper, lower in pairwise(rows):
        for at, key in enumerate(lower):
            found |= {frozenset((key, other)) for other in upper[at : at + 2]}
    return frozenset(found)


_QWERTY = _neighbours("qwertyuiop", "asdfghjkl", "zxcvbnm")
_QWERTZ = _neighbours("qwertzuiop", "asdfghjkl", "yxcvbnm")


def edits(one: str, other: str, most: int) -> int:
    """Return the number of letters to insert, drop, replace or swap (Damerau-Levenshtein), or most + 1."""
    if abs(len(one) - len(other)) > most:
        return most + 1
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, left in enumerate(one, 1):
        last, before, row = before, row, [i]
        for j, right in enumerate(other, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (left != right))
            if i > 1 and j > 1 and left == other[j - 2] and one[i - 2] == right:
                cost = min(cost, last[j - 2] + 1)
            row.append(cost)
        if min(row) > most:
            return most + 1
    return row[-1]
