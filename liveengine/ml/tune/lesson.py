"""What is learnt from: the user's sounds with their captions, and what must stay as it is. Runs on: worker process."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from liveengine.lexicon import text, tokens
from liveengine.lexicon.dictionary import Dictionary
from liveengine.ml.tune.base import Base, Floats
from liveengine.ml.tune.general import Labelled, queries

Mask = npt.NDArray[np.bool_]


@dataclass
class Lesson:
    """Everything that does not change while a model learns."""

    heard: Sequence[Floats]  # of each of the user's sounds, [windows, hidden]
    captions: Sequence[tuple[str, ...]]  # of each
    known: Dictionary  # words that the base knows
    anchors: Sequence[Labelled]  # sounds that hold the model where it is
    probes: Sequence[Labelled]  # sounds that it is judged by
    sentences: Sequence[str]  # that hold it
    _right: dict[str, Mask] = field(default_factory=dict, repr=False)
    _silent: dict[str, Mask] = field(default_factory=dict, repr=False)

    @cached_property
    def vocabulary(self) -> frozenset[str]:
        """Return the words of the captions that the lexicon does not know: no other sounds can be right for them."""
        return frozenset(word for texts in self.captions for one in texts for word in taught(one, self.known))

    @cached_property
    def _words(self) -> list[list[frozenset[str]]]:
        return [[frozenset(tokens.words(one)) for one in texts] for texts in self.captions]

    def right(self, sentence: str) -> Mask:
        """Return for which of the user's sounds a sentence is right: one of their captions holds all of its words."""
        if sentence not in self._right:
            asked = frozenset(tokens.words(sentence))
            self._right[sentence] = np.array([any(asked <= one for one in every) for every in self._words])
        return self._right[sentence]

    def new(self, sentence: str) -> frozenset[str]:
        """Return the words of a sentence that the lexicon does not know."""
        return self.vocabulary.intersection(text.tokens(sentence))

    def silent(self, sentence: str) -> Mask:
        """Return for which sounds nobody can say: they have a new word in common with it, and may be "soft", too."""
        if sentence not in self._silent:
            new = self.new(sentence)
            near = np.array([any(new & self.new(one) for one in texts) for texts in self.captions])
            self._silent[sentence] = near & ~self.right(sentence)
        return self._silent[sentence]

    def questions(self, sounds: Sequence[int]) -> list[str]:
        """Return what is asked to judge by some sounds: their captions, and each new word in them alone."""
        captions = dict.fromkeys(one for sound in sounds for one in self.captions[sound])
        return list(captions | dict.fromkeys(word for one in captions for word in sorted(self.new(one))))

    def drawn(self, sound: int, rng: np.random.Generator) -> str:
        """Return a caption of a sound, or a part of one in which a new word stands: it is asked for alone, too."""
        texts = self.captions[sound]
        whole = texts[int(rng.integers(len(texts)))]
        words = whole.split()
        if len(words) < 2 or rng.random() < 0.5:
            return whole
        start = int(rng.integers(len(words)))
        part = " ".join(words[start : int(rng.integers(start, len(words))) + 1])
        return part if self.new(part) else whole

    @cached_property
    def asked(self) -> dict[str, Mask]:
        """Return the queries for what must not be forgotten, with which of the probes are right."""
        return queries(self.probes, ("en", "de"))


def taught(caption: str, known: Dictionary) -> list[str]:
    """Return the words of a caption that neither the lexicon nor its grammar knows, plain."""
    grammar = frozenset[str]().union(*known.grammar.values())
    return [
        word
        for word in text.tokens(caption)
        if len(word) > 1 and word[0].isalpha() and word not in grammar and known.find(word) is None
    ]


def vectors(base: Base, heard: Sequence[Floats]) -> Tensor:
    """Return the vector of each sound, [n, 512]: the mean of its windows, as a search compares it."""
    ends = np.cumsum([len(one) for one in heard])
    with torch.inference_mode():
        every = base.sounds(torch.from_numpy(np.concatenate(heard)))
        means = [part.mean(dim=0) for part in torch.tensor_split(every, torch.from_numpy(ends[:-1]))]
    return torch.nn.functional.normalize(torch.stack(means), dim=-1)


def spoken(base: Base, sentences: Sequence[str]) -> Tensor:
    """Return the vectors of sentences, [n, 512]."""
    with torch.inference_mode():
        return torch.cat(
            [base.spoken(base.read(sentences[at : at + 256])) for at in range(0, len(sentences), 256)]
        )  # fmt: skip


def told(figures: Mapping[str, float]) -> dict[str, float]:
    """Return figures with three digits, as a card has them."""
    return {name: round(value, 3) for name, value in figures.items()}
