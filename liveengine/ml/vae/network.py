"""The autoencoder as torch modules: pictures to a normal distribution over codes, codes to pictures. Runs on: worker.

Residual convolutions without normalisation (each branch begins at nothing: De and Smith, "Batch normalization biases
residual blocks", 2020) over patches of 4 bands by 4 columns; a loop's time goes round, so its edges see each other.
What the network says is added to the mean picture of its kind, so that it begins as the mean and only ever improves.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from liveengine.ml.vae import bands
from liveengine.ml.vae.bands import BANDS
from liveengine.ml.vae.columns import COLUMNS
from liveengine.ml.vae.form import Form

LAYERS = 2  # mid, side
PATCH = 4  # bands, columns
ABOUT = 4  # numbers that tell the form
MOST = 1_024  # channels or numbers of a code
LEAK = 0.02  # of the slope beyond the bounds: what is under the floor still hears in which direction it errs
LOWEST, HIGHEST = -10.0, 4.0  # of the logarithm of a variance


@dataclass(frozen=True)
class Shape:
    """What rebuilds the network."""

    dim: int = 192  # numbers of a code
    widths: tuple[int, ...] = (16, 32, 64)  # channels at each resolution, from fine to coarse
    blocks: int = 1  # at each resolution
    narrow: int = 16  # channels where the picture becomes a code

    def told(self) -> dict[str, Any]:
        """Return it for JSON."""
        return {**asdict(self), "widths": list(self.widths)}

    @classmethod
    def read(cls, told: Mapping[str, Any]) -> "Shape":
        """Return it from JSON. Raises ValueError for numbers that no network has."""
        shape = cls(int(told["dim"]), tuple(int(w) for w in told["widths"]), int(told["blocks"]), int(told["narrow"]))
        if not (1 <= len(shape.widths) <= 3 and max(shape.dim, shape.narrow, *shape.widths) <= MOST):
            raise ValueError(f"no network has the shape {dict(told)}")
        if min(shape.dim, shape.narrow, *shape.widths) < 1 or not 0 <= shape.blocks <= 8:
            raise ValueError(f"no network has the shape {dict(told)}")
        return shape

    @property
    def grid(self) -> tuple[int, int]:
        """Return bands and columns at the coarsest resolution."""
        by = PATCH * 2 ** (len(self.widths) - 1)
        return BANDS // by, COLUMNS // by


def about(form: Form) -> list[float]:
    """Return what the network is told of a form beside the picture, ABOUT numbers."""
    bar = form.seconds / form.bars
    return [float(form.loops), float(not form.loops), float(form.channels == 2), (bar - 2.0) if form.loops else 0.0]


class Around(nn.Module):
    """A convolution of 3 by 3 whose time goes round."""

    def __init__(self, given: int, made: int) -> None:
        super().__init__()
        self.inner = nn.Conv2d(given, made, 3, padding=(1, 0))

    def forward(self, x: Tensor) -> Tensor:
        """Return [n, made, bands, columns]."""
        made: Tensor = self.inner(functional.pad(x, (1, 1, 0, 0), mode="circular"))
        return made


class Block(nn.Module):
    """Two convolutions beside a shortcut; the form moves what lies between them."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.first, self.second = Around(width, width), Around(width, width)
        self.form = nn.Linear(ABOUT, width)
        self.share = nn.Parameter(torch.zeros(()))

    def forward(self, x: Tensor, form: Tensor) -> Tensor:
        """Return [n, width, bands, columns]."""
        moved = self.first(functional.silu(x)) + self.form(form)[:, :, None, None]
        made: Tensor = x + self.share * self.second(functional.silu(moved))
        return made


