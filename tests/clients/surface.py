"""A stand-in for TouchOSC: it opens a document, runs its scripts, sends and receives OSC. Runs on: tests.

Of TouchOSC's Lua (5.1, one context for each control) a script has here what the manual of the application lists, and
nothing else: no pcall, no os, no require. A value that a finger, a message or a script changes calls onValueChanged and
sends the control's messages, but for a message that has just received it; what the root's onReceiveOSC returns true
for goes no further.
"""

import asyncio
import contextlib
import struct
import time
import xml.etree.ElementTree as ET
import zlib
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

from lupa import lua51

from liveengine.cli.layouts.touchosc.format import TOGGLE
from liveengine.control.osc.codec import Message, Reject, decode, encode

PRELUDE = """
local allowed = { error = error, ipairs = ipairs, next = next, pairs = pairs, print = function() end, select = select,
  tonumber = tonumber, tostring = tostring, unpack = unpack, type = type, string = string, math = {}, table = {} }
for name, f in pairs(math) do allowed.math[name] = f end
function allowed.math.clamp(x, low, high) return math.min(math.max(x, low), high) end
for name, f in pairs(table) do allowed.table[name] = f end
function allowed.table.pack(...) return { ... } end
allowed.table.unpack = unpack
allowed.Color = { fromHexString = function(text)
  assert(#text == 8, 'RRGGBBAA')
  return { r = tonumber(text:sub(1, 2), 16), g = tonumber(text:sub(3, 4), 16), b = tonumber(text:sub(5, 6), 16) }
end }
local controls = {}

function control(id, kind, properties, values, notify, changed, readdressed)
  local known, held = {}, {}
  for key, value in pairs(properties) do known[key] = value end
  for key, value in pairs(values) do held[key] = value end
  local self = { type = kind, ID = id, children = {} }
  self.values = setmetatable({}, {
    __index = function(_, key) return held[key] end,
    __newindex = function(_, key, value)
      assert(held[key] ~= nil, known.name .. ' has no value ' .. key)
      assert(type(held[key]) == type(value), known.name .. ': ' .. key .. ' is no ' .. type(value))
      if held[key] ~= value then
        held[key] = value
        changed(id, key, value)
      end
    end })
  function self.notify(_, key, value) notify(id, key, value) end
  local made = setmetatable({}, {
    __index = function(_, key) if known[key] ~= nil then return known[key] end return self[key] end,
    __newindex = function(_, key, value)
      assert(known[key] ~= nil, 'no property ' .. key)
      known[key] = value
      if key == 'tag' then readdressed() end
    end })
  controls[id] = made
  return made
end

function child(parent, made) table.insert(parent.children, made) end

function run(script, self, root, send, millis)
  local scope = { self = self, root = root, sendOSC = send, getMillis = millis }
  for name, value in pairs(allowed) do scope[name] = value end
  local chunk = assert(loadstring(script, self.name))
  setfenv(chunk, scope)
  chunk()
  return scope
end

function put(made, key, value) made.values[key] = value end
function tell(scope, name, ...) if scope[name] then return scope[name](...) end end
"""


@dataclass
class Control:
    """A control of the document, its Lua object and the scope of its script."""

    node: ET.Element
    kind: str
    lua: Any = None
    scope: Any = None
    receiving: bool = False

    @property
    def name(self) -> str:
        return str(self.lua.name)

    @property
    def tag(self) -> str:
        return str(self.lua.tag)

    @property
    def messages(self) -> list[ET.Element]:
        return self.node.findall("messages/osc")

    @property
    def colour(self) -> tuple[int, int, int]:
        made = self.lua.color
        return int(made.r), int(made.g), int(made.b)

    def value(self, key: str = "x") -> Any:
        return self.lua["values"][key]


