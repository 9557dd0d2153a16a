"""List the audio outputs that the engine can open. Runs on: the user's shell."""

import argparse
import contextlib
import os
from collections.abc import Iterator
from typing import Any

from liveengine import config
from liveengine.cli import screen
from liveengine.engine.streams.channels import pairs, said

EXAMPLES = """examples:
  liveengine devices
  liveengine serve --device "Scarlett"
  liveengine serve --device "ALSA: hw:0,0"
  liveengine serve --device 3
"""


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare no arguments."""


def outputs(settings: config.Config) -> list[dict[str, Any]]:
    """Return PortAudio's output devices and the JACK server, if one runs; the null stream comes last.

    Each tells by `map` what the settings put on which of its outputs.
    """
    found: list[dict[str, Any]] = []
    if (rate := jack_rate()) is not None:
        ports = "ports master, cue, track1.., bus1.."
        device = {"stream": "jack", "device": "JACK server", "channels": "any", "rate": rate, "map": ports}
        found.append(device | {"default": True})
    found += _portaudio(settings)
    nothing = {"stream": "null", "device": "no sound, real time", "channels": "any", "rate": 48000, "map": ""}
    found.append(nothing | {"default": not found})
    return found


def jack_rate() -> int | None:
    """Return the frame rate of a running JACK server, or None; never starts one."""
    os.environ["JACK_NO_START_SERVER"] = "1"
    with _quiet():
        try:
            import jack

            client = jack.Client("liveengine-probe", no_start_server=True)
        except Exception:  # a missing library and a missing server mean the same here: no JACK
            return None
        rate = int(client.samplerate)
        client.close()
    return rate


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Keep the audio libraries from writing their search for servers and cards to stderr."""
    kept = os.dup(2)
    with open(os.devnull, "w", encoding="utf-8") as nothing:  # noqa: PTH123  # a device, not a file
        os.dup2(nothing.fileno(), 2)
    try:
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)


def portaudio_version() -> str | None:
    """Return what PortAudio calls itself, or None when the library is missing."""
    with _quiet():
        try:
            import sounddevice
        except OSError:
            return None
        return str(sounddevice.get_portaudio_version()[1])


def _portaudio(settings: config.Config) -> list[dict[str, Any]]:
    if portaudio_version() is None:
        return []
    from liveengine.engine.streams import outputs as found

    size = (settings.engine.tracks, settings.engine.buses)

    return [
        {
            "stream": "portaudio",
            "device": output.title,
            "number": output.number,
            "host": output.host,
            "name": output.name,
            "channels": output.channels,
            "map": said(pairs(settings.audio.outputs, output.channels, *size), output.channels),
            "rate": output.rate,
            "latency_ms": round(1000 * output.latency, 1),
            "default": output.default,
        }
        for output in found.outputs(found.library())
    ]


def run(options: Any) -> int:
    """Print the outputs."""
    found = outputs(config.load(config.library_root(options.library)))
    if options.json:
        screen.line({"devices": found})
    else:
        columns = ("stream", "number", "device", "channels", "rate", "latency_ms", "map")
        rows = [(*(d.get(name, "") for name in columns), "default" if d["default"] else "") for d in found]
        screen.table("", (*columns, ""), rows, right=("number", "channels", "rate", "latency_ms"))
    return 0
