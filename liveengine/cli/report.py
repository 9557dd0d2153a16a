"""The timing report as one picture, for the sound engineer of a tour. Runs on: the user's shell."""

import datetime
from pathlib import Path
from typing import Any

import numpy as np

from liveengine.cli import paper
from liveengine.cli.bench import machine
from liveengine.cli.benches.timing import describe
from liveengine.cli.verdict import LOAD_LIMIT, judge
from liveengine.engine.bench import findings
from liveengine.engine.bench.soundcheck import SoundCheck
from liveengine.engine.bench.timing import Timing

_SHARES = (50.0, 90.0, 99.0, 99.9, 99.99)


def draw(live: SoundCheck, offline: Timing, path: Path) -> None:
    """Write the report as a PNG file; raises Unavailable without matplotlib."""
    facts = machine(0)
    now = datetime.datetime.now().astimezone().strftime("%Y-%m-%d %H:%M")
    with paper.sheet(path, 2, 3, left=0.06, right=0.97, top=0.745, bottom=0.07, hspace=0.42, wspace=0.26) as (page, at):
        paper.title(page, "Timing report", f"{facts['machine']} · liveengine {facts['liveengine']} · {now}")
        page.text(0.04, 0.89, describe(live), fontsize=11.5, color=paper.PALE, va="center")
        _verdict(page, live, offline)
        _launches(at[0, 0], live, offline)
        _latency(at[0, 1], live)
        _jitter(at[0, 2], live)
        _drift(at[1, 0], live)
        _load(at[1, 1], live)
        _numbers(at[1, 2], live, offline)


