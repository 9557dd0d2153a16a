from typing import Any

import numpy as np
import pytest

from liveengine.ml import facts
from liveengine.ml.listen import listen
from liveengine.sound.names import parse
from liveengine.sound.riff import Acid, Chunks, Sampler
from liveengine.sound.tags import Tags

from .signals import RATE, chord, fade, groove, kick, noise, tone


def judge(
    sound: np.ndarray, name: str = "x.wav", chunks: Chunks | None = None, tags: Tags | None = None
) -> dict[str, Any]:
    heard = listen(sound[None], RATE)
    return facts.judge(heard, len(sound) / RATE, parse(name), chunks or Chunks(), tags or Tags())


@pytest.mark.parametrize("sound", [kick(), fade(noise(0.4), 40), fade(chord([57, 60, 64], 3.0), 400), tone(440, 0.2)])
def test_a_single_hit_is_a_one_shot_without_tempo(sound: np.ndarray) -> None:
    found = judge(sound)
    assert found["loop"] is False
    assert (found["tempo"], found["bars"]) == (None, None)


@pytest.mark.parametrize("bpm", [90, 128, 174])
def test_a_groove_is_a_loop_with_bars(bpm: int) -> None:
    found = judge(groove(bpm, 16))
    assert found["loop"] is True
    assert found["tempo"] == pytest.approx(bpm, rel=1e-4)
    assert (found["beats"], found["bars"], found["downbeat"]) == (16.0, 4.0, 0.0)


def test_a_held_pad_of_whole_bars_is_a_loop() -> None:
    assert judge(chord([57, 60, 64], 16 * 60 / 125))["loop"] is True


def test_a_name_wins_over_the_measurement_and_keeps_it_as_a_candidate() -> None:
    found = judge(groove(140, 16), "hats_70bpm_Cmin_loop.wav")
    assert (found["tempo"], found["tempo_source"], found["bars"]) == (70.0, "name", 2.0)
    assert (found["key"], found["key_source"]) == ("Cm", "name")
    assert any(one["source"] == "length" for one in found["tempo_candidates"])


def test_an_acid_chunk_wins_over_the_name() -> None:
    found = judge(groove(128, 16), "x_64bpm.wav", Chunks(acid=Acid(tempo=128.0, beats=16)))
    assert (found["tempo"], found["tempo_source"], found["loop_source"]) == (128.0, "chunk", "chunk")


def test_a_bare_number_that_does_not_fit_loses_against_the_length() -> None:
    assert judge(groove(128, 16), "loop 101.wav")["tempo_source"] == "length"


def test_chunks_say_one_shot_and_root() -> None:
    assert judge(groove(128, 16), chunks=Chunks(acid=Acid(one_shot=True)))["loop"] is False
    assert judge(tone(440, 0.5), chunks=Chunks(sampler=Sampler(root=50)))["root"] == 50


def test_a_one_shot_has_a_root_and_a_drum_has_no_key() -> None:
    assert judge(fade(tone(220, 0.8, 6), 300))["root"] == 57
    assert judge(kick(), "kick.wav")["key"] is None
    assert judge(groove(128, 8), "drums.wav")["key"] is None


def test_a_tag_wins_over_the_name_and_all_claims_are_kept() -> None:
    found = judge(groove(140, 16), "hats_70bpm_Cmin_loop.wav", tags=Tags(tempo=140.0, key="Em"))
    assert (found["tempo"], found["tempo_source"], found["key"]) == (140.0, "tag", "Em")
    assert {"tag", "name", "length"} <= {claim["source"] for claim in found["tempo_candidates"]}


def test_a_chunk_whose_tempo_does_not_fit_the_length_loses_against_a_name_that_fits() -> None:
    found = judge(groove(128, 16), "beat_128bpm.wav", Chunks(acid=Acid(tempo=100.0)))
    assert (found["tempo"], found["tempo_source"]) == (128.0, "name")


def test_a_name_that_fits_wins_over_a_measurement_however_sure_that_is() -> None:
    assert judge(groove(128, 16))["tempo_confidence"] > 0.7
    found = judge(groove(128, 16), "beat_64.wav")
    assert (found["tempo"], found["tempo_source"]) == (64.0, "name")


def test_tempo_and_key_are_read_in_the_comment_of_a_file() -> None:
    found = judge(groove(128, 16), chunks=Chunks(info={"ICMT": "64 BPM, F#m, loop, 2 bars"}))
    assert (found["tempo"], found["tempo_source"]) == (64.0, "comment")
    assert (found["key"], found["key_source"]) == ("F#m", "comment")
    assert judge(groove(128, 16), chunks=Chunks(info={"ICMT": "Am Ende laut"}))["key_source"] != "comment"
