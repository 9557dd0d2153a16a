"""One server, the attacks on it in a row, and what they changed. Runs on: the user's shell."""

import contextlib
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from liveengine.cli.torture.doors import Attack, Ports, Row, Siege
from liveengine.cli.torture.doors.datagrams import crafted, mutated
from liveengine.cli.torture.doors.documented import lawless
from liveengine.cli.torture.doors.names import garbled
from liveengine.cli.torture.doors.notes import random_bytes
from liveengine.cli.torture.doors.pages import crammed, flood, silent, unread, wrong
from liveengine.cli.torture.doors.sockets import bursts, frames, handshakes, nodes, sleepers
from liveengine.cli.torture.doors.streams import broken, lengths, slips, strangers
from liveengine.cli.torture.target import Hangs, Target, wait
from liveengine.cli.torture.turns import Turns, watched
from liveengine.engine.bench.jackd import Jackd

CLIPS = 16
BLOCK = 128  # frames, under JACK
REST_S = 3.0  # in which the engine was given nothing: loops that are rendered for the tempo have taken their places
SETTLE_S = 40.0  # in which the daemon must have let go of who has gone, or does not speak
_PAGE_MIB = 4096 / (1 << 20)
# By what is sent, how often. These hold no command: they must leave no record in the engine ...
HARMLESS: dict[str, tuple[Attack, int]] = {
    "osc.crafted": (crafted, 10_000),
    "osc.broken": (broken, 1_000),
    "osc.strangers": (strangers, 1_000),
    "websocket.frames": (frames, 100_000),
    "websocket.bursts": (bursts, 1_000_000),
    "websocket.handshakes": (handshakes, 5_000),
    "websocket.sleepers": (sleepers, 100),
    "oscquery.frames": (nodes, 20_000),
    "http.wrong": (wrong, 50_000),
    "http.crammed": (crammed, 3_000),
    "http.flood": (flood, 20_000),
    "http.silent": (silent, 400),
    "http.unread": (unread, 50),
    "mdns.garbled": (garbled, 50_000),
}
# ... and of these some are commands still.
ATTACKS = HARMLESS | {
    "osc.mutated": (mutated, 1_000_000),
    "osc.lengths": (lengths, 200_000),
    "osc.slip": (slips, 200_000),
}
LAWLESS: dict[str, tuple[Attack, int]] = {"http.lawless": (lawless, 5_000)}  # where Schemathesis is installed
MIDI: dict[str, tuple[Attack, int]] = {"midi.bytes": (random_bytes, 1_000_000)}  # on a server under JACK


def besiege(
    attacks: Mapping[str, tuple[Attack, int]] = ATTACKS, share: float = 1.0, seed: int = 0, stream: str = "null"
) -> Iterator[Row | Siege]:
    """Yield a row for each attack, with `share` of its count, then the whole; raise DeviceMissing without JACK."""
    rows: list[Row] = []
    device = Jackd(BLOCK) if stream == "jack" else contextlib.nullcontext()
    with device, watched() as (environment, turns), Target(stream, CLIPS, environment) as target:
        target.play()
        _rest(target)
        watch = _Watch(target, turns)
        for number, (what, (attack, count)) in enumerate(attacks.items()):
            rows.append(watch.row(what, attack, max(10, round(count * share)), np.random.default_rng((seed, number))))
            yield rows[-1]
        compared, wrong = target.compare()
    yield Siege(rows, compared, wrong)


def _rest(target: Target) -> None:
    """Wait until nothing moves but the music."""
    before = -1
    while before != (before := target.header("command_write")):
        target.play_on(REST_S)


class _Watch:
    """Looks at the daemon before and after an attack."""

    def __init__(self, target: Target, turns: Turns) -> None:
        self._target, self._turns = target, turns
        self._pid = int(target.info["pid"])
        self._proc = Path(f"/proc/{self._pid}")
        self._ports = Ports(int(target.info["ports"]["http"]), int(target.info["ports"]["osc"]))

    def row(self, what: str, attack: Attack, count: int, random: np.random.Generator) -> Row:
        """Attack; raise Hangs if the daemon is not there afterwards."""
        state, files, memory = self._state(), self._files(), self._memory()
        told, before = self._lines(), self._counts()
        self._turns.take(self._pid)
        began = time.monotonic()
        sent = attack(self._ports, count, random)
        seconds = time.monotonic() - began
        self._state()  # whoever was before this question has been taken in
        self._settle(files)
        turn, long = self._turns.take(self._pid)
        if self._target.info.get("pid") != self._pid:
            raise Hangs
        records, late, xruns = (now - then for now, then in zip(self._counts(), before, strict=True))
        return Row(
            what, sent, round(seconds, 1), round(turn, 2), long,
            records, late, xruns,
            self._lines() - told, self._files() - files, round(self._memory() - memory, 1), self._state() == state,
            what in HARMLESS,
        )  # fmt: skip

    def _settle(self, files: int) -> None:
        with contextlib.suppress(Hangs):
            wait(lambda: self._files() <= files, SETTLE_S)

    def _state(self) -> Any:
        """Return what of the session does not move by itself."""
        state = self._target.call("/session/state")
        state["transport"].pop("beat", None)
        return {name: value for name, value in state.items() if name not in ("beat", "frame")}

    def _counts(self) -> list[int]:
        return [self._target.header(name) for name in ("command_write", "late", "xruns")]

    def _files(self) -> int:
        return sum(1 for _ in (self._proc / "fd").iterdir())

    def _memory(self) -> float:
        return int((self._proc / "statm").read_text("ascii").split()[1]) * _PAGE_MIB

    def _lines(self) -> int:
        return self._target.log.read_bytes().count(b"\n")
