"""AbletonOSC's fixed ports: what comes to ours is answered at 11001 of the same machine. Runs on: event loop."""

import asyncio
import logging
import socket
from dataclasses import dataclass
from typing import Protocol

from liveengine.control.osc.codec import encode
from liveengine.control.quiet import Quiet

log = logging.getLogger(__name__)

ANSWERS = 11_001  # where clients of AbletonOSC listen
_BATCH = 128  # datagrams taken before the loop may do something else ...
_BATCH_S = 0.004  # ... or fewer when their commands take this long


class _Osc(Protocol):
    """The OSC door, as far as it is needed here."""

    def packet(self, packet: bytes, peer: "Client") -> None:
        """Do what a packet says; the answers go to `peer.send`."""


@dataclass(frozen=True)
class Client:
    """Whoever listens at the fixed port of a machine; a connection for the OSC door."""

    host: str
    port: "LivePort"

    @property
    def behind(self) -> bool:
        """Whether sending should wait; a datagram never has to."""
        return False

    def send(self, packet: bytes) -> None:
        """Send it a packet."""
        self.port.send(packet, self.host)


class LivePort:
    """Serves a bound UDP socket on the running loop."""

    def __init__(self, sock: socket.socket, osc: _Osc, answers: int = ANSWERS) -> None:
        """`answers` is the port where clients listen."""
        self._socket = sock
        self._osc = osc
        self._answers = answers
        self._loop = asyncio.get_running_loop()
        self._quiet = Quiet(log)
        self._loop.add_reader(sock.fileno(), self._drain)
        self.send(encode("/live/startup"), "127.0.0.1")

    def stats(self) -> dict[str, int]:
        """Return what was counted since the start."""
        return dict(self._quiet.counts)

    async def close(self) -> None:
        """Stop listening."""
        self._loop.remove_reader(self._socket.fileno())
        self._socket.close()

    def send(self, packet: bytes, host: str) -> None:
        """Send a packet to the fixed port of a machine; what the system refuses is counted."""
        try:
            self._socket.sendto(packet, (host, self._answers))
        except OSError as error:
            self._quiet.warn("unsent", "cannot send OSC to %s: %s", host, error)

    def _drain(self) -> None:
        end = self._loop.time() + _BATCH_S
        for _ in range(_BATCH):
            try:
                packet, peer = self._socket.recvfrom(65_536)
            except BlockingIOError:
                return
            except OSError as error:
                self._quiet.warn("receive", "OSC socket of Live's clients: %s", error)
                return
            try:
                self._osc.packet(packet, Client(peer[0], self))
            except Exception as error:
                self._quiet.warn("fault", "a packet from %s hit a fault", peer, error=error)
            if self._loop.time() >= end:
                return
