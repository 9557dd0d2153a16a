"""The engine process: attaches to shared memory, opens the device, keeps time. Runs on: engine process.

Its main thread beats, watches the device and brings sample memory into RAM; the sound is made by compiled code on the
stream's thread, which never waits for this one. At any moment at most one stream has its gate open. While the device
is lost a null stream drives the kernel, so that the music is at the right frame when the device comes back.
"""

import argparse
import contextlib
import os
import signal
import sys
import threading
import time
from pathlib import Path
from types import FrameType
from typing import Any

from liveengine.engine.device import STALLED_NS, WEDGED_NS, Device, Pulse, fit, latency, shut
from liveengine.engine.resident import Resident
from liveengine.engine.shared import Shared, attach
from liveengine.engine.standby import EXIT_WEDGED, Standby
from liveengine.engine.streams import Stream, StreamKind, opener, priority
from liveengine.engine.streams.context import BY_CLOCK, BY_DEVICE
from liveengine.engine.streams.opener import Wish
from liveengine.engine.streams.patch import Patch
from liveengine.errors import DeviceMissing, LiveEngineError

WATCH_SECONDS = 0.02
SEEK_SECONDS = 0.005  # the same while the device is lost
COMPILE_SECONDS = 90.0
OPEN_SECONDS = 3.0  # at the first start; a device that takes longer joins later
CONNECTIONS_NS = 500_000_000  # between looks at what is connected to our JACK ports
FADE_SECONDS = 0.05
CLOSE_SECONDS = 0.5
APPROACHES = 20  # seconds of frames that are skipped before a gate opens; a machine too slow for that stays behind
LEAVE_SECONDS = 0.1  # a callback that is still inside by then hangs


def say(text: str) -> None:
    """Write a line for people."""
    print(f"engine: {text}", file=sys.stderr, flush=True)


def keep_stderr() -> None:
    """Let what is said reach whoever reads stderr, whatever becomes of descriptor 2.

    `sounddevice` sends that to nowhere for as long as it initialises PortAudio, in another thread.
    """
    sys.stderr = os.fdopen(os.dup(2), "w", encoding="utf-8", errors="backslashreplace", buffering=1)


class Wedged(Exception):
    """Only another process helps."""


