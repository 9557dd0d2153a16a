import base64
import json
import os
from pathlib import Path

import numpy as np
import pytest
import soundfile

from liveengine.errors import BadAudio, FileChanged
from liveengine.jobs import analyse
from liveengine.ml.features import FEATURES
from liveengine.sound import riff, stamp

RATE = 44_100


def nothing(done: int, total: int, text: str) -> None:
    pass


def clicks(bpm: float, beats: int, rate: int = RATE) -> np.ndarray:
    beat = 60 / bpm * rate
    made = np.zeros(round(beats * beat), np.float32)
    for number in range(beats):
        made[round(number * beat)] = 0.9 if number % 4 == 0 else 0.5
    return made


def test_the_facts_of_a_loop_are_complete_and_plain_json(tmp_path: Path) -> None:
    path = tmp_path / "perc_loop.wav"
    soundfile.write(path, np.stack([clicks(120, 8), clicks(120, 8)], axis=1), RATE, subtype="PCM_16")
    steps: list[int] = []
    facts = analyse.run({"path": str(path)}, lambda done, total, text: steps.append(done))
    assert json.loads(json.dumps(facts, allow_nan=False)) == facts
    assert (facts["duration"], facts["rate"], facts["channels"], facts["frames"]) == (4.0, RATE, 2, 4 * RATE)
    assert (facts["tempo"], facts["beats"], facts["bars"], facts["loop"]) == (120.0, 8.0, 2.0, True)
    assert facts["transients"] == [number * RATE // 2 for number in range(8)]
    assert facts["peak"] == pytest.approx(-0.92, abs=0.01)
    assert facts["category"] == "percussion"
    assert set(facts["features"]) == set(FEATURES)
    assert len(base64.b64decode(facts["peaks"])) == 2 * 512
    assert steps == sorted(steps)


def test_transients_count_in_frames_of_the_file(tmp_path: Path) -> None:
    soundfile.write(tmp_path / "a.wav", clicks(120, 4, 96_000), 96_000)
    assert analyse.run({"path": str(tmp_path / "a.wav")}, nothing)["transients"] == [0, 48_000, 96_000, 144_000]


def test_the_original_name_counts_when_it_is_given(tmp_path: Path) -> None:
    soundfile.write(tmp_path / "0001.wav", clicks(120, 8), RATE)
    facts = analyse.run({"path": str(tmp_path / "0001.wav"), "name": "Pack/Bass_Am_60bpm.wav"}, nothing)
    assert (facts["category"], facts["key"], facts["tempo"]) == ("bass", "Am", 60.0)


def test_the_chunks_of_the_file_count(tmp_path: Path) -> None:
    soundfile.write(tmp_path / "a.wav", clicks(120, 8), RATE)
    stamp.write(tmp_path / "a.wav", riff.Chunks(acid=riff.Acid(tempo=60.0, beats=4), info={"INAM": "Klick"}))
    facts = analyse.run({"path": str(tmp_path / "a.wav")}, nothing)
    assert (facts["tempo"], facts["tempo_source"], facts["info"]) == (60.0, "chunk", {"INAM": "Klick"})


@pytest.mark.parametrize("offset", [0.0, 0.5])
def test_silence_and_a_mere_offset_are_refused(tmp_path: Path, offset: float) -> None:
    dither = np.random.default_rng(0).integers(-1, 2, (RATE, 2)) / 2**15
    soundfile.write(tmp_path / "a.wav", offset + dither, RATE)
    with pytest.raises(BadAudio, match="is silent"):
        analyse.run({"path": str(tmp_path / "a.wav")}, nothing)


def test_a_quiet_sound_is_one(tmp_path: Path) -> None:
    soundfile.write(tmp_path / "a.wav", 3e-4 * clicks(120, 8), RATE, subtype="PCM_24")
    assert analyse.run({"path": str(tmp_path / "a.wav")}, nothing)["peak"] == pytest.approx(-71.4, abs=0.1)


def test_the_copy_is_made_of_what_was_measured_and_keeps_samples_beyond_full_scale(tmp_path: Path) -> None:
    samples = np.array([0.0, 1.5, -1.25, 0.5] * 1000, np.float32)
    soundfile.write(tmp_path / "hot.wav", samples, 48_000, subtype="FLOAT")
    target = tmp_path / "staging" / "1.wav"
    facts = analyse.run({"path": str(tmp_path / "hot.wav"), "copy": str(target)}, nothing)
    assert (facts["frames"], facts["rate"], facts["channels"]) == (4000, 48_000, 1)
    assert soundfile.info(target).subtype == "FLOAT"
    assert np.array_equal(soundfile.read(target, dtype="float32")[0], samples)


def test_a_file_that_changes_while_it_is_read_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.wav"
    soundfile.write(path, clicks(120, 8), RATE)
    real = riff.scan

    def scan(descriptor: int) -> riff.Chunks:
        os.utime(path, ns=(1, 1))
        return real(descriptor)

    monkeypatch.setattr(riff, "scan", scan)
    with pytest.raises(FileChanged, match="changed while it was read"):
        analyse.run({"path": str(path)}, nothing)
