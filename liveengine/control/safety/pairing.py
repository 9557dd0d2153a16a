"""Which machines may send OSC, and as whom. Runs on: event loop.

OSC knows no sessions, so a machine is paired, not a socket: by `/hello token [name]`, until it was silent for LEASE_S,
or by an entry of `control.peers` ("192.168.1.20 play", "192.168.1.0/24 watch"), for ever. What others send is dropped
unread and unanswered. This machine needs no pairing; its /hello gives it a name.
"""

import ipaddress
import time
from collections.abc import Callable, Iterable
from typing import NamedTuple, cast

from liveengine.caller import ROLES, Caller, Role, caller
from liveengine.control.safety.clients import Client, Clients
from liveengine.control.safety.network import is_local
from liveengine.control.safety.share import Shares
from liveengine.errors import BadArgument, BadInput

LEASE_S = 12 * 3600.0
HELLO = b"/hello\0"
_PANIC = b"/panic\0"
_MAX_HELLO = 512  # bytes
_PACKET_BYTES = 64  # that a packet counts besides what it holds
_DOOR = "osc"


class BadPeer(BadInput):
    """An entry of control.peers says no address and role."""

    code = "bad_config"


class Allowed(NamedTuple):
    """A network and what it may do."""

    network: ipaddress.IPv4Network | ipaddress.IPv6Network
    role: Role


class NotAdmitted(Exception):
    """A packet is dropped; the word says why."""


def allowed(text: str) -> Allowed:
    """Return what an entry such as "192.168.1.0/24 play" says; raise BadPeer."""
    place, _, role = text.strip().partition(" ")
    try:
        network = ipaddress.ip_network(place)
    except ValueError as error:
        raise BadPeer(f"control.peers: {text!r}: {error}; write '192.168.1.20 play'") from None
    if role.strip() not in ROLES:
        raise BadPeer(f"control.peers: {text!r}: {role.strip()!r} is no role; there are {', '.join(ROLES)}")
    return Allowed(network, cast("Role", role.strip()))


class Pairing:
    """Knows the machines that may send."""

    def __init__(
        self, role: Callable[[str, str], Role], shares: Shares, clients: Clients, listed: Iterable[Allowed] = ()
    ) -> None:
        """`role(host, token)` gives the role of a token, or raises Unpaired or TooFast."""
        self._role = role
        self._shares = shares
        self._clients = clients
        self._listed = tuple(listed)
        self._paired: dict[str, Client] = {}
        self._heard: dict[str, float] = {}

    def admit(self, packet: bytes, host: str) -> Caller | None:
        """Return as whom a packet is taken, None = this machine; raise NotAdmitted."""
        if (who := caller.get()) is None and is_local(host):
            return self._paired.get(host)
        now = time.monotonic()
        share = self._shares.of(host)
        if not share.bytes.take(len(packet) + _PACKET_BYTES, now) and not packet.startswith(_PANIC):
            raise NotAdmitted("too_fast")
        if who is not None:
            return who
        client = self._known(host, now)
        if client is not None:
            return client
        if packet.startswith(HELLO) and len(packet) <= _MAX_HELLO:
            return Caller("watch")
        raise NotAdmitted("unpaired")

    def hello(self, host: str, token: str, name: str) -> Role:
        """Pair a machine, or only name one that is in already; return its role."""
        known = self._known(host, time.monotonic())
        local = is_local(host)
        if token and not local:
            role = self._role(host, token)
        elif known is not None:
            role = known.role
        elif local:
            role = "admin"
        else:
            raise BadArgument("/hello needs the token that `liveengine serve --lan` shows")
        if known is None or known.role != role:
            self._forget(host)
            share = None if local else self._shares.of(host)
            self._paired[host] = self._clients.join(_DOOR, role, name, share)
        elif name:
            self._clients.rename(known, name)
        self._heard[host] = time.monotonic()
        return role

    def close(self) -> None:
        """Forget everybody."""
        for host in list(self._paired):
            self._forget(host)

    def _known(self, host: str, now: float) -> Client | None:
        client = self._paired.get(host)
        if client is not None:
            if is_local(host) or now - self._heard[host] < LEASE_S:
                self._heard[host] = now
                return client
            self._forget(host)
        for entry in self._listed:
            if _within(host, entry.network):
                client = self._paired[host] = self._clients.join(_DOOR, entry.role, host, self._shares.of(host))
                self._heard[host] = now
                return client
        return None

    def _forget(self, host: str) -> None:
        if (client := self._paired.pop(host, None)) is not None:
            del self._heard[host]
            self._clients.leave(client)


def _within(host: str, network: ipaddress.IPv4Network | ipaddress.IPv6Network) -> bool:
    try:
        address = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return False
    mapped = getattr(address, "ipv4_mapped", None)
    return (mapped or address) in network
