import struct
from pathlib import Path

import numpy as np
import pytest
import soundfile

from liveengine.errors import BadAudio
from liveengine.sound import riff, stamp
from liveengine.sound.riff import Acid, Broadcast, Chunks, Loop, Sampler

GET_LOOP_INFO = 0x10E0
ALL = Chunks(
    acid=Acid(tempo=128.0, beats=8, root=57),
    sampler=Sampler(root=57, cents=25.0, loops=(Loop(10, 90),)),
    cues=(0, 25, 50),
    broadcast=Broadcast("a loop", "liveengine", "ref", "2026-01-02", "03:04:05", 480_000, -14.25),
    info={"INAM": "Nacht", "IART": "Jürgen"},
)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    soundfile.write(tmp_path / "a.wav", np.linspace(-0.5, 0.5, 101), 48_000, subtype="PCM_24")  # odd: a padding byte
    return tmp_path / "a.wav"


def test_what_was_written_is_read_back_and_the_sound_is_the_same(path: Path) -> None:
    before = soundfile.read(path)[0]
    stamp.write(path, ALL)
    assert riff.read(path) == ALL
    assert (soundfile.read(path)[0] == before).all()


def test_libsndfile_reads_our_acid_chunk(path: Path) -> None:
    stamp.write(path, ALL)
    with soundfile.SoundFile(path) as file:
        raw = soundfile._ffi.new("char[48]")  # SF_LOOP_INFO: two shorts, two ints, float, int, six ints
        assert soundfile._snd.sf_command(file._file, GET_LOOP_INFO, raw, 44)
        numerator, denominator, _, beats, bpm, root = struct.unpack_from("<hhiifi", bytes(soundfile._ffi.buffer(raw)))
    assert (numerator, denominator, beats, bpm, root) == (4, 4, 8, 128.0, 57)


def test_writing_twice_leaves_one_chunk_of_each_kind(path: Path) -> None:
    stamp.write(path, ALL)
    size = path.stat().st_size
    stamp.write(path, ALL)
    assert path.stat().st_size == size
    assert riff.read(path) == ALL


def test_other_chunks_survive_writing(path: Path) -> None:
    stamp.write(path, Chunks(info={"ICMT": "kept"}))
    stamp.write(path, Chunks(acid=Acid(tempo=90.0)))
    found = riff.read(path)
    assert found.info == {"ICMT": "kept"}
    assert found.acid
    assert found.acid.tempo == 90.0


def test_an_apple_loop_says_beats_and_root(tmp_path: Path) -> None:
    body = struct.pack(">IIHHHHH", 1, 16, 60, 2, 4, 4, 0) + bytes(66)
    soundfile.write(tmp_path / "a.aiff", np.zeros(100), 44_100)
    data = (tmp_path / "a.aiff").read_bytes() + b"basc" + struct.pack(">I", len(body)) + body
    (tmp_path / "a.aiff").write_bytes(data[:4] + struct.pack(">I", len(data) - 8) + data[8:])
    found = riff.read(tmp_path / "a.aiff").acid
    assert found == Acid(beats=16, root=60)


@pytest.mark.parametrize("cut", range(0, 400, 7))
def test_a_file_cut_anywhere_gives_what_is_whole(path: Path, cut: int) -> None:
    stamp.write(path, ALL)
    path.write_bytes(path.read_bytes()[: max(0, path.stat().st_size - cut)])
    assert riff.read(path).acid in (ALL.acid, None)


def test_chunks_of_noise_never_raise(path: Path) -> None:
    random = np.random.default_rng(0)
    for _ in range(300):
        body = random.bytes(int(random.integers(0, 700)))
        names = [b"acid", b"smpl", b"cue ", b"bext", b"LIST"]
        chunk = names[int(random.integers(5))] + struct.pack("<I", len(body)) + body
        path.write_bytes(b"RIFF" + struct.pack("<I", 4 + len(chunk)) + b"WAVE" + chunk)
        riff.read(path)


def test_what_is_no_wav_cannot_be_stamped_and_stays_as_it_is(tmp_path: Path) -> None:
    soundfile.write(tmp_path / "a.flac", np.zeros(100), 48_000)
    before = (tmp_path / "a.flac").read_bytes()
    with pytest.raises(BadAudio, match="WAV files only"):
        stamp.write(tmp_path / "a.flac", ALL)
    assert (tmp_path / "a.flac").read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == ["a.flac"]
