"""One course of learning: from the base's weights to those of the best epoch. Runs on: worker process.

Contrast of sentences and sounds at a learnt temperature from 0.07 on (Radford et al., 2021), several sounds being right
for a sentence; what the base made of general sounds and sentences is kept near by their cosines. After each epoch all
is stored that the next one needs, so that a process that was killed goes on with the same result, to the last bit.
"""

import json
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors import safe_open
from safetensors.torch import save
from torch import Tensor, nn

from liveengine.ml.export import whole
from liveengine.ml.learn import NO, contrast
from liveengine.ml.tune import judge
from liveengine.ml.tune.base import Base
from liveengine.ml.tune.lesson import Lesson, spoken

TEMPERATURE = 0.07
STEPS = 10  # of an epoch, at least
BATCH, ANCHORS, SENTENCES = 64, 64, 128  # of a step: the user's sounds, general sounds, general sentences
KEEP, KINDS = 20.0, 1.0  # weights of staying where it was, and of taking sounds for the same categories
PATIENCE = 3  # epochs without a better one
WARM = 3  # epochs of which the last counts where they are alike
Weights = dict[str, Tensor]
Tell = Callable[[int, str], None]  # the epoch, and what it has reached


@dataclass(frozen=True)
class Terms:
    """How it learns."""

    seed: int = 0
    epochs: int = 12  # at most


@dataclass
class State:
    """Where a course stands."""

    epoch: int = 0
    best: float = -1.0  # precision on what was held back
    at: int = 0  # the epoch of the best
    weights: Weights | None = None  # of the best


def weights(base: Base) -> Weights:
    """Return copies of all weights that learn."""
    return {
        f"{part}.{name}": value.clone() for part, module in base.parts() for name, value in module.state_dict().items()
    }


def put(base: Base, found: Mapping[str, Tensor]) -> None:
    """Give a model these weights."""
    for part, module in base.parts():
        module.load_state_dict(
            {name.removeprefix(f"{part}."): found[name] for name in found if name.startswith(f"{part}.")}
        )


def between(first: Weights, last: Weights, share: float) -> Weights:
    """Return the weights that lie this share of the way from the first to the last (Wortsman et al., 2022)."""
    return {name: first[name] + share * (last[name] - first[name]) if share < 1.0 else last[name] for name in first}


