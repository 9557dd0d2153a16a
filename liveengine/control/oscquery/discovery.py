"""Announces the doors by mDNS: `_oscjson._tcp` (OSCQuery) and `_osc._udp`. Runs on: event loop, after ready.

A daemon that only this machine can reach announces itself on the loopback interface alone. Announcing takes seconds
(each name is probed for first), so it goes on in the background; whatever hinders it is logged and harms nothing.
"""

import asyncio
import importlib
import logging
from typing import Any

import liveengine
from liveengine.control.ports import is_any, is_loopback, local_name

log = logging.getLogger(__name__)

END_S = 1.0  # how long saying good-bye may take
_TXT = {"version": liveengine.__version__}


class Discovery:
    """Announces until it is closed."""

    def __init__(self, host: str, ports: dict[str, int], name: str) -> None:
        """`host` is where the doors listen, `ports` theirs: http and osc; `name` is what a list of servers shows."""
        self._host = host
        self._ports = ports
        self._name = name
        self._zeroconf: Any = None
        self._task: asyncio.Task[None] | None = None
        self.announced = asyncio.Event()

    def start(self) -> None:
        """Begin to announce."""
        self._task = asyncio.create_task(self._announce(), name="announce by mDNS")

    async def close(self) -> None:
        """Take the names back."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        if self._zeroconf is not None:
            try:
                async with asyncio.timeout(END_S):
                    await self._zeroconf.async_close()
            except Exception as error:
                log.debug("mDNS names could not be taken back: %s", error)

    async def _announce(self) -> None:
        try:
            library = await asyncio.to_thread(importlib.import_module, "zeroconf.asyncio")
        except ImportError:
            log.debug("zeroconf is not installed: the doors are not announced (pip install 'liveengine[discovery]')")
            return
        try:
            self._zeroconf = library.AsyncZeroconf(interfaces=interfaces(self._host))
            services = [
                self._service("_oscjson._tcp", self._ports["http"]),
                self._service("_osc._udp", self._ports["osc"]),
            ]
            register = self._zeroconf.async_register_service
            sent = await asyncio.gather(*(register(service, allow_name_change=True) for service in services))
            await asyncio.gather(*sent)
        except Exception as error:  # no multicast, no such interface, a port in use
            log.warning("the doors are not announced by mDNS: %s", str(error))
            return
        self.announced.set()

    def _service(self, kind: str, port: int) -> Any:
        info = importlib.import_module("zeroconf").ServiceInfo
        return info(
            f"{kind}.local.",
            f"{self._name}.{kind}.local.",
            port=port,
            parsed_addresses=addresses(self._host),
            properties=_TXT,
            server=local_name(self._ports["http"]) + ".",
        )


def interfaces(host: str) -> Any:
    """Return where to announce what listens on `host`: zeroconf's word for every interface, or a list of addresses."""
    if is_loopback(host):
        return ["127.0.0.1"]
    if is_any(host):
        return importlib.import_module("zeroconf").InterfaceChoice.All
    return [host]


def addresses(host: str) -> list[str]:
    """Return the addresses at which what listens on `host` is reached, as text."""
    if is_loopback(host):
        return ["::1" if ":" in host else "127.0.0.1"]
    if not is_any(host):
        return [host]
    adapters = importlib.import_module("ifaddr").get_adapters()  # of zeroconf
    found = [str(ip.ip) for adapter in adapters for ip in adapter.ips if ip.is_IPv4]
    return [one for one in found if not is_loopback(one)] or ["127.0.0.1"]