class Runner:
    """The engine process's main thread."""

    def __init__(
        self, shared: Shared, wish: Wish, device: Device | None = None, standby: Standby | None = None
    ) -> None:
        self.shared = shared
        self.memory = shared.memory
        self.header = shared.memory.header[0]
        self.ending = False
        self._wish = wish
        self._was = standby  # what this process was before
        self._parent = os.getppid()
        self._first = int(self.header["clock_ns"]) == 0
        self._silent_since = int(self.header["frame"])
        self._before = StreamKind(abs(int(self.header["stream"])))
        self._patch = Patch.read(shared.folder)
        links = None if standby is None else standby.links
        self._taken_over = device is not None and links is not None  # all ports are connected
        if links is not None:
            with contextlib.suppress(OSError):
                self._patch.keep(self._patch.names, links)  # the engine's own look may be half a second old
        self._device = device or Device(self.memory, wish, wish.kinds(self._before))
        self._better: Device | None = None  # what `auto` would rather have
        self._virtual: Stream | None = None
        self._resident = Resident(shared)
        self._looked = 0
        self._completing = False  # the device's other ports are being registered
        self._owed = False  # header.gap waits for the first frame that sounds

    def run(self) -> int:
        """Play until SIGTERM or until the supervisor is gone; return the exit code."""
        if not self._first:
            self.header["gap"] = -1  # before anybody can take this process for the one that sounds
        self.header["engine_pid"] = os.getpid()
        self.header["engine_epoch"] += 1
        self._beat()
        try:
            code = self._start()
            priority.raise_own(priority.WATCHING)  # opening a device takes a hundred turns between processes
            while not code and not self.ending and os.getppid() == self._parent:
                self._beat()
                self._resident.step()
                self._watch(time.monotonic_ns())
                self._device.news.wait(SEEK_SECONDS if self._virtual is not None else WATCH_SECONDS)
                self._device.news.clear()
        except Wedged as why:
            say(f"{why}; this process ends to be replaced")
            return EXIT_WEDGED
        if not code:
            self._end()
        return code

    def _beat(self) -> None:
        self.header["beat_ns"] = time.monotonic_ns()

    def _start(self) -> int:
        """Open the device; a replacement first lets the transport run on, so that nothing more is missed."""
        device = self._device
        if device.stream is not None:
            self._go_live(device.stream, BY_DEVICE)
            return 0
        self._resident.lock()
        if not self._first:
            self._go_virtual(self._before)
            return 0
        return self._start_fresh(device)

    def _start_fresh(self, device: Device) -> int:
        from liveengine.engine import cache

        if not cache.warm():
            say("the kernel is being compiled, once for this version and machine")
        end = time.monotonic() + (OPEN_SECONDS if cache.warm() else COMPILE_SECONDS)
        device.seek(time.monotonic_ns())
        while device.seeking and not self.ending and time.monotonic() < end:
            self._beat()
            device.news.wait(WATCH_SECONDS)
            if device.seek(time.monotonic_ns()) or device.error is not None:
                break
        if device.stream is not None:
            self._opened(device.stream)
        elif device.error is not None and not self._wish.auto:
            say(str(device.error))
            return DeviceMissing.exit_code
        elif not self.ending:
            say("the device does not answer; the transport runs without it until it does")
            self._go_virtual(device.kinds[0] if len(device.kinds) == 1 else StreamKind.NONE)
        return 0

    def _opened(self, stream: Stream) -> None:
        """Let the stream that has been opened drive the kernel."""
        first, header = self._first, self.header
        if stream.rate != int(header["rate"]):
            self._adopt(stream.rate)
        fit(self.memory, stream)
        self._go_live(stream, BY_CLOCK)
        name = stream.kind.name.lower()
        if stream.kind is StreamKind.NULL and self._wish.auto and first:
            say(
                "no JACK server and no sound card: playing on the null stream (liveengine doctor tells what is missing)"
            )
        elif stream.rate != int(header["rate"]):
            say(
                f"{name} stream, {stream.rate} Hz, {stream.block} frames per block; "
                f"the session stays at {header['rate']} Hz and is converted"
            )
        else:
            say(f"{name} stream, {stream.rate} Hz, {stream.block} frames per block")
        self._device.kinds = (stream.kind,)

    def _adopt(self, rate: int) -> None:
        """Take the device's rate while nothing has been loaded or played."""
        header = self.header
        if int(header["clock_ns"]) == 0:
            self.memory.bank["frames_per_beat"] *= rate / int(header["rate"])
            header["rate"] = rate

    def _go_live(self, stream: Stream, resume: int) -> None:
        if self._virtual is not None:
            self._virtual.stop()
            self._virtual = None
        page, header = stream.context.page, self.header
        if stream.kind is StreamKind.JACK and not self._taken_over:
            self._connect(stream, master=True)
        page["first_frame"] = -1
        self._approach(stream, resume)
        page["live"] = 1
        self._device.woke = began = time.monotonic_ns()
        while int(page["first_frame"]) < 0 and time.monotonic_ns() - began < STALLED_NS:
            time.sleep(0.0005)
        header["stream"] = stream.kind
        if stream.kind is StreamKind.JACK and not self._taken_over and not self._completing:
            self._completing = True
            threading.Thread(target=self._complete, args=(stream,), name="ports", daemon=True).start()
        header["latency"] = latency(self.memory, stream)
        header["outputs"] = stream.outputs
        self._owed = not self._first
        self._first = False
        self._tell_gap(stream)
        self._taken_over = False
        self._looked = 0
        self._raise(stream)

    def _approach(self, stream: Stream, resume: int) -> None:
        """Have the kernel go on almost to the frame that is due; the first callback does the rest."""
        from liveengine.engine.streams import callback

        page = stream.context.page
        page["looks"] = 0
        page["resume"] = resume
        for _ in range(APPROACHES):
            self._beat()
            if callback.approach(stream.context, time.monotonic_ns()):
                return

    def _connect(self, stream: Any, *, master: bool) -> None:
        """Connect the master's ports, or the others, as they were; at the first time the master, to the speakers."""
        links = stream.speakers() if self._patch.links is None else self._patch.links
        stream.connect(link for link in links if link[0].startswith("master") is master)

    def _complete(self, stream: Any) -> None:
        """Have the ports that are not needed for the master to be heard; a thread's work, as a server may hang."""
        try:
            stream.complete()
            self._connect(stream, master=False)
        except DeviceMissing as error:
            if stream.alive():
                say(str(error))
        finally:
            self._completing = False

    def _tell_gap(self, stream: Stream) -> None:
        """Note how many frames nobody heard, once the first one has sounded."""
        first = int(stream.context.page["first_frame"])
        if self._owed and first >= 0:
            self._owed = False
            self.header["gap"] = first - self._silent_since

    def _raise(self, stream: Stream) -> None:
        if stream.kind is StreamKind.PORTAUDIO:
            priority.raise_thread(int(stream.context.page["thread"]))
        if not self._resident.all:
            self._resident.lock()  # what the device brought with it, too

    def _go_virtual(self, lost: StreamKind) -> None:
        """Have a null stream drive the kernel; the device's gate is shut."""
        header = self.header
        self._silent_since = int(header["frame"])
        if lost in (StreamKind.JACK, StreamKind.PORTAUDIO):
            header["stream"] = -lost
        stream = opener.make(StreamKind.NULL, self.memory, self._wish)
        stream.open()
        self._approach(stream, BY_CLOCK)
        stream.context.page["live"] = 1
        stream.start()
        self._virtual = stream
        self._first = False

    def _watch(self, now: int) -> None:
        """Look after the device."""
        if self._was is not None and self._was.wedged and int(self.header["standby_pid"]) > 0:
            raise Wedged("libjack does not let go of a server that is gone")
        device, stream = self._device, self._device.stream
        if stream is None:
            if device.hangs(now):
                raise Wedged("the device hangs while it is opened")
            if device.seek(now) and device.stream is not None:
                self._opened(device.stream)
            return
        pulse = device.pulse(now)
        if self._virtual is not None:
            self._watch_lost(stream, pulse, now)
        elif pulse is Pulse.PLAYS:
            self._watch_live(stream, now)
        else:
            self._lose(stream, pulse)

    def _watch_live(self, stream: Stream, now: int) -> None:
        self._tell_gap(stream)
        if stream.kind is StreamKind.JACK and now - self._looked > CONNECTIONS_NS:
            self._looked = now
            self._keep_patch(stream)
        elif stream.kind is StreamKind.NULL and self._wish.auto:
            self._improve(stream, now)

    def _keep_patch(self, stream: Any) -> None:
        """Note what others connected to our ports, for the next engine, once they all are there."""
        if self._completing:
            return
        names = [stream.name, *(name for name in self._patch.names if name != stream.name)][:2]
        with contextlib.suppress(DeviceMissing, OSError):  # the next look at the device tells
            self._patch.keep(names, stream.links())
            stream.measure()
        self.header["latency"] = latency(self.memory, stream)

    def _improve(self, playing: Stream, now: int) -> None:
        """Move from the null stream to a JACK server or a sound card that has come."""
        if self._better is None:
            self._better = Device(self.memory, self._wish, opener.better(playing.kind), calm=True)
        if not self._better.seek(now) or self._better.stream is None:
            return
        self._close_gate(playing)
        self._device.drop()
        self._device, self._better = self._better, None
        self._silent_since = int(self.header["frame"])
        self._opened(self._device.stream)  # type: ignore[arg-type]

    def _lose(self, stream: Stream, pulse: Pulse) -> None:
        self._close_gate(stream)
        if pulse is Pulse.GONE and stream.kind is StreamKind.PORTAUDIO:
            raise Wedged("the device is gone, and PortAudio does not let go of it")
        say("device lost; the transport runs on without it")
        self._go_virtual(stream.kind)

    def _close_gate(self, stream: Stream) -> None:
        if not shut(stream, LEAVE_SECONDS):  # it may go on at any moment, so no other stream may drive the kernel
            raise Wedged("the audio callback hangs")

    def _watch_lost(self, stream: Stream, pulse: Pulse, now: int) -> None:
        """Wait for a stalled device to wake up, let go of one that is gone."""
        if pulse is Pulse.GONE and stream.kind is StreamKind.JACK:
            try:
                self._device.drop()
            except DeviceMissing as error:
                raise Wedged(str(error)) from None
        elif pulse is Pulse.PLAYS:
            self._go_live(stream, BY_CLOCK)
            say(f"{stream.kind.name.lower()} stream plays again")
        elif stream.kind is StreamKind.PORTAUDIO and now - self._device.woke > WEDGED_NS:
            raise Wedged("the device does not come back")

    def _end(self) -> None:
        """Fade out, then end the callbacks."""
        stream = self._device.stream if self._virtual is None else self._virtual
        if stream is None:
            return
        page = stream.context.page
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


def main(arguments: list[str] | None = None) -> int:
    """Run an engine process; return its exit code."""
    parser = argparse.ArgumentParser(prog="liveengine.engine.process")
    parser.add_argument("--shared", type=Path, required=True)
    parser.add_argument("--stream", default="auto", choices=["auto", "portaudio", "jack", "null"])
    parser.add_argument("--device", default="")
    parser.add_argument("--block", type=int, default=128)
    parser.add_argument("--outputs", default="auto", choices=["auto", "stereo", "cue", "tracks", "buses"])
    parser.add_argument("--standby", action="store_true", help="load everything, begin when stdin says go")
    options = parser.parse_args(arguments)
    wish = Wish(options.stream, options.device, options.block, options.outputs)
    device, standby = None, None
    try:
        shared = attach(options.shared, wait=5.0)
        if options.standby:
            standby = Standby(shared, wish)
            told, device = standby.wait()
            if not told:  # the supervisor is gone
                return 0
        runner = Runner(shared, wish, device, standby)
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
    keep_stderr()
    code = main()
    sys.stderr.flush()
    os._exit(code)  # no teardown: PortAudio's and libjack's can hang, the system takes everything back at once
