"""The engine in waiting: everything loaded, its own device open with the gate shut. Runs on: standby engine process.

Its main thread waits for a word of the supervisor and beats; a second thread looks after the device, because a server
that hangs would hold it up. A sound card belongs to one process, so with PortAudio there is no device to open ahead.
"""

import os
import select
import sys
import threading
import time

from liveengine.engine.device import Device, Pulse, fit
from liveengine.engine.resident import Resident
from liveengine.engine.shared import Shared
from liveengine.engine.streams import StreamKind, priority
from liveengine.engine.streams.jack import Link
from liveengine.engine.streams.opener import Wish
from liveengine.engine.streams.patch import Mirror, Patch
from liveengine.errors import DeviceMissing

BEAT_SECONDS = 0.05
MIRROR_NS = 250_000_000  # between looks at what is connected
LOCK_SECONDS = 0.1  # for what the other thread has in hand when the word comes
AHEAD = (StreamKind.NULL, StreamKind.JACK)  # kinds that two processes can have open at once
EXIT_WEDGED = 85  # tells the supervisor: replace me


def load(kind: StreamKind) -> None:
    """Have the code for this kind of stream ready, and that for a lost device."""
    from liveengine.engine.streams import callback, jack, null, portaudio

    callback.kernel()
    callback.driver()
    null.entry()
    if kind is StreamKind.JACK:
        jack.library()
        jack.entry()
    elif kind is StreamKind.PORTAUDIO:
        portaudio.entry()


class Standby:
    """Waits with a device that only needs its gate opened."""

    def __init__(self, shared: Shared, wish: Wish) -> None:
        self._shared = shared
        self._header = shared.memory.header[0]
        self._wish = wish
        self._resident = Resident(shared)
        self._device: Device | None = None
        self._mirror: Mirror | None = None
        self._lock = threading.Lock()  # on the device; held for moments only
        self._over = False
        self.wedged = False  # it became the engine while libjack would not let go of a lost server
        self._looked = 0

    @property
    def links(self) -> set[Link] | None:
        """What the engine's ports were connected to, and the device's are; None while those are not there."""
        return None if self._mirror is None else self._mirror.links

    def wait(self) -> tuple[bool, Device | None]:
        """Return whether the supervisor said go (False: it is gone), and the device if it is open."""
        load(self._kind())
        self._resident.lock()
        priority.raise_own(priority.WATCHING)
        self._header["standby_open"] = StreamKind.NONE
        self._header["standby_pid"] = os.getpid()
        threading.Thread(target=self._tend, name="standby", daemon=True).start()
        while not select.select([sys.stdin], [], [], BEAT_SECONDS)[0]:
            self._header["standby_beat_ns"] = time.monotonic_ns()
        return sys.stdin.readline() == "go\n", self._give()

    def _kind(self) -> StreamKind:
        """Return the kind of stream that the engine plays through, or has lost."""
        return StreamKind(abs(int(self._header["stream"])))

    def _give(self) -> Device | None:
        """Hand the device over, if it plays."""
        self._over = True
        self._header["standby_pid"] = 0
        held = self._lock.acquire(timeout=LOCK_SECONDS)
        self._header["standby_open"] = StreamKind.NONE
        if not held:
            return None
        device, self._device = self._device, None
        self._lock.release()
        return None if device is None or device.pulse(time.monotonic_ns()) is Pulse.GONE else device

    def _tend(self) -> None:
        """Look after the device and the sample memory until the word comes."""
        while not self._over:
            self._resident.step()
            with self._lock:
                useless = None if self._over else self._look()
            if useless is not None:
                self._drop(useless)
            self._reflect()
            time.sleep(BEAT_SECONDS)

    def _look(self) -> Device | None:
        """Have the device that the engine has; return one that is of no use any more."""
        stream, kind, now = int(self._header["stream"]), self._kind(), time.monotonic_ns()
        device = self._device
        if device is not None and (device.kinds != (kind,) or (device.stream and device.pulse(now) is Pulse.GONE)):
            self._device = self._mirror = None
            self._header["standby_open"] = StreamKind.NONE
            return device
        if device is None and stream in AHEAD:
            client = Patch.read(self._shared.folder).other
            if client or kind is not StreamKind.JACK:
                self._device = Device(self._shared.memory, self._wish, (kind,), client)
        elif device is not None and device.stream is None and stream > 0 and device.seek(now):
            self._opened(device)
        return None

    def _opened(self, device: Device) -> None:
        stream = device.stream
        if stream is not None:
            fit(self._shared.memory, stream)
            if stream.kind is StreamKind.JACK:
                name = Patch.read(self._shared.folder).names[0]
                self._mirror = Mirror(stream, name, self._callbacks)  # type: ignore[arg-type]
            else:
                self._tell(stream.kind)

    def _callbacks(self) -> int:
        """Return how often the engine was called; 0 once this process is it."""
        count = int(self._header["callbacks"])
        return 0 if self._over else count

    def _drop(self, device: Device) -> None:
        """Let go of a device whose server is gone; a process in which that hangs should not be the engine.

        Where it has just become the engine it keeps time until another one stands by.
        """
        try:
            device.drop()
        except DeviceMissing:
            if not self._over:
                os._exit(EXIT_WEDGED)
            self.wedged = True

    def _reflect(self) -> None:
        """Have the connections that the engine has; only then is the device of use."""
        mirror, now = self._mirror, time.monotonic_ns()
        if mirror is None or self._over or now - self._looked < MIRROR_NS:
            return
        self._looked = now
        try:
            mirror.step()
        except DeviceMissing:  # one of the two is about to go; the next look tells which
            return
        with self._lock:
            self._tell(StreamKind.JACK)

    def _tell(self, kind: StreamKind) -> None:
        """Tell those who wait for a standby that its device is of use; once the word has come it is none any more."""
        if not self._over:
            self._header["standby_open"] = kind
