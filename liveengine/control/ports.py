"""Claim the doors' ports before anything else starts, or say who has them. Runs on: event loop, at start."""

import contextlib
import errno
import ipaddress
import os
import socket
from pathlib import Path

from liveengine.errors import CannotStart, PortInUse

RECEIVE_BYTES = 4 << 20  # room for a burst of some ten thousand datagrams
_ATTEMPTS = 32  # to find a port that is free for UDP and TCP
_KEYS = {socket.SOCK_STREAM: "http_port", socket.SOCK_DGRAM: "osc_port"}
_SO_RCVBUFFORCE = 33  # Linux; needs a privilege, so it is only tried


def is_loopback(host: str) -> bool:
    """Return whether only this machine can reach the address."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def local_name(port: int) -> str:
    """Return the name by which mDNS knows the machine of the server at this web port."""
    return f"liveengine-{port}.local"


def is_any(host: str) -> bool:
    """Return whether the address stands for all addresses of this machine."""
    try:
        return ipaddress.ip_address(host).is_unspecified
    except ValueError:
        return False


def claim(kind: socket.SocketKind, host: str, port: int, key: str = "") -> socket.socket:
    """Return a bound, non-blocking socket; port 0 takes a free one. `key` is the setting that says the port.

    Raises PortInUse naming the port, and the process that has it where the system tells; CannotStart for any other
    reason.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # asyncio sets TCP_NODELAY only where the protocol is named; an answer in two pieces is 40 ms late without it.
    sock = socket.socket(family, kind, socket.IPPROTO_TCP if kind == socket.SOCK_STREAM else socket.IPPROTO_UDP)
    try:
        sock.setblocking(False)
        if kind == socket.SOCK_STREAM and os.name == "posix":
            # A port whose last connections linger may be taken again; two listeners are impossible all the same.
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if kind == socket.SOCK_DGRAM:
            _enlarge(sock)
        sock.bind((host, port))
        if kind == socket.SOCK_STREAM:
            sock.listen(2048)
    except OSError as error:
        sock.close()
        if error.errno != errno.EADDRINUSE:
            raise CannotStart(f"cannot listen on {host}:{port}: {error.strerror}; check control.host") from None
        raise PortInUse(_in_use(kind, port, key or _KEYS[kind])) from None
    return sock


def claim_pair(host: str, port: int) -> tuple[socket.socket, socket.socket]:
    """Return a UDP socket and a listening TCP socket with the same port; 0 takes one that is free for both.

    Raises as `claim` does.
    """
    for attempt in range(_ATTEMPTS):
        datagrams = claim(socket.SOCK_DGRAM, host, port)
        try:
            return datagrams, claim(socket.SOCK_STREAM, host, int(datagrams.getsockname()[1]), "osc_port")
        except CannotStart:
            datagrams.close()
            if port or attempt == _ATTEMPTS - 1:
                raise
    raise AssertionError("unreachable")


def _enlarge(sock: socket.socket) -> None:
    with contextlib.suppress(OSError):
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, RECEIVE_BYTES)
    with contextlib.suppress(OSError):
        sock.setsockopt(socket.SOL_SOCKET, _SO_RCVBUFFORCE, RECEIVE_BYTES)


def _in_use(kind: socket.SocketKind, port: int, key: str) -> str:
    name = "tcp" if kind == socket.SOCK_STREAM else "udp"
    pid = owner(name, port)
    holder = f"process {pid}" if pid else "another process"
    option = "--" + key.replace("_", "-")
    return (
        f"port {port}/{name} is used by {holder}; end it, or choose another: {option} N or control.{key} in config.toml"
    )


def owner(protocol: str, port: int) -> int | None:
    """Return the pid that has the port open; None where the system does not tell (not Linux, another user)."""
    inodes = set()
    for table in (protocol, f"{protocol}6"):
        with contextlib.suppress(OSError):
            for line in Path(f"/proc/net/{table}").read_text("ascii").splitlines()[1:]:
                fields = line.split()
                listens = protocol == "udp" or fields[3] == "0A"
                if listens and int(fields[1].rpartition(":")[2], 16) == port:
                    inodes.add(f"socket:[{fields[9]}]")
    return _holder(inodes) if inodes else None


def _holder(inodes: set[str]) -> int | None:
    for process in Path("/proc").iterdir():
        if not process.name.isdigit():
            continue
        with contextlib.suppress(OSError):
            for link in (process / "fd").iterdir():
                with contextlib.suppress(OSError):
                    if str(link.readlink()) in inodes:
                        return int(process.name)
    return None
