"""The two towers of the shipped model as torch modules. Runs on: worker process that trains.

Audio: a residual CNN over [2, 64, rows] and a pooling over time by attention, mean and maximum. Text: words as sums of
their pieces, one attention layer over the words, pooling. Both end in a vector [512] of length 1.
"""

from itertools import pairwise

import torch
from torch import Tensor, nn
from torch.nn import functional

from liveengine.lexicon.tokens import PIECES, WORDS
from liveengine.ml.hear import CATEGORIES

DIM = 512
CHANNELS = (32, 64, 112, 176)
WIDTH = 320  # of a time step before pooling
LETTERS = 112  # numbers per word or piece


class Step(nn.Module):
    """Two convolutions beside a shortcut, at half the resolution."""

    def __init__(self, given: int, made: int) -> None:
        super().__init__()
        self.first = nn.Sequential(nn.Conv2d(given, made, 3, 2, 1, bias=False), nn.BatchNorm2d(made))
        self.second = nn.Sequential(nn.Conv2d(made, made, 3, 1, 1, bias=False), nn.BatchNorm2d(made))
        self.past = nn.Sequential(nn.AvgPool2d(2, ceil_mode=True), nn.Conv2d(given, made, 1, bias=False))

    def forward(self, x: Tensor) -> Tensor:
        """Return [n, made, bands / 2, rows / 2]."""
        made: Tensor = self.second(functional.relu(self.first(x)))
        return functional.relu(made + self.past(x))


class AudioTower(nn.Module):
    """Levels [n, 2, 64, rows] to vectors [n, 512]."""

    def __init__(self) -> None:
        super().__init__()
        first = CHANNELS[0]
        self.enter = nn.Sequential(nn.Conv2d(2, first, 5, 2, 2, bias=False), nn.BatchNorm2d(first), nn.ReLU())
        self.steps = nn.Sequential(*(Step(a, b) for a, b in pairwise(CHANNELS)))
        self.mix = nn.Linear(CHANNELS[-1] * 4, WIDTH)
        self.weigh = nn.Linear(WIDTH, 4)
        self.leave = nn.Sequential(
            nn.LayerNorm(WIDTH * 6), nn.Dropout(0.2), nn.Linear(WIDTH * 6, DIM), nn.GELU(), nn.Linear(DIM, DIM)
        )
        self.sharp = nn.Parameter(torch.tensor(8.0))
        self.judge = nn.Linear(DIM, len(CATEGORIES))

    def forward(self, levels: Tensor) -> tuple[Tensor, Tensor]:
        """Return vectors of length 1 and how likely each category is, [n, CATEGORIES]."""
        vectors = functional.normalize(self.leave(self.pooled(levels)), dim=-1)
        return vectors, torch.softmax(self.kind(vectors), dim=-1)

    def kind(self, vectors: Tensor) -> Tensor:
        """Return the scores of the categories."""
        scores: Tensor = self.judge(vectors * self.sharp)
        return scores

    def pooled(self, levels: Tensor) -> Tensor:
        """Return [n, 6 * WIDTH]: four attention means, the mean and the maximum over time."""
        seen = self.steps(self.enter(levels * 2.0 - 1.0))
        time = functional.gelu(self.mix(seen.flatten(1, 2).transpose(1, 2)))
        shares = torch.softmax(self.weigh(time), dim=1)
        means = torch.einsum("ntk,ntw->nkw", shares, time).flatten(1)
        return torch.cat([means, time.mean(dim=1), time.amax(dim=1)], dim=1)


class TextTower(nn.Module):
    """Numbers [n, words, pieces] (lexicon/tokens.py) to vectors [n, 512]."""

    def __init__(self) -> None:
        super().__init__()
        self.table = nn.Embedding(WORDS + PIECES, LETTERS, padding_idx=0)
        nn.init.normal_(self.table.weight, std=0.3)
        self.norm = nn.LayerNorm(LETTERS)
        self.ask, self.key, self.value = (nn.Linear(LETTERS, 2 * LETTERS) for _ in range(3))
        self.past = nn.Linear(LETTERS, 2 * LETTERS)
        self.weigh = nn.Linear(2 * LETTERS, 2)
        self.leave = nn.Sequential(
            nn.LayerNorm(6 * LETTERS), nn.Dropout(0.1), nn.Linear(6 * LETTERS, DIM), nn.GELU(), nn.Linear(DIM, DIM)
        )

    def forward(self, ids: Tensor) -> Tensor:
        """Return vectors of length 1."""
        there = (ids > 0).to(self.table.weight.dtype).unsqueeze(-1)
        letters = self.table(ids) * there
        word, rest = letters[:, :, 0], letters[:, :, 1:].sum(dim=2)
        count = there[:, :, 1:].sum(dim=2).clamp(min=1.0)
        words = self.norm(word + rest / count)
        spoken = there.amax(dim=2)  # [n, words, 1]
        hidden = (1.0 - spoken) * -1e4
        scores = self.ask(words) @ self.key(words).transpose(1, 2) / (2 * LETTERS) ** 0.5 + hidden.transpose(1, 2)
        seen = functional.gelu(self.past(words) + torch.softmax(scores, dim=-1) @ self.value(words))
        shares = torch.softmax(self.weigh(seen) + hidden, dim=1)
        means = torch.einsum("nwk,nwd->nkd", shares, seen).flatten(1)
        mean = (seen * spoken).sum(dim=1) / spoken.sum(dim=1).clamp(min=1.0)
        return functional.normalize(self.leave(torch.cat([means, mean], dim=1)), dim=-1)
