"""Keeps a machine that floods the UDP port from filling it for the others. Runs on: event loop.

All machines share the socket's buffer, so that what is refused still costs the others time and lost datagrams. Who had
more than MANY packets refused within WINDOW_S is dropped by a filter in the kernel (Linux, IPv4), for WINDOW_S at first
and twice as long each time that it goes on, up to LONGEST windows; its /panic comes through.
"""

import asyncio
import contextlib
import ctypes
import ipaddress
import socket
import struct
import sys
from collections import Counter

MANY = 500  # refused packets
WINDOW_S = 1.0
LONGEST = 8
MAX_HOSTS = 32
_ATTACH, _DETACH = 26, 27  # SO_ATTACH_FILTER, SO_DETACH_FILTER
_LOAD, _EQUAL, _RETURN = 0x20, 0x15, 0x06  # BPF: a word at a place, jump if equal, end
_SOURCE = 0xFFF00000 + 12  # SKF_NET_OFF: the sender in the IPv4 header
_PAYLOAD = 8  # behind the UDP header
_ALL, _NOTHING = 0xFFFFFFFF, 0
_PANIC = struct.unpack("!II", b"/panic\0\0")
_BUNDLE = struct.unpack("!II", b"#bundle\0")
_FIRST = _PAYLOAD + 20  # where the first message of a bundle begins

Step = tuple[int, int, int, int]  # code, jump if true, jump if false, constant


class Sieve:
    """Counts refused packets, and holds the filter of one socket."""

    def __init__(self, sock: socket.socket) -> None:
        self._socket = sock
        self._able = sys.platform == "linux" and sock.family == socket.AF_INET
        self._refused: Counter[str] = Counter()
        self.out: dict[str, int] = {}  # windows that are left, by host
        self._before: dict[str, int] = {}  # how many it was out the last time
        self._timer: asyncio.TimerHandle | None = None
        self.times = 0  # that a machine was sieved

    def refuse(self, host: str) -> None:
        """Note that a packet was refused."""
        if not self._able:
            return
        self._refused[host] += 1
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(WINDOW_S, self._next)
        if self._refused[host] == MANY and host not in self.out and len(self.out) < MAX_HOSTS:
            self.out[host] = self._before[host] = min(2 * self._before.get(host, 0) or 1, LONGEST)
            self.times += 1
            self._attach()

    def close(self) -> None:
        """Count no more."""
        if self._timer is not None:
            self._timer.cancel()

    def _next(self) -> None:
        """Begin a window: listen again to who was out for long enough, and forget who was in for one."""
        quiet = [host for host in self._before if host not in self.out and not self._refused[host]]
        for host in quiet:
            del self._before[host]
        self._refused.clear()
        self.out = {host: left - 1 for host, left in self.out.items() if left > 1}
        self._attach()
        again = bool(self._before)
        self._timer = asyncio.get_running_loop().call_later(WINDOW_S, self._next) if again else None

    def _attach(self) -> None:
        if not self.out:
            with contextlib.suppress(OSError):  # there may be none
                self._socket.setsockopt(socket.SOL_SOCKET, _DETACH, 0)
            return
        steps = program(sorted(self.out))
        code = ctypes.create_string_buffer(b"".join(struct.pack("=HBBI", *step) for step in steps))
        filters = struct.pack("@HP", len(steps), ctypes.addressof(code))
        with contextlib.suppress(OSError):
            self._socket.setsockopt(socket.SOL_SOCKET, _ATTACH, filters)


def program(hosts: list[str]) -> list[Step]:
    """Return the filter that drops what these IPv4 addresses send, but a /panic, alone or first in a bundle."""
    count = len(hosts)
    return [
        (_LOAD, 0, 0, _SOURCE),
        *((_EQUAL, count - at, 0, int(ipaddress.IPv4Address(host))) for at, host in enumerate(hosts)),
        (_RETURN, 0, 0, _ALL),
        (_LOAD, 0, 0, _PAYLOAD),
        (_EQUAL, 7, 0, _PANIC[0]),
        (_EQUAL, 0, 9, _BUNDLE[0]),
        (_LOAD, 0, 0, _PAYLOAD + 4),
        (_EQUAL, 0, 7, _BUNDLE[1]),
        (_LOAD, 0, 0, _FIRST),
        (_EQUAL, 0, 5, _PANIC[0]),
        (_LOAD, 0, 0, _FIRST + 4),
        (_EQUAL, 2, 3, _PANIC[1]),
        (_LOAD, 0, 0, _PAYLOAD + 4),
        (_EQUAL, 0, 1, _PANIC[1]),
        (_RETURN, 0, 0, _ALL),
        (_RETURN, 0, 0, _NOTHING),
    ]
