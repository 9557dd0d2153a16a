"""The engine process: attaches to shared memory, opens the device, keeps time. Runs on: engine process.

Its main thread beats, watches the device and brings sample memory into RAM; the sound is made by compiled code on the
stream's thread, which never waits for this one. At any moment at most one stream has its gate open. While the device
is lost a null stream drives the kernel, so that the music is at the right frame when the device comes back.
"""

import argparse
import json
import os
import signal
import sys
import threading
import time
from pathlib import Path
from types import FrameType
from typing import Any

from liveengine.engine.shared import Shared, attach
from liveengine.engine.streams import Stream, StreamKind
from liveengine.engine.streams.opener import Opener, candidates, make
from liveengine.errors import DeviceMissing, LiveEngineError

BEAT_SECONDS = 0.05
STALLED_NS = 250_000_000  # without callbacks for so long the device counts as lost
WEDGED_NS = 2_000_000_000  # a stalled PortAudio device is cured by another process only
RETRY_NS = 500_000_000  # between attempts to open a lost device
COMPILE_SECONDS = 90.0
OPEN_SECONDS = 3.0  # at the first start; a device that takes longer joins later
CONNECTIONS_NS = 500_000_000  # between looks at what is connected to our JACK ports
FADE_SECONDS = 0.05
CLOSE_SECONDS = 0.5
LEAVE_SECONDS = 0.1  # a callback that is still inside by then hangs
EXIT_WEDGED = 85  # tells the supervisor: replace me


def say(text: str) -> None:
    """Write a line for people."""
    print(f"engine: {text}", file=sys.stderr, flush=True)


