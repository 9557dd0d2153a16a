"""Teach the two towers: sounds and sentences that ask for them, into one space. Runs on: worker process that trains.

Contrastive with several right answers (Khosla et al., 2020; Radford et al., 2021): in a batch, a sentence is right for
every sound that meets all its claims, wrong for the rest, and silent about those of which nobody can say. Beside it,
two sounds with the same things to their names attract each other, and the audio tower names category and claims.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from liveengine.lexicon.tokens import MOST_PIECES, encode
from liveengine.ml import captions
from liveengine.ml.device import DEVICE, NARROW
from liveengine.ml.hear import LEAST
from liveengine.ml.shelf import Shelf
from liveengine.ml.towers import WIDTH, AudioTower, TextTower

LONG = 2 * LEAST  # rows: every fifth batch is heard longer
PIECE = 256  # sounds heard at a time, of LEAST rows
SENTENCES = 2  # for each sound of a batch
KIN, NAMES, KIND = 0.4, 2.0, 0.3  # weights of the other losses beside the contrast of sounds and sentences
NO = -1e4
Progress = Callable[[int, int, str], None]


@dataclass(frozen=True)
class Terms:
    """How the towers are taught."""

    seed: int = 0
    epochs: float = 22.0  # passes over the clips, one variant of each at a time
    batch: int = 224
    rate: float = 2.0e-3  # highest learning rate
    decay: float = 0.04
    held: int = 20  # every so manieth clip is kept to measure by, never learnt from
    threads: int = 0  # of torch; 0 = its own choice


class Pupil(nn.Module):
    """Both towers, what scales their products, and the head that names claims."""

    def __init__(self, claims: int) -> None:
        super().__init__()
        self.audio, self.text = AudioTower(), TextTower()
        self.scale = nn.Parameter(torch.tensor(math.log(14.0)))
        self.kin = nn.Parameter(torch.tensor(math.log(10.0)))
        self.names = nn.Sequential(nn.LayerNorm(6 * WIDTH), nn.Dropout(0.2), nn.Linear(6 * WIDTH, claims))

    def forward(self, pooled: Tensor, ids: Tensor) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        """Return the vectors of the sounds, those of the sentences, and the scores of the claims and categories."""
        sounds = functional.normalize(self.audio.leave(pooled), dim=-1)
        return sounds, self.text(ids), self.names(pooled), self.audio.kind(sounds)


@dataclass(frozen=True)
class Batch:
    """Sounds, sentences, and which belong together."""

    levels: Tensor
    ids: Tensor
    right: Tensor  # [sounds, sentences] bool
    silent: Tensor  # [sounds, sentences] bool: nobody can say
    kin: Tensor  # [sounds, sounds] bool: same things
    true: Tensor  # [sounds, claims] float
    known: Tensor  # [sounds, claims] float
    kinds: Tensor  # [sounds, CATEGORIES] float, in all 1


def teach(shelf: Shelf, terms: Terms, progress: Progress) -> Pupil:
    """Return the taught towers (their averaged weights), in evaluation mode; the same for the same seed and threads."""
    torch.manual_seed(terms.seed)
    if terms.threads:
        torch.set_num_threads(terms.threads)
    rng = np.random.default_rng(terms.seed)
    pupil: Pupil = Pupil(len(shelf.names)).to(DEVICE, memory_format=torch.channels_last)  # type: ignore[call-overload]
    clips = np.array([clip for clip in range(len(shelf) // 2) if clip % terms.held])
    terms = replace(terms, batch=min(terms.batch, len(clips)))
    steps = max(1, int(terms.epochs * len(clips) / terms.batch))
    optimiser = torch.optim.AdamW(_groups(pupil, terms.decay), lr=terms.rate, betas=(0.9, 0.98))
    course = torch.optim.lr_scheduler.OneCycleLR(optimiser, terms.rate, steps + 1, pct_start=0.12)
    mean = torch.optim.swa_utils.AveragedModel(pupil, avg_fn=_average)
    rare = _rarity(shelf).to(DEVICE)
    lost = 0.0
    for step in range(steps):
        one = batch(shelf, rng.choice(clips, terms.batch, replace=False), rng, LONG if step % 5 == 4 else LEAST)
        loss = _loss(pupil, one, rare)
        optimiser.zero_grad(set_to_none=True)
        torch.autograd.backward(loss)
        nn.utils.clip_grad_norm_(pupil.parameters(), 2.0)
        optimiser.step()
        course.step()
        mean.update_parameters(pupil)
        lost = 0.98 * lost + 0.02 * float(loss.detach()) if step else float(loss.detach())
        progress(step + 1, steps, f"loss {lost:.3f}")
    return _settled(mean.module, shelf, clips, rng, terms)


def _average(mean: Tensor, now: Tensor, count: Tensor | int) -> Tensor:
    """Return the running mean of a weight: over all steps at first, over the last 500 or so later."""
    share = max(0.002, 1.0 / (int(count) + 1))
    return mean + share * (now - mean)


def _settled(pupil: nn.Module, shelf: Shelf, clips: np.ndarray, rng: np.random.Generator, terms: Terms) -> Pupil:
    """Return the averaged towers with the statistics of their own activations."""
    assert isinstance(pupil, Pupil)
    for part in pupil.modules():
        if isinstance(part, nn.BatchNorm2d):
            part.reset_running_stats()
            part.momentum = None  # a plain mean
    pupil.train()
    with torch.no_grad():
        for _ in range(30):
            one = batch(shelf, rng.choice(clips, terms.batch, replace=False), rng, LEAST)
            pupil.audio(one.levels.contiguous(memory_format=torch.channels_last))
    return pupil.eval().cpu()


def _groups(pupil: Pupil, decay: float) -> list[dict[str, object]]:
    """Decay matrices, not what shifts, scales or spells."""
    held = [p for n, p in pupil.named_parameters() if p.ndim < 2 or "table" in n]
    rest = [p for n, p in pupil.named_parameters() if p.ndim >= 2 and "table" not in n]
    return [{"params": rest, "weight_decay": decay}, {"params": held, "weight_decay": 0.0}]


def batch(shelf: Shelf, clips: np.ndarray, rng: np.random.Generator, rows: int) -> Batch:
    """Return a variant of each clip, two sentences for each, and rivals for half of them."""
    chosen = clips * 2 + rng.integers(2, size=len(clips))
    said = [captions.caption(shelf.claims[row], rng) for row in chosen for _ in range(SENTENCES)]
    said += [other for row in chosen[::2] if (other := captions.rival(shelf.claims[row], rng)) is not None]
    columns = set(shelf.names)
    said = [one for one in said if one.asked <= columns]
    asked = shelf.asked([one.asked for one in said]).astype(np.float32)
    true, unknown = shelf.true[chosen], shelf.unknown[chosen]
    missing = (~true).astype(np.float32) @ asked.T
    doubtful = (~(true | unknown)).astype(np.float32) @ asked.T
    things = true[:, shelf.things]
    same = (things[:, None] == things[None]).all(axis=2)
    arrays = (
        shelf.levels(chosen, rows, rng),
        sentences([one.text for one in said], rng),
        missing < 0.5,
        (missing > 0.5) & (doubtful < 0.5),
        same,
        true.astype(np.float32),
        (~unknown).astype(np.float32),
        shelf.shares[chosen],
    )
    return Batch(*(torch.from_numpy(array).to(DEVICE) for array in arrays))


def heard(pupil: Pupil, shelf: Shelf, rows: np.ndarray, length: int, rng: np.random.Generator) -> np.ndarray:
    """Return the vectors of some of the shelf's sounds, [n, 512] float32, each heard for `length` rows of levels."""
    piece = PIECE * LEAST // length
    with torch.inference_mode():
        parts = [
            pupil.audio(torch.from_numpy(shelf.levels(rows[at : at + piece], length, rng)))[0].numpy()
            for at in range(0, len(rows), piece)
        ]
    return np.concatenate(parts)


