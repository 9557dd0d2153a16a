"""Who the OSC door talks to. Runs on: event loop."""

from typing import Protocol


class Connection(Protocol):
    """A client at the other end of a stream; it is its own lease: what it asked for ends with it."""

    @property
    def host(self) -> str:
        """The address of its machine."""

    @property
    def behind(self) -> bool:
        """Whether it has not read what was sent so far."""

    def send(self, packet: bytes) -> None:
        """Send it a packet, or close it when it does not keep up."""


Address = tuple[str, int]  # host and port, over UDP
Peer = Address | Connection


def host_of(peer: Peer) -> str:
    """Return the address of the peer's machine."""
    return peer[0] if isinstance(peer, tuple) else peer.host


def is_behind(peer: Peer) -> bool:
    """Return whether sending should wait; a datagram never has to."""
    return not isinstance(peer, tuple) and peer.behind
