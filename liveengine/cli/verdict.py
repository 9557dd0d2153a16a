"""What a show asks of a machine, and what a sound check says about it. Runs on: the user's shell."""

import math
from dataclasses import dataclass

import numpy as np

from liveengine.engine.bench import findings
from liveengine.engine.bench.soundcheck import SoundCheck
from liveengine.engine.bench.timing import Timing

LOAD_LIMIT = 0.2  # of the block, at the 99.9th percentile
ENOUGH = 10_000  # callbacks; fewer cannot show that at most 1 in 10,000 is missed
DEVICES = ("jack", "portaudio")  # what a show is played through
RECORDED = ("jack", "dummy")  # where another client listens
NAMES = {"dummy": "JACK's dummy device", "jack": "JACK", "null": "no device (the clock)", "portaudio": "PortAudio"}


@dataclass(frozen=True)
class Verdict:
    """A headline, and what it rests on: each sentence with whether it speaks for the machine."""

    headline: str
    ready: bool
    reasons: list[tuple[bool, str]]


def judge(live: SoundCheck, offline: Timing) -> Verdict:
    """Return what to tell the sound engineer; only a device of a show, measured for long enough, may be ready."""
    device, long, measured = _device(live), _long(live), _measured(live, offline)
    if not device[0]:
        headline = "NOT A SHOW'S DEVICE"
    elif not all(good for good, _ in measured):
        headline = "LOOK INTO THIS FIRST"
    else:
        headline = "READY FOR THE SHOW" if long[0] else "MEASURED TOO BRIEFLY"
    reasons = [*measured, device, long]
    return Verdict(headline, all(good for good, _ in reasons), reasons)


def _device(live: SoundCheck) -> tuple[bool, str]:
    name = NAMES[live.stream]
    if live.stream in DEVICES:
        return True, f"a show's device was measured: {name}"
    return False, f"{name} is no show's device: measure yours with --stream jack or portaudio"


def _long(live: SoundCheck) -> tuple[bool, str]:
    count = len(live.trace)
    if count >= ENOUGH:
        return True, f"measured for long enough ({count:,} callbacks, at least {ENOUGH:,})"
    seconds = math.ceil(ENOUGH * live.block / live.rate)
    return False, f"{count:,} callbacks cannot show 1 in {ENOUGH:,}: measure with --seconds {seconds}"


def _measured(live: SoundCheck, offline: Timing) -> list[tuple[bool, str]]:
    errors = [*findings.launch_errors(live), *findings.recording(live).errors, *offline.errors]
    load = findings.load(live)
    busy = float(np.percentile(load, 99.9))
    block_us = 1e6 * live.block / live.rate
    jitter = float(np.percentile(np.abs(findings.steadiness(live).jitter_us), 99.9))
    late = int(np.count_nonzero(load > 1.0))
    worst = max(map(abs, errors), default=0)
    count = len(live.trace)
    heard, launched = len(live.recorded), len(live.launches)
    others = [(heard == launched, f"another client heard each launch once ({heard} of {launched})")]
    return [
        (worst == 0, f"launches land on their frame (worst error: {worst} frames)"),
        (
            (late + live.xruns) * 10_000 <= count,
            f"blocks are in time ({late} late, {live.xruns} xruns of {count:,}, at most 1 in 10,000)",
        ),
        (busy <= LOAD_LIMIT, f"load p99.9 is {busy:.1%} of the block, at most {LOAD_LIMIT:.0%}"),
        (jitter <= block_us, f"wake-ups stay within a block (p99.9: {jitter:,.0f} us of {block_us:,.0f} us)"),
        *(others if live.stream in RECORDED else []),
    ]
