import contextlib
from pathlib import Path

import pytest

from liveengine.engine.streams import StreamKind
from liveengine.engine.streams.outputs import Output, choose, library
from liveengine.engine.streams.portaudio import PortAudioStream
from liveengine.errors import DeviceMissing
from tests.engine import stage


@pytest.fixture(autouse=True)
def _installed() -> None:
    try:
        library()
    except DeviceMissing as missing:
        pytest.skip(str(missing))


def test_through_portaudio_the_tap_holds_what_the_offline_render_gives() -> None:
    settings = stage.settings()
    with stage.jackd(), stage.memory_of(settings) as shared:  # PortAudio finds the server as one of its host APIs
        stage.play(shared.memory)
        with stage.engine(shared, "--stream", "portaudio", "--block", "256"):
            stage.wait(lambda: stage.header(shared, "frame") > 20_000)
            assert stage.header(shared, "stream") == StreamKind.PORTAUDIO
        assert stage.journal_agrees(shared, settings)


def test_a_device_name_that_nobody_has_is_refused_with_the_remedy() -> None:
    with stage.memory_of(stage.settings()) as shared:
        stream = PortAudioStream(shared.memory, 128, "no such device")
        with pytest.raises(DeviceMissing, match="liveengine devices"):
            stream.open()


def test_without_a_sound_card_a_forced_portaudio_ends_with_exit_code_69() -> None:
    if any(info["max_output_channels"] for info in library().query_devices()):
        pytest.skip("this machine has an audio output")
    with stage.memory_of(stage.settings()) as shared:
        with stage.engine(shared, "--stream", "portaudio") as engine:
            _, said = engine.communicate(timeout=90)
        assert engine.returncode == 69
        assert "no audio output" in said


CARDS = [
    Output(2, "ALSA", "HDA Intel: ALC (hw:0,0)", 2, 48_000, 0.01, False),
    Output(3, "ALSA", "Scarlett 18i20: USB Audio (hw:1,0)", 20, 48_000, 0.01, False),
    Output(5, "JACK Audio Connection Kit", "system", 2, 48_000, 0.01, False),
    Output(7, "ALSA", "default", 2, 44_100, 0.01, True),
    Output(8, "ALSA", "sysdefault", 2, 44_100, 0.01, False),
]


@pytest.mark.parametrize(
    ("wanted", "number"),
    [
        ("", 7),
        ("3", 3),
        ("scarlett", 3),
        ("ALSA: hw:0", 2),
        ("alsa: scarlett", 3),
        ("JACK: system", 5),
        ("HDA Intel: ALC (hw:0,0)", 2),
        ("ALSA: default", 7),
        ("default", 7),
        ("sysdef", 8),
    ],
)
def test_an_output_is_chosen_by_name_number_or_host_api(wanted: str, number: int) -> None:
    assert choose(CARDS, wanted).number == number


@pytest.mark.parametrize("wanted", ["4", "ALSA: system", "Fireface"])
def test_an_output_that_is_not_there_is_named_in_the_error(wanted: str) -> None:
    with pytest.raises(DeviceMissing, match=f'no output "{wanted}"'):
        choose(CARDS, wanted)


@pytest.mark.parametrize("rate", [48_000, 44_100])
def test_when_the_server_below_portaudio_dies_the_music_goes_on_and_is_heard_when_it_is_back(
    tmp_path: Path, rate: int
) -> None:
    with stage.jackd() as server, contextlib.ExitStack() as stack:
        shared = stack.enter_context(stage.serving(tmp_path, "portaudio"))
        origin = stage.play_ahead(shared.memory)
        stage.wait(lambda: stage.header(shared, "standby_pid") > 0 and stage.header(shared, "frame") > origin + 10_000)
        server.kill()
        stage.wait(lambda: stage.header(shared, "stream") == -StreamKind.PORTAUDIO)
        assert stage.header(shared, "engine_epoch") == 2
        lost = stage.header(shared, "frame")
        stage.wait(lambda: stage.header(shared, "frame") > lost + 10_000)
        server.rate = rate
        server.start()
        stage.wait(lambda: stage.header(shared, "stream") == StreamKind.PORTAUDIO)
        assert stage.header(shared, "rate") == stage.RATE
        reached = stage.header(shared, "frame")
        stage.wait(lambda: stage.header(shared, "frame") > reached + 10_000)
        assert stage.journal_agrees(shared, stage.settings())
