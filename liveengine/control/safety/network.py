"""What this machine is called on the network. Runs on: event loop, at start; the user's shell."""

import contextlib
import ipaddress
import socket
from functools import lru_cache

# Addresses that lead out by each kind of route; nothing is sent to them (RFC 5737, and mDNS's group).
_OUTSIDE = (("198.51.100.1", 9), ("224.0.0.251", 5353))


def names() -> list[str]:
    """Return the names of this machine, with and without `.local`."""
    whole = socket.gethostname().lower()
    short = whole.partition(".")[0]
    return sorted({whole, short, f"{short}.local"} - {"", ".local"})


def address() -> str | None:
    """Return the address by which other machines reach this one; None without a network."""
    for target in _OUTSIDE:
        with contextlib.suppress(OSError), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            probe.connect(target)
            if _reachable(found := str(probe.getsockname()[0])):
                return found
    with contextlib.suppress(OSError):
        for *_, place in socket.getaddrinfo(socket.gethostname(), None, socket.AF_INET):
            if _reachable(str(place[0])):
                return str(place[0])
    return None


@lru_cache(1024)
def is_local(host: str) -> bool:
    """Return whether a peer's address is one of this machine alone."""
    try:
        address = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return False
    mapped = getattr(address, "ipv4_mapped", None)
    return bool((mapped or address).is_loopback)


def _reachable(host: str) -> bool:
    found = ipaddress.ip_address(host)
    return not (found.is_loopback or found.is_unspecified)
