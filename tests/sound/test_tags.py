"""Tags as ffmpeg, sox and DAWs write them; the bytes are made here, byte by byte."""

import struct
from pathlib import Path

import numpy as np
import pytest
import soundfile
from hypothesis import given
from hypothesis import strategies as st

from liveengine.sound import riff, stamp, tags
from liveengine.sound.files import opened
from liveengine.sound.riff import Chunks, Loop, Sampler
from liveengine.sound.tags import Tags

TONE = np.sin(np.arange(4_410) / 20.0) * 0.3


def read(path: Path) -> Tags:
    with opened(path) as descriptor:
        return tags.read(descriptor)


def id3(**frames: str) -> bytes:
    """Return an ID3v2.3 tag."""
    body = b"".join(
        name.encode() + struct.pack(">IH", len(text.encode()) + 1, 0) + b"\x03" + text.encode()
        for name, text in frames.items()
    )
    size = len(body)
    return b"ID3\x03\0\0" + bytes([size >> 21 & 127, size >> 14 & 127, size >> 7 & 127, size & 127]) + body


SAID = {"TBPM": "128", "TKEY": "F#m", "TPE1": "Nadja", "TALB": "Nacht Pack", "TIT2": "Dröhnen", "TCOP": "CC0"}
FOUND = Tags(128.0, "F#m", "Dröhnen", "Nadja", "Nacht Pack", None, "CC0", None)


def test_id3_in_front_of_an_mp3(tmp_path: Path) -> None:
    soundfile.write(tmp_path / "a.mp3", TONE, 44_100, format="MP3")
    (tmp_path / "a.mp3").write_bytes(id3(**SAID) + (tmp_path / "a.mp3").read_bytes())
    assert read(tmp_path / "a.mp3") == FOUND


@pytest.mark.parametrize(("ending", "order", "name"), [("wav", "<", b"id3 "), ("aiff", ">", b"ID3 ")])
def test_id3_in_a_chunk_of_wav_and_aiff(tmp_path: Path, ending: str, order: str, name: bytes) -> None:
    path = tmp_path / f"a.{ending}"
    soundfile.write(path, TONE, 44_100)
    tag = id3(**SAID)
    raw = path.read_bytes() + name + struct.pack(order + "I", len(tag)) + tag + bytes(len(tag) % 2)
    path.write_bytes(raw[:4] + struct.pack(order + "I", len(raw) - 8) + raw[8:])
    assert read(path) == FOUND


def test_list_info_of_a_wav(tmp_path: Path) -> None:
    soundfile.write(tmp_path / "a.wav", TONE, 44_100)
    stamp.write(tmp_path / "a.wav", Chunks(info={"INAM": "Dröhnen", "IART": "Nadja", "IPRD": "Nacht Pack"}))
    assert read(tmp_path / "a.wav") == Tags(title="Dröhnen", creator="Nadja", pack="Nacht Pack")


def _comments(entries: dict[str, str]) -> bytes:
    texts = [f"{name}={value}".encode() for name, value in entries.items()]
    return struct.pack("<II", 0, len(texts)) + b"".join(struct.pack("<I", len(text)) + text for text in texts)


def test_comments_of_a_flac(tmp_path: Path) -> None:
    path = tmp_path / "a.flac"
    soundfile.write(path, TONE, 44_100)
    raw = path.read_bytes()
    body = _comments({"BPM": "174,5", "INITIALKEY": "8A", "ARTIST": "Nadja", "LICENSE": "CC BY 4.0"})
    first = 4 + 4 + 34  # marker, and the STREAMINFO block, which comes first
    path.write_bytes(raw[:first] + b"\x04" + struct.pack(">I", len(body))[1:] + body + raw[first:])
    assert read(path) == Tags(tempo=174.5, key="Am", creator="Nadja", licence="CC BY 4.0")


def test_a_file_without_tags_says_nothing(tmp_path: Path) -> None:
    soundfile.write(tmp_path / "a.wav", TONE, 44_100)
    assert read(tmp_path / "a.wav") == Tags()
    assert Tags().texts() == {}


@given(st.sampled_from([b"ID3\x03\0\0\0\0\x7f\x7f", b"fLaC", b"OggS\0\x02", b"RIFF\xff\0\0\0WAVE", b""]), st.binary())
def test_damaged_tags_say_nothing_and_harm_nothing(
    tmp_path_factory: pytest.TempPathFactory, head: bytes, rest: bytes
) -> None:
    path = tmp_path_factory.getbasetemp() / "damaged"
    path.write_bytes(head + rest)
    assert isinstance(read(path), Tags)


def test_an_aiff_says_its_root_and_its_loop(tmp_path: Path) -> None:
    path = tmp_path / "a.aiff"
    soundfile.write(path, TONE, 44_100)
    marks = b"".join(struct.pack(">HIB", number, frame, 3) + b"abc" for number, frame in ((1, 100), (2, 900)))
    mark = struct.pack(">H", 2) + marks
    inst = struct.pack(">BbBBBBhhHHhHH", 45, 7, 0, 127, 1, 127, 0, 1, 1, 2, 0, 0, 0)
    raw = path.read_bytes()
    for name, body in ((b"MARK", mark), (b"INST", inst)):
        raw += name + struct.pack(">I", len(body)) + body + bytes(len(body) % 2)
    path.write_bytes(raw[:4] + struct.pack(">I", len(raw) - 8) + raw[8:])
    found = riff.read(path)
    assert found.sampler == Sampler(45, 7.0, (Loop(100, 900),))
    assert found.cues == (100, 900)