@dataclass
class Surface:
    """An open document; `send(packet)` is its connection."""

    packed: bytes
    send: Callable[[bytes], None]
    clock: Callable[[], float]  # ms
    controls: dict[str, Control] = field(default_factory=dict)
    sent: list[tuple[str, tuple[Any, ...]]] = field(default_factory=list)
    deaf: bool = False  # nothing comes through
    _following: dict[str, list[tuple[Control, ET.Element]]] | None = None

    def __post_init__(self) -> None:
        self._lua = lua51.LuaRuntime(unpack_returned_tuples=True)
        self._lua.execute(PRELUDE)
        top = ET.fromstring(zlib.decompress(self.packed)).find("node")
        assert top is not None
        self.root = self._open(top)
        for control in self.controls.values():
            script = _properties(control.node).get("script")
            if script:
                control.scope = self._lua.globals().run(script, control.lua, self.root.lua, self._said, self._millis)
        self._drawing = [c for c in self.controls.values() if c.scope is not None and c.scope.update is not None]
        for control in self.controls.values():
            self._tell(control, "init")

    def _open(self, node: ET.Element) -> Control:
        made = Control(node, node.attrib["type"])
        given = {"tag": "", "script": ""} | _properties(node)
        values = {_text(v, "key"): _first(v) for v in node.findall("values/value")}
        self.controls[node.attrib["ID"]] = made
        table = self._lua.table_from
        made.lua = self._lua.globals().control(
            node.attrib["ID"], made.kind, table(given), table(values), self._notified, self._changed, self._forget
        )
        for below in node.findall("children/node"):
            self._lua.globals().child(made.lua, self._open(below).lua)
        return made

    # ── what a person does and sees ──

    def all(self, name: str, tag: str | None = None) -> list[Control]:
        """Return the controls of this name, and of this tag."""
        return [c for c in self.controls.values() if c.name == name and (tag is None or c.tag == tag)]

    def one(self, name: str, tag: str | None = None) -> Control:
        """Return the first of them."""
        return self.all(name, tag)[0]

    def text(self, name: str, tag: str | None = None) -> str:
        return str(self.one(name, tag).value("text"))

    @property
    def told(self) -> str:
        """Return what it shows of the engine, and what it has sent last."""
        shown = {name: self.text(name) for name in ("status", "said", "beat")}
        running = self.one("/transport/running").value()
        return f"{shown}, running {running}, sent {self.sent[-20:]}"

    def move(self, control: Control, value: float) -> None:
        self._lua.globals().put(control.lua, "x", float(value))

    def tap(self, name: str, tag: str | None = None) -> None:
        """Press a button and let it go; a switch stays as it is then."""
        control = self.one(name, tag)
        if _properties(control.node).get("buttonType") == TOGGLE:
            self.move(control, 1.0 - control.value())
            return
        self.move(control, 1.0)
        self.move(self.one(name, tag), 0.0)

    def frame(self) -> None:
        """Let the application draw a frame."""
        for control in self._drawing:
            self._tell(control, "update")

    # ── what the application does ──

    def receive(self, packet: bytes) -> None:
        """Take a packet of the connection."""
        for message in () if self.deaf else messages(packet):
            table = self._lua.table_from
            told = table([message[0], table([table({"tag": tag(value), "value": value}) for value in message[1]])])
            if not self._tell(self.root, "onReceiveOSC", told, None) and message[1]:
                for control, wanted in self._followers.get(message[0], ()):
                    self._follow(control, wanted, float(message[1][0]))

    @property
    def _followers(self) -> dict[str, list[tuple[Control, ET.Element]]]:
        """The controls that a message moves, each with what it wants of it, by the address of this moment."""
        if self._following is None:
            self._following = {}
            for control in self.controls.values():
                for osc in control.messages:
                    wanted = osc.find("arguments/partial")
                    if _text(osc, "receive") == "1" and wanted is not None:
                        self._following.setdefault(self._path(control, osc), []).append((control, wanted))
        return self._following

    def _forget(self) -> None:
        """A tag has changed, and with it an address."""
        self._following = None

    def _follow(self, control: Control, wanted: ET.Element, value: float) -> None:
        low, high = float(_text(wanted, "scaleMin")), float(_text(wanted, "scaleMax"))
        control.receiving = True
        self.move(control, (value - low) / (high - low))
        control.receiving = False

    def _changed(self, id: str, key: str, value: Any) -> None:
        control = self.controls[id]
        self._tell(control, "onValueChanged", key)
        for osc in control.messages:
            trigger, condition = _text(osc, "triggers/trigger/var"), _text(osc, "triggers/trigger/condition")
            rises = not isinstance(value, str) and value > 0
            if control.receiving or trigger != key or condition not in ("ANY", "RISE" if rises else "FALL"):
                continue
            arguments = [self._part(control, part) for part in osc.findall("arguments/partial")]
            self._said(self._path(control, osc), *arguments)

    def _path(self, control: Control, osc: ET.Element) -> str:
        return "".join(str(self._part(control, part)) for part in osc.findall("path/partial"))

    def _part(self, control: Control, part: ET.Element) -> Any:
        kind, value = _text(part, "type"), _text(part, "value")
        if kind == "VALUE":
            low, high = float(_text(part, "scaleMin")), float(_text(part, "scaleMax"))
            return low + float(control.value(value)) * (high - low)
        return control.lua[value] if kind == "PROPERTY" else value

    def _said(self, path: str, *values: Any) -> None:
        arguments = tuple(float(v) if isinstance(v, int) and not isinstance(v, bool) else v for v in values)
        self.sent.append((path, arguments))
        self.send(encode(path, *arguments))

    def _millis(self) -> float:
        return self.clock()

    def _notified(self, id: str, key: str, value: Any) -> None:
        self._tell(self.controls[id], "onReceiveNotify", key, value)

    def _tell(self, control: Control, name: str, *arguments: Any) -> Any:
        return self._lua.globals().tell(control.scope, name, *arguments) if control.scope is not None else None


