"""What is found and what is not, as one picture. Runs on: the user's shell."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from liveengine.cli import paper
from liveengine.ml.labels import LANGUAGES, Labels
from liveengine.ml.relevance import COUNTED, Verdict

_COLOURS = {"en": paper.BLUE, "de": paper.AMBER}
_WORDS = ("dark", "bright", "short", "long", "punchy", "soft")


def draw(labels: Labels, found: Mapping[str, Verdict], path: Path) -> None:
    """Write the picture as a PNG file; raises Unavailable without matplotlib."""
    heard = found["heard"]
    room = {"left": 0.07, "right": 0.97, "top": 0.84, "bottom": 0.07, "hspace": 0.3, "wspace": 0.36}
    with paper.sheet(path, 2, 2, **room) as (page, at):
        precision = heard.figures["p_at_10"]
        paper.title(
            page,
            f"Found: {precision:.2f} of the first ten",
            f"{labels.about}; {len(heard.judged)} sentences, file names hidden; chance {heard.figures['chance']:.2f}",
        )
        _groups(at[0, 0], heard)
        _figures(at[0, 1], heard)
        _spread(at[1, 0], heard)
        _taken(at[1, 1], heard)


def _groups(axis: Any, heard: Verdict) -> None:
    """Draw precision per group of queries in both languages, and chance."""
    groups = heard.groups()
    places = np.arange(len(groups))
    for n, language in enumerate(LANGUAGES):
        values = [group[language] for group in groups.values()]
        axis.barh(places + 0.2 - 0.4 * n, values, 0.38, color=_COLOURS[language], label=language)
    axis.plot([group["chance"] for group in groups.values()], places, "|", ms=22, color=paper.INK, label="chance")
    axis.set_title("Precision at ten by kind of query")
    axis.set_yticks(places, list(groups))
    axis.set_xlim(0.0, 1.0)
    _legend(axis)


def _figures(axis: Any, heard: Verdict) -> None:
    """Draw the other figures."""
    names = {
        "sat1": "one right in ten",
        "sat5": "five right in ten",
        "category_accuracy": "category",
        "audio_p_at_10": "sounds alike, at ten",
        **{f"modifier_auc.{word}": f"{word} above its opposite" for word in _WORDS},
    }
    values = {text: heard.figures[name] for name, text in names.items() if name in heard.figures}
    axis.barh(range(len(values)), list(values.values()), 0.7, color=paper.GREEN)
    for n, value in enumerate(values.values()):
        axis.text(value + 0.01, n, f"{value:.2f}", va="center", fontsize=9)
    axis.set_title("Other figures")
    axis.set_yticks(range(len(values)), list(values))
    axis.set_xlim(0.0, 1.08)
    axis.invert_yaxis()


def _spread(axis: Any, heard: Verdict) -> None:
    """Draw how many sentences reach which precision."""
    edges = np.linspace(-0.05, 1.05, 12)
    values = [[one.precision for one in heard.judged if one.language == language] for language in LANGUAGES]
    axis.hist(values, edges, color=[_COLOURS[language] for language in LANGUAGES], label=LANGUAGES)
    nothing = sum(one.hits == 0 for one in heard.judged)
    axis.set_title(f"Sentences by precision; {nothing} found nothing")
    axis.set_xlabel("share of the first ten that is right")
    axis.set_ylabel("sentences")
    _legend(axis)


def _legend(axis: Any) -> None:
    """Write the legend above the axis, where no bar can lie."""
    axis.legend(loc="lower right", bbox_to_anchor=(1.0, 1.0), ncols=3, fontsize=9, borderaxespad=0.3)


def _taken(axis: Any, heard: Verdict) -> None:
    """Draw what the sounds of each category are taken for."""
    categories = [name for name in COUNTED if name in heard.taken]
    others = sorted({name for row in heard.taken.values() for name in row} - set(categories))
    columns = [*categories, *others]
    counts = np.array([[heard.taken[row].get(column, 0) for column in columns] for row in categories])
    axis.imshow(counts / counts.sum(1, keepdims=True), cmap="Blues", vmin=0.0, vmax=1.2, aspect="auto")
    for y, x in np.argwhere(counts):
        axis.text(x, y, counts[y, x], ha="center", va="center", fontsize=9)
    axis.set_title("Category heard (across) of what it is (down)")
    axis.set_xticks(range(len(columns)), columns, fontsize=8.5)
    axis.set_yticks(range(len(categories)), categories)
    axis.grid(visible=False)
