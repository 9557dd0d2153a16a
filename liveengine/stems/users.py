"""Simulated users with a taste, to measure what their feedback is worth. Runs on: bench.

A user has a hidden preference over embedding and axes in three of the categories. They search there, look at the ten
matches that are shown, and like or reject one; after each the ranking is what it has learnt so far. Then other
sentences in these categories tell where the stems lie that they want, which please them and answer the sentence
(ANSWER), and sentences in the other categories whether what answers them best has lost its place.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from liveengine.stems import feedback, taste
from liveengine.stems.feedback import Kind
from liveengine.stems.taste import Centre, Opinion, Taste
from liveengine.stems.vectors import Floats

# Users like and reject; or they only load and play, and what was kept and swapped counts, with or without the times.
Way = Literal["said", "counts", "times"]

FEEDBACKS = 20
SHOWN = 10
SHORTLIST = 200
OWN = 3  # categories that a user has a taste in
WANTED = 10  # stems of a query: those that the user would choose, or those that answer it best
QUERIES = 12  # per user and kind, to measure
TRIED = 3  # stems of an answer that a user who says nothing loads
HEARD_S = 40.0  # seconds that one is heard in the middle
KEPT_S = 30.0  # from here on it was kept
ANSWER = 0.5  # how much of what a user wants is that it answers the sentence, beside that it pleases them
DOUBT = 0.35  # noise of the score that a model gives, against the spread of what is true


@dataclass(frozen=True, slots=True)
class Sounds:
    """A library: category, vector [n, dim] and axes [n, 5] of each stem."""

    categories: NDArray[np.str_]
    vectors: Floats
    axes: Floats


@dataclass(frozen=True, slots=True)
class Question:
    """A query: its candidates, how well each truly answers it, and the score that the ranking sees."""

    category: str
    rows: NDArray[np.int64]
    truth: NDArray[np.float64]
    scores: Floats


def synthetic(seed: int, n: int = 3_600, dim: int = 512, categories: int = 9) -> Sounds:
    """Return a library in which sounds of a category vary in 24 directions, fewer and fewer of them strongly."""
    rng = np.random.default_rng(seed)
    named = np.arange(n) % categories
    factors = rng.standard_normal((n, 24)) * 0.85 ** np.arange(24)
    directions = rng.standard_normal((24, dim)) / np.sqrt(dim)
    vectors = 1.5 * (rng.standard_normal((categories, dim)) / np.sqrt(dim))[named] + factors @ directions
    vectors += 0.5 * rng.standard_normal((n, dim)) / np.sqrt(dim)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    heard = factors @ rng.standard_normal((24, 5)) + 0.5 * rng.standard_normal((n, 5))
    axes = heard.argsort(axis=0).argsort(axis=0) / (n - 1)
    names = np.array([f"category {number}" for number in named])
    return Sounds(names, vectors.astype(np.float32), axes.astype(np.float32))


def measure(sounds: Sounds, users: int, seed: int = 0, way: Way = "said") -> dict[str, float]:
    """Return {"gain", "harm", "cost", "users_gaining"}, all shares; `way` is how users show their taste.

    `gain` is by how much the mean rank of what users want got better within FEEDBACKS feedbacks, on sentences and stems
    that they gave no feedback on; `harm` by how much the mean rank of the best answers to sentences in other categories
    got worse; `cost` the same in their own, for somebody without their taste; `users_gaining` how many users gained.
    """
    middles = {name: taste.centre(sounds.vectors[sounds.categories == name]) for name in sorted(set(sounds.categories))}
    ranks = np.array([_user(sounds, middles, np.random.default_rng((seed, user)), way) for user in range(users)])
    wanted, wanted_after, other, other_after, best, best_after = ranks.mean(axis=0).tolist()
    return {
        "gain": 1.0 - wanted_after / wanted,
        "harm": other_after / other - 1.0,
        "cost": best_after / best - 1.0,
        "users_gaining": float((ranks[:, 1] < ranks[:, 0]).mean()),
    }


def _user(sounds: Sounds, middles: dict[str, Centre], rng: np.random.Generator, way: Way) -> tuple[float, ...]:
    """Return mean ranks before and after: of what a user wants, of best answers in other categories, and in theirs."""
    names = rng.permutation(sorted(middles)).tolist()
    own, others = names[:OWN], names[OWN:]
    liking = _liking(sounds, rng)
    told: dict[int, Opinion] = {}
    learnt = Taste()
    for number in range(FEEDBACKS):
        question = _question(sounds, own[number % OWN], rng)
        shown = question.rows[np.argsort(-_sorted_by(sounds, question, learnt))][:SHOWN]
        fresh = [int(row) for row in shown if row not in told] or [int(question.rows[0])]
        for row, value in _said(liking, fresh) if way == "said" else _shown(liking, fresh, rng, way == "times"):
            told[row] = Opinion(row, question.category, sounds.vectors[row], sounds.axes[row], value)
        learnt = taste.learnt(list(told.values()), middles)
    asked = [_question(sounds, own[number % OWN], rng) for number in range(QUERIES)]
    foreign = [_question(sounds, others[number % len(others)], rng) for number in range(QUERIES)]
    return (
        *_mean_ranks(sounds, asked, [_among(liking[q.rows] + ANSWER * q.truth, q.rows, told) for q in asked], learnt),
        *_mean_ranks(sounds, foreign, [_among(q.truth, q.rows, {}) for q in foreign], learnt),
        *_mean_ranks(sounds, asked, [_among(q.truth, q.rows, {}) for q in asked], learnt),
    )


def _said(liking: NDArray[np.float64], fresh: Sequence[int]) -> list[tuple[int, float]]:
    """Return the one stem that is liked or rejected, whichever is clearer."""
    best, worst = max(fresh, key=lambda row: liking[row]), min(fresh, key=lambda row: liking[row])
    return [(best, 1.0) if liking[best] >= -liking[worst] else (worst, -1.0)]


def _shown(
    liking: NDArray[np.float64], fresh: Sequence[int], rng: np.random.Generator, timed: bool
) -> list[tuple[int, float]]:
    """Return what is shown of TRIED stems that are loaded and played: the longer the more they please, by and large.

    What is stopped early is swapped by every second user; timed: how long each was heard counts, too.
    """
    told = []
    for row in rng.permutation(np.array(fresh))[:TRIED].tolist():
        seconds = float(np.clip(np.exp(np.log(HEARD_S) + liking[row] + rng.standard_normal()), 1.0, 3_600.0))
        counts: dict[Kind, int] = {"played": 1}
        if seconds >= KEPT_S:
            counts["kept"] = 1
        elif rng.random() < 0.5:
            counts["swapped"] = 1
        told.append((row, feedback.value(counts, seconds if timed else 0.0)))
    return told


def _liking(sounds: Sounds, rng: np.random.Generator) -> NDArray[np.float64]:
    """Return what a user thinks of each stem, mean 0 and deviation 1 in each category: half embedding, half axes.

    The direction in the embedding is a mix of directions in which sounds do differ.
    """
    mix = rng.standard_normal(len(sounds.vectors)) @ (sounds.vectors - sounds.vectors.mean(axis=0))
    parts = []
    for part in (sounds.vectors @ mix, (sounds.axes - 0.5) @ rng.standard_normal(5)):
        scaled = np.zeros(len(part))
        for name in set(sounds.categories):
            mine = sounds.categories == name
            scaled[mine] = (part[mine] - part[mine].mean()) / part[mine].std()
        parts.append(scaled)
    liking: NDArray[np.float64] = (parts[0] + parts[1]) / np.sqrt(2.0)
    return liking


def _question(sounds: Sounds, category: str, rng: np.random.Generator) -> Question:
    """Return a sentence that asks for a category and a direction in it; its shortlist is what answers it best."""
    mine = np.flatnonzero(sounds.categories == category)
    centred = sounds.vectors[mine] - sounds.vectors[mine].mean(axis=0)
    truth = centred @ (rng.standard_normal(len(mine)) @ centred)
    truth = truth / truth.std()
    scores = truth + DOUBT * rng.standard_normal(len(mine))
    listed = np.argsort(-scores)[:SHORTLIST]
    return Question(category, mine[listed], truth[listed], scores[listed].astype(np.float32))


def _sorted_by(sounds: Sounds, question: Question, learnt: Taste) -> Floats:
    rows = question.rows
    preference = learnt.preference([question.category] * len(rows), sounds.vectors[rows], sounds.axes[rows])
    return taste.reranked(question.scores, preference)


def _among(values: NDArray[np.float64], rows: NDArray[np.int64], told: dict[int, Opinion]) -> NDArray[np.int64]:
    """Return the positions of the WANTED best, without those that were given feedback on."""
    order = np.argsort(-values)
    return order[[int(rows[position]) not in told for position in order]][:WANTED]


def _mean_ranks(
    sounds: Sounds, questions: Sequence[Question], wanted: Sequence[NDArray[np.int64]], learnt: Taste
) -> tuple[float, float]:
    """Return the mean rank, counted from 1, of the wanted positions before and after the taste."""
    before: list[float] = []
    after: list[float] = []
    for question, positions in zip(questions, wanted, strict=True):
        for found, scores in ((before, question.scores), (after, _sorted_by(sounds, question, learnt))):
            ranks = (-scores).argsort(kind="stable").argsort(kind="stable") + 1
            found.append(float(ranks[positions].mean()))
    return float(np.mean(before)), float(np.mean(after))
