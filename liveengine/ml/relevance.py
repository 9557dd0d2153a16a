"""How well sentences and sounds find what is meant: answers against labels, as figures. Runs on: anywhere.

Whoever answers is judged by the same plain function: the library's search, a bare model, or chance. A script that
trains a model needs no library: `evaluate(labels, from_vectors(labels, text, sounds))`.

Precision at ten is the share of right sounds among the first ten, of as many as there are: of 4 right sounds in the set
at most 4 can come, so it is divided by min(10, right). What is neither right nor wrong is passed over.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean

import numpy as np
import numpy.typing as npt

from liveengine.ml.hear import CATEGORIES
from liveengine.ml.labels import LANGUAGES, Labels, Modifier, Query

K = 10
COUNTED = CATEGORIES[:-1]  # a set has hardly any drums
ENOUGH = 4  # sounds of a category for it to be judged
NAMED = ("dark", "bright", "short", "punchy")  # modifiers that the mean is of; long and soft are told beside it
KIN = 6  # sounds of a kind for it to be judged

Floats = npt.NDArray[np.floating]
Text = Callable[[Sequence[str]], Floats]


@dataclass(frozen=True)
class Answers:
    """What came, as names of sounds, best first; whole rankings, so that modifiers can be judged."""

    found: Mapping[str, Sequence[str]]  # by sentence
    alike: Mapping[str, Sequence[str]]  # by sound: the others, most similar first
    categories: Mapping[str, str]  # of each sound


@dataclass(frozen=True)
class Judged:
    """How one sentence was answered."""

    query: Query
    language: str
    precision: float
    chance: float  # what a random order would reach
    hits: int
    first: int  # how many are heard until the first right one
    top: tuple[tuple[str, float], ...]  # (sound, verdict) of the first ten

    @property
    def sentence(self) -> str:
        """The sentence itself."""
        return self.query.text[self.language]

    def satisfied(self, hits: int) -> bool:
        """Tell if that many right sounds came, or all there are."""
        return self.hits >= min(hits, self.query.right)


@dataclass(frozen=True)
class Verdict:
    """The figures by name, and each sentence."""

    figures: Mapping[str, float]
    judged: Sequence[Judged]
    taken: Mapping[str, Mapping[str, int]]  # category -> how many of its sounds are taken for which category

    def groups(self) -> dict[str, dict[str, float]]:
        """Return precision by group of queries and language, and by chance."""
        found: dict[str, dict[str, float]] = {}
        for group in dict.fromkeys(one.query.group for one in self.judged):
            of = [one for one in self.judged if one.query.group == group]
            found[group] = {name: fmean(o.precision for o in of if o.language == name) for name in LANGUAGES}
            found[group]["chance"] = fmean(one.chance for one in of)
        return found


def evaluate(labels: Labels, answers: Answers) -> Verdict:
    """Judge the answers; the figures are 0..1 except lift, and are there for what was answered."""
    judged = [_judge(query, language, answers) for query in labels.queries for language in LANGUAGES]
    precision, chance = fmean(one.precision for one in judged), fmean(one.chance for one in judged)
    figures = {"p_at_10": precision}
    for language in LANGUAGES:
        figures[f"p_at_10.{language}"] = fmean(one.precision for one in judged if one.language == language)
    figures["sat1"] = fmean(one.satisfied(1) for one in judged)
    figures["sat5"] = fmean(one.satisfied(5) for one in judged)
    figures |= {"chance": chance, "lift": precision / chance}
    figures |= _categories(labels, answers.categories) | _modifiers(labels.modifiers, answers.found)
    figures |= _alike(labels, answers.alike)
    return Verdict(figures, judged, _taken(labels, answers.categories))


def from_vectors(labels: Labels, text: Text, sounds: Floats) -> Answers:
    """Return what a model answers by the cosine alone.

    text: sentences -> [n, dim]; sounds: [len(labels.sounds), dim] in their order; both L2-normalised.
    """
    names, sentences = list(labels.sounds), labels.sentences()
    found = ranked(names, sentences, np.asarray(text(sentences)) @ sounds.T)
    near = sounds @ sounds.T
    np.fill_diagonal(near, -np.inf)
    alike = {name: order[:-1] for name, order in ranked(names, names, near).items()}
    nouns = {category: list(spoken.values()) for category, spoken in labels.nouns.items()}
    fit = np.stack([(np.asarray(text(spoken)) @ sounds.T).mean(0) for spoken in nouns.values()])
    best = np.array(list(nouns))[fit.argmax(0)]
    return Answers(found, alike, dict(zip(names, best.tolist(), strict=True)))


def ranked(names: Sequence[str], keys: Sequence[str], scores: Floats) -> dict[str, list[str]]:
    """Return for each row of scores [keys, names] the names, best first."""
    order = np.argsort(-scores, axis=1, kind="stable")
    return {key: [names[n] for n in row] for key, row in zip(keys, order, strict=True)}


def _judge(query: Query, language: str, answers: Answers) -> Judged:
    came = [(name, query.verdicts[name]) for name in answers.found.get(query.text[language], ())]
    counted = [verdict for _, verdict in came if verdict in (0.0, 1.0)]
    hits = counted[:K].count(1.0)
    first = counted.index(1.0) + 1 if 1.0 in counted else query.right + query.wrong
    expected = min(K, query.right + query.wrong) * query.right / (query.right + query.wrong)
    most = min(K, query.right)
    return Judged(query, language, hits / most, min(1.0, expected / most), hits, first, tuple(came[:K]))


def _taken(labels: Labels, said: Mapping[str, str]) -> dict[str, dict[str, int]]:
    """Return what the sounds of each category are taken for; what a sound may be called counts as its own."""
    found: dict[str, dict[str, int]] = {}
    for sound in labels.sounds.values():
        as_what = said.get(sound.name, "")
        as_what = sound.category if sound.words.get(as_what, 0.0) > 0 else as_what
        row = found.setdefault(sound.category, {})
        row[as_what] = row.get(as_what, 0) + 1
    return found


def _categories(labels: Labels, said: Mapping[str, str]) -> dict[str, float]:
    """Judge the category of each sound that has one of those there are enough of; what it may be called is right."""
    right: dict[str, list[float]] = {}
    for sound in labels.sounds.values():
        if sound.category in COUNTED:
            of = right.setdefault(sound.category, [])
            of.append(float(sound.words.get(said.get(sound.name, ""), 0.0) > 0))
    judged = [values for values in right.values() if len(values) >= ENOUGH]
    if not said or not judged:
        return {}
    return {
        "category_accuracy": fmean(value for values in judged for value in values),
        "category_balanced": fmean(fmean(values) for values in judged),
    }


def _modifiers(modifiers: Sequence[Modifier], found: Mapping[str, Sequence[str]]) -> dict[str, float]:
    """Judge whether "dark kick" ranks dark kicks above bright ones: area under the curve, per word and mean."""
    areas: dict[str, list[float]] = {}
    for one in modifiers:
        for sentence in one.text.values():
            if sentence in found:
                areas.setdefault(one.word, []).append(_area(one, found[sentence]))
    words = {f"modifier_auc.{word}": fmean(values) for word, values in areas.items()}
    named = [fmean(areas[word]) for word in NAMED if word in areas]
    return {"modifier_auc": fmean(named), **words} if named else words


def _area(modifier: Modifier, order: Sequence[str]) -> float:
    """Return the chance that one of `having` ranks above one of `lacking`; what did not come shares the last place."""
    place = {name: n for n, name in enumerate(order)}
    above = np.array([place.get(name, len(order)) for name in modifier.having])
    below = np.array([place.get(name, len(order)) for name in modifier.lacking])
    return float(((above[:, None] < below).mean() + (above[:, None] <= below).mean()) / 2)


def _alike(labels: Labels, alike: Mapping[str, Sequence[str]]) -> dict[str, float]:
    """Judge whether a sound finds others of its kind."""
    kinds: dict[str, int] = {}
    for sound in labels.sounds.values():
        kinds[sound.kind] = kinds.get(sound.kind, 0) + 1
    found, by_chance = [], []
    for sound in labels.sounds.values():
        others = [other.words.get(sound.kind, 0.0) for other in labels.sounds.values() if other.name != sound.name]
        right, wrong = others.count(1.0), others.count(0.0)
        if kinds[sound.kind] < KIN or sound.name not in alike:
            continue
        verdicts = [labels.sounds[name].words.get(sound.kind, 0.0) for name in alike[sound.name]]
        counted = [verdict for verdict in verdicts if verdict in (0.0, 1.0)][:K]
        found.append(counted.count(1.0) / min(K, right))
        by_chance.append(min(1.0, K * right / (right + wrong) / min(K, right)))
    return {"audio_p_at_10": fmean(found), "audio_chance": fmean(by_chance)} if found else {}