def tag(value: Any) -> str:
    """Return the type tag of a value that came."""
    return {int: "i", float: "f", str: "s"}.get(type(value), "b")


def messages(packet: bytes) -> Iterator[tuple[str, tuple[Any, ...]]]:
    """Yield the messages of a packet."""
    found = decode(packet)
    assert not isinstance(found, Reject), found
    for item in (found,) if isinstance(found, Message) else found.items:
        assert isinstance(item, Message)
        yield item.address, item.args


def _text(node: ET.Element, path: str) -> str:
    return node.findtext(path) or ""


def _first(value: ET.Element) -> Any:
    key, text = _text(value, "key"), _text(value, "default")
    return text == "true" if key == "touch" else text if key == "text" else float(text)


def _properties(node: ET.Element) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for one in node.findall("properties/property"):
        value = cast("ET.Element", one.find("value"))
        kind = one.attrib["type"]
        text = value.text or ""
        found[_text(one, "key")] = text if kind == "s" else [v.text for v in value] if len(value) else float(text)
    return found


async def drawn(surface: Surface, true: Callable[[], bool], seconds: float = 60.0) -> None:
    """Draw frames until something is so; what the document shows is told when it comes in vain."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, f"waited in vain; {surface.told}"
        surface.frame()
        await asyncio.sleep(0.01)


@contextlib.asynccontextmanager
async def opened(document: Path, port: int) -> AsyncIterator[Surface]:
    """Open a document that is connected to a door over TCP, as TouchOSC's TCP Client with framing OSC 1.0.

    A connection that ends, or that there is none yet, is tried again; what is sent meanwhile is lost.
    """
    line: list[asyncio.StreamWriter] = []

    def send(packet: bytes) -> None:
        for writer in line:
            writer.write(struct.pack(">i", len(packet)) + packet)

    surface = Surface(document.read_bytes(), send, lambda: time.monotonic() * 1000)

    async def listen() -> None:
        while True:
            with contextlib.suppress(asyncio.IncompleteReadError, OSError):
                reader, writer = await asyncio.open_connection("127.0.0.1", port)
                line.append(writer)
                try:
                    while True:
                        size = struct.unpack(">i", await reader.readexactly(4))[0]
                        surface.receive(await reader.readexactly(size))
                finally:
                    line.clear()
                    writer.close()
            await asyncio.sleep(0.1)

    task = asyncio.create_task(listen())
    try:
        yield surface
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task
