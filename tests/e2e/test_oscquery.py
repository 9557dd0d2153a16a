"""The tree of a running server against its own words, and against what python-oscquery makes of them."""

from collections.abc import Iterator
from typing import Any

import httpx
from pythonoscquery.osc_query_client import OSCQueryClient
from pythonoscquery.shared.osc_access import OSCAccess
from zeroconf import ServiceInfo

from tests.e2e.studio import Server

KINDS = {"f": (int, float), "i": (int,), "T": (bool,), "s": (str,)}
SETTINGS = {
    "/transport/tempo": 131.5,
    "/track/2/gain": 0.5,
    "/track/2/mute": True,
    "/track/2/name": "Düster",
    "/session/selected/track": 3,
    "/track/1/clip/1/warp": "repitch",
}


def leaves(node: dict[str, Any]) -> Iterator[dict[str, Any]]:
    if "TYPE" in node:
        yield node
    for child in node.get("CONTENTS", {}).values():
        yield from leaves(child)


def fits(value: Any, tag: str, bounds: dict[str, Any] | None) -> bool:
    if not isinstance(value, KINDS[tag]) or (tag in "fi" and isinstance(value, bool)):
        return False
    bounds = bounds or {}
    return (
        ("VALS" not in bounds or value in bounds["VALS"])
        and ("MIN" not in bounds or value >= bounds["MIN"])
        and ("MAX" not in bounds or value <= bounds["MAX"])
    )


def test_each_value_is_of_its_type_and_within_its_range(server: Server) -> None:
    server.osc.call("/track/1/clip/1/load", server.stem("kick_loop"))
    found = list(leaves(httpx.get(f"{server.url}/", timeout=30.0).json()))
    told = [node for node in found if "VALUE" in node]
    assert len(told) > 500
    wrong = [
        (node["FULL_PATH"], node["VALUE"])
        for node in told
        if len(node["VALUE"]) != len(node["TYPE"])
        or not all(map(fits, node["VALUE"], node["TYPE"], node.get("RANGE", [None] * len(node["TYPE"]))))
    ]
    assert wrong == []
    tags = {tag for node in told for tag in node["TYPE"]}
    assert tags == {"f", "i", "T", "s"}


def test_what_is_set_by_osc_is_what_a_foreign_client_reads(server: Server) -> None:
    server.osc.call("/track/1/clip/1/load", server.stem("kick_loop"))
    kind = "_oscjson._tcp.local."
    port = server.info["ports"]["http"]
    client = OSCQueryClient(ServiceInfo(kind, f"x.{kind}", port=port, addresses=[b"\x7f\0\0\1"]))
    for address, value in SETTINGS.items():
        server.osc.call(address, value)
        node = client.query_node(address)
        assert node is not None
        assert (address, node.access, node.value) == (address, OSCAccess.READWRITE_VALUE, [value])
