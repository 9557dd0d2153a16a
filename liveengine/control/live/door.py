"""Answers the addresses of AbletonOSC, so that templates made for Live play this instrument. Runs on: event loop.

`/live/song/get/tempo` answers at its own address; `/live/track/set/volume 0 0.85` answers nothing;
`/live/track/start_listen/volume 0` has the value told now and at each change, at `/live/track/get/volume 0 value`;
`/live/clip/fire 0 0` and the other methods answer nothing; what goes wrong comes at `/live/error message`. `*` in an
address stands for every property that has a value, `*` as a track for all tracks. Which command of ours a name stands
for is written in `table.py`.
"""

import asyncio
import contextlib
import logging
from collections.abc import Callable, Coroutine, Mapping
from functools import partial
from typing import Any

from liveengine.bus import Bus
from liveengine.command import Registry, fault
from liveengine.control.live import words
from liveengine.control.live.listeners import Listener, Listeners
from liveengine.control.live.reader import Reader, entries
from liveengine.control.live.table import KEY, PROPERTIES, Fixed, Meter, Property, Readable, Step
from liveengine.control.osc.codec import encode
from liveengine.control.osc.pattern import Pattern, is_pattern
from liveengine.control.quiet import Quiet
from liveengine.errors import BadArgument, Full, LiveEngineError, NotFound, UnknownAddress

log = logging.getLogger(__name__)

PREFIX = "/live/"
MAX_WAITING = 256  # messages whose commands could not answer at once
MAX_ANSWER = 60_000  # bytes; a datagram has at most 65,507

Args = tuple[Any, ...]
Work = Coroutine[Any, Any, None]
Look = Callable[[Args, bool], None]  # raises what is wrong with the arguments, if it is known before they are used