class Encoder(nn.Module):
    """Pictures to the mean and the logarithm of the variance of their codes."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        first, last = shape.widths[0], shape.widths[-1]
        self.enter = nn.Conv2d(LAYERS, first, PATCH, PATCH)
        self.place = nn.Parameter(torch.zeros(1, first, BANDS // PATCH, 1))
        self.blocks = nn.ModuleList(nn.ModuleList(Block(w) for _ in range(shape.blocks)) for w in shape.widths)
        self.down = nn.ModuleList(nn.Conv2d(a, b, 2, 2) for a, b in pairwise(shape.widths))
        self.leave = nn.Conv2d(last, shape.narrow, 1)
        high, wide = shape.grid
        self.code = nn.Linear(shape.narrow * high * wide + ABOUT, 2 * shape.dim)
        nn.init.zeros_(self.code.weight)
        nn.init.zeros_(self.code.bias)

    def forward(self, x: Tensor, form: Tensor) -> tuple[Tensor, Tensor]:
        """Return mu and logvar, each [n, dim]."""
        x = self.enter(x) + self.place
        for number, blocks in enumerate(self.blocks):
            assert isinstance(blocks, nn.ModuleList)
            for block in blocks:
                x = block(x, form)
            if number < len(self.down):
                x = self.down[number](x)
        flat = torch.cat([self.leave(functional.silu(x)).flatten(1), form], dim=1)
        mean, spread = self.code(flat).float().chunk(2, dim=1)
        return mean, (spread - 4.0).clamp(LOWEST, HIGHEST)


class Decoder(nn.Module):
    """Codes to what is to be added to the mean picture."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.shape = shape
        widths = shape.widths[::-1]
        high, wide = shape.grid
        self.code = nn.Linear(shape.dim + ABOUT, shape.narrow * high * wide)
        self.enter = nn.Conv2d(shape.narrow, widths[0], 1)
        self.blocks = nn.ModuleList(nn.ModuleList(Block(w) for _ in range(shape.blocks)) for w in widths)
        self.up = nn.ModuleList(nn.Conv2d(a, 4 * b, 1) for a, b in pairwise(widths))
        self.place = nn.Parameter(torch.zeros(1, widths[-1], BANDS // PATCH, 1))
        self.leave = Around(widths[-1], LAYERS * PATCH * PATCH)
        for part in self.leave.parameters():
            nn.init.zeros_(part)

    def forward(self, z: Tensor, form: Tensor) -> Tensor:
        """Return [n, LAYERS, BANDS, COLUMNS]."""
        x = self.code(torch.cat([z, form], dim=1)).unflatten(1, (self.shape.narrow, *self.shape.grid))
        x = self.enter(x)
        for number, blocks in enumerate(self.blocks):
            assert isinstance(blocks, nn.ModuleList)
            if number == len(self.up):
                x = x + self.place
            for block in blocks:
                x = block(x, form)
            if number < len(self.up):
                x = functional.pixel_shuffle(self.up[number](x), 2)
        return functional.pixel_shuffle(self.leave(functional.silu(x)), PATCH).float()


class Network(nn.Module):
    """Principal pictures, which the convolutions correct on both ways.

    Codes begin as the parts that the principal pictures have in a picture, in units of their usual size; `basis` are
    these pictures, `power` what such a part weighs, `mean` what they are added to: of what is played once, of loops.
    """

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.shape = shape
        self.encoder, self.decoder = Encoder(shape), Decoder(shape)
        self.register_buffer("mean", torch.zeros(2, LAYERS, BANDS, COLUMNS))
        self.register_buffer("scale", torch.ones(()))
        self.register_buffer("basis", torch.zeros(shape.dim, LAYERS, BANDS, COLUMNS))
        self.register_buffer("power", torch.zeros(shape.dim))
        self.register_buffer("weight", weights())
        self.mean: Tensor
        self.scale: Tensor
        self.basis: Tensor
        self.power: Tensor
        self.weight: Tensor

    def encode(self, levels: Tensor, form: Tensor) -> tuple[Tensor, Tensor]:
        """Return mu and logvar, each [n, dim], of levels [n, LAYERS, BANDS, COLUMNS]."""
        mean, spread = self.encoder((levels - self._means(form)) / self.scale, form)
        return self.parts(levels, form) + mean, spread

    def decode(self, z: Tensor, form: Tensor) -> Tensor:
        """Return levels [n, LAYERS, BANDS, COLUMNS], little beyond 0..1; the side of a mono sound is 0."""
        return _bound(self.decoder(z, form) * self.scale + self._linear(z, form), form)

    def parts(self, levels: Tensor, form: Tensor) -> Tensor:
        """Return how much of each principal picture is in the levels, [n, dim]."""
        with torch.autocast(levels.device.type, enabled=False):
            rest = (levels - self._means(form)) * self.weight
            found = rest.flatten(1) @ self.basis.flatten(1).T
            return torch.where(self.power > 0.0, found / self.power.clamp(min=1e-12), 0.0)

    def principal(self, z: Tensor, form: Tensor) -> Tensor:
        """Return what `decode` would without the network: the mean picture and principal pictures alone."""
        return _bound(self._linear(z, form), form)

    def _linear(self, z: Tensor, form: Tensor) -> Tensor:
        with torch.autocast(z.device.type, enabled=False):
            return (z @ self.basis.flatten(1)).view(-1, *self.mean.shape[1:]) + self._means(form)

    def _means(self, form: Tensor) -> Tensor:
        found: Tensor = self.mean[form[:, 0].long()]
        return found


def _bound(made: Tensor, form: Tensor) -> Tensor:
    """Return levels that go little beyond 0..1; the side of a mono sound is 0."""
    inside = made.clamp(0.0, 1.0)
    bound = inside + LEAK * (made - inside)
    there = torch.stack([torch.ones_like(form[:, 2]), form[:, 2]], dim=1)
    return bound * there[:, :, None, None]


def weights() -> Tensor:
    """Return what the bands weigh, [BANDS, 1], on average 1: by half all alike, by half as the bins that they hold."""
    held = bands.spread().sum(axis=1)
    return torch.from_numpy((0.5 + 0.5 * held / held.mean()).astype(np.float32))[:, None]
