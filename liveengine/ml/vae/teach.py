"""Teach a category's autoencoder; what was begun goes on after a kill as if nothing had been. Runs on: worker process.

Loss: the squared error of the levels, bands weighed by half for how many bins they hold, plus the Kullback-Leibler
divergence of the codes from a normal distribution, which is let in slowly (Bowman et al., 2016) and costs nothing for
the first bits of each number (Kingma et al., 2016). Measured are the averaged weights, on stems that were held back.
"""

import copy
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
import torch
from torch import Tensor, nn

from liveengine.ml.device import DEVICE, NARROW
from liveengine.ml.vae import augment, principal
from liveengine.ml.vae.form import Floats
from liveengine.ml.vae.network import Network, Shape
from liveengine.ml.vae.shelf import Numbers, Shelf

Progress = Callable[[int, int, str], None]


@dataclass(frozen=True)
class Terms:
    """How a category is taught."""

    seed: int = 0
    epochs: int = 24  # at most
    patience: int = 5  # epochs without anything better
    batch: int = 16  # pictures
    bars: int = 2  # of one loop in each epoch
    rate: float = 2e-3  # highest learning rate
    decay: float = 0.01
    cost: float = 3e-7  # of a nat beside the mean squared error
    free: float = 0.1  # nats of each number of a code that cost nothing
    warm: float = 0.3  # share of the epochs until a nat costs all of it
    held: float = 0.12  # share of the stems that are only measured by
    mean: float = 0.99  # of the averaged weights, how much stays in a step
    pictures: int = 1_500  # with variants, that the principal pictures are taken from
    threads: int = 0  # of torch; 0 = its own choice
    shape: Shape = field(default_factory=Shape)


@dataclass(frozen=True)
class Loss:
    """What an epoch cost: all of it, and its parts."""

    total: float
    reconstruction: float
    divergence: float  # nats of a picture


@dataclass
class Course:
    """A training under way: all that is kept between two epochs."""

    network: Network
    mean: Network  # averaged weights
    best: Network  # the averaged weights that were best so far
    optimiser: torch.optim.AdamW
    epoch: int = 0  # epochs that are done
    chosen: int = 0  # after which epoch `best` was
    lowest: float = math.inf  # its reconstruction
    taught: list[Loss] = field(default_factory=list)
    tested: list[Loss] = field(default_factory=list)


def begin(shelf: Shelf, terms: Terms) -> Course:
    """Return a course that has not begun."""
    if terms.threads:
        torch.set_num_threads(terms.threads)
    torch.manual_seed(terms.seed)
    network = Network(terms.shape)
    taught = shelf.levels[~shelf.held]
    network.mean.copy_(torch.from_numpy(shelf.means()))
    loops = shelf.about[~shelf.held, 0].astype(np.int64)
    rest = taught.astype(np.float32) - network.mean.numpy()[loops]
    network.scale.fill_(max(0.02, float(rest.std())))
    basis, power = principal.pictures(shelf, network.mean.numpy(), terms.shape.dim, terms.seed, terms.pictures)
    network.basis.copy_(torch.from_numpy(basis).half())  # as it will be stored
    network.power.copy_(torch.from_numpy(power))
    network.to(DEVICE)
    groups = [
        {"params": [p for p in network.parameters() if p.ndim >= 2], "weight_decay": terms.decay},
        {"params": [p for p in network.parameters() if p.ndim < 2], "weight_decay": 0.0},
    ]
    optimiser = torch.optim.AdamW(groups, lr=terms.rate, betas=(0.9, 0.99))
    mean, best = (copy.deepcopy(network, {id(network.basis): network.basis}) for _ in range(2))  # it is large
    return Course(network, mean, best, optimiser)


def teach(shelf: Shelf, terms: Terms, course: Course, progress: Progress, keep: Callable[[Course], None]) -> Course:
    """Return the course at its end, from wherever it is now; `keep` is called after each epoch.

    The same shelf and terms make the same weights, to the last bit, on the same number of threads.
    """
    while course.epoch < terms.epochs and course.epoch - course.chosen < terms.patience:
        rng = np.random.default_rng([terms.seed, 2, course.epoch])
        course.taught.append(_epoch(shelf, terms, course, rng, progress))
        course.tested.append(measured(shelf, terms, course.mean))
        course.epoch += 1
        if course.tested[-1].reconstruction < course.lowest:
            course.lowest, course.chosen = course.tested[-1].reconstruction, course.epoch
            course.best.load_state_dict(course.mean.state_dict())
        keep(course)
    return course


def _epoch(shelf: Shelf, terms: Terms, course: Course, rng: np.random.Generator, progress: Progress) -> Loss:
    rows = _drawn(shelf, terms, rng)
    lots = torch.Generator().manual_seed(int(rng.integers(2**31)))
    steps = math.ceil(len(rows) / terms.batch)
    lost: list[Loss] = []
    for step in range(steps):
        done = course.epoch * steps + step
        for group in course.optimiser.param_groups:
            group["lr"] = _rate(terms, done / steps)
        seen = _varied(shelf, rows[step * terms.batch : (step + 1) * terms.batch], rng)
        loss, told = _loss(course.network, seen, terms, course.epoch, lots)
        course.optimiser.zero_grad(set_to_none=True)
        torch.autograd.backward(loss)
        nn.utils.clip_grad_norm_(course.network.parameters(), 1.0)
        course.optimiser.step()
        _average(course, min(terms.mean, (done + 1.0) / (done + 10.0)))
        lost.append(told)
        progress(done + 1, terms.epochs * steps, _told(course, told))
    return _middle(lost)


