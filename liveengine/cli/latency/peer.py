"""SuperCollider's server in real time, as a client of a JACK server. Runs on: bench."""

import contextlib
import os
import socket
import subprocess
import time
from collections.abc import Iterator

from liveengine.cli.peers import scsynth
from liveengine.cli.peers.synthdef import Rate, SynthDef
from liveengine.control.osc.codec import encode
from liveengine.control.ports import claim
from liveengine.errors import Unavailable

SOURCE = "SuperCollider:out_1"
LEVEL = 0.1  # linear
_NODE = 1000
_START_S = 10.0
_QUIET = {"SC_JACK_DEFAULT_OUTPUTS": "", "SC_JACK_DEFAULT_INPUTS": ""}  # connect nothing


def tone() -> bytes:
    """Return the definition of a synth that gives LEVEL, times its control, on both outputs."""
    definition = SynthDef("tone")
    amount = definition.add("In", Rate.CONTROL, (0.0,))[0]
    definition.add("Out", Rate.AUDIO, (0.0, definition.add("K2A", Rate.AUDIO, (amount,))[0]), 0)
    return definition.encode()


def note() -> bytes:
    """Return the definition of a synth that gives LEVEL."""
    definition = SynthDef("note")
    sound = definition.add("DC", Rate.AUDIO, (LEVEL,))[0]
    definition.add("Out", Rate.AUDIO, (0.0, sound, sound), 0)
    return definition.encode()


@contextlib.contextmanager
def serving(rate: int, block: int) -> Iterator[int]:
    """Run scsynth with two definitions, `note` and `tone`; lend its UDP port. Raises Unavailable."""
    program = scsynth.installed()
    if program is None:
        raise Unavailable("scsynth is not installed; on Debian: apt install supercollider-server")
    with claim(socket.SOCK_DGRAM, "127.0.0.1", 0) as free:
        port = int(free.getsockname()[1])
    command = [program, "-u", port, "-B", "127.0.0.1", "-i", 0, "-o", 2, "-z", block, "-S", rate, "-R", 0, "-D", 0]
    quiet = subprocess.DEVNULL
    words = [str(word) for word in command]
    with subprocess.Popen(words, stdout=quiet, stderr=quiet, env=os.environ | _QUIET) as server:
        try:
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
                client.connect(("127.0.0.1", port))
                for definition in (note(), tone()):
                    _ask(client, encode("/d_recv", definition))
                _ask(client, encode("/s_new", "tone", _NODE, 0, 0))
            yield port
        finally:
            server.kill()


def _ask(client: socket.socket, packet: bytes) -> None:
    """Send a packet and wait until the server has done all that came before."""
    client.settimeout(0.1)
    end = time.monotonic() + _START_S
    while time.monotonic() < end:
        with contextlib.suppress(OSError):
            client.send(packet)
            client.send(encode("/sync", 1))
            while not client.recv(4096).startswith(b"/synced"):
                pass
            return
        time.sleep(0.05)
    raise Unavailable(f"scsynth did not answer within {_START_S:.0f} s")