class LiveDoor:
    """A room of the OSC door."""

    def __init__(
        self,
        registry: Registry,
        bus: Bus,
        counts: Mapping[str, int],
        send: Callable[[bytes, Any], None],
        meters: Callable[[], bytes],
    ) -> None:
        """`counts` has how many there are of each number of an address; `send(packet, peer)` answers.

        `meters` gives float32 little-endian, the left and right peak of each track first.
        """
        self._send = send
        self._counts = counts
        self._reader = Reader(registry, counts, meters)
        self._listeners = Listeners(bus)
        self._quiet = Quiet(log)
        self._tasks: set[asyncio.Task[None]] = set()
        self._routes: dict[str, Callable[[Args, Any], Work]] = {}
        self._looks: dict[str, Look] = {}
        self._waits: set[str] = set()
        self._lay()

    @property
    def addresses(self) -> list[str]:
        """Return every address that is understood."""
        return sorted(self._routes)

    def stats(self) -> dict[str, int]:
        """Return what was counted since the start."""
        return {"listeners": len(self._listeners), **self._quiet.counts}

    async def close(self) -> None:
        """Tell nobody any more; what is under way is cancelled."""
        await self._listeners.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def forget(self, peer: Any) -> None:
        """Tell a client nothing any more."""
        self._listeners.forget(peer)

    def check(self, address: str, args: Args, *, whole: bool) -> None:
        """Raise what is wrong with a message, as far as it is known before it runs; a pattern takes what fits it."""
        if is_pattern(address):
            self._matches(address)
        elif address not in self._routes:
            raise UnknownAddress(f"{address[:200]} is none of the addresses of Live that are known here")
        elif (look := self._looks.get(address)) is not None:
            look(args, whole)

    def take(self, address: str, args: Args, peer: Any) -> None:
        """Do what a checked message says and answer it; raises nothing."""
        if not is_pattern(address):
            self._start(address, args, peer, quiet=False)
            return
        for match in self._matches(address):
            with contextlib.suppress(LiveEngineError):
                self.check(match, args, whole=False)
                self._start(match, args, peer, quiet=True)

    def _matches(self, address: str) -> list[str]:
        pattern = Pattern.parse(address)
        return [known for known in self._routes if pattern.matches(known)]

    # ── the routes ──

    def _lay(self) -> None:
        for kind, name, entry in entries():
            if not self._reader.has(entry):
                continue
            verbs: dict[str, Callable[[Args, Any], Work]]
            looks: dict[str, Look]
            if isinstance(entry, tuple):
                verbs, looks = {name: partial(self._do, kind, entry)}, {name: partial(self._look_do, kind, entry)}
            else:
                answer = f"{PREFIX}{kind}/get/{name}"
                verbs = {
                    f"get/{name}": partial(self._get, kind, entry, answer),
                    f"start_listen/{name}": partial(self._listen, kind, entry, answer),
                    f"stop_listen/{name}": partial(self._unlisten, kind, entry, answer),
                }
                looks = dict.fromkeys(verbs, partial(self._look_at, kind, entry))
                if isinstance(entry, Property) and entry.take is not None:
                    verbs[f"set/{name}"] = partial(self._set, kind, entry)
                    looks[f"set/{name}"] = partial(self._look_set, kind, entry)
            self._looks |= {f"{PREFIX}{kind}/{verb}": look for verb, look in looks.items()}
            for verb, work in verbs.items():
                self._routes[f"{PREFIX}{kind}/{verb}"] = work
                if self._reader.waits(entry):
                    self._waits.add(f"{PREFIX}{kind}/{verb}")
        special = self._special
        self._routes |= special
        self._looks = {address: look for address, look in self._looks.items() if address not in special}

    @property
    def _special(self) -> dict[str, Callable[[Args, Any], Work]]:
        """What is more than a property or a row of commands."""
        return {
            PREFIX + "test": self._test,
            PREFIX + "api/show_message": self._show,
            PREFIX + "api/set/log_level": self._pass,
            PREFIX + "song/jump_by": self._jump,
            PREFIX + "song/set/root_note": partial(self._set_key, "root_note"),
            PREFIX + "song/set/scale_name": partial(self._set_key, "scale_name"),
            PREFIX + "song/get/track_data": self._track_data,
            PREFIX + "view/get/selected_clip": self._selected_clip,
            PREFIX + "view/set/selected_clip": self._select_clip,
            PREFIX + "scene/fire_selected": self._fire_selected,
        }

    def _start(self, address: str, args: Args, peer: Any, *, quiet: bool) -> None:
        """Run a route at once, or in a task if one of its commands has to be waited for."""
        waits = address in self._waits
        if waits and len(self._tasks) >= MAX_WAITING:
            self.fail(Full(f"{MAX_WAITING} messages are under way; try again later"), peer)
            return
        work = self._guarded(self._routes[address](args, peer), peer, quiet)
        if waits:
            task = asyncio.get_running_loop().create_task(work)
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        else:
            with contextlib.suppress(StopIteration):
                work.send(None)

    async def _guarded(self, work: Work, peer: Any, quiet: bool) -> None:
        try:
            await work
        except Exception as error:
            if not quiet or not isinstance(error, LiveEngineError):
                self.fail(error, peer)

    def fail(self, error: Exception, peer: Any) -> None:
        """Tell a client why a message was not taken."""
        code, message = fault(error)
        if code == "internal":
            self._quiet.warn("internal", "fault in an address of Live's", error=error)
        self._quiet.counts["errors"] += 1
        self._send(encode(PREFIX + "error", message), peer)

    # ── what is known beforehand ──

    def _look_at(self, kind: str, entry: Readable, args: Args, whole: bool) -> None:
        for numbers in self._numbers(self._reader.names(kind, entry), args):
            self._reader.check(numbers)

    def _look_set(self, kind: str, entry: Property, args: Args, whole: bool) -> None:
        names = self._reader.names(kind, entry)
        if len(args) <= len(names):
            raise BadArgument(f"{entry.address} needs {', '.join((*names, 'value'))}")
        for numbers in self._numbers(names, args):
            self._reader.check_write(entry, numbers, args[len(names)], whole=whole)

    def _look_do(self, kind: str, steps: tuple[Step, ...], args: Args, whole: bool) -> None:
        names = self._reader.names(kind, Fixed(()))
        if not _released(args[len(names) :]):
            for numbers in self._numbers(names, args):
                self._reader.check_run(steps, numbers, whole=whole)

    # ── what they do ──

    async def _get(self, kind: str, entry: Readable, answer: str, args: Args, peer: Any) -> None:
        names = self._reader.names(kind, entry)
        for numbers in self._numbers(names, args):
            values = await self._reader.read(kind, entry, numbers)
            if len(rest := args[len(names) :]) == 2 and len(values) > 1:  # from, to: of a list
                values = values[_whole(rest[0]) : None if rest[1] == -1 else _whole(rest[1])]
            self._answer(answer, (*numbers.values(), *values), peer)

    async def _set(self, kind: str, entry: Property, args: Args, peer: Any) -> None:
        names = self._reader.names(kind, entry)
        for numbers in self._numbers(names, args):
            await self._reader.write(entry, numbers, args[len(names)])

    async def _listen(self, kind: str, entry: Readable, answer: str, args: Args, peer: Any) -> None:
        for numbers in self._numbers(self._reader.names(kind, entry), args):
            with contextlib.suppress(NotFound):  # an empty slot's clip may come; all else cannot be listened to
                await self._reader.read(kind, entry, numbers)
            given = tuple(numbers.values())
            listener = Listener(
                partial(self._tell, answer, given, peer),
                partial(self._reader.read, kind, entry, numbers),
                tuple(self._reader.heard(entry, numbers)),
                isinstance(entry, Meter) or (isinstance(entry, Property) and entry.polled),
            )
            self._listeners.add(peer, (answer, *given), listener)

    def _tell(self, answer: str, given: tuple[int, ...], peer: Any, values: Args) -> None:
        self._answer(answer, (*given, *values), peer)

    async def _unlisten(self, kind: str, entry: Readable, answer: str, args: Args, peer: Any) -> None:
        for numbers in self._numbers(self._reader.names(kind, entry), args):
            self._listeners.drop(peer, (answer, *numbers.values()))

    async def _do(self, kind: str, steps: tuple[Step, ...], args: Args, peer: Any) -> None:
        names = self._reader.names(kind, Fixed(()))
        if _released(args[len(names) :]):
            return
        for numbers in self._numbers(names, args):
            await self._reader.run(steps, numbers)

    async def _test(self, args: Args, peer: Any) -> None:
        self._answer(PREFIX + "test", ("ok",), peer)

    async def _show(self, args: Args, peer: Any) -> None:
        self._quiet.warn("message", "a client of Live's addresses says: %s", " ".join(map(str, args))[:200])

    async def _pass(self, args: Args, peer: Any) -> None:
        """Take it as said: what it asks for is not ours to do."""

    async def _jump(self, args: Args, peer: Any) -> None:
        if len(args) != 1 or not isinstance(args[0], int | float):
            raise BadArgument("jump_by needs a number of beats")
        time = PROPERTIES["song"]["current_song_time"]
        assert isinstance(time, Property)
        now = (await self._reader.read("song", time, {}))[0]
        await self._reader.write(time, {}, max(0.0, now + args[0]))

    async def _set_key(self, half: str, args: Args, peer: Any) -> None:
        """Set the root or the scale; the other one stays."""
        if len(args) != 1:
            raise BadArgument(f"{half} needs a value")
        song = PROPERTIES["song"]
        now = {name: (await self._reader.read("song", song[name], {}))[0] for name in ("root_note", "scale_name")}
        found = now | {half: args[0]}
        await self._reader.write(KEY, {}, words.key_of(found["root_note"], found["scale_name"]))

    async def _track_data(self, args: Args, peer: Any) -> None:
        """Answer properties of many tracks, their clips and slots in one message, track after track."""
        if len(args) < 3:
            raise BadArgument("track_data needs the first track, the one after the last (-1 = all), and properties")
        last = self._counts["track"] if args[1] == -1 else min(_whole(args[1]), self._counts["track"])
        found: list[Any] = []
        for track in range(_whole(args[0]), last):
            for name in args[2:]:
                found += await self._of_track(track, str(name))
        self._answer(PREFIX + "song/get/track_data", tuple(found), peer)

    async def _of_track(self, track: int, name: str) -> list[Any]:
        kind, _, prop = name.partition(".")
        entry = PROPERTIES.get(kind, {}).get(prop)
        if entry is None or kind not in ("track", "clip", "clip_slot"):
            raise BadArgument(f"{name[:100]!r} is no property such as track.name, clip.length or clip_slot.has_clip")
        if kind == "track":
            return list(await self._reader.read(kind, entry, {"track": track}))
        found: list[Any] = []
        for slot in range(self._counts["slot"]):
            try:
                found += await self._reader.read(kind, entry, {"track": track, "slot": slot})
            except LiveEngineError:
                found.append(None)
        return found

    async def _selected_clip(self, args: Args, peer: Any) -> None:
        view = PROPERTIES["view"]
        selected = [await self._reader.read("view", view[name], {}) for name in ("selected_track", "selected_scene")]
        self._answer(PREFIX + "view/get/selected_clip", (*selected[0], *selected[1]), peer)

    async def _select_clip(self, args: Args, peer: Any) -> None:
        if len(args) != 2:
            raise BadArgument("selected_clip needs a track and a scene")
        for name, number in zip(("selected_track", "selected_scene"), args, strict=True):
            entry = PROPERTIES["view"][name]
            assert isinstance(entry, Property)
            await self._reader.write(entry, {}, number)

    async def _fire_selected(self, args: Args, peer: Any) -> None:
        if not _released(args):
            (scene,) = await self._reader.read("view", PROPERTIES["view"]["selected_scene"], {})
            await self._routes[PREFIX + "scene/fire_as_selected"]((scene,), peer)

    def _numbers(self, names: tuple[str, ...], args: Args) -> list[dict[str, int]]:
        """Return the numbers that a message gives, by name; several for `*` as the first of them."""
        if len(args) < len(names):
            raise BadArgument(f"the message needs {', '.join(names)}, counted from 0")
        if names and args[0] == "*":
            rest = [_whole(arg) for arg in args[1 : len(names)]]
            return [dict(zip(names, (first, *rest), strict=True)) for first in range(self._counts[names[0]])]
        return [dict(zip(names, map(_whole, args), strict=False))]

    def _answer(self, address: str, values: Args, peer: Any) -> None:
        packet = encode(address, *values)
        if len(packet) > MAX_ANSWER:
            raise Full(
                f"the answer has {len(packet)} bytes, a datagram has room for {MAX_ANSWER}; ask for less at once"
            )
        self._send(packet, peer)


def _whole(number: Any) -> int:
    """Return a number counted from 0; TouchOSC sends each number as a float."""
    if not isinstance(number, int | float) or not 0 <= number < 1 << 31:
        raise BadArgument(f"{number!r:.100} is no number of a track, clip or scene; they count from 0")
    return int(number)


def _released(args: Args) -> bool:
    """Return whether the rest of a message says that a button was let go."""
    return len(args) == 1 and isinstance(args[0], int | float) and args[0] <= 0
