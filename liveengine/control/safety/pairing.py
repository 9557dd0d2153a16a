"""Which machines may send OSC, and as whom. Runs on: event loop.

OSC knows no sessions, so a machine is paired, not a socket: by `/hello token [name]`, until it was silent for LEASE_S,
or by an entry of `control.peers` ("192.168.1.20 play", "192.168.1.0/24 watch"), for ever. What others send is dropped
unread and unanswered. A machine that was paired is still so when the daemon was started anew (`memory.py`), and no more
once the token of its role is renewed. This machine needs no pairing; its /hello gives it a name.
"""

import ipaddress
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import NamedTuple, cast

from liveengine.caller import ROLES, Caller, Role, caller
from liveengine.control.safety.clients import Client, Clients
from liveengine.control.safety.memory import Machine, Memory
from liveengine.control.safety.network import is_local
from liveengine.control.safety.share import Shares
from liveengine.errors import BadArgument, BadInput

LEASE_S = 12 * 3600.0
KEEP_S = 600.0  # so often it is stored who was heard, so that a daemon that is killed loses no more than that
MAX_PAIRED = 256
HELLO = b"/hello\0"
_PANIC = b"/panic\0"
_BUNDLE = b"#bundle\0"
_FIRST = 20  # where the first message of a bundle begins
_MAX_PANIC = 64  # bytes
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


@dataclass
class _Paired:
    """A machine that may send."""

    client: Client
    heard: float  # monotonic seconds
    keyed: bool  # came in by a token


class NotAdmitted(Exception):
    """A packet is dropped; the word says why."""


def is_panic(packet: bytes) -> bool:
    """Return whether a packet is a panic, or a bundle of hardly more than one: it is never too much."""
    bundled = packet.startswith(_BUNDLE) and packet.startswith(_PANIC, _FIRST)
    return len(packet) <= _MAX_PANIC and (bundled or packet.startswith(_PANIC))


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
        self,
        role: Callable[[str, str], Role],
        shares: Shares,
        clients: Clients,
        listed: Iterable[Allowed] = (),
        memory: Memory | None = None,
    ) -> None:
        """`role(host, token)` gives the role of a token, or raises Unpaired or TooFast."""
        self._role = role
        self._shares = shares
        self._clients = clients
        self._listed = tuple(listed)
        self._paired: dict[str, _Paired] = {}
        self._memory = memory
        self._before = memory.load(LEASE_S) if memory is not None else {}  # paired with the daemon before this one
        self._kept = time.monotonic()
        self.expelled: Callable[[str], None] = lambda host: None  # hears of a machine that is paired no more

    def admit(self, packet: bytes, host: str) -> Caller | None:
        """Return as whom a packet is taken, None = this machine; raise NotAdmitted."""
        if (who := caller.get()) is None and is_local(host):
            found = self._paired.get(host)
            return None if found is None else found.client
        now = time.monotonic()
        share = self._shares.of(host)
        if not share.bytes.take(len(packet) + _PACKET_BYTES, now) and not is_panic(packet):
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
            self._make_room()
            self._pair(host, role, name, keyed=not local)
        elif name:
            self._clients.rename(known, name)
        if not local:
            self._keep(time.monotonic())
        return role

    def dismiss(self, role: Role) -> None:
        """Forget the machines that came in by the token of a role."""
        for host, found in list(self._paired.items()):
            if found.keyed and found.client.role == role:
                self._forget(host)
                self.expelled(host)
        self._before = {host: machine for host, machine in self._before.items() if machine.role != role}
        self._keep(time.monotonic())

    async def close(self) -> None:
        """Forget everybody, who is still known to the next daemon."""
        self._keep(time.monotonic())
        for host in list(self._paired):
            self._forget(host)
        if self._memory is not None:
            await self._memory.close()

    def _known(self, host: str, now: float) -> Client | None:
        found = self._paired.get(host)
        if found is not None:
            if is_local(host) or now - found.heard < LEASE_S:
                found.heard = now
                if now - self._kept > KEEP_S:
                    self._keep(now)
                return found.client
            self._forget(host)
            self.expelled(host)
        if (machine := self._before.pop(host, None)) is not None:
            return self._pair(host, machine.role, machine.name, keyed=True)
        for entry in self._listed:
            if _within(host, entry.network):
                return self._pair(host, entry.role, host, keyed=False)
        return None

    def _pair(self, host: str, role: Role, name: str, *, keyed: bool) -> Client:
        share = None if is_local(host) else self._shares.of(host)
        client = self._clients.join(_DOOR, role, name, share)
        self._paired[host] = _Paired(client, time.monotonic(), keyed)
        return client

    def _make_room(self) -> None:
        if len(self._paired) >= MAX_PAIRED:
            host = min(self._paired, key=lambda host: self._paired[host].heard)
            self._forget(host)
            self.expelled(host)

    def _forget(self, host: str) -> None:
        if (found := self._paired.pop(host, None)) is not None:
            self._clients.leave(found.client)

    def _keep(self, now: float) -> None:
        """Store who came in by a token, for the daemon after this one."""
        if self._memory is not None:
            self._kept, began = now, time.time() - now
            paired = {
                host: Machine(found.client.role, found.client.name, began + found.heard)
                for host, found in self._paired.items()
                if found.keyed
            }
            self._memory.keep(self._before | paired)


def _within(host: str, network: ipaddress.IPv4Network | ipaddress.IPv6Network) -> bool:
    try:
        address = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return False
    mapped = getattr(address, "ipv4_mapped", None)
    return (mapped or address) in network
