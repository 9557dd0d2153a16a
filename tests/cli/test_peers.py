import math
import struct
from pathlib import Path

import numpy as np
import pytest
import soundfile

from liveengine.cli.benches import Task, peers
from liveengine.cli.figure import Figure, Note
from liveengine.cli.peers import scsynth, work
from liveengine.cli.peers.synthdef import Rate, SynthDef
from liveengine.errors import Unavailable

needs_scsynth = pytest.mark.skipif(scsynth.installed() is None, reason="scsynth is not installed")


def test_a_definition_is_written_as_its_reference_says() -> None:
    silence = SynthDef("n")
    silence.add("Out", Rate.AUDIO, (0.0, 0.5), 0)
    assert silence.encode() == b"".join(
        (
            b"SCgf" + struct.pack(">ih", 2, 1) + b"\1n",
            struct.pack(">iff", 2, 0.0, 0.5),
            struct.pack(">i", 0) + struct.pack(">i", 0),  # neither controls nor their names
            struct.pack(">i", 2),
            b"\7Control" + struct.pack(">biih", 0, 0, 0, 0),
            b"\3Out" + struct.pack(">biih", 2, 2, 0, 0) + struct.pack(">iiii", -1, 0, -1, 1),
            struct.pack(">h", 0),
        )
    )


def test_a_score_is_a_row_of_bundles_behind_their_lengths() -> None:
    score = scsynth.Score([("/a", 1)], 2.5).encode()
    length = struct.unpack(">i", score[:4])[0]
    first, last = score[4 : 4 + length], score[8 + length :]
    assert first == b"#bundle\0" + struct.pack(">Qi", 0, 12) + b"/a\0\0,i\0\0" + struct.pack(">i", 1)
    assert last[:16] == b"#bundle\0" + struct.pack(">II", 2, 1 << 31)


@needs_scsynth
@pytest.mark.parametrize("kind", ["unity", "linear", "cubic"])
def test_scsynth_plays_every_voice_of_the_score(kind: str, tmp_path: Path) -> None:
    ones = np.ones((48_000, 2), np.float32)
    soundfile.write(tmp_path / "ones.wav", ones, 48_000, "FLOAT")
    scsynth.render(work.voices(kind, 3, 0.25, tmp_path / "ones.wav"), tmp_path, tmp_path / "out.wav", "float")
    sound, _ = soundfile.read(tmp_path / "out.wav")
    # gain 0.5 and pan -0.5, at the beginning of ramps of an hour: cos and sin of an eighth of a turn's half
    expected = 3 * 0.5 * np.array([np.cos(np.pi / 8), np.sin(np.pi / 8)])
    assert np.abs(sound[64:12_000] - expected).max() < 1e-3


@needs_scsynth
def test_scsynth_sums_the_files_of_a_mixdown(tmp_path: Path) -> None:
    files = [tmp_path / f"{n}.wav" for n in range(3)]
    for n, file in enumerate(files):
        work.write_noise(file, n, 20_000, 0.5, "PCM_16")
    scsynth.render(work.mixdown(files, 20_000 / 48_000), tmp_path, tmp_path / "out.wav", "float")
    sound, _ = soundfile.read(tmp_path / "out.wav")
    expected = work.LEVEL * np.sum([soundfile.read(file)[0] for file in files], axis=0)
    assert np.abs(sound[:19_000] - expected[:19_000]).max() < 1e-4


@needs_scsynth
def test_a_score_that_scsynth_cannot_play_says_so(tmp_path: Path) -> None:
    for message in (("/s_new", "nothing", 1000, 1, 0), ("/b_allocRead", 0, str(tmp_path / "missing.wav"))):
        with pytest.raises(Unavailable, match=r"SynthDef not found|missing.wav' could not be opened"):
            scsynth.render(scsynth.Score([message], 0.1), tmp_path, tmp_path / "out.wav")


@needs_scsynth
def test_ratios_to_scsynth_come_from_one_run() -> None:
    found = {one.figure: one.value for one in peers.run(Task(quick=True, silent=True)) if isinstance(one, Figure)}
    assert {f"peers.scsynth.{kind}_ratio" for kind in work.KINDS} <= found.keys()
    assert "peers.scsynth.mixdown_ratio" in found
    assert found.pop("peers.mixdown_apart") <= 2  # both round, ours with dither
    assert found["peers.ours.mixdown_s"] > 0
    assert all(math.isfinite(value) for value in found.values())  # so short a run of scsynth may drown in its start


def test_without_scsynth_one_line_says_what_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    (only,) = peers.run(Task(quick=True, silent=True))
    assert isinstance(only, Note)
    assert "apt install" in only.note
