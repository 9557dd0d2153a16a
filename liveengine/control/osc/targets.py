"""Where changes are pushed to without being asked: `control.osc_targets`. Runs on: anywhere."""

import ipaddress
from typing import NamedTuple

from liveengine.control.osc.pattern import Pattern
from liveengine.errors import BadArgument, BadInput


class BadTarget(BadInput):
    """An entry of control.osc_targets says no address, port and pattern."""

    code = "bad_config"


class Target(NamedTuple):
    """An address and what is pushed to it."""

    address: tuple[str, int]
    pattern: str


def target_of(text: str) -> Target:
    """Return the target of `host:port` or `host:port/address/pattern`; the host is an IP address or localhost.

    Raises BadTarget. Without a pattern everything is pushed.
    """
    place, slash, below = text.partition("/")
    host, _, port = place.rpartition(":")
    try:
        host = str(ipaddress.ip_address("127.0.0.1" if host == "localhost" else host.strip("[]")))
        number = int(port)
        pattern = Pattern.parse(slash + below or "*").text
    except (ValueError, BadArgument) as error:
        example = "write '192.168.1.20:9001', or '192.168.1.20:9001/track/*'"
        raise BadTarget(f"control.osc_targets: {text!r}: {error}; {example}") from None
    if not 0 < number < 65_536:
        raise BadTarget(f"control.osc_targets: {text!r}: {number} is no port from 1 to 65535")
    return Target((host, number), pattern)
