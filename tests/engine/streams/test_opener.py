from liveengine.engine.streams import StreamKind
from liveengine.engine.streams.opener import ORDER, candidates


def test_auto_tries_every_kind_and_a_named_device_only_portaudio() -> None:
    assert candidates("auto") == ORDER
    assert candidates("auto", "Scarlett") == (StreamKind.PORTAUDIO,)
    assert candidates("jack") == (StreamKind.JACK,)
