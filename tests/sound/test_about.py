"""What an exported file says, as libsndfile, sox, ffprobe and our own reader find it."""

import shutil
import struct
import subprocess
from pathlib import Path

import numpy as np
import pytest
import soundfile

from liveengine.errors import BadAudio
from liveengine.sound import about, comments, riff, stamp, tags
from liveengine.sound.about import About
from liveengine.sound.files import opened
from liveengine.sound.riff import Loop

GET_LOOP_INFO = 0x10E0
KNOWN = About(
    title="Dunkler Bass",
    category="bass",
    loop=True,
    frames=4_410,
    tempo=138.5,
    beats=8.0,
    root=33,
    key="Am",
    tags=("dark", "wärmer"),
    transients=(0, 1_000, 2_000),
    downbeat=0,
    loudness=-12.5,
    date="2026-01-02",
    creator="Nadja",
    pack="Nacht",
    licence="CC0",
)


@pytest.fixture
def wav(tmp_path: Path) -> Path:
    path = tmp_path / "a.wav"
    soundfile.write(path, np.linspace(-0.5, 0.5, 4_410), 44_100, subtype="PCM_24")
    stamp.write(path, about.chunks(KNOWN))
    return path


@pytest.fixture
def flac(tmp_path: Path) -> Path:
    path = tmp_path / "a.flac"
    soundfile.write(path, np.linspace(-0.5, 0.5, 4_410), 44_100, subtype="PCM_24")
    comments.write(path, about.comments(KNOWN))
    return path


def test_a_sampler_and_a_daw_find_loop_tempo_and_slices(wav: Path) -> None:
    found = riff.read(wav)
    assert found.acid
    assert (found.acid.tempo, found.acid.beats, found.acid.root, found.acid.one_shot) == (138.5, 8, 33, False)
    assert found.sampler
    assert found.sampler.loops == (Loop(0, 4_410),)
    assert found.cues == (0, 1_000, 2_000)
    assert found.info["IART"] == "Nadja"
    assert found.info["ICMT"] == "138.5 BPM, Am, loop, 2 bars"


def test_libsndfile_finds_the_loop_info(wav: Path) -> None:
    with soundfile.SoundFile(wav) as file:
        raw = soundfile._ffi.new("char[48]")  # SF_LOOP_INFO
        assert soundfile._snd.sf_command(file._file, GET_LOOP_INFO, raw, 44)
        _, _, _, beats, bpm, root = struct.unpack_from("<hhiifi", bytes(soundfile._ffi.buffer(raw)))
        assert (beats, bpm, root) == (8, 138.5, 33)
        assert (file.title, file.artist) == ("Dunkler Bass", "Nadja")


@pytest.mark.parametrize("kind", ["wav", "flac"])
def test_our_own_tags_are_read_back(kind: str, request: pytest.FixtureRequest) -> None:
    with opened(request.getfixturevalue(kind)) as descriptor:
        found = tags.read(descriptor)
    assert (found.title, found.creator, found.pack, found.genre) == ("Dunkler Bass", "Nadja", "Nacht", "bass")
    assert found.licence == "CC0"
    assert kind == "wav" or (found.tempo, found.key) == (138.5, "Am")


@pytest.mark.skipif(not shutil.which("ffprobe"), reason="ffprobe is not installed")
@pytest.mark.parametrize("kind", ["wav", "flac"])
def test_ffprobe_reads_the_tags(kind: str, request: pytest.FixtureRequest) -> None:
    path = request.getfixturevalue(kind)
    command = ["ffprobe", "-v", "error", "-show_entries", "format_tags", "-of", "flat", str(path)]
    said = subprocess.run(command, check=True, capture_output=True, text=True).stdout.lower()
    assert "dunkler bass" in said
    assert "nadja" in said
    assert kind == "wav" or "138.5" in said


@pytest.mark.skipif(not shutil.which("sox"), reason="sox is not installed")
@pytest.mark.parametrize("kind", ["wav", "flac"])
def test_sox_reads_the_sound_unchanged(kind: str, request: pytest.FixtureRequest) -> None:
    path = request.getfixturevalue(kind)
    said = subprocess.run(["sox", "--info", "-s", str(path)], check=True, capture_output=True, text=True).stdout
    assert int(said) == 4_410
    assert soundfile.read(path)[0] == pytest.approx(np.linspace(-0.5, 0.5, 4_410), abs=1e-6)


def test_a_one_shot_is_played_once_and_has_no_bars() -> None:
    found = about.chunks(About("Kick", "kick", loop=False, frames=100, transients=(0,), root=36))
    assert found.acid
    assert (found.acid.one_shot, found.acid.stretch, found.acid.beats) == (True, False, 0)
    assert found.sampler
    assert (found.sampler.loops, found.cues) == ((), (0,))


def test_comments_go_into_flac_only(wav: Path) -> None:
    with pytest.raises(BadAudio, match="no FLAC"):
        comments.write(wav, {"TITLE": "x"})


def test_writing_comments_twice_replaces_them(flac: Path) -> None:
    size = flac.stat().st_size
    comments.write(flac, about.comments(KNOWN))
    assert flac.stat().st_size == size
    comments.write(flac, {})
    with opened(flac) as descriptor:
        assert tags.read(descriptor) == tags.Tags()
