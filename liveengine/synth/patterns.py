"""Notes onto bars: layers of steps rendered round a loop, and the bus behind them. Runs on: any process, offline.

A step pattern has one character per step: `X` accent, `x` normal, `o` soft, `,` ghost, `-` holds the note before,
`.` rest; spaces and bars (`|`) are for the eye. Patterns and note lists repeat until the loop is full.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from .effects import convolve, crush, echo, hall, room, saturate, width
from .envelopes import attack, pump
from .filters import chain, highpass, lowpass, through
from .instruments import is_bed, is_held, parameters, play, varied
from .signals import RATE, Rng, Signal, linear, mix, normal, pan, place, wide

LEVELS = {"X": 1.0, "x": 0.8, "o": 0.5, ",": 0.26}


@dataclass(frozen=True)
class Layer:
    """An instrument, its parameters, and when it plays."""

    use: str
    given: Mapping[str, Any] = field(default_factory=dict)
    steps: str = "X"
    notes: tuple[int, ...] = (0,)  # semitones, one per hit
    grid: int = 16  # steps per bar
    level: float = 0.0  # dB
    side: float = 0.0  # -1 left, 1 right
    motion: tuple[str, float, int] | None = None  # parameter, octaves, cycles over the loop


@dataclass(frozen=True)
class Bus:
    """What all layers go through, in this order."""

    swing: float = 0.0  # share of a sixteenth by which every second one comes late
    human: float = 0.0  # s, largest random lateness
    rumble: float = 0.0  # level of a dark, ducked room below the kick
    rumble_hz: float = 110.0
    drive: float = 0.0
    bits: float = 0.0
    echo_steps: float = 3.0
    echo_feedback: float = 0.5
    echo_level: float = 0.0
    room_seconds: float = 1.0
    room_hz: float = 4000.0
    room_level: float = 0.0
    pulse: float = 0.0  # depth of ducking on every beat
    low: float = 20.0  # Hz, high-pass
    high: float = 0.0  # Hz, low-pass; 0 is none
    breadth: float = 1.0


@dataclass(frozen=True)
class Hit:
    """One note of a pattern, positions and lengths in steps."""

    step: int
    held: int
    velocity: float


def hits(steps: str, count: int) -> list[Hit]:
    """The notes of a pattern repeated over `count` steps."""
    marks = [mark for mark in steps if mark not in " |"]
    line = [marks[step % len(marks)] for step in range(count)]
    found = []
    for step, mark in enumerate(line):
        if mark in LEVELS:
            held = 1
            while step + held < count and line[step + held] == "-":
                held += 1
            found.append(Hit(step, held, LEVELS[mark]))
        elif mark not in "-.":
            raise ValueError(f"{mark!r} is not a step; known: X x o , - .")
    return found


def loop(layers: tuple[Layer, ...], bus: Bus, frames: int, tempo: float, rng: Rng) -> Signal:
    """Layers round a loop of exactly `frames`, through the bus, `[channels, frames]`; every tail goes round."""
    parts = [_layer(layer, bus, frames, tempo, rng) for layer in layers]
    return through_bus(mix(*parts), bus, rng, round(frames * tempo / 60 / RATE), tempo)


def shot(layers: tuple[Layer, ...], bus: Bus, rng: Rng) -> Signal:
    """Layers struck together once, through the bus."""
    parts = []
    for layer in layers:
        given = varied(parameters(layer.use, layer.given), rng)
        part = play(layer.use, given, rng) * np.float32(linear(layer.level))
        parts.append(pan(part, layer.side) if layer.side else part)
    return through_bus(mix(*parts), bus, rng, 0, 120.0)


def _layer(layer: Layer, bus: Bus, frames: int, tempo: float, rng: Rng) -> Signal:
    base = varied(parameters(layer.use, layer.given), rng)
    gain = linear(layer.level)
    if is_bed(layer.use):
        made = play(layer.use, replace(base, seconds=frames / RATE), rng) * np.float32(gain)
        return pan(made, layer.side) if layer.side else made
    out = np.zeros((2, frames), np.float32)
    step_frames = 240.0 * RATE / tempo / layer.grid
    channels, takes = 1, dict[Any, Signal]()
    for number, hit in enumerate(hits(layer.steps, round(frames / step_frames))):
        note = layer.notes[number % len(layer.notes)]
        given = _note(layer, base, hit, note, (step_frames / frames, step_frames / RATE))
        key = (given, number % 2)
        if key not in takes:
            takes[key] = play(layer.use, given, rng)
        made = takes[key]
        channels = max(channels, made.shape[0], 2 if layer.side else 1)
        level = gain * hit.velocity * (1.0 + 0.06 * float(rng.uniform(-1, 1)))
        place(out, pan(made, layer.side) if layer.side else wide(made), _start(hit, step_frames, bus, rng), level)
    return out[:channels]


def _note(layer: Layer, base: Any, hit: Hit, note: int, grid: tuple[float, float]) -> Any:
    share, seconds = grid  # of one step: of the loop, and in time
    changes: dict[str, Any] = {"root": base.root * 2.0 ** (note / 12), "velocity": hit.velocity}
    if is_held(layer.use):
        changes["seconds"] = round((hit.held - 0.12) * seconds, 4)
    if layer.motion is not None:
        name, octaves, cycles = layer.motion
        turn = np.sin(2 * np.pi * (cycles * hit.step * share - 0.25))
        changes[name] = getattr(base, name) * 2.0 ** (octaves * float(turn))
    return replace(base, **changes)


def _start(hit: Hit, step_frames: float, bus: Bus, rng: Rng) -> int:
    late = bus.human * RATE * float(rng.random()) if hit.step and hit.velocity < 1.0 else 0.0
    return round((hit.step + (bus.swing if hit.step % 2 else 0.0)) * step_frames + late)


def through_bus(made: Signal, bus: Bus, rng: Rng, beats: int, tempo: float) -> Signal:
    """The signal through the bus; `beats` above zero is a loop, whose tails go round."""
    circular, frames = beats > 0, made.shape[-1]
    if bus.rumble > 0.0:
        made = made + _rumble(made, bus, rng, beats)
    if bus.drive > 0.0:
        made = saturate(made, bus.drive, 0.08, circular)
    if bus.bits > 0.0:
        made = crush(normal(made), bus.bits, 3)
    if bus.echo_level > 0.0:
        made = echo(made, bus.echo_steps * 15.0 / tempo, bus.echo_feedback, bus.echo_level, circular)
    if bus.room_level > 0.0:
        made = room(made, bus.room_seconds, bus.room_hz, bus.room_level, rng, circular=circular)
    if bus.pulse > 0.0 and circular:
        made = made * pump(frames, beats, bus.pulse)
    tone = highpass(bus.low) if bus.high == 0.0 else chain(highpass(bus.low), lowpass(bus.high, order=4))
    return width(through(made, tone, circular), bus.breadth)


def _rumble(made: Signal, bus: Bus, rng: Rng, beats: int) -> Signal:
    frames = made.shape[-1]
    wet = convolve(made, hall(1.4, 300.0, rng, 0.02), circular=True).mean(axis=0, keepdims=True)
    wet = saturate(through(wet, lowpass(bus.rumble_hz * 1.5, order=4), True), 9.0, 0.0, True)
    wet = through(wet, chain(highpass(38.0), lowpass(bus.rumble_hz, order=4)), True)
    ducked = wet * pump(frames, beats, 1.0, 0.55) if beats else wet * attack(frames, 0.2)
    return normal(ducked) * np.float32(bus.rumble * float(np.max(np.abs(made))))
