"""How much of the doors each machine may take: token buckets for commands, requests and bytes. Runs on: event loop.

A bucket fills at a steady rate up to its size, and each command, request or byte takes one out; so a gesture may be
dense, and a flood is thinned out to the rate. What this machine sends is not counted.
"""

import ipaddress
import time
from collections import OrderedDict

COMMANDS_PER_S = 2_000.0
COMMANDS = 4_000.0  # at once
REQUESTS_PER_S = 1_000.0  # over HTTP, whatever they ask for
REQUESTS = 2_000.0  # at once
BYTES_PER_S = 1 << 20
BYTES = 2 << 20  # at once
TRIES_PER_S = 1.0  # wrong tokens
TRIES = 10.0
MAX_PEERS = 1024  # remembered; the one that was silent longest is forgotten


class Bucket:
    """Holds up to `size`, and `rate` more each second."""

    __slots__ = ("_at", "_level", "_rate", "_size")

    def __init__(self, rate: float, size: float, now: float) -> None:
        self._rate, self._size = rate, size
        self._level, self._at = size, now

    def take(self, cost: float, now: float) -> bool:
        """Take `cost` out and return True, or nothing and False if it holds less; `now` in seconds."""
        self._fill(now)
        if self._level < cost:
            return False
        self._level -= cost
        return True

    def owe(self, cost: float, now: float) -> float:
        """Take `cost` out whatever it holds; return how many seconds it takes until nothing is owed."""
        self._fill(now)
        self._level -= cost
        return max(0.0, -self._level / self._rate)

    def _fill(self, now: float) -> None:
        self._level = min(self._size, self._level + (now - self._at) * self._rate)
        self._at = now


class Share:
    """What one machine may take, over all doors."""

    __slots__ = ("bytes", "commands", "requests", "tries")

    def __init__(self, now: float) -> None:
        self.commands = Bucket(COMMANDS_PER_S, COMMANDS, now)
        self.requests = Bucket(REQUESTS_PER_S, REQUESTS, now)
        self.bytes = Bucket(BYTES_PER_S, BYTES, now)
        self.tries = Bucket(TRIES_PER_S, TRIES, now)


class Shares:
    """The shares of all machines that were heard of lately."""

    def __init__(self) -> None:
        self._shares: OrderedDict[str, Share] = OrderedDict()

    def __len__(self) -> int:
        return len(self._shares)

    def of(self, host: str) -> Share:
        """Return the share of the machine at an address; a network of IPv6 (/64) counts as one machine."""
        key = _machine(host)
        share = self._shares.get(key)
        if share is None:
            if len(self._shares) >= MAX_PEERS:
                self._shares.popitem(last=False)
            share = self._shares[key] = Share(time.monotonic())
        else:
            self._shares.move_to_end(key)
        return share


def _machine(host: str) -> str:
    if ":" not in host:
        return host
    try:
        address = ipaddress.IPv6Address(host.partition("%")[0])
    except ValueError:
        return host
    if address.ipv4_mapped is not None:
        return str(address.ipv4_mapped)
    return str(ipaddress.IPv6Network((int(address) >> 64 << 64, 64)))
