"""OSC over TCP: connections in both framings, each read in turn and bounded. Runs on: event loop.

What has arrived waits in its connection; one turn of the loop takes SLICE_S of it, a few packets of each connection
after the other, and a connection is not read on while much of it waits. A client that leaves more than MAX_UNREAD
unread, or takes nothing for STALLED_S, is closed; so is one whose frame is wrong or stays unfinished for HALF_S. The
system finds a client that has vanished within half a minute.
"""

import asyncio
import contextlib
import socket
from collections.abc import Callable
from typing import cast

from liveengine.control.osc.framing import Broken, Framing, framing_of
from liveengine.control.quiet import Quiet

MAX_STREAMS = 64
MAX_UNREAD = 1 << 20  # bytes
STALLED_S = 5.0
HALF_S = 10.0
SLICE_S = 0.002
_PACKETS = 16  # of one connection before it is the next one's turn
_WAITING = 1 << 17  # bytes; what waits beyond is left to the system
_SOCKET_BYTES = 1 << 18  # what the system keeps for us
_KEEPALIVE = {"TCP_KEEPIDLE": 10, "TCP_KEEPINTVL": 5, "TCP_KEEPCNT": 3, "TCP_USER_TIMEOUT": 25_000}  # s, s, times, ms


class Stream(asyncio.Protocol):
    """One client; a `Connection` for the rest of the door."""

    def __init__(self, streams: "Streams") -> None:
        self._streams = streams
        self._loop = asyncio.get_running_loop()
        self._framing: Framing | None = None
        self._timers: dict[str, asyncio.TimerHandle] = {}
        self._written = 0
        self._paused = False
        self.host = ""
        self.behind = False

    def __str__(self) -> str:
        return f"{self.host} over TCP"

    # ── asyncio's calls ──

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Set the socket up, or refuse one client too many."""
        self._transport = cast(asyncio.Transport, transport)
        self.host = self._transport.get_extra_info("peername")[0]
        _prepare(self._transport.get_extra_info("socket"))
        self._streams.opened(self)

    def data_received(self, data: bytes) -> None:
        """Keep what has come until it is this connection's turn."""
        try:
            self._framing = self._framing or framing_of(data)
        except Broken as error:
            self.close(str(error))
            return
        self._framing.feed(data)
        self._streams.ready(self)
        if self._framing.waiting > _WAITING and not self._paused:
            self._paused = True
            self._transport.pause_reading()

    def pause_writing(self) -> None:
        """Note that the client does not read as fast as it is sent to."""
        self.behind = True
        self._watch(-1)

    def resume_writing(self) -> None:
        """Note that it has caught up."""
        self.behind = False
        self._end("stalled")

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the client."""
        for timer in self._timers.values():
            timer.cancel()
        self._timers.clear()
        self._streams.closed(self)

    # ── the door's calls ──

    @property
    def mute(self) -> bool:
        """Whether it has said nothing yet."""
        return self._framing is None

    def next(self) -> bytes | None:
        """Return the next packet that has come; None when the stream has to be read on, or is closed."""
        if self._framing is None or self._transport.is_closing():
            return None
        try:
            packet = self._framing.next()
        except Broken as error:
            self.close(str(error))
            return None
        if packet is None:
            self._await_rest(self._framing.waiting > 0)
        return packet

    def send(self, packet: bytes) -> None:
        """Send a packet in the client's own framing; nothing is sent before the client has shown it."""
        if self._framing is None or self._transport.is_closing():
            return
        frame = self._framing.frame(packet)
        self._written += len(frame)
        self._transport.write(frame)
        if self._transport.get_write_buffer_size() > MAX_UNREAD:
            self.close("unread")

    def close(self, reason: str) -> None:
        """End the connection at once, and count why."""
        self._streams.count(reason)
        self._transport.abort()

    def _await_rest(self, partial: bool) -> None:
        if self._paused:
            self._paused = False
            self._transport.resume_reading()
        self._end("half")
        if partial:
            self._timers["half"] = self._loop.call_later(HALF_S, self.close, "half")

    def _watch(self, taken: int) -> None:
        """Close the client when it has taken nothing since the last look."""
        now = self._written - self._transport.get_write_buffer_size()
        if now == taken:
            self.close("stalled")
        else:
            self._timers["stalled"] = self._loop.call_later(STALLED_S, self._watch, now)

    def _end(self, timer: str) -> None:
        if (found := self._timers.pop(timer, None)) is not None:
            found.cancel()


class Streams:
    """All connections of the door, and whose turn it is."""

    def __init__(
        self,
        quiet: Quiet,
        packet: Callable[[bytes, Stream], None],
        busy: Callable[[], bool],
        gone: Callable[[Stream], None],
    ) -> None:
        """`packet(bytes, from)` gets each packet, unless `busy()`; `gone` hears of each client that has left."""
        self._quiet = quiet
        self._packet = packet
        self._busy = busy
        self._gone = gone
        self._loop = asyncio.get_running_loop()
        self._open: dict[Stream, None] = {}  # in the order in which they came
        self._ready: dict[Stream, None] = {}
        self._turning = False
        self._server: asyncio.Server | None = None

    def __len__(self) -> int:
        return len(self._open)

    async def listen(self, sock: socket.socket) -> None:
        """Take connections at a socket that listens."""
        self._server = await self._loop.create_server(lambda: Stream(self), sock=sock)

    async def close(self) -> None:
        """Close every connection and take no more."""
        if self._server is not None:
            self._server.close()
        for stream in tuple(self._open):
            stream.close("shut")
        await asyncio.sleep(0)

    def opened(self, stream: Stream) -> None:
        """Take a client in, instead of the first that has said nothing yet if there are too many, or send it away."""
        if len(self._open) >= MAX_STREAMS:
            self._quiet.warn("stream.full", "%d OSC clients are connected over TCP already", MAX_STREAMS)
            mute = next((one for one in self._open if one.mute), None)
            (mute or stream).close("refused")
        self._open[stream] = None

    def closed(self, stream: Stream) -> None:
        """Forget a client."""
        self._open.pop(stream, None)
        self._ready.pop(stream, None)
        self._gone(stream)

    def expel(self, host: str) -> None:
        """Close the connections of a machine."""
        for stream in [stream for stream in self._open if stream.host == host]:
            stream.close("expelled")

    def count(self, reason: str) -> None:
        """Count why a connection was ended."""
        self._quiet.counts[f"stream.{reason}"] += 1

    def ready(self, stream: Stream) -> None:
        """Note that something has come from a client."""
        self._ready[stream] = None
        self._again()

    def _turn(self) -> None:
        """Take packets, a few of each client, until nothing is left or the slice is over."""
        self._turning = False
        end = self._loop.time() + SLICE_S
        while self._ready and not self._busy() and self._loop.time() < end:
            stream = next(iter(self._ready))
            del self._ready[stream]
            for _ in range(_PACKETS):
                packet = stream.next()
                if packet is None:
                    break
                self._packet(packet, stream)
            else:
                self._ready[stream] = None
        if self._ready:
            self._again()

    def _again(self) -> None:
        if not self._turning:
            self._turning = True
            self._loop.call_soon(self._turn)  # one turn for all that have sent something


def _prepare(sock: socket.socket) -> None:
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _SOCKET_BYTES)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for name, value in _KEEPALIVE.items():
        with contextlib.suppress(AttributeError, OSError):  # not every system has them all
            sock.setsockopt(socket.IPPROTO_TCP, getattr(socket, name), value)
