"""Courses on a model of two small layers: what is learnt, when it ends, and that an interruption changes nothing."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from torch import Tensor, nn  # noqa: E402

from liveengine.lexicon import tokens  # noqa: E402
from liveengine.lexicon.dictionary import dictionary  # noqa: E402
from liveengine.ml.tune import fit, judge  # noqa: E402
from liveengine.ml.tune.base import Floats  # noqa: E402
from liveengine.ml.tune.fit import Course, Terms  # noqa: E402
from liveengine.ml.tune.general import Labelled  # noqa: E402
from liveengine.ml.tune.lesson import Lesson  # noqa: E402

torch.set_num_threads(1)
HIDDEN, LETTERS = 6, 499
WORDS = ("blorp", "zwick", "fnarg")


class Small:
    """Hears a row of numbers, reads words by their letters."""

    model, checksum, rate = "small", "0", 0.05
    languages: tuple[str, ...] = ("en",)

    def __init__(self) -> None:
        torch.manual_seed(1)
        self.ear, self.eye = nn.Sequential(nn.Linear(HIDDEN, 16), nn.Dropout(0.1)), nn.Linear(LETTERS, 16)
        for _, part in self.parts():
            part.eval()

    def hear(self, samples: Floats, rate: int) -> Floats:
        return samples

    def read(self, texts: Sequence[str], rng: np.random.Generator | None = None) -> Tensor:
        found = np.zeros((len(texts), LETTERS), np.float32)
        for row, text in enumerate(texts):
            for word in tokens.words(text):
                found[row, int(tokens.encode(word)[0, 0]) % LETTERS] += 1.0
        read: Tensor = torch.from_numpy(found)
        return read

    def sounds(self, heard: Tensor) -> Tensor:
        vectors: Tensor = nn.functional.normalize(self.ear(heard), dim=-1)
        return vectors

    def spoken(self, read: Tensor) -> Tensor:
        vectors: Tensor = nn.functional.normalize(self.eye(read), dim=-1)
        return vectors

    def kinds(self, vectors: Tensor) -> Tensor | None:
        return None

    def parts(self) -> Iterable[tuple[str, nn.Module]]:
        yield "ear", self.ear
        yield "eye", self.eye

    def write(self, folder: Path) -> Mapping[str, Any]:
        return {}


def sound(kind: int, rng: np.random.Generator) -> Floats:
    """Return one or two windows, loud in the place of its kind."""
    heard = rng.normal(0.0, 0.1, (1 + kind % 2, HIDDEN)).astype(np.float32)
    heard[:, kind] += 1.0
    return heard


@pytest.fixture
def lesson() -> Lesson:
    rng = np.random.default_rng(0)
    kinds = [number % 3 for number in range(24)]
    captions = [(f"a soft {WORDS[kind]}",) if number % 2 else (WORDS[kind],) for number, kind in enumerate(kinds)]
    kit = [
        Labelled(sound(3 + number % 3, rng), frozenset({"kick", "dark"} if number % 2 else {"bass"}))
        for number in range(12)
    ]
    return Lesson([sound(kind, rng) for kind in kinds], captions, dictionary(), kit[:6], kit[6:], ["dark kick", "pad"])


def state(base: Small) -> list[bytes]:
    return [value.numpy().tobytes() for value in fit.weights(base).values()]


def test_new_words_are_those_that_the_lexicon_does_not_know(lesson: Lesson) -> None:
    assert lesson.vocabulary == set(WORDS)
    assert lesson.questions([1, 2]) == ["a soft zwick", "fnarg", "zwick"]


def test_a_shorter_sentence_is_right_too_and_of_others_of_the_same_word_nobody_can_say(lesson: Lesson) -> None:
    assert lesson.right("zwick").nonzero()[0].tolist() == [1, 4, 7, 10, 13, 16, 19, 22]
    assert lesson.right("soft zwick").nonzero()[0].tolist() == [1, 7, 13, 19]
    assert lesson.silent("soft zwick").nonzero()[0].tolist() == [4, 10, 16, 22]
    assert not lesson.silent("dark kick").any()


def test_a_part_of_a_caption_is_asked_only_where_a_new_word_stands_in_it(lesson: Lesson) -> None:
    rng = np.random.default_rng(0)
    drawn = {lesson.drawn(1, rng) for _ in range(200)}
    assert drawn == {"a soft zwick", "soft zwick", "zwick"}


def test_words_are_learnt_and_what_is_held_back_is_found(lesson: Lesson, tmp_path: Path) -> None:
    base = Small()
    held, learnt = [0, 1, 2, 3, 4, 5], list(range(6, 24))
    before = judge.own(base, lesson, held, lesson.probes)
    reached = Course(base, lesson, learnt, held, Terms(epochs=8)).run(tmp_path / "c", lambda epoch, told: None)
    assert reached.weights is not None
    fit.put(base, reached.weights)
    after = judge.own(base, lesson, held, lesson.probes)
    assert before["precision"] < 0.7
    assert after["precision"] > 0.9


@pytest.mark.parametrize("end", [1, 2])
def test_an_interruption_behind_any_epoch_changes_nothing(lesson: Lesson, tmp_path: Path, end: int) -> None:
    whole, cut = Small(), Small()
    terms = Terms(seed=3, epochs=3)
    every = list(range(24))
    one = Course(whole, lesson, every, [], terms).run(tmp_path / "whole", lambda epoch, told: None)

    def killed(epoch: int, told: str) -> None:
        if epoch == end:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        Course(cut, lesson, every, [], terms).run(tmp_path / "cut", killed)
    again = Small()
    other = Course(again, lesson, every, [], terms).run(tmp_path / "cut", lambda epoch, told: None)
    assert state(again) == state(whole)
    assert (one.epoch, one.at) == (other.epoch, other.at) == (3, 3)


def test_a_damaged_or_foreign_checkpoint_is_begun_anew(lesson: Lesson, tmp_path: Path) -> None:
    every, terms = list(range(24)), Terms(epochs=1)
    first = Small()
    Course(first, lesson, every, [], terms).run(tmp_path / "good", lambda epoch, told: None)
    (tmp_path / "cut").write_bytes((tmp_path / "good").read_bytes()[:300])
    wide = Small()
    wide.eye = nn.Linear(LETTERS, 32)
    wide.ear = nn.Sequential(nn.Linear(HIDDEN, 32))
    Course(wide, lesson, every, [], replace(terms, seed=1)).run(tmp_path / "wide", lambda epoch, told: None)
    for file in ("cut", "wide"):
        base = Small()
        Course(base, lesson, every, [], terms).run(tmp_path / file, lambda epoch, told: None)
        assert state(base) == state(first)


def test_it_ends_when_nothing_gets_better(lesson: Lesson, tmp_path: Path) -> None:
    epochs: list[int] = []
    held = list(range(6))
    terms = Terms(epochs=40)
    Course(Small(), lesson, list(range(6, 24)), held, terms).run(
        tmp_path / "c", lambda epoch, told: epochs.append(epoch)
    )
    assert len(epochs) < 20


def test_recall_is_the_share_of_as_many_as_can_be() -> None:
    scores = np.array([[0.9, 0.8, 0.7], [0.1, 0.2, 0.3]], np.float32)
    right = np.array([[False, True, True], [True, False, False]])
    found = judge.recall(scores, right)
    assert found["recall_at_1"] == 0.0
    assert found["recall_at_5"] == 1.0
    assert found["precision"] == pytest.approx((((1 / 2 + 2 / 3) / 2) + 1 / 3) / 2)
    there = np.array([[False, True, True], [True, True, True]])
    assert judge.recall(scores, right, there)["recall_at_1"] == 0.5
    assert judge.recall(scores, np.zeros((2, 3), bool))["precision"] == 0.0


def test_between_goes_so_far() -> None:
    first, last = {"a": torch.tensor([0.0, 2.0])}, {"a": torch.tensor([1.0, 4.0])}
    assert fit.between(first, last, 0.5)["a"].tolist() == [0.5, 3.0]
    assert fit.between(first, last, 1.0)["a"] is last["a"]
