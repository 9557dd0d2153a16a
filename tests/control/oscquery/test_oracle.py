"""Clients of others read what is served: python-oscquery, and the `oscquery` package of npm where node has it."""

import asyncio
import json
import os
import shutil
import subprocess

import pytest
from pythonoscquery.osc_query_client import OSCQueryClient
from pythonoscquery.shared.osc_access import OSCAccess
from zeroconf import ServiceInfo

from tests.control.stage import House

READER = """
const { DiscoveredService } = require("oscquery");
const found = new DiscoveredService("127.0.0.1", Number(process.argv[1]));
found.update().then(() => {
  const gain = found.resolvePath("/track/16/gain");
  console.log(JSON.stringify({ info: found.hostInfo, gain: gain._getMethodDescription("/track/16/gain"),
    methods: found.flat().map((method) => method.full_path) }));
});
"""


def client_of(house: House) -> OSCQueryClient:
    kind = "_oscjson._tcp.local."
    return OSCQueryClient(ServiceInfo(kind, f"x.{kind}", port=house.doors.ports["http"], addresses=[b"\x7f\0\0\1"]))


async def test_python_oscquery_reads_nodes_and_host_info(house: House) -> None:
    client = client_of(house)
    node = await asyncio.to_thread(client.query_node, "/track/1/gain")
    assert node is not None
    assert (node.full_path, node.access, node.value) == ("/track/1/gain", OSCAccess.READWRITE_VALUE, [0.75])
    mutes = await asyncio.to_thread(client.query_node, "/track/7/mute")
    assert mutes is not None
    assert (mutes.value, mutes.description) == ([False], "Mute of a track.")
    info = await asyncio.to_thread(client.get_host_info)
    assert info is not None
    assert (info.osc_ip, info.osc_port, info.osc_transport) == ("127.0.0.1", house.doors.ports["osc"], "UDP")
    assert info.extensions["LISTEN"] is True
    assert await asyncio.to_thread(client.query_node, "/no/where") is None


def _node(port: int) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["node", "-e", READER, str(port)], capture_output=True, text=True, env=os.environ, timeout=30)


def has_package() -> bool:
    probe = ["node", "-e", "require('oscquery')"]
    return shutil.which("node") is not None and subprocess.run(probe, capture_output=True).returncode == 0


@pytest.mark.skipif(not has_package(), reason="no node with the package oscquery (npm install oscquery; NODE_PATH)")
async def test_the_oscquery_of_npm_reads_the_whole_tree(house: House) -> None:
    done = await asyncio.to_thread(_node, house.doors.ports["http"])
    found = json.loads(done.stdout)
    assert found["info"]["oscPort"] == house.doors.ports["osc"]
    gain = {"type": "f", "range": {"min": 0, "max": 1}, "clipmode": "none", "value": 0.75}
    assert found["gain"]["arguments"] == [gain]
    assert len(found["methods"]) == len(set(found["methods"])) > 16 * 16 * 2
    assert {"/panic", "/track/16/clip/16/launch", "/stems/search"} <= set(found["methods"])