def _verdict(page: Any, live: SoundCheck, offline: Timing) -> None:
    found = judge(live, offline)
    colour = paper.GREEN if found.ready else paper.AMBER
    page.text(
        0.97, 0.937, found.headline, fontsize=16, fontweight="bold",
        color="white", ha="right", va="center",
        bbox={"facecolor": colour, "edgecolor": colour, "boxstyle": "round,pad=0.5"},
    )  # fmt: skip
    for n, (good, text) in enumerate(found.reasons):
        x, y = 0.04 + 0.47 * (n % 2), 0.858 - 0.027 * (n // 2)
        page.text(x, y, "✓" if good else "✗", fontsize=13, color=paper.GREEN if good else paper.RED, va="center")
        page.text(x + 0.014, y, text, fontsize=11.5, va="center")


def _launches(axis: Any, live: SoundCheck, offline: Timing) -> None:
    groups = [
        ("offline, random tempi", offline.errors, paper.VIOLET),
        ("live, at the engine's output", findings.launch_errors(live), paper.BLUE),
        ("live, heard by another client", findings.recording(live).errors, paper.GREEN),
    ]
    groups = [group for group in groups if group[1]]
    worst = min(max(2, *(abs(error) for _, errors, _ in groups for error in errors)), 64)
    axis.set_title("Launch error")
    for n, (name, errors, colour) in enumerate(groups):
        numbers, counts = np.unique(np.clip(errors, -worst, worst), return_counts=True)
        place = numbers + (n - (len(groups) - 1) / 2) * 0.28 * worst / 2
        bars = axis.bar(place, counts, 0.26 * worst / 2, color=colour, label=name)
        axis.bar_label(bars, padding=3, fontsize=10, color=colour)
    axis.set_xlim(-worst - 0.5, worst + 0.5)
    axis.margins(y=0.7)  # room for the legend
    axis.set_xlabel("frames from the beat")
    axis.set_ylabel("launches")
    axis.legend(loc="upper left", fontsize=9.5)


def _latency(axis: Any, live: SoundCheck) -> None:
    found = findings.at_once_ms(live)
    block_ms = 1e3 * live.block / live.rate
    axis.set_title("Launch at once: command to first sample")
    axis.hist(found, np.linspace(0, max(2 * block_ms, float(found.max()) * 1.05), 41), color=paper.BLUE)
    axis.margins(y=0.25)
    axis.axvline(block_ms, color=paper.AMBER, linestyle="--", linewidth=1.2, label="one block")
    axis.set_xlabel("milliseconds until the callback's turn")
    axis.set_ylabel("launches")
    axis.legend(loc="center right", fontsize=9.5)
    paper.note(axis, f"p50 {np.percentile(found, 50):.2f} ms, p99 {np.percentile(found, 99):.2f} ms")


def _jitter(axis: Any, live: SoundCheck) -> None:
    found = findings.steadiness(live).jitter_us
    block_us = 1e6 * live.block / live.rate
    edge = max(block_us * 1.1, float(np.abs(found).max()) * 1.05)
    axis.set_title("Wake-ups against the even grid")
    axis.hist(found, np.linspace(-edge, edge, 121), color=paper.BLUE, log=True)
    for x in (-block_us, block_us):
        axis.axvline(x, color=paper.AMBER, linestyle="--", linewidth=1.2, label="one block" if x > 0 else None)
    axis.margins(y=0.25)
    axis.locator_params(axis="x", nbins=6)
    axis.set_xlabel("microseconds, late to the right")
    axis.set_ylabel("callbacks (logarithmic)")
    axis.legend(loc="center right", fontsize=9.5)
    p50, p999 = np.percentile(np.abs(found), (50, 99.9))
    paper.note(axis, f"p50 {p50:,.0f} us, p99.9 {p999:,.0f} us")


def _drift(axis: Any, live: SoundCheck) -> None:
    steady = findings.steadiness(live)
    ppm = steady.drift_ppm
    axis.set_title("Drift against the computer's clock")
    axis.plot(steady.seconds, steady.jitter_us + steady.grid_us, ".", ms=1.5, color=paper.BLUE, alpha=0.5)
    axis.plot(steady.seconds, steady.grid_us, ".", ms=1.5, color=paper.RED)
    axis.plot([], [], color=paper.RED, label=f"{ppm:+.2f} ppm")
    span = 3 * float(np.percentile(np.abs(steady.jitter_us + steady.grid_us), 99)) + 1.0
    axis.set_ylim(-span, span)
    axis.set_xlabel("seconds")
    axis.set_ylabel("callback's time - frames / rate, us")
    axis.legend(loc="lower right", fontsize=9.5)
    paper.note(axis, f"{ppm:+.2f} ppm: {abs(ppm) * 3.6:.2f} ms in an hour")


def _load(axis: Any, live: SoundCheck) -> None:
    found = np.sort(findings.load(live)) * 100.0
    beyond = 1.0 - np.arange(len(found)) / len(found)  # the share of callbacks that take at least as long
    axis.set_title("Callback load")
    axis.plot(1.0 / beyond, found, color=paper.BLUE, linewidth=2)
    axis.set_xscale("log")
    axis.set_xticks([100.0 / (100.0 - share) for share in _SHARES], [f"{share:g} %" for share in _SHARES])
    for height, name, colour in ((100.0 * LOAD_LIMIT, "goal at 99.9 %", paper.GREEN), (100.0, "the block", paper.RED)):
        axis.axhline(height, color=colour, linestyle="--", linewidth=1.2, label=name)
    axis.set_yscale("log")
    axis.set_ylim(float(found[0]) / 1.5, max(200.0, float(found[-1]) * 2.0))
    heights = (1, 2, 5, 10, 20, 50, 100, 200)
    axis.set_yticks(heights, [f"{height}" for height in heights])
    axis.minorticks_off()
    axis.set_xlabel("share of the callbacks")
    axis.set_ylabel("% of the block")
    axis.legend(loc="upper left", fontsize=9.5)
    paper.note(axis, f"p99.9 {np.percentile(found, 99.9):.1f} %")


def _numbers(axis: Any, live: SoundCheck, offline: Timing) -> None:
    """Write what the panels show as numbers."""
    load, jitter = findings.load(live) * 100.0, np.abs(findings.steadiness(live).jitter_us)
    rows: list[tuple[str, ...]] = [("", "p50", "p99", "p99.9", "worst")]
    for name, values, unit in (
        ("load", load, "%"),
        ("wake-up off by", jitter, "us"),
        ("at once after", findings.at_once_ms(live), "ms"),
    ):
        numbers = (f"{_short(float(np.percentile(values, share)))} {unit}" for share in (50, 99, 99.9, 100))
        rows.append((name, *numbers))
    axis.axis("off")
    axis.set_title("In numbers")
    for n, row in enumerate(rows):
        for x, cell in zip((0.0, 0.47, 0.66, 0.85, 1.04), row, strict=True):
            weight = "bold" if n == 0 else "normal"
            axis.text(x, 0.92 - 0.12 * n, cell, ha="left" if x == 0.0 else "right", fontweight=weight, va="center")
    heard = findings.recording(live)
    lines = [
        f"{len(live.trace):,} callbacks in {live.trace[:, 2].sum() / live.rate:.0f} s, {live.xruns} xruns",
        f"{len(live.launches)} live launches, {offline.launches} offline",
        f"offline a launch at once waits for {offline.at_once_blocks} block at most",
        f"the server dropped {heard.dropped:,} frames" if live.recorded else "no second client recorded",
    ]
    for n, line in enumerate(lines):
        axis.text(0.0, 0.36 - 0.1 * n, line, fontsize=10.5, color=paper.PALE, va="center")


def _short(value: float) -> str:
    """Return a number in at most four digits."""
    return f"{value:,.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.2f}"
