"""Sounds and what their captions say: a CSV file, or a text beside each sound. Runs on: worker process; pure.

CSV: the first line names the columns, `file` and `caption` among them; between them stand commas, semicolons or tabs.
A text beside a sound (`kick.wav`, `kick.txt`) has a caption in each line. A sound may have several captions of both.
"""

import csv
import io
import os
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from liveengine.errors import BadArgument
from liveengine.lexicon.tokens import LONGEST_TEXT
from liveengine.sound.files import SUFFIXES
from liveengine.units import counted

FEWEST = 12  # sounds with captions: of fewer none can be held back to judge by
USUAL = ("captions.csv", "captions.tsv")  # taken where no file of captions is named
LARGEST = 64 << 20  # bytes of a file of captions
MOST = 100_000  # sounds
TOLD = 5  # names in a sentence
FILE, CAPTION = ("file", "filename", "path"), ("caption", "captions", "text")


@dataclass(frozen=True)
class Pairs:
    """What is taught: sounds by their path inside the folder, and what was left out, each with its reason."""

    captions: Mapping[str, tuple[str, ...]]
    missing: tuple[str, ...]  # files that captions name and that are not there
    mute: int  # sounds without a caption


def read(folder: Path, captions: Path | None = None) -> Pairs:
    """Return the sounds of a folder that have captions.

    Raises BadArgument: no such folder or file, too few pairs, one caption for all, not UTF-8, no columns.
    """
    if not folder.is_dir():
        raise BadArgument(f"no folder {folder}: name the one in which the sounds lie")
    sounds = {str(path.relative_to(folder)): path for path in _below(folder)}
    found: dict[str, dict[str, None]] = {}
    table = captions or next((folder / name for name in USUAL if (folder / name).is_file()), None)
    missing = _from_table(table, sounds, found) if table is not None else []
    for name, path in sounds.items():
        if (beside := path.with_suffix(".txt")).is_file():
            found.setdefault(name, {}).update(dict.fromkeys(_lines(_text(beside))))
    kept = {name: tuple(found[name]) for name in sounds if found.get(name)}
    _enough(kept, sounds, missing, folder, table)
    return Pairs(kept, tuple(dict.fromkeys(missing)), len(sounds) - len(kept))


def some(names: Iterable[str]) -> str:
    """Return a few names as one phrase: "a.wav, b.wav and 3 more"."""
    every = list(names)
    rest = f" and {len(every) - TOLD} more" if len(every) > TOLD else ""
    return ", ".join(every[:TOLD]) + rest


def _enough(kept: Mapping[str, tuple[str, ...]], sounds: Mapping[str, Path], missing: list[str], folder: Path,
            table: Path | None) -> None:  # fmt: skip
    if not sounds:
        raise BadArgument(f"{folder} holds no sound ({', '.join(sorted(SUFFIXES))})")
    if len(kept) < FEWEST:
        lost = f"; captions name {len(set(missing))} that are not there: {some(dict.fromkeys(missing))}" * bool(missing)
        to = f"name them in {table.name}" if table else "write captions.csv, or a text beside each (kick.wav, kick.txt)"
        have = f"{len(kept)} of {counted(len(sounds), 'sound')} with a caption"
        raise BadArgument(f"{folder} holds {have}, {FEWEST} are the fewest: {to}{lost}")
    if len({frozenset(map(str.casefold, texts)) for texts in kept.values()}) < 2:
        raise BadArgument(
            f"all {len(kept)} sounds have the same caption, {next(iter(kept.values()))[0]!r}: nothing tells them apart"
        )


def _below(folder: Path) -> list[Path]:
    """Return the sounds below a folder by name; links and hidden files are left out."""
    found = []
    for place, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        found += [
            Path(place, name)
            for name in sorted(names)
            if not name.startswith(".") and Path(name).suffix.lower() in SUFFIXES
        ]
        if len(found) > MOST:
            raise BadArgument(f"{folder} holds more than {MOST} sounds; name a folder within it")
    return [path for path in found if path.is_file() and not path.is_symlink()]


def _text(file: Path) -> str:
    """Return a text file; with or without a byte order mark. Raises BadArgument for one that is no UTF-8."""
    try:
        if file.stat().st_size > LARGEST:
            raise BadArgument(f"{file} has more than {LARGEST >> 20} MiB")
        raw = file.read_bytes()
        return raw.decode("utf-16" if raw[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise BadArgument(
            f"{file.name} is no UTF-8 text (byte {raw[error.start]:#04x} in line {line}): save it as UTF-8"
        ) from None
    except OSError as error:
        raise BadArgument(f"{file} cannot be read: {error.strerror}") from None


def _lines(text: str) -> list[str]:
    told = [" ".join(line.split())[:LONGEST_TEXT] for line in text.splitlines()]
    return [line for line in told if any(sign.isalnum() for sign in line)]


def _from_table(file: Path, sounds: Mapping[str, Path], found: dict[str, dict[str, None]]) -> list[str]:
    """Add the captions of a CSV file to what was found; return the files that are not there."""
    text = _text(file)
    head = text.split("\n", 1)[0]
    between = max(";\t,", key=head.count)
    rows = csv.DictReader(io.StringIO(text, newline=""), delimiter=between, skipinitialspace=True)
    columns = {(name or "").strip().lower(): name for name in rows.fieldnames or ()}
    place = next((columns[name] for name in FILE if name in columns), None)
    words = next((columns[name] for name in CAPTION if name in columns), None)
    if place is None or words is None:
        raise BadArgument(
            f"the first line of {file.name} must name the columns, such as `file,caption`; it is {head.strip()[:80]!r}"
        )
    names, missing = _Names(sounds), []
    try:
        for row in rows:
            wanted, told = (row[place] or "").strip(), _lines(row[words] or "")
            if wanted and told and (name := names.find(wanted)) is not None:
                found.setdefault(name, {}).update(dict.fromkeys(told))
            elif wanted and told:
                missing.append(wanted)
    except csv.Error as error:
        raise BadArgument(f"{file.name}, behind line {rows.line_num}: {error}") from None
    return missing


class _Names:
    """Finds a sound by what a table calls it: its path in the folder, its name alone, or that without its ending."""

    def __init__(self, sounds: Iterable[str]) -> None:
        self._known: dict[str, str | None] = {}
        for name in sounds:
            for form in dict.fromkeys((_plain(name), _plain(Path(name).name), _plain(Path(name).stem))):
                self._known[form] = None if form in self._known else name  # two of a name: only a path tells which
        self._known.update({_plain(name): name for name in sounds})

    def find(self, wanted: str) -> str | None:
        """Return the sound's path in the folder; None where there is none, or more than one."""
        return self._known.get(_plain(wanted))


def _plain(name: str) -> str:
    return unicodedata.normalize("NFC", name.replace("\\", "/").removeprefix("./")).casefold()
