"""The options of `serve` and `demo` that override settings. Runs on: the user's shell."""

import argparse
from pathlib import Path
from typing import Any

from liveengine import config

_OPTIONS = {
    "stream": ("audio", "stream", str, "auto, jack, portaudio or null"),
    "device": ("audio", "device", str, "part of an audio device's name"),
    "rate": ("audio", "rate", int, "frames per second"),
    "block": ("audio", "block", int, "frames per callback, 16..2048"),
    "http-port": ("control", "http_port", int, "WebSocket, HTTP and browser remote; 0 = any free one"),
    "osc-port": ("control", "osc_port", int, "OSC over UDP and TCP; 0 = any free one"),
    "live-port": ("control", "live_port", int, "OSC for clients of AbletonOSC (11000, answered at 11001); 0 = off"),
    "log-level": ("log", "level", str, "DEBUG, INFO, WARNING or ERROR"),
}


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare one option per overridable setting."""
    for name, (section, key, kind, text) in _OPTIONS.items():
        parser.add_argument(f"--{name}", type=kind, help=f"{text} (setting {section}.{key})")


def overrides(options: Any) -> dict[str, dict[str, Any]]:
    """Return the settings that the options override, by section and key."""
    found: dict[str, dict[str, Any]] = {}
    for name, (section, key, _, _) in _OPTIONS.items():
        value = getattr(options, name.replace("-", "_"), None)
        if value is not None:
            found.setdefault(section, {})[key] = value
    return found


def load(library: Path, options: Any) -> config.Config:
    """Return the settings of this library with the options on top."""
    return config.load(library, overrides(options))
