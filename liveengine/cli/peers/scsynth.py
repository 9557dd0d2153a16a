"""SuperCollider's server without real time: a score in, a sound file out, and how long that took. Runs on: bench."""

import re
import shutil
import struct
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

from pythonosc.osc_message_builder import OscMessageBuilder

from liveengine.errors import Unavailable

BLOCK = 64  # frames
RATE = 48_000
_MEMORY_KB = 262_144
_FAULT = re.compile(r"^(FAILURE|File .* could not).*", re.MULTILINE)  # a line of scsynth's; it goes on after each
_FIRST_NODE = 1000
_NODES = 16_384
_BUFFERS = 4_096

Message = tuple[str | int | float | bytes, ...]  # address, arguments


@dataclass(frozen=True)
class Score:
    """What happens, and for how long."""

    messages: list[Message]  # all at the first frame, in this order
    seconds: float

    def encode(self) -> bytes:
        """Return the score file: each bundle behind its length; the last one ends the sound."""
        bundles = [_bundle(0.0, message) for message in self.messages]
        bundles.append(_bundle(self.seconds, ("/c_set", 0, 0)))
        return b"".join(struct.pack(">i", len(bundle)) + bundle for bundle in bundles)


def installed() -> str | None:
    """Return the program's path, or None."""
    return shutil.which("scsynth")


def render(score: Score, folder: Path, out: Path, sample: str = "int16", block: int = BLOCK) -> float:
    """Render the score to a stereo WAV file; return the seconds that the whole process took. Raises Unavailable."""
    program = installed()
    if program is None:
        raise Unavailable("scsynth is not installed; on Debian: apt install supercollider-server")
    path = folder / "score.osc"
    path.write_bytes(score.encode())
    command = [program, "-N", path, "_", out, RATE, "WAV", sample, "-i", 0, "-o", 2, "-z", block]
    command += ["-m", _MEMORY_KB, "-n", _NODES, "-b", _BUFFERS, "-D", 0]
    began = time.perf_counter()
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True, check=False)
    took = time.perf_counter() - began
    wrong = _FAULT.search(done.stdout)
    if done.returncode != 0 or wrong or not out.exists():
        reason = wrong.group() if wrong else f"exit code {done.returncode}: {done.stderr.strip()[-200:]}"
        raise Unavailable(f"scsynth did not render the score: {reason}")
    return took


def _bundle(seconds: float, message: Message) -> bytes:
    """Return an OSC bundle of one message; in a score, time 0 is where the sound begins."""
    stamp = round(seconds * (1 << 32))
    content = _message(message)
    return b"#bundle\0" + struct.pack(">Qi", stamp, len(content)) + content


def _message(message: Message) -> bytes:
    builder = OscMessageBuilder(str(message[0]))
    for argument in message[1:]:
        builder.add_arg(argument)
    return bytes(builder.build().dgram)


def start(name: str, number: int, controls: dict[str, float]) -> Message:
    """Return the message that starts a synth of a definition, behind those that run; numbers differ, from 0."""
    return ("/s_new", name, _FIRST_NODE + number, 1, 0, *(word for pair in controls.items() for word in pair))
