"""What a sound card's outputs carry."""

import subprocess
from pathlib import Path

import numpy as np
import pytest

from liveengine.engine.engine import Engine
from liveengine.engine.memory import Capacity
from liveengine.engine.ops import Op
from liveengine.engine.streams import StreamKind
from liveengine.engine.streams.channels import cue_at, pairs, row, said
from liveengine.engine.streams.outputs import library
from liveengine.errors import DeviceMissing
from tests.engine import stage


@pytest.mark.parametrize(
    ("wanted", "channels", "expected"),
    [
        ("auto", 1, ["master"]),
        ("auto", 2, ["master"]),
        ("auto", 3, ["master"]),
        ("auto", 4, ["master", "cue"]),
        ("auto", 18, ["master", "cue"]),
        ("auto", 128, ["master"]),  # a program that would mix the cue bus into the speakers
        ("cue", 128, ["master", "cue"]),
        ("stereo", 18, ["master"]),
        ("tracks", 2, ["master"]),
        ("tracks", 7, ["master", "cue", "track1"]),
        ("tracks", 14, ["master", "cue", "track1", "track2", "track3", "bus1", "bus2"]),
        ("tracks", 20, ["master", "cue", "track1", "track2", "track3", "bus1", "bus2"]),
        ("buses", 10, ["master", "cue", "bus1", "bus2", "track1"]),
    ],
)
def test_a_card_has_the_master_then_the_cue_bus_then_what_was_asked_for(
    wanted: str, channels: int, expected: list[str]
) -> None:
    assert pairs(wanted, channels, 3, 2) == expected


def test_the_rows_are_the_kernel_s() -> None:
    sizes = Capacity(tracks=3, buses=2)
    assert [row(name, 3, 2) for name in ("master", "track1", "track3")] == [0, 2, 6]
    assert [row(name, 3, 2) for name in ("bus1", "bus2", "cue")] == [10, 12, sizes.rows - 2]


def test_the_map_is_told_in_words() -> None:
    assert said(["master", "cue", "track1"], 6) == "1-2 master, 3-4 cue, 5-6 track1"
    assert said(["master"], 2) == "1-2 master, no cue"
    assert said(["master"], 1) == "1 master (mono), no cue"


def test_where_the_cue_bus_is_heard_is_said_in_words() -> None:
    assert cue_at(-1) == "JACK ports cue_1 and cue_2"
    assert cue_at(8) == "outputs 3 and 4"
    assert cue_at(2).startswith("nowhere: 2 outputs are open")


def test_a_card_of_eight_outputs_plays_master_cue_and_tracks_separately(tmp_path: Path) -> None:
    try:
        library()
    except DeviceMissing as missing:
        pytest.skip(str(missing))
    settings = stage.settings()
    flags = ("--stream", "portaudio", "--block", "256", "--outputs", "tracks")
    with stage.jackd(outputs=8), stage.memory_of(settings) as shared, stage.engine(shared, *flags):
        stage.wait(lambda: stage.header(shared, "callbacks") > 0)
        assert stage.header(shared, "stream") == StreamKind.PORTAUDIO
        assert stage.header(shared, "outputs") == 8
        listed = subprocess.run(["jack_lsp"], capture_output=True, text=True, check=True).stdout.split("\n")
        ports = [name for name in listed if ":out_" in name]
        assert len(ports) == 8
        with stage.ear(tmp_path / "heard.npy", sorted(ports, key=lambda name: int(name.rpartition("_")[2]))):
            Engine(shared.memory).push(Op.CUE, track=1, value=1.0)
            origin = stage.play_ahead(shared.memory, 1.0)
            stage.wait(lambda: stage.header(shared, "frame") > origin + 60_000)
        expected = stage.replayed(shared, settings, origin + 50_000)[:, origin:]
    found = np.load(tmp_path / "heard.npy")
    first = int(np.argmax(found[0] != 0)) - int(np.argmax(expected[0] != 0))
    assert first > 0
    rows = [0, 1, 4, 5, 2, 3, 4, 5]  # cue = track 2 before its fader, which the show moves later
    window = slice(0, 12_000)
    assert np.array_equal(found[:, first : first + 12_000], expected[rows][:, window])
