"""The device that the settings ask for: looked for, opened with its gate shut, watched. Runs on: engine process."""

import threading
import time
from enum import Enum

from liveengine.engine.memory import Memory
from liveengine.engine.streams import Stream, StreamKind
from liveengine.engine.streams.opener import CLIENT, Opener, Signs, Wish

STALLED_NS = 180_000_000  # without callbacks for so long the device counts as lost; known to all within 250 ms
WEDGED_NS = 2_000_000_000  # a stalled PortAudio device is cured by another process only
RETRY_NS = 500_000_000  # between attempts to open a lost device ...
EAGER_NS = 10_000_000  # ... and while there are signs that it comes back
EAGER_CALM_NS, RETRY_CALM_NS = 250_000_000, 5_000_000_000  # the same while another stream plays
HANGS_NS = 10_000_000_000  # an attempt that lasts longer is cured by another process only


class Pulse(Enum):
    """How an open device does."""

    PLAYS = 0
    STALLED = 1  # it is there, but no callback comes
    GONE = 2


class Device:
    """At most one open stream; whoever owns this decides about its gate."""

    def __init__(
        self, memory: Memory, wish: Wish, kinds: tuple[StreamKind, ...], client: str = CLIENT, *, calm: bool = False
    ) -> None:
        self.stream: Stream | None = None
        self.kinds = kinds
        self.client = client  # the name to ask a JACK server for
        self.error: Exception | None = None  # why the last attempt failed
        self.news = threading.Event()  # set when something has happened that `seek` or `pulse` will tell
        self._arguments = (memory, wish)
        self._pauses = (EAGER_CALM_NS, RETRY_CALM_NS) if calm else (EAGER_NS, RETRY_NS)
        self._opener: Opener | None = None
        self._signs = Signs()
        self._tried = 0
        self._wakes = 0
        self.woke = 0  # when a callback was last seen to have come, ns

    @property
    def seeking(self) -> bool:
        """Whether an attempt to open it is under way."""
        return self._opener is not None

    def seek(self, now: int) -> bool:
        """Look for the device without waiting for it; return whether it has been opened by now."""
        opener = self._opener
        if opener is not None and not opener.is_alive():
            self._opener, self.error = None, opener.error
            if opener.stream is not None:
                self._take(opener.stream, now)
                return True
        if self._opener is None and now - self._tried >= self._pauses[not self._signs.fresh(now)]:
            self._tried = now
            self._opener = Opener(self.kinds, *self._arguments, self.client, self.news)
            self._opener.start()
        return False

    def _take(self, stream: Stream, now: int) -> None:
        self.stream = stream
        self.woke = now
        self._wakes = 0
        if stream.kind is StreamKind.JACK:
            stream.when_lost(self.news.set)  # type: ignore[attr-defined]

    def hangs(self, now: int) -> bool:
        """Tell if the attempt under way will never end."""
        return self._opener is not None and now - self._tried > HANGS_NS

    def pulse(self, now: int) -> Pulse:
        """Look how the open device does."""
        stream = self.stream
        if stream is None or not stream.alive():
            return Pulse.GONE
        wakes = int(stream.context.page["wakes"])
        if wakes != self._wakes:
            self._wakes, self.woke = wakes, now
        return Pulse.STALLED if now - self.woke > STALLED_NS else Pulse.PLAYS

    def drop(self) -> None:
        """Let go of the stream; raises DeviceMissing when its library does not come back."""
        stream, self.stream = self.stream, None
        if stream is not None:
            stream.stop()
            stream.close()


def shut(stream: Stream, seconds: float) -> bool:
    """Shut the gate and wait until no callback is inside; False: one hangs and may go on at any moment."""
    page = stream.context.page
    page["live"] = 0
    end = time.monotonic() + seconds
    time.sleep(0.001)  # by now a callback that has seen the gate open is seen to be inside
    while int(page["inside"]) and time.monotonic() < end:
        time.sleep(0.001)
    return not int(page["inside"])


def fit(memory: Memory, stream: Stream) -> None:
    """Let the stream convert from the engine's rate to its own; its gate is shut."""
    stream.context.convert_to(stream.rate)


def latency(memory: Memory, stream: Stream) -> int:
    """Return the engine's frames from a callback to the speaker, with those that the conversion takes."""
    rate = int(memory.header["rate"][0])
    return int(stream.context.page["taps"]) // 2 + stream.latency * rate // stream.rate
