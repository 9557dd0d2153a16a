"""PortAudio's outputs on all host APIs: which there are, which one a setting means. Runs on: engine process, CLI."""

from dataclasses import dataclass
from types import ModuleType

from liveengine.errors import DeviceMissing


@dataclass(frozen=True)
class Output:
    """An output of the system."""

    number: int  # PortAudio's index; it changes when devices come and go
    host: str  # the host API: ALSA, JACK Audio Connection Kit, Core Audio, Windows WASAPI, ...
    name: str
    channels: int
    rate: int  # frames per second, the device's default
    latency: float  # seconds, the device's default for playing live
    default: bool

    @property
    def title(self) -> str:
        """What to write into `audio.device` for this one."""
        return f"{self.host}: {self.name}"


def library() -> ModuleType:
    """Return the sounddevice module; raises DeviceMissing when PortAudio is not installed."""
    try:
        import sounddevice
    except OSError:
        raise DeviceMissing("PortAudio is not installed; on Debian: apt install libportaudio2") from None
    module: ModuleType = sounddevice
    return module


def rescan(sd: ModuleType) -> None:
    """Look for devices again, while no stream is open: PortAudio knows those of its start only."""
    sd._terminate()
    sd._initialize()


def outputs(sd: ModuleType) -> list[Output]:
    """Return the outputs in PortAudio's order."""
    hosts = sd.query_hostapis()
    default = sd.default.device[1]
    return [
        Output(
            number,
            str(hosts[info["hostapi"]]["name"]),
            str(info["name"]),
            int(info["max_output_channels"]),
            int(info["default_samplerate"]),
            float(info["default_low_output_latency"]),
            number == default,
        )
        for number, info in enumerate(sd.query_devices())
        if info["max_output_channels"] > 0
    ]


def choose(found: list[Output], wanted: str) -> Output:
    """Return the output that a setting means: "" the default one, a number, "host API: name", or a part of a name.

    Upper and lower case are the same; a whole name goes before a part. Raises DeviceMissing.
    """
    if not wanted.strip():
        fits = [output for output in found if output.default] or found[:1]
    elif wanted.strip().isdigit():
        fits = [output for output in found if output.number == int(wanted)]
    else:
        host, separator, name = wanted.lower().partition(": ")
        of_host = [output for output in found if separator and host in output.host.lower()]
        fits = _named(of_host, name) or _named(found, wanted.lower())
    if fits:
        return fits[0]
    named = f'no output "{wanted}"' if wanted.strip() else "no audio output"
    raise DeviceMissing(f"{named}; `liveengine devices` lists the outputs, --stream null plays without one")


def _named(found: list[Output], name: str) -> list[Output]:
    whole = [output for output in found if output.name.lower() == name]
    return whole or [output for output in found if name in output.name.lower()]
