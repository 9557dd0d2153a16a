"""What a job is about, in a few words for people. Runs on: event loop."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from liveengine.stems.model import display
from liveengine.units import counted

FEW = 3  # names that are told; the others are a number
LETTERS = 80  # of all that is told


def about(payload: Mapping[str, Any]) -> str:
    """Return what a job was asked to work at: a sentence, files, categories or stems; "" = all there is."""
    for name, read in _READERS.items():
        if payload.get(name):
            return _few(read(payload[name]))
    return ""


def _few(names: Iterable[str]) -> str:
    told = [display(name) for name in dict.fromkeys(names)]
    more = f" and {len(told) - FEW} more" if len(told) > FEW else ""
    text = ", ".join(told[:FEW])
    return (text if len(text) <= LETTERS else f"{text[: LETTERS - 1].rstrip()}…") + more


def _files(paths: Iterable[str]) -> list[str]:
    return [Path(path).name or path for path in paths]


def _stems(stems: Sequence[int]) -> list[str]:
    return [f"stem {stems[0]}" if len(stems) == 1 else counted(len(stems), "stem")]


# By what a payload holds, the first that it has: a render has a sentence and a file, what is kept a file and facts.
_READERS: Mapping[str, Callable[[Any], Iterable[str]]] = {
    "prompt": lambda text: [text],
    "name": lambda name: [name],
    "orders": lambda orders: [order["category"] for order in orders],
    "categories": list,
    "facts": lambda facts: [facts["title"]],
    "paths": _files,
    "path": lambda path: _files([path]),
    "stem": lambda stem: _stems([stem]),
    "stems": _stems,
    "model": lambda model: [model],
}
