"""Filters as spectra: fixed ones exact by FFT, moving ones block by block. Runs on: any process, offline.

A response is a function of frequency in Hz that gives a complex or real gain. Around a loop (`circular`) the result
is the steady state, so the seam stays seamless.
"""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from .signals import RATE, Control, Signal

Gain = npt.NDArray[Any]
Response = Callable[[Signal], Gain]
WINDOW = 1024  # frames of a block of a moving filter
HOP = WINDOW // 4


def fast(frames: int) -> int:
    """The next length whose FFT is quick: 2^a 3^b 5^c."""
    best = 1 << (frames - 1).bit_length()
    for factor in (3, 5, 9, 15, 25, 27, 45, 75):
        best = min(best, factor << max(0, (-(-frames // factor) - 1).bit_length()))
    return best


def around(signal: Signal, size: int, lead: int) -> Signal:
    """`size` frames of the endless repetition of the signal, beginning `lead` frames before its start."""
    edges = [(0, 0)] * (signal.ndim - 1) + [(lead, size - lead - signal.shape[-1])]
    return np.pad(signal, edges, mode="wrap")


def through(signal: Signal, response: Response, circular: bool = False) -> Signal:
    """The signal through a fixed response, same shape; not circular, what rings past the end is cut."""
    frames = signal.shape[-1]
    lead = RATE // 4 if circular and fast(frames) != frames else 0  # a loop's length is rarely quick to transform
    size = fast(frames + (2 * lead if circular else RATE // 10))
    given = around(signal, size, lead) if lead else signal
    if circular and not lead:
        size = frames
    gain = response(np.fft.rfftfreq(size, 1 / RATE)).astype(np.complex64)
    made = np.fft.irfft(np.fft.rfft(given, size, axis=-1) * gain, size, axis=-1)
    return made[..., lead : lead + frames].astype(np.float32)


def lowpass(cutoff: float, q: float = 0.707, order: int = 2) -> Response:
    """Low-pass of even `order`, resonant by `q`, -6 dB per order and octave."""

    def response(hertz: Signal) -> Gain:
        s = 1j * hertz / cutoff
        return (1.0 / (1.0 + s / q + s * s)) * (1.0 / (1.0 + 1.414 * s + s * s)) ** (order // 2 - 1)

    return response


def highpass(cutoff: float, q: float = 0.707, order: int = 2) -> Response:
    """High-pass of even `order`, resonant by `q`."""
    low = lowpass(1.0, q, order)

    def response(hertz: Signal) -> Gain:
        return np.conj(low(cutoff / np.maximum(hertz, 1e-3))) * (hertz > 0)

    return response


def bandpass(center: float, q: float = 1.0) -> Response:
    """Band-pass with gain 1 at its centre."""

    def response(hertz: Signal) -> Gain:
        s = 1j * hertz / center
        return (s / q) / (1.0 + s / q + s * s)

    return response


def bell(center: float, decibels: float, q: float = 1.0) -> Response:
    """Parametric equaliser band."""
    lift = 10 ** (decibels / 40)

    def response(hertz: Signal) -> Gain:
        s = 1j * hertz / center
        return (1.0 + s * lift / q + s * s) / (1.0 + s / (lift * q) + s * s)

    return response


def tilt(decibels: float, pivot: float = 800.0) -> Response:
    """Slope of `decibels` per octave around a pivot, held beyond 20 Hz and 20 kHz."""

    def response(hertz: Signal) -> Gain:
        made: Signal = np.exp2(np.log2(np.clip(hertz, 20.0, 20_000.0) / pivot) * (decibels / 6.0206))
        return made

    return response


def formants(peaks: Sequence[tuple[float, float, float]], floor: float = 0.0) -> Response:
    """Sum of resonances (Hz, bandwidth Hz, level dB): a vocal tract. Source: parallel formant synthesis (Klatt)."""

    def response(hertz: Signal) -> Gain:
        total = np.full(hertz.shape, floor, np.float64)
        for center, band, level in peaks:
            total += 10 ** (level / 20) / np.sqrt(1.0 + ((hertz - center) / (band / 2)) ** 2)
        return total

    return response


def chain(*responses: Response) -> Response:
    """Responses one after another."""

    def response(hertz: Signal) -> Gain:
        total: Gain = responses[0](hertz)
        for each in responses[1:]:
            total = total * each(hertz)
        return total

    return response


def ladder(harmonic: Signal, cutoff: Signal, resonance: float) -> Gain:
    """Gain of a four-pole ladder at each harmonic for each cutoff (both Hz): `[cutoffs, harmonics]`.

    `resonance` 0 to 1, 1 just short of self-oscillation. Source: T. Stilson, J. Smith, the Moog VCF (1996).
    """
    stage = 1.0 / (1.0 + 1j * harmonic[None, :] / cutoff[:, None])
    feedback = 3.9 * resonance
    return stage**4 / (1.0 + feedback * stage**4) * (1.0 + 0.55 * feedback)


def moving(signal: Signal, cutoff: Control, kind: str, q: float = 0.9, circular: bool = False) -> Signal:
    """The signal through a low, high or band-pass whose cutoff in Hz moves over time; same shape."""
    frames = signal.shape[-1]
    lead = WINDOW
    blocks = -(-(frames + 2 * lead) // HOP)
    size = (blocks - 1) * HOP + WINDOW
    edges = [(0, 0)] * (signal.ndim - 1) + [(lead, size - lead - frames)]
    padded = around(signal, size, lead) if circular else np.pad(signal, edges)
    centers = np.arange(blocks) * HOP + WINDOW // 2 - lead
    centers = centers % frames if circular else np.clip(centers, 0, frames - 1)
    path = np.broadcast_to(np.asarray(cutoff, np.float32), (frames,))[centers]
    gain = _gains(path, kind, q)
    made = np.stack([_overlap(row, gain, size) for row in np.atleast_2d(padded)])
    return made[:, lead : lead + frames].reshape(signal.shape)


def blocks(frames: int) -> Signal:
    """The frame in the middle of each block that `sculpted` works on."""
    count = -(-(frames + 2 * WINDOW) // HOP)
    return np.clip(np.arange(count) * HOP + WINDOW // 2 - WINDOW, 0, frames - 1)


def sculpted(row: Signal, gain: Signal) -> Signal:
    """A row `[frames]` with a gain of its own for each block and bin: `[len(blocks(frames)), WINDOW // 2 + 1]`."""
    size = (gain.shape[0] - 1) * HOP + WINDOW
    made = _overlap(np.pad(row, (WINDOW, size - WINDOW - len(row))), gain, size)
    return made[WINDOW : WINDOW + len(row)]


def _gains(path: Signal, kind: str, q: float) -> Signal:
    hertz = np.fft.rfftfreq(WINDOW, 1 / RATE).astype(np.float32)
    ratio = np.maximum(hertz, 1.0)[None, :] / np.maximum(path, 10.0)[:, None]
    if kind == "high":
        ratio = 1.0 / ratio
    under = (1.0 - ratio**2) ** 2 + (ratio / np.float32(q)) ** 2
    if kind == "band":
        return (ratio / np.float32(q)) / np.sqrt(under)
    return 1.0 / under if q <= 0.75 else 1.0 / np.sqrt(under)


def _overlap(row: Signal, gain: Signal, size: int) -> Signal:
    window = np.hanning(WINDOW + 1)[:-1].astype(np.float32)
    blocks = np.lib.stride_tricks.sliding_window_view(row, WINDOW)[::HOP] * window
    made = np.fft.irfft(np.fft.rfft(blocks, axis=1) * gain, WINDOW, axis=1).astype(np.float32) * window
    out = np.zeros(size + WINDOW, np.float32)
    for part in range(WINDOW // HOP):
        tail = out[part * HOP : part * HOP + made.shape[0] * HOP].reshape(-1, HOP)
        tail += made[:, part * HOP : (part + 1) * HOP]
    return out[:size] / np.float32(1.5)
