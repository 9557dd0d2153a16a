"""Pictures of the interpolators and the limiter beside their theory. Runs on: the user's shell."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from liveengine.cli import paper
from liveengine.cli.benches.filters import STEPS
from liveengine.engine.bench import response
from liveengine.engine.bench.response import Values
from liveengine.engine.ops import Tier

_COLOURS = {Tier.LINEAR: paper.AMBER, Tier.CUBIC: paper.BLUE, Tier.SINC: paper.VIOLET}
_DASHES = dict(zip(STEPS, (":", "-", "--"), strict=True))
_LOW = -140.0  # dB


def draw(folder: Path, frequencies: Values) -> list[Path]:
    """Write both pictures into a folder; return their paths. Raises Unavailable without matplotlib."""
    interpolators, limiter = folder / "interpolators.png", folder / "limiter.png"
    room = {"left": 0.06, "right": 0.97, "wspace": 0.26}
    with paper.sheet(interpolators, 2, 3, top=0.84, bottom=0.07, hspace=0.4, **room) as (page, at):
        paper.title(page, "Interpolators", "Played through the kernel; theory from the papers that the code names.")
        for axis, (tier, theory) in zip(at[0], response.THEORIES.items(), strict=True):
            _response(axis, tier, theory, frequencies)
        _passband(at[1, 0])
        _images(at[1, 1])
        _curves(at[1, 2])
    with paper.sheet(limiter, 1, 2, top=0.82, bottom=0.08, **room) as (page, at):
        paper.title(page, "Limiter", "The master's limiter, played through the kernel: no delay, no overshoot.")
        _gain(at[0, 0])
        _release(at[0, 1])
    return [interpolators, limiter]


def _db(values: Values) -> Values:
    found: Values = 20.0 * np.log10(np.maximum(values, 1e-10))
    return found


def _response(axis: Any, tier: Tier, theory: Callable[[Values], Values], frequencies: Values) -> None:
    measured, wanted = response.response(*response.curve(tier), frequencies), theory(frequencies)
    axis.set_title(f"{tier.name.lower()}: response and images")
    axis.axvspan(0.0, 0.5, color=paper.GRID, alpha=0.6, label="to be kept")
    axis.plot(frequencies, _db(measured), color=_COLOURS[tier], linewidth=2.5, label="measured")
    axis.plot(frequencies, _db(wanted), color=paper.INK, linewidth=1.0, linestyle="--", label="theory")
    axis.set_ylim(_LOW - 20.0, 10.0)
    axis.set_xlim(0.0, float(frequencies[-1]))
    axis.set_xlabel("cycles per frame of the source")
    axis.set_ylabel("dB")
    axis.legend(loc="lower center", fontsize=8.5, ncols=3, columnspacing=0.9, handlelength=1.7)
    paper.note(axis, f"largest difference {response.difference(tier, frequencies):.0f} dB")


def _passband(axis: Any) -> None:
    frequencies = np.linspace(0.0, 0.5, 251)
    axis.set_title("Transparency below half the source's rate")
    for tier in response.THEORIES:
        measured = response.response(*response.curve(tier), frequencies)
        axis.plot(frequencies, _db(measured), color=_COLOURS[tier], linewidth=2, label=tier.name.lower())
    axis.set_ylim(-9.0, 1.0)
    axis.set_xlabel("cycles per frame of the source")
    axis.set_ylabel("dB")
    axis.legend(loc="lower left", fontsize=9.5)


def _images(axis: Any) -> None:
    frequencies = np.linspace(0.01, 0.49, 49)
    axis.set_title("What else comes out when a sine goes in")
    for tier in response.THEORIES:
        for step in STEPS:
            found = [response.sine(tier, step, float(frequency))[1] for frequency in frequencies]
            name = f"{tier.name.lower()}, step {step:g}"
            axis.plot(frequencies, found, color=_COLOURS[tier], linestyle=_DASHES[step], linewidth=1.6, label=name)
    axis.set_ylim(_LOW - 30.0, 10.0)
    axis.set_xlabel("the sine: cycles per frame of the source; in dB of it")
    axis.set_ylabel("dB")
    axis.legend(loc="lower center", fontsize=8.5, ncols=3, columnspacing=0.9, handlelength=1.7)


def _curves(axis: Any) -> None:
    axis.set_title("The curves themselves")
    for tier in response.THEORIES:
        times, values = response.curve(tier)
        near = np.abs(times) < 8.5
        axis.plot(times[near], values[near], color=_COLOURS[tier], linewidth=1.8, label=tier.name.lower())
    axis.set_xlabel("frames of the source")
    axis.set_ylabel("weight")
    axis.legend(loc="upper left", fontsize=9.5)


def _gain(axis: Any) -> None:
    levels = np.arange(-24.0, 24.5, 1.0)
    found = _db(response.limited(10.0 ** (levels / 20.0)))
    axis.set_title("Gain curve")
    axis.plot(
        levels, np.minimum(levels, 0.0), color=paper.INK, linestyle="--", linewidth=1, label="theory: the ceiling"
    )
    axis.plot(levels, found, ".", ms=8, color=paper.BLUE, label="measured")
    axis.set_ylim(-25.0, 4.0)
    axis.set_xlabel("peak in, dB of the ceiling")
    axis.set_ylabel("peak out, dB of the ceiling")
    axis.legend(loc="lower right")
    paper.note(axis, f"within {max(float(np.abs(found - np.minimum(levels, 0.0)).max()), 1e-6):.1g} dB")


def _release(axis: Any) -> None:
    times, found, wanted = response.release()
    axis.set_title("Release after a burst 12 dB over the ceiling")
    axis.plot(times * 1e3, _db(found), color=paper.BLUE, linewidth=3, label="measured")
    axis.plot(times * 1e3, _db(wanted), color=paper.INK, linestyle="--", linewidth=1, label="theory: 1/e in 100 ms")
    axis.set_ylim(-13.0, 2.0)
    axis.set_xlabel("milliseconds after the burst")
    axis.set_ylabel("the limiter's gain, dB")
    axis.legend(loc="lower right")
    paper.note(axis, f"within {float(np.abs(_db(found) - _db(wanted)).max()):.1g} dB")
