"""Numbers as they are written, in digits or in words, English and German. Runs on: anywhere."""

import re

ENGLISH = {
    "half": 0.5, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9,
    "ten": 10, "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16,
    "seventeen": 17, "eighteen": 18, "nineteen": 19, "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50,
    "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90, "hundred": 100,
}  # fmt: skip
GERMAN = {
    "halb": 0.5, "ein": 1, "eins": 1, "zwei": 2, "drei": 3, "vier": 4, "fuenf": 5, "sechs": 6, "sieben": 7, "acht": 8,
    "neun": 9, "zehn": 10, "elf": 11, "zwoelf": 12, "dreizehn": 13, "vierzehn": 14, "fuenfzehn": 15, "sechzehn": 16,
    "siebzehn": 17, "achtzehn": 18, "neunzehn": 19, "zwanzig": 20, "dreissig": 30, "vierzig": 40, "fuenfzig": 50,
    "sechzig": 60, "siebzig": 70, "achtzig": 80, "neunzig": 90, "hundert": 100,
}  # fmt: skip
_ARTICLES = {"a": 1.0, "an": 1.0, "eine": 1.0, "einer": 1.0, "einem": 1.0, "einen": 1.0, "halbe": 0.5, "halben": 0.5}
_UNITS = "|".join(sorted((word for word, value in GERMAN.items() if value < 20), key=len, reverse=True))
_TENS = "|".join(word for word, value in GERMAN.items() if 20 <= value < 100)
_COMPOSED = re.compile(
    rf"(?:(?P<hundreds>{_UNITS})?hundert(?:und)?)?(?:(?:(?P<one>{_UNITS})und)?(?P<ten>{_TENS})|(?P<low>{_UNITS}))?"
)
_JOINT = r"(?:[ -](?:and )?)"
_WORD = "|".join(sorted(ENGLISH, key=len, reverse=True))

# What matches a number in a plain text (lower case, umlauts as ae): digits, or words that `value` understands.
PATTERN = (
    rf"(?:\d{{1,4}}(?:[.,]\d{{1,3}})?|(?:a )?(?:{_WORD})(?:{_JOINT}(?:{_WORD})){{0,4}}"
    rf"|(?:{'|'.join((*GERMAN, 'eine[rmn]?', 'halbe[nr]?'))})?hundert[a-z]{{0,24}}|[a-z]{{0,12}}(?:{_TENS})"
    rf"|{_UNITS}|eine[rmn]? halbe[nr]?|half an?|eine[rmn]?|an?)"
)


def value(text: str) -> float | None:
    """Return the number that a plain text says ("128", "1,5", "hundertachtundzwanzig", "a hundred and ten") or None."""
    spoken = text.strip().replace("-", " ")
    if re.fullmatch(r"\d+(?:[.,]\d+)?", spoken):
        return float(spoken.replace(",", "."))
    parts = [word for word in spoken.split() if word != "and"]
    if len(parts) == 1:
        return _ARTICLES.get(spoken) or _german(spoken) or ENGLISH.get(spoken)
    if (len(parts) == 2 and "half" in parts) or any(part.startswith("halb") for part in parts):
        return 0.5
    return _english(parts)


def _english(parts: list[str]) -> float | None:
    """one hundred twenty eight → 128; one twenty eight → 128, as tempos are said."""
    total, last = 0.0, 0.0
    for part in parts:
        number = 1.0 if part == "a" else ENGLISH.get(part)
        if number is None:
            return None
        if number == 100:
            total = 100.0 * (total or 1.0)
        elif number >= 10 and 1 <= total < 10:
            total = 100.0 * total + number
        else:
            total += number
        last = number
    return total if last else None


def _german(word: str) -> float | None:
    """hundertachtundzwanzig → 128."""
    found = _COMPOSED.fullmatch(word)
    if not found or not word:
        return None
    hundreds = found["hundreds"]
    total = 100.0 * (GERMAN[hundreds] if hundreds else 1.0) if "hundert" in word else 0.0
    return total + sum(GERMAN[found[name]] for name in ("one", "ten", "low") if found[name]) or None
