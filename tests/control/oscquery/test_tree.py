"""The tree of the commands that a daemon really has."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from liveengine.command import Registry, command
from liveengine.control.oscquery.leaf import Leaf
from liveengine.control.oscquery.tree import Tree
from liveengine.control.turns import Turns
from liveengine.daemon import owners
from liveengine.errors import UnknownAddress


def made() -> Registry:
    registry = Registry()
    for owner in owners():
        registry.add(object.__new__(owner))
    return registry


SMALL = Tree(made(), {"track": 2, "slot": 3, "scene": 3, "bus": 1}, Turns())


@pytest.fixture(scope="module")
def registry() -> Registry:
    return made()


@pytest.fixture(scope="module")
def leaves(registry: Registry) -> dict[str, Leaf]:
    return {command.address: Leaf.of(command) for command in registry}


def test_every_command_is_described_by_the_rules_of_the_proposal(leaves: dict[str, Leaf]) -> None:
    for address, leaf in leaves.items():
        found = leaf.attributes
        assert found["DESCRIPTION"], address
        assert found["ACCESS"] in (1, 2, 3), address
        for described in (found, *found.get("OVERLOADS", ())):
            assert set(described["TYPE"]) <= set("ifsTI"), address
            for name in ("RANGE", "UNIT", "CLIPMODE", "EXTENDED_TYPE"):
                assert name not in described or len(described[name]) == len(described["TYPE"]), address
        assert json.loads("{" + leaf.text + "}") == found


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("/transport/tempo", {"ACCESS": 3, "TYPE": "f", "RANGE": [{"MIN": 20.0, "MAX": 999.0}], "UNIT": ["time.bpm"]}),
        ("/track/{track}/level", {"TYPE": "f", "RANGE": [{"MIN": -144.0, "MAX": 6.0}], "UNIT": ["gain.db"]}),
        ("/track/{track}/mute", {"ACCESS": 3, "TYPE": "T"}),
        ("/track/{track}/name", {"ACCESS": 3, "TYPE": "s"}),
        ("/track/{track}/clip/{slot}/warp", {"RANGE": [{"VALS": ["repitch", "beats", "stretch"]}]}),
        ("/track/{track}/clip/{slot}/state", {"ACCESS": 1, "TYPE": "s"}),
        ("/track/{track}/clip/{slot}/loop/start/frame", {"TYPE": "i", "UNIT": ["time.samples"]}),
        ("/track/{track}/clip/{slot}/load", {"ACCESS": 2, "TYPE": "i", "CRITICAL": True}),
        ("/transport/position", {"ACCESS": 1, "TYPE": "f"}),
        ("/transport/play", {"ACCESS": 2, "TYPE": "I", "CRITICAL": True}),
        ("/session/state", {"ACCESS": 2, "TYPE": "I"}),  # a record is answered over OSC
        ("/record/retro", {"ACCESS": 2, "TYPE": "I"}),
        ("/stem/{stem}/bpm", {"ACCESS": 3, "TYPE": "f", "UNIT": ["time.bpm"]}),
        ("/stem/{stem}/tags", {"ACCESS": 3, "TYPE": "s"}),
    ],
)
def test_a_command_is_told_by_its_signature(leaves: dict[str, Leaf], address: str, expected: dict[str, Any]) -> None:
    found = leaves[address].attributes
    assert {name: found.get(name) for name in expected} == expected


def test_arguments_that_may_be_left_out_are_overloads(leaves: dict[str, Leaf]) -> None:
    retro = leaves["/record/retro"].attributes
    assert [longer["TYPE"] for longer in retro["OVERLOADS"]] == ["f"]
    assert retro["OVERLOADS"][0]["UNIT"] == ["time.second"]


def test_paths_lead_to_nodes_or_to_an_error() -> None:
    tree = SMALL
    assert tree.find("/track/2/clip/3/follow/a/slot").numbers == (2, 3)
    assert tree.find("/").path == ""
    assert tree.find("/track/2/").path == tree.find("//track/02").path == "/track/2"
    for wrong in ("/track/3", "/track/0", "/track/1/clip/4", "/bus/2/gain", "/track/²", "/track/" + "9" * 30, "/x"):
        with pytest.raises(UnknownAddress):
            tree.find(wrong)
    assert len(tree.places("/track/{track}/clip/{slot}")) == 6


@given(st.lists(st.one_of(st.sampled_from(["track", "clip", "1", "2", "gain", "", "stem", "7"]), st.text(max_size=5))))
def test_any_path_is_a_node_or_unknown(parts: list[str]) -> None:
    try:
        found = SMALL.find("/".join(parts))
    except UnknownAddress:
        return
    assert SMALL.find(found.path) == found


class Faulty:
    @command("/good")
    def good(self, value: int | None = None) -> int:
        """One that works."""
        return 7

    @command("/broken")
    def broken(self, value: int | None = None) -> int:
        """One that does not."""
        raise RuntimeError("secret detail")


async def test_a_fault_keeps_no_other_node_from_being_read(caplog: pytest.LogCaptureFixture) -> None:
    registry = Registry()
    registry.add(Faulty())
    tree = Tree(registry, {}, Turns())
    found = json.loads(b"".join([piece async for piece in tree.stream(tree.find("/"))]))["CONTENTS"]
    assert found["good"]["VALUE"] == [7]
    assert "VALUE" not in found["broken"]
    assert caplog.text.count("RuntimeError: secret detail") == 1