def _varied(shelf: Shelf, rows: Numbers, rng: np.random.Generator) -> tuple[Tensor, Tensor]:
    """Return variants of some pictures, and their forms."""
    levels = [augment.varied(shelf.levels[row].astype(np.float32), shelf.about[row, 0] > 0.5, rng) for row in rows]
    return torch.from_numpy(np.stack(levels)), torch.from_numpy(shelf.about[rows])


def _middle(lost: Sequence[Loss], counts: Sequence[int] | None = None) -> Loss:
    """Return the mean of losses of so many pictures each."""
    table = np.array([[one.total, one.reconstruction, one.divergence] for one in lost])
    return Loss(*map(float, np.average(table, axis=0, weights=counts)))


def _told(course: Course, now: Loss) -> str:
    said = f"epoch {course.epoch + 1}, loss {now.total:.5f}"
    return said + (f", held back {course.tested[-1].reconstruction:.5f}" if course.tested else "")


def _drawn(shelf: Shelf, terms: Terms, rng: np.random.Generator) -> Numbers:
    """Return the pictures of an epoch in the order they come: of each stem that teaches at most `bars`."""
    found = []
    for stem in np.unique(shelf.stem[~shelf.held]):
        rows = rng.permutation(np.flatnonzero((shelf.stem == stem) & ~shelf.held))[: terms.bars]
        often = float(shelf.often[rows[0]])
        times = int(often) + int(rng.random() < often % 1.0)
        found.append(np.tile(rows, times))
    return rng.permutation(np.concatenate(found))


def _rate(terms: Terms, epoch: float) -> float:
    """Return the learning rate: up in the first twentieth, down along a cosine."""
    along = epoch / terms.epochs
    return terms.rate * min(1.0, 0.05 + along / 0.05) * (0.02 + 0.49 * (1.0 + math.cos(math.pi * along)))


def _average(course: Course, stays: float) -> None:
    """Let the averaged weights follow; soon after the start they follow faster."""
    with torch.no_grad():
        for mean, now in zip(course.mean.parameters(), course.network.parameters(), strict=True):
            mean.lerp_(now, 1.0 - stays)


def _loss(
    network: Network, seen: tuple[Tensor, Tensor], terms: Terms, epoch: int, lots: torch.Generator | None = None
) -> tuple[Tensor, Loss]:
    """Return the loss of levels and forms; their codes are drawn with `lots`, without them they are the means."""
    where = network.mean.device
    levels, form = (part.to(where) for part in seen)
    with torch.autocast(where.type, torch.bfloat16, enabled=NARROW):
        mean, spread = network.encode(levels, form)
        z = mean
        if lots is not None:
            z = mean + torch.exp(0.5 * spread) * torch.randn(mean.shape, generator=lots).to(where)
        made = network.decode(z, form)
    error = ((made - levels) ** 2 * network.weight).mean()
    nats = 0.5 * (mean**2 + spread.exp() - 1.0 - spread)
    paid = nats.mean(dim=0).clamp(min=terms.free).sum()
    let_in = min(1.0, (epoch + 1) / max(1.0, terms.warm * terms.epochs))
    loss = error + terms.cost * let_in * paid
    return loss, Loss(float(loss.detach()), float(error.detach()), float(nats.detach().sum(dim=1).mean()))


def measured(shelf: Shelf, terms: Terms, network: Network) -> Loss:
    """Return the loss of the pictures that were held back, coded by their means."""
    rows = np.flatnonzero(shelf.held)
    lost, counts = [], []
    with torch.inference_mode():
        for at in range(0, len(rows), terms.batch):
            some = rows[at : at + terms.batch]
            seen = torch.from_numpy(shelf.levels[some].astype(np.float32)), torch.from_numpy(shelf.about[some])
            lost.append(_loss(network, seen, terms, terms.epochs)[1])
            counts.append(len(some))
    return _middle(lost, counts)


def without(shelf: Shelf, network: Network, batch: int) -> dict[str, float]:
    """Return the reconstruction of the pictures that were held back by less: "mean" picture, "principal" pictures.

    These are what the network begins as, whatever it has learnt since.
    """
    rows = np.flatnonzero(shelf.held)
    sums = {"mean": 0.0, "principal": 0.0}
    with torch.inference_mode():
        for some in np.array_split(rows, math.ceil(len(rows) / batch)):
            levels = torch.from_numpy(shelf.levels[some].astype(np.float32)).to(network.mean.device)
            form = torch.from_numpy(shelf.about[some]).to(network.mean.device)
            for name, parts in (("mean", 0.0), ("principal", 1.0)):
                made = network.principal(parts * network.parts(levels, form), form)
                sums[name] += float(((made - levels) ** 2 * network.weight).mean()) * len(some)
    return {name: total / len(rows) for name, total in sums.items()}


def coded(shelf: Shelf, network: Network, batch: int = 32) -> Floats:
    """Return the means of the codes of all pictures, [n, dim] float32."""
    found = []
    with torch.inference_mode():
        for at in range(0, len(shelf), batch):
            levels = torch.from_numpy(shelf.levels[at : at + batch].astype(np.float32)).to(network.mean.device)
            about = torch.from_numpy(shelf.about[at : at + batch]).to(network.mean.device)
            found.append(network.encode(levels, about)[0].float().cpu().numpy())
    return np.concatenate(found)
