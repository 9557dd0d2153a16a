"""Who made a sound, in which pack it came, and under which licence: from tags, folders and the texts beside it.

Runs on: worker processes.
"""

import functools
import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from liveengine.sound.names import Categories, find_category, find_key, find_tempo, split
from liveengine.sound.riff import Chunks
from liveengine.sound.tags import Tags

_DEPTH = 3  # folders above the file that are looked at
_BYTES = 20_000  # of a licence text
_TEXTS = re.compile(r"(licen[cs]e|licen[cs]es|lizenz|copying|copyright|terms|readme)\b", re.I)
_INFO = {"creator": "IART", "pack": "IPRD", "licence": "ICOP"}
# Folder names that say what is in them, or where they lie, and nothing of where it came from.
_PLAIN = frozenset(
    (
        "samples", "sample", "sounds", "sound", "audio", "wav", "wavs", "wave", "flac", "aiff", "mp3", "ogg", "loops",
        "loop", "oneshots", "oneshot", "one", "shot", "shots", "hits", "drums", "kits", "kit", "raw", "construction",
        "library", "music", "desktop", "downloads", "download", "documents", "home", "users", "tmp", "temp", "data",
        "usr", "share", "files", "misc", "other", "stereo", "mono", "stems", "stem", "bpm", "etc", "generated",
    )
)  # fmt: skip
_LICENCES: tuple[tuple[str, str], ...] = (  # pattern in a text, name; the first that is found counts
    (r"creativecommons\.org/publicdomain/zero|\bCC0\b|creative commons zero", "CC0"),
    (
        r"creativecommons\.org/licenses/by-nc-sa|CC[ -]BY[ -]NC[ -]SA|attribution-noncommercial-sharealike",
        "CC BY-NC-SA",
    ),
    (r"creativecommons\.org/licenses/by-nc-nd|CC[ -]BY[ -]NC[ -]ND", "CC BY-NC-ND"),
    (r"creativecommons\.org/licenses/by-nc|CC[ -]BY[ -]NC|attribution-noncommercial", "CC BY-NC"),
    (r"creativecommons\.org/licenses/by-sa|CC[ -]BY[ -]SA|attribution-sharealike", "CC BY-SA"),
    (r"creativecommons\.org/licenses/by/|CC[ -]BY\b|creative commons attribution", "CC BY"),
    (r"public domain|gemeinfrei", "public domain"),
    (r"GNU GENERAL PUBLIC LICENSE|\bGPL", "GPL"),
    (r"permission is hereby granted, free of charge|\bMIT licen[cs]e", "MIT"),
    (r"royalty[ -]free|lizenzfrei", "royalty-free"),
    (r"all rights reserved|alle rechte vorbehalten", "all rights reserved"),
)


@dataclass(frozen=True)
class Origin:
    """What is known of where a sound came from; each with its source: tag, chunk, folder or the name of a text."""

    licence: tuple[str, str] | None = None
    pack: tuple[str, str] | None = None
    creator: tuple[str, str] | None = None

    def plain(self) -> dict[str, Any]:
        """Return what is known as plain JSON: field -> {"value", "source"}."""
        found = {"licence": self.licence, "pack": self.pack, "creator": self.creator}
        return {name: {"value": one[0], "source": one[1]} for name, one in found.items() if one}


def of(path: str | os.PathLike[str], tags: Tags, chunks: Chunks, known: Categories, root: str | None = None) -> Origin:
    """Return the origin of a file: its tags first, then its chunks, then the folders it lies in. Never raises.

    The folder of the library at `root`, and those above, say nothing of what was put into it.
    """
    above = {Path(root), *Path(root).parents} if root else set()
    folders = [folder for folder in Path(path).parents if folder.name and folder not in above][:_DEPTH]
    pack, maker = _folder(folders, known)
    said = {name: getattr(tags, name) for name in _INFO}
    found = {name: (text, "tag") for name, text in said.items() if text}
    found |= {
        name: (chunks.info[tag], "chunk") for name, tag in _INFO.items() if name not in found and chunks.info.get(tag)
    }
    if chunks.broadcast and chunks.broadcast.originator:
        found.setdefault("creator", (chunks.broadcast.originator, "chunk"))
    if "licence" not in found and (text := next((one for folder in folders if (one := licence(folder))), None)):
        found["licence"] = text
    return Origin(found.get("licence"), found.get("pack", pack), found.get("creator", maker))


def _folder(folders: list[Path], known: Categories) -> tuple[tuple[str, str] | None, tuple[str, str] | None]:
    """Return pack and creator as the nearest telling folder has them: `Creator - Pack`, or a pack alone."""
    for folder in folders:
        name = folder.name
        words = [word.lower() for word in split(name) if not word.isdigit()]
        telling = [word for word in words if len(word) > 1 and word not in _PLAIN and not find_category(word, known)]
        if not telling or ((find_tempo(name, False) or find_key(name, False)) and len(telling) < 2):
            continue
        maker, dash, pack = name.partition(" - ")
        if dash and maker.strip() and pack.strip():
            return (pack.strip()[:200], "folder"), (maker.strip()[:200], "folder")
        return (name[:200], "folder"), None
    return None, None


def licence(folder: Path) -> tuple[str, str] | None:
    """Return (licence, name of the text that says so) of a folder."""
    try:
        return _licence(str(folder), folder.stat().st_mtime_ns)
    except OSError:
        return None


@functools.lru_cache(maxsize=512)
def _licence(folder: str, changed: int) -> tuple[str, str] | None:
    """Read the licence texts of a folder once; `changed` makes a folder that was written to another one."""
    with os.scandir(folder) as entries:
        names = sorted(
            entry.name for entry in entries if _TEXTS.match(entry.name) and entry.is_file(follow_symlinks=False)
        )
    for name in names[:8]:
        try:
            with Path(folder, name).open("rb") as file:
                text = file.read(_BYTES).decode("utf-8", "replace")
        except OSError:
            continue
        if found := named(text):
            return found, name
    return None


def named(text: str) -> str | None:
    """Return the licence that a text names, None if it names none that is known."""
    return next((name for pattern, name in _LICENCES if re.search(pattern, text, re.I)), None)
