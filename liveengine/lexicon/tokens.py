"""A sentence as numbers for the text tower: each word, and the pieces of its spelling. Runs on: anywhere.

Every word gets one number of its own and one for each run of 3 to 5 letters in it, so that a word that was never met
stands near those it is spelt like. Numbers come from CRC-32, so there is no table to ship; 0 fills up.
"""

import re
import unicodedata
import zlib
from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

Ids = npt.NDArray[np.int64]

WORDS, PIECES = 8_192, 16_384  # numbers for whole words, then for pieces
MOST_WORDS, MOST_PIECES = 24, 24  # of a sentence, of a word
LONGEST_TEXT = 600  # signs that are read of a sentence
LETTERS = (3, 4, 5)
SPELT: Mapping[int, str] = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})
_WORD = re.compile(r"[a-z]+|\d+")


def words(text: str) -> list[str]:
    """Return the words of a sentence: lower case, umlauts as ae oe ue, accents left out, numbers apart."""
    low = text[:LONGEST_TEXT].lower().translate(SPELT)
    flat = unicodedata.normalize("NFKD", low)
    return _WORD.findall("".join(sign for sign in flat if not unicodedata.combining(sign)))[:MOST_WORDS]


def pieces(word: str) -> list[str]:
    """Return the runs of letters of a word with its ends marked, at most MOST_PIECES - 1."""
    marked = f"<{word}>"
    found = [marked[at : at + size] for size in LETTERS for at in range(len(marked) - size + 1)]
    return found[: MOST_PIECES - 1]


def encode(text: str) -> Ids:
    """Return [words, MOST_PIECES] for a sentence (at least one row): first the word's number, then its pieces', 0."""
    spoken = words(text) or [""]
    table = np.zeros((len(spoken), MOST_PIECES), np.int64)
    for row, word in enumerate(spoken):
        numbers = [1 + zlib.crc32(word.encode()) % (WORDS - 1)]
        numbers += [WORDS + zlib.crc32(piece.encode()) % PIECES for piece in pieces(word)]
        table[row, : len(numbers)] = numbers
    return table
