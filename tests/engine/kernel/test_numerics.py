"""Long counts, long grids, tiny numbers: the sound is the same after years of frames."""

import math
from decimal import Decimal, localcontext
from fractions import Fraction

import numpy as np
import pytest

from liveengine.engine.bench import show
from liveengine.engine.ops import Happened, Op
from liveengine.engine.streams.offline import render
from tests.engine.rig import UNIT, Rig, Sound

EDGES = [1 << 24, 1 << 31, 1 << 32, 1 << 40]  # float32 and three kinds of integers run out of frames; eight months


def performed(frame: int, block: int) -> Sound:
    """Return two seconds of a show that begins at `frame`."""
    memory = show.empty(16, tracks=4, frame=frame)
    band = show.Show(memory, 5, 16, dice=False)
    sound = []
    for _ in range(4):
        band.step()
        sound.append(render(memory, show.STEP, block))
    return np.hstack(sound)


@pytest.fixture(scope="module")
def from_zero() -> Sound:
    return performed(0, 1024)


@pytest.mark.parametrize("edge", EDGES)
def test_across_the_edge_of_a_counter_the_show_sounds_as_it_does_from_zero(edge: int, from_zero: Sound) -> None:
    assert np.abs(from_zero[0]).max() > 0.01
    np.testing.assert_array_equal(performed(edge - show.STEP - 77, 333), from_zero)


@pytest.mark.parametrize("edge", EDGES)
def test_the_grid_lies_at_the_exact_frames_however_long_the_transport_has_run(edge: int) -> None:
    """The grid is computed in exact fractions from the tempo and the frame at which the transport began."""
    rng = np.random.default_rng(edge)
    for _ in range(30):
        beat, began = float(rng.uniform(1_000, 60_000)), float(rng.uniform(-3, 3))
        rig = Rig(frame=edge - 1000, beat=beat)
        rig.memory.bank["anchor_frame"], rig.memory.bank["anchor_beat"], rig.memory.bank["running"] = 0, began, 1
        quanta = rng.choice([1 / 64, 0.25, 1.0, 1 / 3, 4.0], 8)
        for track, quantum in enumerate(quanta):
            rig.engine.push(Op.STOP, track=track % 2, quantum=float(quantum))
        rig.run(1, 1)
        found = [report.frame for report in rig.events(Happened.QUEUED)]
        assert found == [first_from(edge - 1000, Fraction(began), Fraction(beat), float(q)) for q in quanta]


def first_from(frame: int, began: Fraction, beat: Fraction, quantum: float) -> int:
    """Return the first frame from `frame` on whose beat is a multiple of the quantum, rounded as the engine does."""
    number = math.floor((frame / beat + began) / Fraction(quantum)) - 1
    while True:
        exact = (Fraction(number * quantum) - began) * beat  # the quantum's multiples are float64, as in a record
        if (found := math.floor(exact + Fraction(1, 2))) >= frame:
            return found
        number += 1


@pytest.mark.parametrize("edge", EDGES)
def test_beats_that_fall_between_two_frames_go_to_the_nearer_one(edge: int) -> None:
    """Beats whose exact frame lies closest to the middle: there the products of float64 go wrong."""
    rng = np.random.default_rng(edge)
    for _ in range(10):
        beat, began = Fraction(float(rng.uniform(1_000, 60_000))), Fraction(float(rng.uniform(-3, 3)))
        first = math.ceil(edge / beat + began)
        exact = {number: (number - began) * beat for number in range(first, first + 2000)}
        close = sorted(exact, key=lambda number: abs(exact[number] % 1 - Fraction(1, 2)))[:8]
        rig = Rig(frame=edge - 1000, beat=float(beat))
        rig.memory.bank["anchor_frame"], rig.memory.bank["anchor_beat"], rig.memory.bank["running"] = 0, began, 1
        for number in close:
            rig.engine.push(Op.STOP, track=0, beat=float(number))
        rig.run(1, 1)
        found = [report.frame for report in rig.events(Happened.QUEUED)]
        assert found == [math.floor(exact[number] + Fraction(1, 2)) for number in close]


def test_two_thousand_tempo_changes_late_in_a_day_leave_the_grid_within_a_ten_thousandth_of_a_frame() -> None:
    rig = Rig(commands=64, beat=24_000.0)
    rng = np.random.default_rng(2)
    rig.engine.push(Op.RUN, value=1)
    rig.engine.push(Op.LOCATE, value=187_200.0)  # a day of beats at 130 a minute
    with localcontext() as context:
        context.prec = 60
        exact, beat, last = Decimal(187_200), Decimal(24_000), 0
        for turn in range(1, 2001):
            frame, tempo = turn * 64, float(rng.uniform(15_000, 40_000))
            rig.engine.push(Op.TEMPO, value=tempo, frame=frame)
            rig.run(64, 64)
            exact, beat, last = exact + (frame - last) / beat, Decimal(tempo), frame
        rig.run(64, 64)
        drift = (Decimal(rig.state().anchor_beat) - exact) * beat
    assert rig.state().anchor_frame == last
    assert abs(drift) < Decimal("1e-4")


def test_numbers_too_small_to_hear_are_silence_and_the_callers_arithmetic_stays_as_it_was() -> None:
    rig = Rig()
    rig.loop(rig.load(np.full(100, 1e-39 / UNIT)), source_frames_per_beat=3.3)
    assert np.float32(1e-39) * np.float32(1.0) > 0.0
    assert not rig.run(200).any()
    assert np.float32(1e-39) * np.float32(1.0) > 0.0
