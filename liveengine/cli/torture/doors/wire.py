"""Sockets for attackers: none waits long, none minds what the other side does. Runs on: the user's shell."""

import contextlib
import socket
import struct
from collections.abc import Iterator

HOST = "127.0.0.1"
PATIENCE_S = 2.0
_RESET = struct.pack("ii", 1, 0)  # linger 0: closing sends RST


@contextlib.contextmanager
def datagrams(port: int) -> Iterator[socket.socket]:
    """Lend a UDP socket that sends to a port."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4 << 20)
        sock.settimeout(PATIENCE_S)
        sock.connect((HOST, port))
        yield sock


def connection(port: int, *, receive_bytes: int = 0) -> socket.socket:
    """Return a TCP connection to a port; `receive_bytes` > 0 keeps the system from reading ahead."""
    sock = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    if receive_bytes:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_bytes)
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    sock.settimeout(PATIENCE_S)
    sock.connect((HOST, port))
    return sock


def say(sock: socket.socket, data: bytes) -> bool:
    """Send; tell if the other side still takes it."""
    try:
        sock.sendall(data)
    except OSError:
        return False
    return True


def hear(sock: socket.socket) -> bytes:
    """Return what has come, empty at the end or when nothing comes in time."""
    try:
        return sock.recv(1 << 16)
    except OSError:
        return b""


def ended(sock: socket.socket) -> None:
    """Say that nothing more is sent, read what comes until the other side ends too, and close."""
    with contextlib.suppress(OSError):
        sock.shutdown(socket.SHUT_WR)
    while hear(sock):
        pass
    sock.close()


def vanish(sock: socket.socket) -> None:
    """Close as a machine does that was switched off: with a reset."""
    with contextlib.suppress(OSError):
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
    sock.close()
