"""The first design of a generative model here, kept to measure by: linear layers. Runs on: worker processes.

Mono, the logarithm of the spectrogram, flattened, scaled to mean 0 and deviation 1; encoder and decoder of linear
layers with ReLU and dropout, a sigmoid at the end, squared error plus divergence; sound by an inverse transform with
random phases.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch
from scipy.fft import irfft, rfft
from torch import Tensor, nn
from torch.nn import functional

Floats = npt.NDArray[np.float32]

RATE = 48_000
SIZE, HOP = 1_024, 512
SECONDS = 2.0  # of a sound that are seen: the layers want one length
ROWS = 1 + int(SECONDS * RATE) // HOP
BINS = SIZE // 2 + 1
QUIET = 1e-5
HIDDEN, DIM, DROPOUT = 256, 64, 0.2
BATCH = 32  # sounds
WIDEST = 10.0  # of the logarithm of a variance: beyond, its exponential leaves the numbers that there are


class AudioVAE(nn.Module):
    """Linear layers there and back."""

    def __init__(self, hidden: int = HIDDEN) -> None:
        super().__init__()
        self.enter = nn.Sequential(
            nn.Linear(ROWS * BINS, hidden), nn.ReLU(), nn.Dropout(DROPOUT), nn.Linear(hidden, hidden), nn.ReLU()
        )
        self.mean, self.spread = nn.Linear(hidden, DIM), nn.Linear(hidden, DIM)
        self.leave = nn.Sequential(
            nn.Linear(DIM, hidden), nn.ReLU(), nn.Dropout(DROPOUT), nn.Linear(hidden, hidden), nn.ReLU(),
            nn.Linear(hidden, ROWS * BINS), nn.Sigmoid(),
        )  # fmt: skip

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Return what was made of [n, ROWS * BINS], and mu and logvar."""
        seen = self.enter(x)
        mean, spread = self.mean(seen), self.spread(seen).clamp(-WIDEST, WIDEST)
        z = mean + torch.exp(0.5 * spread) * torch.randn_like(spread) if self.training else mean
        return self.leave(z), mean, spread


@dataclass(frozen=True)
class First:
    """The taught model with its scaler."""

    network: AudioVAE
    mean: Floats  # [ROWS * BINS]
    deviation: Floats

    def sound(self, mono: Floats, seed: int) -> Floats:
        """Return what it makes of a sound [frames] at RATE: its first SECONDS."""
        scaled = (seen(mono) - self.mean) / self.deviation
        with torch.inference_mode():
            made = self.network(torch.from_numpy(scaled)[None])[0][0].numpy()
        levels = np.exp((made * self.deviation + self.mean).reshape(ROWS, BINS))
        phases = np.random.default_rng(seed).uniform(-np.pi, np.pi, levels.shape)
        return inverse(levels * np.exp(1j * phases))


def teach(sounds: Sequence[Floats], seed: int, epochs: int = 40, hidden: int = HIDDEN) -> First:
    """Return the model taught on mono sounds [frames] at RATE."""
    torch.manual_seed(seed)
    table = np.stack([seen(sound) for sound in sounds])
    mean, deviation = table.mean(axis=0), table.std(axis=0)
    deviation = np.where(deviation > 1e-6, deviation, 1.0).astype(np.float32)
    scaled = torch.from_numpy((table - mean) / deviation)
    network = AudioVAE(hidden)
    optimiser = torch.optim.Adam(network.parameters(), lr=1e-3)
    for _ in range(epochs):
        for rows in torch.split(torch.randperm(len(scaled)), BATCH):
            made, mu, spread = network(scaled[rows])
            error = functional.mse_loss(made, scaled[rows])
            divergence = -0.5 * torch.mean(1 + spread - mu**2 - spread.exp())
            optimiser.zero_grad(set_to_none=True)
            torch.autograd.backward(error + 1e-3 * divergence)
            optimiser.step()
    return First(network.eval(), mean, deviation)


def seen(mono: Floats) -> Floats:
    """Return the flattened logarithm of the spectrogram, [ROWS * BINS]."""
    wanted = (ROWS - 1) * HOP
    fitted = np.pad(mono[:wanted], (SIZE // 2, SIZE // 2 + max(0, wanted - len(mono))))
    blocks = np.lib.stride_tricks.sliding_window_view(fitted, SIZE)[::HOP]
    return np.asarray(np.log(np.abs(rfft(blocks * np.hanning(SIZE), axis=1)) + QUIET).ravel(), np.float32)


def inverse(spectra: npt.NDArray[np.complexfloating]) -> Floats:
    """Return the sound of spectra [ROWS, BINS], by overlapping and adding."""
    window = np.hanning(SIZE)
    out = np.zeros((ROWS - 1) * HOP + SIZE)
    norm = np.full(len(out), 1e-8)
    for row, block in enumerate(irfft(spectra, axis=1)):
        out[row * HOP : row * HOP + SIZE] += block * window
        norm[row * HOP : row * HOP + SIZE] += window**2
    return np.asarray((out / np.maximum(norm, 1e-3))[SIZE // 2 : -SIZE // 2], np.float32)