def sentences(texts: list[str], rng: np.random.Generator | None = None) -> np.ndarray:
    """Return [sentences, words, pieces]; with `rng` some words lose their own number and are known by spelling only."""
    tables = [encode(text) for text in texts]
    ids = np.zeros((len(tables), max(len(table) for table in tables), MOST_PIECES), np.int64)
    for row, table in enumerate(tables):
        ids[row, : len(table)] = table
    if rng is not None:
        ids[:, :, 0] *= rng.random(ids.shape[:2]) > 0.15
        ids[:, :, 1:] *= rng.random(ids[:, :, 1:].shape) > 0.1
    return ids


def _rarity(shelf: Shelf) -> Tensor:
    """Return how much a true claim weighs when claims are named: rare ones more, at most tenfold."""
    share = shelf.true.mean(axis=0).clip(1e-3, 0.5)
    return torch.from_numpy(np.minimum(10.0, np.sqrt((1.0 - share) / share)).astype(np.float32))


def _loss(pupil: Pupil, one: Batch, rare: Tensor) -> Tensor:
    with torch.autocast(DEVICE, torch.bfloat16, enabled=NARROW):
        pooled = pupil.audio.pooled(one.levels.contiguous(memory_format=torch.channels_last))
    sounds, spoken, named, kinds = pupil(pooled.float(), one.ids)
    scores = pupil.scale.exp().clamp(max=60.0) * sounds @ spoken.T
    scores = scores.masked_fill(one.silent, NO)
    found = contrast(scores.T, one.right.T) + 0.5 * contrast(scores, one.right)
    itself = torch.eye(len(sounds), dtype=torch.bool, device=DEVICE)
    kin = (pupil.kin.exp().clamp(max=40.0) * sounds @ sounds.T).masked_fill(itself, NO)
    claims = functional.binary_cross_entropy_with_logits(named, one.true, weight=one.known, pos_weight=rare)
    kind = functional.cross_entropy(kinds, one.kinds, label_smoothing=0.05)
    return found + KIN * contrast(kin, one.kin & ~itself) + NAMES * claims + KIND * kind


def contrast(scores: Tensor, right: Tensor) -> Tensor:
    """Return the mean over rows of -log of the share that the right answers get, each of them alike."""
    likely = functional.log_softmax(scores, dim=1)
    count = right.sum(dim=1)
    used = (count > 0) & (count < right.shape[1])
    gained = (likely * right).sum(dim=1) / count.clamp(min=1)
    return -gained[used].mean() if bool(used.any()) else scores.sum() * 0.0
