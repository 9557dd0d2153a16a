import numpy as np
import pytest

from liveengine.engine.streams import StreamKind
from liveengine.engine.streams.portaudio import PortAudioStream, library
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
        frames = stage.header(shared, "frame")
        assert np.array_equal(shared.memory.tap[:frames].T, stage.heard(settings, frames)[:2])


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
            _, said = engine.communicate(timeout=20)
        assert engine.returncode == 69
        assert "no audio output" in said
