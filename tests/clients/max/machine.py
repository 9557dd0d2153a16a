"""A stand-in for Max: an open patch. What its objects do is in box, objects, network and seen. Runs on: tests."""

import asyncio
import json
import socket
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from tests.clients.max.box import Box, Message
from tests.clients.max.network import UdpReceive, UdpSend
from tests.clients.max.objects import (
    Append,
    Change,
    Delay,
    Gate,
    Int,
    Loadbang,
    MessageBox,
    Metro,
    Pack,
    Pak,
    Prepend,
    Receive,
    Route,
    Select,
    Send,
    Sprintf,
    Trigger,
    Unpack,
    Zl,
)
from tests.clients.max.seen import Button, Comment, Menu, Number, Words

KINDS: dict[str, type[Box]] = {
    "append": Append, "change": Change, "delay": Delay, "gate": Gate, "int": Int, "loadbang": Loadbang, "metro": Metro,
    "pack": Pack, "pak": Pak, "prepend": Prepend, "r": Receive, "route": Route, "s": Send, "sel": Select,
    "sprintf": Sprintf, "t": Trigger, "udpreceive": UdpReceive, "udpsend": UdpSend, "unpack": Unpack, "zl": Zl,
    "comment": Comment, "flonum": Number, "message": MessageBox, "number": Number, "slider": Number,
    "textbutton": Button, "textedit": Words, "umenu": Menu,
}  # fmt: skip


class Machine:
    """An open patch; `machine["strip_3/gain"]` is a box by its scripting names."""

    def __init__(self, patch: Path, engine: int, *, backwards: bool = False, speed: float = 1.0) -> None:
        """Read the patch as if it had been saved for an engine at another port; its time may run faster."""
        self.backwards, self.speed = backwards, speed
        self.named: dict[str, list[Box]] = defaultdict(list)
        self.sent: list[Message] = []
        self.opened: list[socket.socket] = []
        self._boxes: list[Box] = []
        self._names: dict[str, Box] = {}
        self._timers: list[asyncio.TimerHandle] = []
        text = patch.read_text("utf-8").replace("udpsend 127.0.0.1 9000", f"udpsend 127.0.0.1 {engine}")
        self._open(json.loads(text)["patcher"], "")

    def _open(self, patcher: dict[str, Any], path: str) -> None:
        made: dict[str, Box] = {}
        for one in patcher["boxes"]:
            box = one["box"]
            if "patcher" in box:
                name = box.get("varname") or box["text"].removeprefix("p ")
                self._open(box["patcher"], f"{path}{name}/")
                continue
            kind, *words = box["text"].split() if box["maxclass"] == "newobj" else [box["maxclass"]]
            made[box["id"]] = KINDS[kind](self, box, words)
            if "varname" in box:
                self._names[path + box["varname"]] = made[box["id"]]
        for line in patcher["lines"]:
            (source, outlet), (target, inlet) = line["patchline"]["source"], line["patchline"]["destination"]
            made[source].lines[outlet].append((made[target], inlet))
        self._boxes += made.values()

    def __getitem__(self, name: str) -> Any:
        return self._names[name]

    def names(self) -> Iterator[str]:
        """Iterate over the names of the boxes."""
        return iter(self._names)

    def load(self) -> None:
        """Open the patch: what loadbang sends comes when everything is there."""
        for box in sorted(self._boxes, key=lambda box: isinstance(box, Loadbang)):
            box.load()

    def later(self, ms: Any, work: Callable[[], None]) -> asyncio.TimerHandle:
        self._timers.append(asyncio.get_running_loop().call_later(float(ms) / 1000 / self.speed, work))
        return self._timers[-1]

    def close(self) -> None:
        for timer in self._timers:
            timer.cancel()
        loop = asyncio.get_running_loop()
        for one in self.opened:
            if one.fileno() >= 0:
                loop.remove_reader(one)
                one.close()