class Runner:
    """The engine process's main thread."""

    def __init__(self, shared: Shared, stream: str, device: str, block: int) -> None:
        self.shared = shared
        self.memory = shared.memory
        self.header = shared.memory.header[0]
        self.ending = False
        self._options = (self.memory, block, device)
        self._parent = os.getppid()
        self._first = int(self.header["clock_ns"]) == 0
        self._kinds = self._wanted(stream)
        self._forced = stream != "auto" or bool(device)
        self._device: Stream | None = None
        self._virtual: Stream | None = None
        self._opener: Opener | None = None
        self._wakes = 0
        self._woke = self._tried = self._looked = time.monotonic_ns()
        self._silent_since = int(self.header["frame"])
        self._states = self.memory.segments["state"].copy()
        self._states[:] = 0
        self._connections: dict[str, list[str]] | None = None

    def _wanted(self, stream: str) -> tuple[StreamKind, ...]:
        """Return the kinds to try: a replacement takes the kind that its predecessor had."""
        before = abs(int(self.header["stream"]))
        return (StreamKind(before),) if stream == "auto" and before else candidates(stream, self._options[2])

    def run(self) -> int:
        """Play until SIGTERM or until the supervisor is gone; return the exit code."""
        header = self.header
        header["engine_pid"] = os.getpid()
        header["engine_epoch"] += 1
        self._beat()
        self.shared.prefault_state()
        self._connections = self._saved_connections()
        code = self._start()
        while not code and not self.ending and os.getppid() == self._parent:
            self._beat()
            self._prefault()
            code = self._watch()
            time.sleep(BEAT_SECONDS)
        if not code:
            self._end()
        return code

    def _beat(self) -> None:
        self.header["beat_ns"] = time.monotonic_ns()

    def _start(self) -> int:
        """Open the device; a replacement first lets the transport run on, so that nothing more is missed."""
        if not self._first:
            self._go_virtual()
            opener = self._open()
            opener.join(STALLED_NS / 1e9)
            return self._opened(opener.stream) if opener.stream is not None else 0
        from liveengine.engine import cache

        if not cache.warm():
            say("the kernel is being compiled, once for this version and machine")
        opener = self._open()
        end = time.monotonic() + (OPEN_SECONDS if cache.warm() else COMPILE_SECONDS)
        while opener.is_alive() and time.monotonic() < end and not self.ending:
            opener.join(BEAT_SECONDS)
            self._beat()
        if opener.stream is None and self.ending:
            return 0
        if opener.stream is None and not opener.is_alive() and self._forced:
            say(str(opener.error))
            return DeviceMissing.exit_code
        if opener.stream is None:
            say("the device does not answer; the transport runs without it until it does")
            self._go_virtual()
            return 0
        return self._opened(opener.stream)

    def _open(self) -> Opener:
        self._tried = time.monotonic_ns()
        self._opener = Opener(self._kinds, *self._options)
        self._opener.start()
        return self._opener

    def _opened(self, stream: Stream) -> int:
        """Let the stream that has been opened drive the kernel; return an exit code or 0."""
        self._opener = None
        if stream.rate != int(self.header["rate"]) and not self._adopt(stream.rate):
            say(f"the device came back at {stream.rate} Hz, the session runs at {self.header['rate']} Hz; set it back")
            stream.stop()
            stream.close()
            return 0
        first = self._first
        self._go_live(stream)
        name = stream.kind.name.lower()
        if stream.kind is StreamKind.NULL and not self._forced and first:
            say(
                "no JACK server and no sound card: playing on the null stream (liveengine doctor tells what is missing)"
            )
        else:
            say(f"{name} stream, {stream.rate} Hz, {stream.block} frames per block")
        self._kinds = (stream.kind,)
        return 0

    def _adopt(self, rate: int) -> bool:
        """Take the device's rate while nothing has been loaded or played."""
        header = self.header
        if int(header["clock_ns"]) != 0:
            return False
        self.memory.bank["frames_per_beat"] *= rate / int(header["rate"])
        header["rate"] = rate
        return True

    def _go_live(self, stream: Stream) -> None:
        if self._virtual is not None:
            self._virtual.stop()
            self._virtual = None
        self._device = stream
        page = self._page(stream)
        if stream.kind is StreamKind.JACK:
            stream.connect(self._connections)  # type: ignore[attr-defined]
        page["first_frame"] = -1
        page["resume"] = 1
        page["live"] = 1
        self._woke = time.monotonic_ns()
        while int(page["first_frame"]) < 0 and time.monotonic_ns() - self._woke < STALLED_NS:
            time.sleep(0.001)
        header = self.header
        header["stream"] = stream.kind
        header["latency"] = stream.latency
        if not self._first:
            header["gap"] = max(0, int(page["first_frame"]) - self._silent_since)
        self._first = False
        self._raise_and_lock(stream)

    def _raise_and_lock(self, stream: Stream) -> None:
        from liveengine.engine.streams import priority

        if stream.kind is StreamKind.PORTAUDIO:
            priority.raise_thread(int(self._page(stream)["thread"]))
        priority.lock_memory()

    def _go_virtual(self) -> None:
        """Have a null stream drive the kernel; whatever the device's gate was, it is shut now."""
        self._silent_since = int(self.header["frame"])
        stream = make(StreamKind.NULL, *self._options)
        stream.open()
        page = self._page(stream)
        page["resume"] = 1
        page["live"] = 1
        stream.start()
        self._virtual = stream
        self._first = False

    @staticmethod
    def _page(stream: Stream) -> Any:
        return stream.context.page  # type: ignore[attr-defined]

    def _watch(self) -> int:
        """Look after the device; return an exit code or 0."""
        now = time.monotonic_ns()
        device = self._device
        if device is not None:
            wakes = int(self._page(device)["wakes"])
            if wakes != self._wakes:
                self._wakes, self._woke = wakes, now
            if self._virtual is None:
                return self._watch_live(device, now)
            return self._watch_lost(device, now)
        return self._watch_opener(now)

    def _watch_live(self, device: Stream, now: int) -> int:
        if device.alive() and now - self._woke <= STALLED_NS:
            self._remember_connections(device, now)
            return 0
        page = self._page(device)
        page["live"] = 0
        end = time.monotonic() + LEAVE_SECONDS
        time.sleep(0.001)  # by now a callback that has seen the gate open is seen to be inside
        while int(page["inside"]) and time.monotonic() < end:
            time.sleep(0.001)
        if int(page["inside"]):  # it may go on at any moment, so no other stream may drive the kernel
            say("the audio callback hangs; this process ends to be replaced")
            return EXIT_WEDGED
        self.header["stream"] = -device.kind
        say("device lost; the transport runs on without it")
        self._go_virtual()
        return 0

    def _watch_lost(self, device: Stream, now: int) -> int:
        """Wait for a stalled device to wake up, let go of one that is gone."""
        if not device.alive() and device.kind is StreamKind.JACK:
            try:
                device.close()
            except DeviceMissing as error:
                say(f"{error}; this process ends to be replaced")
                return EXIT_WEDGED
            self._device = None
        elif self._woke == now:
            self._go_live(device)
            say(f"{device.kind.name.lower()} stream plays again")
        elif device.kind is not StreamKind.JACK and now - self._woke > WEDGED_NS:
            say("the device does not come back; this process ends to be replaced")
            return EXIT_WEDGED
        return 0

    def _watch_opener(self, now: int) -> int:
        opener = self._opener
        if opener is not None and opener.stream is not None:
            return self._opened(opener.stream)
        if (opener is None or not opener.is_alive()) and now - self._tried > RETRY_NS:
            self._open()
        return 0

    def _prefault(self) -> None:
        """Bring segments that have become READY into RAM before a voice reads them."""
        segments = self.memory.segments
        states = segments["state"].copy()
        for place in ((states == 2) & (self._states != 2)).nonzero()[0]:
            segment = segments[place]
            self.shared.prefault(int(segment["offset"]), int(segment["channels"] * segment["stride"]) * 4)
        self._states = states

    def _remember_connections(self, device: Stream, now: int) -> None:
        """Keep what others connected to our ports for the next engine."""
        if device.kind is not StreamKind.JACK or now - self._looked < CONNECTIONS_NS:
            return
        self._looked = now
        connections = device.connections()  # type: ignore[attr-defined]
        if connections != self._connections:
            self._connections = connections
            fresh = self.shared.folder / "connections.new"
            fresh.write_text(json.dumps(connections), "utf-8")
            fresh.rename(self.shared.folder / "connections")

    def _saved_connections(self) -> dict[str, list[str]] | None:
        try:
            saved: dict[str, list[str]] = json.loads((self.shared.folder / "connections").read_text("utf-8"))
        except (OSError, ValueError):
            return None
        return saved

    def _end(self) -> None:
        """Fade out, then end the callbacks."""
        stream = self._device if self._virtual is None else self._virtual
        if stream is None:
            return
        page = self._page(stream)
        frames = int(FADE_SECONDS * stream.rate)
        page["fade_frames"] = frames
        end = time.monotonic() + 4 * FADE_SECONDS
        while int(page["faded"]) < frames and time.monotonic() < end:
            time.sleep(0.005)
        time.sleep(2 * stream.block / stream.rate)  # what the device still holds is silence now
        closer = threading.Thread(target=_close, args=(stream,), daemon=True)
        closer.start()
        closer.join(CLOSE_SECONDS)


