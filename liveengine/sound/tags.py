"""What the tags of a file say: ID3 (also in WAV and AIFF), FLAC and Ogg comments, INFO. Runs on: worker processes."""

import os
import re
from collections.abc import Iterable
from dataclasses import dataclass

from liveengine.sound.names import find_key
from liveengine.units import TEMPO_MAX, TEMPO_MIN

LONGEST = 500  # characters of a text that is kept
_NUMBER = re.compile(r"\d{1,3}(?:[.,]\d{1,4})?")
_SHORT_KEY = re.compile(r"([A-Ga-g])([#b♯♭]?)(m?)\Z")  # ID3: "C#m"; "o" is off key


@dataclass(frozen=True)
class Tags:
    """All that was found; None what was not there."""

    tempo: float | None = None  # beats per minute
    key: str | None = None  # "Am", "C#"
    title: str | None = None
    creator: str | None = None
    pack: str | None = None
    genre: str | None = None
    licence: str | None = None
    comment: str | None = None

    def texts(self) -> dict[str, str]:
        """Return the texts that are there, by name."""
        found = {name: getattr(self, name) for name in ("title", "creator", "pack", "genre", "licence", "comment")}
        return {name: text for name, text in found.items() if text}


def read(descriptor: int) -> Tags:
    """Return the tags behind an open descriptor; nothing where there are none or they are damaged. Never raises."""
    import tinytag  # 20 ms: only where files are read

    try:
        with os.fdopen(os.dup(descriptor), "rb") as file:
            file.seek(0)
            found = tinytag.TinyTag.get(file_obj=file, duration=False)
    except (tinytag.TinyTagException, OSError, ValueError):
        return Tags()
    other = found.other
    return Tags(
        tempo=_tempo(other.get("bpm", ())),
        key=_key(other.get("initial_key", ())),
        title=_text(found.title),
        creator=_text(found.artist or found.albumartist or found.composer),
        pack=_text(found.album),
        genre=_text(found.genre),
        licence=_text(_first(other, "license", "licence", "copyright")),
        comment=_text(found.comment or _first(other, "description")),
    )


def _first(other: dict[str, list[str]], *names: str) -> str | None:
    return next((text for name in names for text in other.get(name, ()) if text.strip()), None)


def _text(text: str | None) -> str | None:
    shown = "".join(sign if sign.isprintable() else " " for sign in text or "")
    return " ".join(shown.split())[:LONGEST] or None


def _tempo(texts: Iterable[str]) -> float | None:
    for text in texts:
        if match := _NUMBER.match(text.strip()):
            value = float(match[0].replace(",", "."))
            if TEMPO_MIN <= value <= TEMPO_MAX:
                return value
    return None


def _key(texts: Iterable[str]) -> str | None:
    for text in texts:
        match = _SHORT_KEY.match(text.strip())
        plain = f"{match[1].upper()}{match[2]}{'min' if match[3] else 'maj'}" if match else text.strip()
        if found := find_key(plain):
            return found.value
    return None
