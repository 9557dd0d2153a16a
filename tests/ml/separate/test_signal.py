"""The separator that needs no files: its parts are the track, in one block or in many."""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
import pytest

from liveengine.ml.separate import PARTS, signal
from liveengine.ml.separate.signal import Signal
from liveengine.synth import mixes
from liveengine.synth.signals import RATE

Sound = npt.NDArray[np.float32]


def nothing(share: float) -> None:
    """What nobody hears."""


@pytest.fixture(scope="module")
def mix() -> mixes.Mix:
    return mixes.mix(11, bars=2)


def apart(sound: Sound, tempo: float | None = None, tell: Callable[[float], None] = nothing) -> dict[str, Sound]:
    pieces = list(Signal(tempo).apart(sound, RATE, tell))
    return {part: np.concatenate([piece[part] for piece in pieces], axis=1) for part in PARTS}


def db(part: Sound, whole: Sound) -> float:
    return float(10 * np.log10(np.sum(part**2, dtype=np.float64) / np.sum(whole**2, dtype=np.float64) + 1e-30))


def test_the_parts_are_as_long_as_the_track_and_sum_up_to_it(mix: mixes.Mix, monkeypatch: pytest.MonkeyPatch) -> None:
    for rows in (signal.STRIP, 37):
        monkeypatch.setattr(signal, "STRIP", rows)
        for sound in (mix.sound, mix.sound[:1]):
            made = apart(sound, mix.tempo)
            assert {part.shape for part in made.values()} == {sound.shape}
            assert db(sum(made.values()) - sound, sound) < -100


def test_how_many_rows_are_judged_at_once_changes_nothing(mix: mixes.Mix, monkeypatch: pytest.MonkeyPatch) -> None:
    long = np.tile(mix.sound, (1, 4))  # longer than what is heard around a row
    many = apart(long, mix.tempo)
    monkeypatch.setattr(signal, "STRIP", 37)
    for part, made in apart(long, mix.tempo).items():
        assert db(made - many[part], long) < -80


def test_drums_and_bass_are_nearer_to_their_own_than_the_track_is(mix: mixes.Mix) -> None:
    made = apart(mix.sound, mix.tempo)
    for part in ("drums", "bass"):
        own = mix.parts[part]
        assert db(made[part] - own, own) < db(mix.sound - own, own) - 3.0


def test_sides_that_are_alike_stay_alike(mix: mixes.Mix) -> None:
    mono = np.repeat(mix.sound.mean(axis=0, keepdims=True), 2, axis=0)
    for made in apart(mono).values():
        assert np.abs(made[0] - made[1]).max() < 1e-6


def test_what_is_done_is_told_from_nothing_to_all(mix: mixes.Mix, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[float] = []
    monkeypatch.setattr(signal, "STRIP", 50)
    apart(mix.sound, tell=told.append)
    assert told == sorted(told)
    assert told[-1] == 1.0
    assert len(told) > 2
