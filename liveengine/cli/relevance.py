"""What is found and what is not, as one picture. Runs on: the user's shell."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from liveengine.cli import paper
from liveengine.ml.labels import LANGUAGES, Labels
from liveengine.ml.relevance import COUNTED, Verdict

_COLOURS = {"en": paper.BLUE, "de": paper.AMBER}
_NAMES = {"en": "English", "de": "German"}
_WORDS = ("dark", "bright", "short", "long", "punchy", "soft")


def draw(labels: Labels, found: Mapping[str, Verdict], path: Path) -> None:
    """Write the picture as a PNG file; raises Unavailable without matplotlib."""
    heard = found["heard"]
    room = {"left": 0.07, "right": 0.97, "top": 0.84, "bottom": 0.08, "hspace": 0.38, "wspace": 0.36}
    with paper.sheet(path, 2, 2, **room) as (page, at):
        precision = heard.figures["p_at_10"]
        paper.title(
            page,
            f"Found: {precision:.2f} of the first ten",
            f"{labels.about}; {len(heard.judged)} sentences, file names hidden; chance {heard.figures['chance']:.2f}",
        )
        _groups(at[0, 0], heard)
        _figures(at[0, 1], found)
        _spread(at[1, 0], heard)
        _taken(at[1, 1], heard)


def _groups(axis: Any, heard: Verdict) -> None:
    """Draw precision per group of queries in both languages, and chance."""
    groups = heard.groups()
    places = np.arange(len(groups))
    for n, language in enumerate(LANGUAGES):
        values = [group[language] for group in groups.values()]
        axis.barh(places - 0.2 + 0.4 * n, values, 0.38, color=_COLOURS[language], label=_NAMES[language])
    axis.plot([group["chance"] for group in groups.values()], places, "|", ms=18, color=paper.INK, label="chance")
    axis.set_title("Precision by kind of query")
    axis.set_yticks(places, list(groups))
    axis.set_xlim(0.0, 1.0)
    axis.set_xlabel("share of the first ten that is right")
    axis.invert_yaxis()
    _legend(axis)


def _figures(axis: Any, found: Mapping[str, Verdict]) -> None:
    """Draw the other figures, each beside chance where there is one."""
    heard = found["heard"].figures
    rows = [
        ("a right one among ten", heard["sat1"], None),
        ("five right, or all there are", heard["sat5"], None),
        *_otherwise(found.get("paraphrased")),
        ("category heard right", heard.get("category_accuracy"), 1 / len(COUNTED)),
        ("its kind among the ten nearest", heard.get("audio_p_at_10"), heard.get("audio_chance")),
        *((f"{word} above its opposite", heard.get(f"modifier_auc.{word}"), 0.5) for word in _WORDS),
    ]
    shown = [(text, value, chance) for text, value, chance in rows if value is not None]
    axis.barh(range(len(shown)), [value for _, value, _ in shown], 0.7, color=paper.GREEN)
    for n, (_, value, chance) in enumerate(shown):
        axis.text(value + 0.01, n, f"{value:.2f}", va="center", fontsize=9)
        if chance is not None:
            axis.plot([chance], [n], "|", ms=18, color=paper.INK)
    axis.plot([], [], "|", ms=14, color=paper.INK, label="chance")
    axis.set_title("Other figures")
    axis.set_yticks(range(len(shown)), [text for text, _, _ in shown])
    axis.set_xlim(0.0, 1.08)
    axis.set_xlabel("share; area under the curve for what is above its opposite")
    axis.invert_yaxis()
    _legend(axis)


def _otherwise(verdict: Verdict | None) -> list[tuple[str, float, float]]:
    """Return the row of what is asked in other words, where it was asked."""
    if verdict is None:
        return []
    return [("right of ten, in other words", verdict.figures["p_at_10"], verdict.figures["chance"])]


def _spread(axis: Any, heard: Verdict) -> None:
    """Draw how many sentences reach which precision."""
    edges = np.linspace(-0.05, 1.05, 12)
    values = [[one.precision for one in heard.judged if one.language == language] for language in LANGUAGES]
    axis.hist(
        values, edges, color=[_COLOURS[language] for language in LANGUAGES], label=[_NAMES[one] for one in LANGUAGES]
    )
    nothing = sum(one.hits == 0 for one in heard.judged)
    axis.set_title(f"Sentences; {nothing} found nothing")
    axis.set_xlabel("share of the first ten that is right")
    axis.set_ylabel("sentences")
    axis.yaxis.get_major_locator().set_params(integer=True)
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
        dark = counts[y, x] > 0.5 * counts[y].sum()
        axis.text(x, y, counts[y, x], ha="center", va="center", fontsize=9, color="white" if dark else paper.INK)
    axis.set_title("How many are taken for what")
    axis.set_xlabel("heard as")
    axis.set_ylabel("labelled as")
    axis.set_xticks(range(len(columns)), columns, fontsize=8.5)
    axis.set_yticks(range(len(categories)), categories)
    axis.grid(visible=False)