def _close(stream: Stream) -> None:
    stream.stop()
    stream.close()


def load(kind: StreamKind) -> None:
    """Have the code for this kind of stream ready, and that for a lost device."""
    from liveengine.engine.streams import callback, jack, null, portaudio, priority  # noqa: F401

    callback.driver()
    null.entry()
    if kind is StreamKind.JACK:
        jack.library()
        jack.entry()
    elif kind is StreamKind.PORTAUDIO:
        portaudio.entry()


def main(arguments: list[str] | None = None) -> int:
    """Run an engine process; return its exit code."""
    parser = argparse.ArgumentParser(prog="liveengine.engine.process")
    parser.add_argument("--shared", type=Path, required=True)
    parser.add_argument("--stream", default="auto", choices=["auto", "portaudio", "jack", "null"])
    parser.add_argument("--device", default="")
    parser.add_argument("--block", type=int, default=128)
    parser.add_argument("--standby", action="store_true", help="load everything, begin when stdin says go")
    options = parser.parse_args(arguments)
    try:
        shared = attach(options.shared, wait=5.0)
        if options.standby:
            load(StreamKind(abs(int(shared.memory.header["stream"][0]))))
            if sys.stdin.readline() != "go\n":  # the supervisor is gone
                return 0
        runner = Runner(shared, options.stream, options.device, options.block)
    except LiveEngineError as error:
        say(str(error))
        return error.exit_code

    def end(number: int, frame: FrameType | None) -> None:
        runner.ending = True

    signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGINT, end)
    return runner.run()


if __name__ == "__main__":
    sys.modules.setdefault("scipy", None)  # type: ignore[arg-type]  # numba would load it for linear algebra: 0.13 s
    code = main()
    sys.stderr.flush()
    os._exit(code)  # no teardown: PortAudio's and libjack's can hang, the system takes everything back at once
