"""Which names the web port answers to: exact Host and Origin, before anything is read. Runs on: event loop.

Any web page can send requests to 127.0.0.1, and a name that an attacker controls can be made to point there (DNS
rebinding). So the Host must be one of ours, port included, and a browser's Origin must be ours or one of
`control.origins`; both are compared as wholes, never by prefix. On the network the number of this machine counts as
well, if the connection itself came in at it: no name can pretend that. A browser always sends an Origin with a
WebSocket handshake and with each POST of a foreign page; a request without one is no foreign page's, and comes from a
program. A page's cross-site reads (images, scripts) carry no Origin and are refused by `Sec-Fetch-Site`.
"""

from collections.abc import Iterable, Mapping

from liveengine.errors import Forbidden

_NAMES = ("127.0.0.1", "localhost", "[::1]")


class Guard:
    """Knows the exact hosts and origins that are let in."""

    def __init__(self, names: Iterable[str], port: int, origins: Iterable[str] = ()) -> None:
        """`names` are further names and addresses of this machine, without port."""
        self._port = port
        known = {*_NAMES, *(_bracketed(name).lower() for name in names)}
        self._hosts = frozenset(f"{name}:{port}" for name in known) | (frozenset(known) if port == 80 else frozenset())
        self._origins = frozenset({f"http://{name}" for name in self._hosts} | {o.rstrip("/") for o in origins})

    def check(self, headers: Mapping[str, str], *, reads: bool, at: str = "") -> None:
        """Raise Forbidden unless the request may pass.

        `headers` with lower-case names, `reads` = a GET or HEAD, `at` = the address of ours that it came in at.
        """
        host = headers.get("host", "").lower()
        if host not in self._hosts and host not in self._own(at):
            raise Forbidden(f"host {host[:100]!r} is not served here; use one of {', '.join(sorted(self._hosts))}")
        origin = headers.get("origin")
        if origin is not None and origin not in self._origins and origin != f"http://{host}":
            raise Forbidden(f"origin {origin[:100]!r} may not connect; add it to control.origins in config.toml")
        navigates = reads and headers.get("sec-fetch-mode") == "navigate"
        if origin is None and headers.get("sec-fetch-site") in ("cross-site", "same-site") and not navigates:
            raise Forbidden("a page of another site may not read from here")

    def _own(self, at: str) -> tuple[str, ...]:
        if not at:
            return ()
        name = _bracketed(at)
        return (f"{name}:{self._port}", name) if self._port == 80 else (f"{name}:{self._port}",)


def _bracketed(name: str) -> str:
    return f"[{name}]" if ":" in name else name
