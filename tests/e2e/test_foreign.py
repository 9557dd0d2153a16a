"""The installed daemon on a real JACK server: driven by liblo's tools, heard by another JACK client."""

from pathlib import Path

import numpy as np
import pytest

from liveengine.engine.streams.jack import port_names
from tests.e2e import hall, score, studio
from tests.e2e.hall import send
from tests.engine.stage import ear, jackd

pytestmark = pytest.mark.skipif(not hall.has_jack(), reason="jackd or liblo's tools are not installed")

TRACKS = 4  # of sixteen, whose ports are listened to
SECONDS = 5


def perform(port: int, dump: hall.Dump, server: studio.Server) -> None:
    """Load, launch, mix, change the tempo, stop: everything through `oscsend`."""
    send(port, "/subscribe", "/*", dump.port)
    send(port, "/transport/tempo", 132.0)
    for track, name in enumerate(("kick_loop", "bass_loop", "hihat_loop", "vocal_shot"), 1):
        send(port, f"/track/{track}/clip/1/load", server.stem(name))
    dump.expect(*(f'/track/{track}/clip/1/state sis "stopped"' for track in range(1, 5)))
    send(port, "/track/2/gain", 0.6)
    send(port, "/track/1/clip/1/launch")
    dump.expect('/track/1/clip/1/state sifi "playing"')
    send(port, "/track/2/clip/1/launch", 1)
    send(port, "/track/3/clip/1/launch", 0.5)
    dump.expect('/track/2/clip/1/state sifi "playing"', '/track/3/clip/1/state sifi "playing"')
    send(port, "/track/4/clip/1/launch", 0.25)
    send(port, "/track/3/pan", -0.5)
    server.play_on(0.7)
    send(port, "/transport/tempo", 141.5)
    send(port, "/track/1/mute", 1)
    send(port, "/master/gain", 0.8)
    server.play_on(0.9)
    send(port, "/track/1/mute", 0)
    send(port, "/track/2/stop", 1)
    dump.expect('/track/2/clip/1/state si "stopped"', "/transport/tempo f 141.5")
    server.play_on(4.5)


def test_another_client_hears_what_the_commands_render_offline(library: Path, tmp_path: Path) -> None:
    names = [f"liveengine:{name}" for name in port_names(TRACKS, 0)[: 2 + 2 * TRACKS]]
    with (
        jackd(64),
        hall.dump(tmp_path / "osc.txt") as dump,
        studio.serving(library, "--stream", "jack") as server,
    ):
        with ear(tmp_path / "heard.npy", names):
            perform(server.info["ports"]["osc"], dump, server)
        last = server.header("frame")
        assert server.stop() == 0
    heard = np.load(tmp_path / "heard.npy")
    expected = score.replayed(library, last)[: len(names)]
    begin, first = (int(np.argmax(sound[0] != 0)) for sound in (heard, expected))
    frames = min(heard.shape[1] - begin, last - first)
    assert frames >= SECONDS * 48_000
    for row in range(len(names)):
        assert np.any(heard[row]), names[row]
    print(f"{frames} frames of {len(names)} ports compared")
    assert score.differing(heard[:, begin : begin + frames], expected[:, first : first + frames]) == 0
