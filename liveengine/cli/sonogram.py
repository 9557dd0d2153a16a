"""Stems as pictures: waveform and spectrogram of one, or of two side by side. Runs on: the user's shell.

Workers decode and measure the files; here is only drawn what they found.
"""

import asyncio
import base64
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from liveengine.cli import paper
from liveengine.cli.paper import Palette
from liveengine.jobs.pool import Pool
from liveengine.units import counted

_HERTZ = (50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 20_000)
_BEATS_A_BAR = 4.0
_MOST_LINES = 64  # bars with a line each; beyond, the grid would hide the sound


@dataclass(frozen=True)
class Image:
    """What a worker saw of a file."""

    seconds: float
    low_hz: float
    high_hz: float
    levels: npt.NDArray[np.float64]  # dB [bands, columns], 0 = the loudest place, lowest band first
    peaks: npt.NDArray[np.float64]  # [2, columns]: lowest and highest sample, -1..1


@dataclass(frozen=True)
class Sheet:
    """A stem as it is drawn: its facts as /stem/{stem} tells them, and what was seen."""

    facts: dict[str, Any]
    image: Image


def looked(root: Path, stems: Sequence[dict[str, Any]]) -> list[Sheet]:
    """Return the stems of the library at `root` with what workers see of them. Raises BadAudio, JobFailure."""
    wanted = [{"path": str(root / facts["path"]), "loop": facts["loop"]} for facts in stems]
    images = asyncio.run(_looked(wanted))
    return [Sheet(facts, image) for facts, image in zip(stems, images, strict=True)]


async def _looked(wanted: Sequence[dict[str, Any]]) -> list[Image]:
    async with Pool(len(wanted)) as pool:
        return [_image(said) for said in await asyncio.gather(*(pool.run("look", one) for one in wanted))]


def _image(said: dict[str, Any]) -> Image:
    levels = np.frombuffer(base64.b64decode(said["levels"]), np.uint8).reshape(said["shape"])
    peaks = np.frombuffer(base64.b64decode(said["peaks"]), np.int8).reshape(2, -1)
    scaled = (1.0 - levels / 255.0) * said["floor_db"]
    return Image(said["seconds"], said["low_hz"], said["high_hz"], scaled, peaks / 127.0)


def draw(sheets: Sequence[Sheet], path: Path, *, dark: bool = False) -> None:
    """Write one column per stem, waveform above spectrogram, as a PNG file. Raises Unavailable without matplotlib."""
    on = paper.DARK if dark else paper.LIGHT
    wide = len(sheets) > 1
    room = {"left": 0.055 if wide else 0.07, "right": 0.9, "top": 0.87, "bottom": 0.1, "hspace": 0.06, "wspace": 0.1}
    look = paper.Look((13.0 if wide else 10.0, 6.0), on, (1.0, 4.0))
    with paper.sheet(path, 2, len(sheets), look, **room) as (page, at):
        for n, sheet in enumerate(sheets):
            _title(at[0, n], sheet.facts, on, 56 if wide else 84)
            _wave(at[0, n], sheet, on)
            shown = _levels(at[1, n], sheet, on)
            at[1, n].set_ylabel("" if n else "Hz")
        bar = page.colorbar(shown, cax=page.add_axes((0.915, 0.1, 0.01, 0.6)))
        bar.set_label("dB below the loudest place", color=on.pale, fontsize=9)
        bar.outline.set_visible(False)


def _title(axis: Any, facts: dict[str, Any], on: Palette, letters: int) -> None:
    name = f"{facts['id']}  {facts['title'] or facts['filename']}"
    axis.set_title(name if len(name) <= letters else f"{name[: letters - 1]}…", pad=26.0, fontsize=11.5)
    axis.text(0.0, 1.12, described(facts), transform=axis.transAxes, fontsize=10, color=on.pale, va="bottom")


def described(facts: dict[str, Any]) -> str:
    """Return what a stem is in one line: origin, category, form, tempo, key, length."""
    bars = "loop" if facts["loop"] else "one-shot"
    if facts["loop"] and facts["bars"]:
        bars = counted(facts["bars"], "bar")
    parts = [
        facts["provenance"],
        facts["category"],
        bars,
        f"{facts['bpm']:.4g} BPM" if facts["bpm"] else "",
        facts["key"] or "",
        f"{facts['duration']:.2f} s",
    ]
    return " · ".join(part for part in parts if part)


def _wave(axis: Any, sheet: Sheet, on: Palette) -> None:
    low, high = sheet.image.peaks
    times = (np.arange(len(low)) + 0.5) * sheet.image.seconds / len(low)
    axis.fill_between(times, low, high, color=on.wave, linewidth=0.4)
    axis.set_xlim(0.0, sheet.image.seconds)
    axis.set_ylim(-1.02, 1.02)
    axis.set_yticks([])
    axis.set_xticks([])
    axis.grid(False)
    for side in ("left", "bottom"):
        axis.spines[side].set_visible(False)
    _bars(axis, sheet, on.grid)


def _levels(axis: Any, sheet: Sheet, on: Palette) -> Any:
    """Draw the spectrogram on an axis whose height is the logarithm of the frequency; return the image."""
    image = sheet.image
    span = (0.0, image.seconds, float(np.log10(image.low_hz)), float(np.log10(image.high_hz)))
    shown = axis.imshow(
        image.levels, origin="lower", aspect="auto", extent=span, cmap=paper.shades(on), vmin=-80.0, vmax=0.0,
        interpolation="bilinear", interpolation_stage="data",
    )  # fmt: skip
    heard = [hertz for hertz in _HERTZ if image.low_hz <= hertz <= image.high_hz * 1.001]
    axis.set_yticks(np.log10(heard), [f"{hertz // 1000}k" if hertz >= 1000 else str(hertz) for hertz in heard])
    axis.grid(False)
    axis.set_xlabel("seconds")
    _bars(axis, sheet, "#808080")
    return shown


def _bars(axis: Any, sheet: Sheet, colour: str) -> None:
    """Draw a line at each bar of a loop, from its downbeat on, and a fainter one at each beat where there is room."""
    facts = sheet.facts
    if not (facts["loop"] and facts["bpm"]):
        return
    beat = 60.0 / facts["bpm"]
    first = (facts["downbeat"] or 0.0) % (_BEATS_A_BAR * beat)
    bars = np.arange(first, sheet.image.seconds, _BEATS_A_BAR * beat)
    if len(bars) > _MOST_LINES:
        return
    for time in bars:
        axis.axvline(time, color=colour, linewidth=1.1, alpha=0.9)
    if len(bars) <= _MOST_LINES // 4:
        for time in np.arange(first % beat, sheet.image.seconds, beat):
            axis.axvline(time, color=colour, linewidth=0.5, alpha=0.6, linestyle=(0, (2, 3)))
