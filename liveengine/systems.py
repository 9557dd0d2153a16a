"""Which MIDI systems this machine has, and which JACK server runs. Runs on: anywhere but the audio thread."""

import contextlib
import os
import socket
import sys
from pathlib import Path

_LISTENS = "00010000"  # a socket's flags in the kernel's table
_ANSWER_S = 0.5


def systems() -> dict[int, str]:
    """Return rtmidi's systems that are there, each with a word that changes when another one takes its place.

    Asking an absent one makes its C library write to the terminal.
    """
    import rtmidi  # here: who only asks for a server needs no MIDI

    compiled = [api for api in rtmidi.get_compiled_api() if api != rtmidi.API_RTMIDI_DUMMY]
    if not sys.platform.startswith("linux"):
        return dict.fromkeys(compiled, "there")
    found = {
        rtmidi.API_LINUX_ALSA: "there" if Path("/dev/snd/seq").exists() else "",
        rtmidi.API_UNIX_JACK: jack_server(),
    }
    return {api: word for api in compiled if (word := found.get(api, "there"))}


def jack_server(name: str = "", table: Path = Path("/proc/net/unix"), folder: Path = Path("/dev/shm")) -> str:
    """Return a word for the JACK 2 server of that name, else of the usual one, that runs now; empty = none.

    It listens on a socket, whose file is left behind when it is killed: the kernel's table of sockets tells more. A
    server in another network namespace is not in the table, but answers.
    """
    name = name or os.environ.get("JACK_DEFAULT_SERVER", "default")
    path = f"{folder}/jack_{name}_"
    with contextlib.suppress(OSError):
        for line in table.read_text("utf-8", "replace").splitlines():
            fields = line.split(maxsplit=7)
            if len(fields) == 8 and fields[3] == _LISTENS and fields[7].startswith(path):
                return fields[6]
    for file in folder.glob(f"jack_{name}_*"):
        with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX) as plug:
            plug.settimeout(_ANSWER_S)
            plug.connect(str(file))
            return str(file.stat().st_ino)
    return ""