class Course:
    """Learning from some of a lesson's sounds, judged by others."""

    def __init__(self, base: Base, lesson: Lesson, learnt: Sequence[int], held: Sequence[int], terms: Terms) -> None:
        """`learnt` and `held` are sounds of the lesson; without held ones it ends with the last epoch."""
        self._base, self._lesson, self._terms = base, lesson, terms
        self._learnt, self._held = np.array(learnt), list(held)
        self._scale = nn.Parameter(torch.tensor(-math.log(TEMPERATURE)))
        self._free = [value for _, module in base.parts() for value in module.parameters()]
        self._optimiser = torch.optim.AdamW([*self._free, self._scale], lr=base.rate, weight_decay=0.0)
        self._windows = torch.from_numpy(np.concatenate([one.heard for one in lesson.anchors]))
        with torch.inference_mode():
            self._before = base.sounds(self._windows)
        self._read, self._said = base.read(lesson.sentences), spoken(base, lesson.sentences)

    def run(self, checkpoint: Path, tell: Tell) -> State:
        """Learn until nothing gets better or the epochs are over; go on where a checkpoint stands."""
        state = self._resumed(checkpoint)
        while state.epoch < self._terms.epochs and not (self._held and state.epoch - state.at >= PATIENCE):
            rng = np.random.default_rng([self._terms.seed, state.epoch])
            torch.manual_seed(int(rng.integers(1 << 62)))
            loss = self._epoch(rng)
            state.epoch += 1
            reached = self._reached()
            early = state.epoch <= WARM and reached == state.best  # all is found at once: a little more is surer
            if reached > state.best or early or not self._held:
                state.best, state.at, state.weights = reached, state.epoch, weights(self._base)
            self._store(checkpoint, state)
            tell(state.epoch, f"{reached:.0%} found" if self._held else f"loss {loss:.2f}")
        return state

    def _epoch(self, rng: np.random.Generator) -> float:
        self._mode(True)
        batch = min(BATCH, len(self._learnt))
        lost = []
        for _ in range(max(STEPS, -(-len(self._learnt) // BATCH))):
            loss = self._loss(rng.choice(self._learnt, batch, replace=False), rng)
            self._optimiser.zero_grad(set_to_none=True)
            torch.autograd.backward(loss)
            nn.utils.clip_grad_norm_(self._free, 2.0)
            self._optimiser.step()
            lost.append(float(loss.detach()))
        self._mode(False)
        return float(np.mean(lost))

    def _reached(self) -> float:
        """Return the precision on what is held back; 0 where nothing is."""
        if not self._held:
            return 0.0
        return judge.own(self._base, self._lesson, self._held, self._lesson.anchors)["precision"]

    def _mode(self, learning: bool) -> None:
        for _, module in self._base.parts():
            module.train(learning)

    def _loss(self, chosen: np.ndarray, rng: np.random.Generator) -> Tensor:
        """Return what is wrong with a batch."""
        lesson, base = self._lesson, self._base
        heard = [lesson.heard[int(one)] for one in chosen]
        own = torch.from_numpy(np.stack([one[int(rng.integers(len(one)))] for one in heard]))
        texts = [lesson.drawn(int(one), rng) for one in chosen for _ in range(2)]
        others = rng.choice(len(self._windows), min(ANCHORS, len(self._windows)), replace=False)
        general = rng.choice(len(self._read), min(SENTENCES, len(self._read)), replace=False)
        found = base.sounds(torch.cat([own, self._windows[others]]))
        kept = found[len(own) :]
        said, still = base.spoken(base.read(texts, rng)), base.spoken(self._read[general])
        right = torch.from_numpy(np.stack([lesson.right(text)[chosen] for text in texts], axis=1))
        scores = self._scale.exp().clamp(max=100.0) * found @ said.T
        silent = torch.from_numpy(np.stack([lesson.silent(text)[chosen] for text in texts], axis=1))
        loss = contrast(*self._asked(scores, right, silent, texts))
        loss = loss + 0.5 * contrast(scores[: len(own)].masked_fill(silent, NO), right)
        moved = (1.0 - (kept * self._before[others]).sum(dim=1)).mean()
        moved = moved + (1.0 - (still * self._said[general]).sum(dim=1)).mean()
        return loss + KEEP * moved + KINDS * self._kinds(kept, self._before[others])

    def _asked(self, scores: Tensor, right: Tensor, silent: Tensor, texts: Sequence[str]) -> tuple[Tensor, Tensor]:
        """Return scores and what is right, [sentences, sounds]: a general sound is wrong for a new word alone."""
        others = len(scores) - len(right)
        new = torch.tensor([bool(self._lesson.new(text)) for text in texts])
        silent = torch.cat([silent, ~new.expand(others, -1)])
        every = torch.cat([right, torch.zeros(others, len(texts), dtype=torch.bool)])
        return scores.masked_fill(silent, NO).T, every.T

    def _kinds(self, now: Tensor, before: Tensor) -> Tensor:
        """Return how differently sounds are taken for categories (Kullback-Leibler)."""
        scores, then = self._base.kinds(now), self._base.kinds(before)
        if scores is None or then is None:
            return now.new_zeros(())
        return nn.functional.kl_div(
            scores.log_softmax(dim=1), then.log_softmax(dim=1), log_target=True, reduction="batchmean"
        )

    # --- what a kill must not take

    def _store(self, file: Path, state: State) -> None:
        content = {f"now.{name}": value for name, value in weights(self._base).items()} | {
            "scale": self._scale.detach()
        }
        content |= {f"best.{name}": value for name, value in (state.weights or {}).items()}
        for number, moments in self._optimiser.state_dict()["state"].items():
            content |= {f"moment.{number}.{name}": value for name, value in moments.items()}
        said = {"epoch": state.epoch, "best": state.best, "at": state.at}
        whole(file, save({name: value.contiguous() for name, value in content.items()}, {"state": json.dumps(said)}))

    def _resumed(self, file: Path) -> State:
        """Return the state that a checkpoint holds, everything being as it was then.

        A fresh one where there is none, or it is damaged or of another shape: what it would have spared is done again.
        """
        before = weights(self._base)
        try:
            return self._restored(file)
        except Exception:  # what a foreign file does has no name
            put(self._base, before)
            return State()

    def _restored(self, file: Path) -> State:
        with safe_open(file, "pt") as content:
            said: dict[str, Any] = json.loads(content.metadata()["state"])
            found = {name: content.get_tensor(name) for name in content.keys()}  # noqa: SIM118
        moments: dict[int, dict[str, Tensor]] = {}
        for name in (name for name in found if name.startswith("moment.")):
            _, number, kind = name.split(".")
            moments.setdefault(int(number), {})[kind] = found[name]
        put(self._base, _under("now.", found))
        self._optimiser.load_state_dict({**self._optimiser.state_dict(), "state": moments})
        self._scale.data.copy_(found["scale"])
        return State(said["epoch"], said["best"], said["at"], _under("best.", found) or None)


def _under(start: str, found: Mapping[str, Tensor]) -> Weights:
    return {name.removeprefix(start): value for name, value in found.items() if name.startswith(start)}
