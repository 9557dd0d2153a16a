"""The figures of `bench facts` on loops whose truth is known, and that the loops are what they say."""

from pathlib import Path

import numpy as np
import soundfile

from liveengine.cli.benches import Task
from liveengine.cli.benches import facts as bench
from liveengine.cli.figure import Figure
from liveengine.synth import labelled
from liveengine.synth.signals import RATE


def test_a_wrong_octave_is_wrong_and_told_apart() -> None:
    truth = [bench.Guess(128.0, "Am"), bench.Guess(90.0, "C")]
    found = bench._shares(truth, [bench.Guess(64.0, "C"), bench.Guess(90.4, "Cm")])
    assert (found["tempo_within_half_bpm"], found["tempo_up_to_octave"]) == (0.5, 1.0)
    assert (found["key_right_or_relative"], found["key_right"]) == (0.5, 0.0)


def test_the_relative_key_has_the_same_notes() -> None:
    assert [bench.relative(name) for name in ("C", "Am", "F#m", "A#")] == ["Am", "C", "A", "Gm"]


def test_a_labelled_loop_is_the_same_each_time_and_as_long_as_its_bars() -> None:
    for number in range(4):
        one, other = labelled.draw(3, number), labelled.draw(3, number)
        assert (one.tempo, one.key, one.cut) == (other.tempo, other.key, other.cut)
        assert (one.sound == other.sound).all()
        beats = one.sound.shape[1] / RATE * one.tempo / 60.0
        assert not one.cut or abs(beats - round(beats)) < 1e-3
        assert 60.0 <= one.tempo <= 180.0


def test_real_loops_are_found_by_name_wherever_they_lie(tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    soundfile.write(tmp_path / "deep" / "loop_breakbeat.wav", np.zeros(84_000), 44_100)
    soundfile.write(tmp_path / "unknown.wav", np.zeros(100), 44_100)
    [(path, label)] = bench._known(tmp_path)
    assert bench._read(path, label).tempo == 126.0


def test_the_quick_bench_yields_both_ears() -> None:
    loops = (bench.Loop("", one.sound, RATE, one.tempo, one.key) for one in (labelled.draw(0, n) for n in range(4)))
    names = {one.figure for one in bench._compare("", loops) if isinstance(one, Figure)}
    assert {"facts.tempo_within_half_bpm", "facts.librosa.tempo_within_half_bpm"} <= names
    assert Task(audio=None).audio is None
