"""Check this machine and name the one-line remedy for each lack. Runs on: the user's shell."""

import argparse
import importlib.util
import os
import platform
import shutil
import socket
import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

from liveengine import __version__, config
from liveengine.cli import devices, remote, screen
from liveengine.control.ports import claim, claim_pair
from liveengine.errors import LiveEngineError

EXAMPLES = """examples:
  liveengine doctor
  liveengine doctor --json
"""

_MIB = 1 << 20
_PROCESS_MIB = 512  # what an engine process maps beside the sample memory
_COLOURS = {"ok": "green", "lack": "red", "note": "yellow"}


@dataclass(frozen=True)
class Finding:
    """One checked thing: `lack` keeps something from working, `note` only limits it."""

    name: str
    state: Literal["ok", "lack", "note"]
    detail: str
    remedy: str = ""


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare no arguments."""


def _python() -> Iterator[Finding]:
    version = platform.python_version()
    state: Literal["ok", "lack"] = "ok" if sys.version_info >= (3, 11) else "lack"
    yield Finding(
        "python", state, f"{version}, liveengine {__version__}", "" if state == "ok" else "use Python 3.11 or newer"
    )


def _audio() -> Iterator[Finding]:
    if version := devices.portaudio_version():
        yield Finding("PortAudio", "ok", version)
    else:
        yield Finding("PortAudio", "note", "not found: no sound through it", "apt install libportaudio2")
    real = [d for d in devices.outputs(config.load()) if d["stream"] != "null"]
    rate = next((d["rate"] for d in real if d["stream"] == "jack"), None)
    yield Finding("JACK", "ok", f"server runs at {rate} Hz" if rate else "no server runs (none is needed)")
    if real:
        yield Finding("output", "ok", ", ".join(str(d["device"]) for d in real[:4]))
    else:
        remedy = "connect a sound card or start JACK; until then the null stream plays in real time without sound"
        yield Finding("output", "note", "no audio output", remedy)


def _memory() -> Iterator[Finding]:
    folder = Path("/dev/shm")
    if folder.is_dir():
        free = shutil.disk_usage(folder).free // _MIB
        small = free < 256
        yield Finding(
            "shared memory",
            "note" if small else "ok",
            f"{free} MiB free in {folder}",
            "enlarge it (docker: --shm-size=1g); until then the temp folder serves" if small else "",
        )


def _realtime() -> Iterator[Finding]:
    if sys.platform == "win32":
        return
    import resource

    # Linux alone has the real-time limit; elsewhere the audio system raises its thread by itself.
    priority = resource.getrlimit(resource.RLIMIT_RTPRIO)[0] if sys.platform == "linux" else -1
    if priority == 0 and os.geteuid() != 0:
        yield Finding(
            "real-time priority",
            "note",
            "not allowed for this user",
            "add `@audio - rtprio 95` to /etc/security/limits.conf",
        )
    else:
        yield Finding("real-time priority", "ok", "allowed")


def _locking(library: Path) -> Iterator[Finding]:
    """Tell if all of the sample memory may be kept in RAM; for what is swapped out a voice would have to wait."""
    if sys.platform != "linux":
        return
    import resource

    limit = resource.getrlimit(resource.RLIMIT_MEMLOCK)[0]
    need = config.load(library).engine.pool_mib + _PROCESS_MIB
    if limit == resource.RLIM_INFINITY or os.geteuid() == 0 or limit >= need * _MIB:
        yield Finding("locked memory", "ok", "sample memory stays in RAM")
        return
    detail = f"{limit // _MIB} MiB may be locked, the engine asks for {need}: what lies beyond may be swapped out"
    yield Finding("locked memory", "note", detail, "add `@audio - memlock unlimited` to /etc/security/limits.conf")


def _compiler() -> Iterator[Finding]:
    if importlib.util.find_spec("hnswlib"):
        yield Finding("vector index", "ok", "hnswlib is installed")
    else:
        remedy = "apt install g++ (or xcode-select --install), then pip install hnswlib"
        yield Finding("vector index", "lack", "hnswlib is missing", remedy)


def _kernel() -> Iterator[Finding]:
    from liveengine.engine import cache

    warm = cache.warm()
    yield Finding(
        "engine kernel", "ok", "compiled" if warm else "not compiled yet: the first start takes some seconds more"
    )


def _models() -> Iterator[Finding]:
    missing = [name for name in ("torch", "transformers", "demucs") if not importlib.util.find_spec(name)]
    if missing:
        yield Finding("model libraries", "note", f"without {', '.join(missing)}", "pip install '.[ml]' in the checkout")
    else:
        yield Finding("model libraries", "ok", "torch, transformers, demucs")
    yield Finding("search", "ok", "the shipped model hears without further weights")


def _midi() -> Iterator[Finding]:
    try:
        import rtmidi
    except ImportError:
        yield Finding("MIDI", "note", "python-rtmidi is missing", "pip install python-rtmidi")
        return
    names = [rtmidi.get_api_display_name(api) for api in rtmidi.get_compiled_api()]
    sequencer = sys.platform != "linux" or Path("/dev/snd/seq").exists() or devices.jack_rate() is not None
    if sequencer:
        yield Finding("MIDI", "ok", ", ".join(names))
    else:
        yield Finding("MIDI", "note", "no ALSA sequencer and no JACK server", "modprobe snd-seq, or start JACK")


def _discovery() -> Iterator[Finding]:
    if importlib.util.find_spec("zeroconf"):
        yield Finding("discovery", "ok", "OSC and OSCQuery are announced by mDNS")
    else:
        yield Finding("discovery", "note", "without zeroconf clients do not find the server", "pip install zeroconf")


def _library(library: Path) -> Iterator[Finding]:
    here = next(p for p in (library, *library.parents) if p.exists())
    if not os.access(here, os.W_OK):
        yield Finding("library", "lack", f"{library} cannot be written", "choose another with --library DIR")
        return
    free = shutil.disk_usage(here).free // _MIB
    state: Literal["ok", "note"] = "ok" if free > 1024 else "note"
    yield Finding("library", state, f"{library}, {free} MiB free", "" if state == "ok" else "free some disk space")
    run = remote.running(library)
    yield Finding("daemon", "ok", f"runs, pid {run['pid']}" if run else "does not run")


def _ports(library: Path) -> Iterator[Finding]:
    try:
        settings = config.load(library)
    except LiveEngineError as error:
        yield Finding("settings", "lack", str(error), f"correct it in {library / 'config.toml'} or in the environment")
        return
    if remote.running(library):
        return
    control = settings.control
    for name, port, claimed in (
        ("HTTP port", control.http_port, lambda: [claim(socket.SOCK_STREAM, control.host, control.http_port)]),
        ("OSC port", control.osc_port, lambda: claim_pair(control.host, control.osc_port)),
    ):
        try:
            for sock in claimed():
                sock.close()
        except LiveEngineError as error:
            option = name.lower().replace(" ", "-")
            yield Finding(name, "lack", str(error), f"liveengine serve --{option} 0, or end the other program")
        else:
            yield Finding(name, "ok", f"{port} is free")


def findings(library: Path) -> list[Finding]:
    """Return what was checked, in reading order; a check that fails is itself a lack."""
    checks: list[Callable[[], Iterator[Finding]]] = [
        _python,
        _audio,
        _memory,
        _realtime,
        lambda: _locking(library),
        _compiler,
        _kernel,
        _models,
        _midi,
        _discovery,
        lambda: _library(library),
        lambda: _ports(library),
    ]
    found: list[Finding] = []
    for check in checks:
        try:
            found += check()
        except Exception as error:  # a check must not keep the others from being made
            found.append(Finding("doctor", "lack", f"a check failed: {error!r}", "report this line"))
    return found


def run(options: Any) -> int:
    """Print the findings; return 1 when something is lacking, else 0."""
    found = findings(config.library_root(options.library))
    if options.json:
        screen.line({"findings": [asdict(finding) for finding in found]})
    else:
        from rich.text import Text

        rows = [(Text(f.state, _COLOURS[f.state]), f.name, f.detail, f.remedy) for f in found]
        screen.table("", ("", "what", "found", "remedy"), rows)
    return 1 if any(finding.state == "lack" for finding in found) else 0
