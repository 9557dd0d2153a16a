"""Foreign programs around the daemon: liblo's oscsend and oscdump."""

import contextlib
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

from tests.e2e import studio
from tests.patience import taken


def has_jack() -> bool:
    """Tell if a JACK server and liblo's tools are installed."""
    return all(shutil.which(program) for program in ("jackd", "oscsend", "oscdump"))


def send(port: int, address: str, *values: str | float) -> None:
    """Send one message with liblo's `oscsend`."""
    types = "".join("s" if isinstance(v, str) else "f" if isinstance(v, float) else "i" for v in values)
    subprocess.run(["oscsend", "127.0.0.1", str(port), address, types, *map(str, values)], check=True, timeout=10.0)


class Dump:
    """A running `oscdump`: what it has printed so far."""

    def __init__(self, file: Path, port: int) -> None:
        self._file, self.port = file, port

    def lines(self) -> list[str]:
        """Return "address types values" of each message, without the time in front."""
        return [line.split(" ", 1)[1] for line in self._file.read_text("utf-8", "replace").splitlines() if " " in line]

    def expect(self, *beginnings: str, seconds: float = 20.0) -> None:
        """Wait until for each of the beginnings a line has come."""
        end = time.monotonic() + seconds
        while missing := [start for start in beginnings if not any(line.startswith(start) for line in self.lines())]:
            assert time.monotonic() < end, f"{missing} not in:\n" + "\n".join(self.lines()[-40:])
            time.sleep(0.02)


@contextlib.contextmanager
def dump(file: Path) -> Iterator[Dump]:
    """Run liblo's `oscdump` on a free port."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with file.open("wb") as out:
        child = subprocess.Popen(["oscdump", "-L", str(port)], stdout=out, stderr=subprocess.DEVNULL)
        try:
            studio.wait(lambda: taken(port))
            yield Dump(file, port)
        finally:
            child.kill()
            child.wait()
