"""Finds and opens the device without holding anybody up. Runs on: a thread of its own in the engine process."""

import os
import threading
from dataclasses import dataclass
from pathlib import Path

from liveengine.engine.memory import Memory
from liveengine.engine.streams import Stream, StreamKind, check
from liveengine.errors import DeviceMissing

ORDER = (StreamKind.JACK, StreamKind.PORTAUDIO, StreamKind.NULL)  # what `auto` tries
FRESH_NS = 3_000_000_000  # for so long after a sign a device is looked for without pause
CLIENT = "liveengine"  # what a JACK patchbay shows


@dataclass(frozen=True)
class Wish:
    """What the settings ask for."""

    stream: str = "auto"
    device: str = ""  # PortAudio: a name, a number or "host API: name"
    block: int = 128
    outputs: str = "auto"  # PortAudio: what they carry, see `channels.pairs`

    @property
    def auto(self) -> bool:
        """Whether any device will do."""
        return self.stream == "auto" and not self.device

    def kinds(self, before: StreamKind) -> tuple[StreamKind, ...]:
        """Return the kinds to try, in order; a replacement takes the kind that its predecessor had."""
        if self.auto and before:
            return (before,)
        return candidates(self.stream, self.device)


def candidates(wanted: str, device: str = "") -> tuple[StreamKind, ...]:
    """Return the kinds to try, in order, for a `--stream` option; a device that is named is one of PortAudio's."""
    if wanted == "auto":
        return (StreamKind.PORTAUDIO,) if device else ORDER
    return (StreamKind[wanted.upper()],)


def better(kind: StreamKind) -> tuple[StreamKind, ...]:
    """Return what `auto` would rather have than this kind."""
    return ORDER[: ORDER.index(kind)]


def make(kind: StreamKind, memory: Memory, wish: Wish, client: str = CLIENT) -> Stream:
    """Return a closed stream of this kind; the module of a kind that is not used is never loaded."""
    if kind is StreamKind.JACK:
        from liveengine.engine.streams.jack import JackStream

        return JackStream(memory, name=client)
    if kind is StreamKind.PORTAUDIO:
        from liveengine.engine.streams.portaudio import PortAudioStream

        return PortAudioStream(memory, wish.block, wish.device, wanted=wish.outputs)
    from liveengine.engine.streams.null import NullStream

    return NullStream(memory, wish.block)


class Opener(threading.Thread):
    """Opens the first kind that is there and starts it with the gate shut; then `stream` is set, else `error`.

    A server that hangs keeps this thread, nobody else.
    """

    def __init__(
        self, kinds: tuple[StreamKind, ...], memory: Memory, wish: Wish, client: str, done: threading.Event
    ) -> None:
        super().__init__(name="opener", daemon=True)
        self.stream: Stream | None = None
        self.error: Exception | None = None
        self._kinds = kinds
        self._arguments = (memory, wish, client)
        self._done = done

    def run(self) -> None:
        """Try each kind."""
        for kind in self._kinds:
            try:
                stream = make(kind, *self._arguments)
                stream.open()
                _checked(stream)
                stream.start()
            except DeviceMissing as error:
                self.error = error
            except Exception as error:  # a broken driver must not end the engine
                self.error = DeviceMissing(f"{kind.name.lower()}: {error}")
            else:
                self.stream = stream
                break
        self._done.set()


def _checked(stream: Stream) -> None:
    try:
        check(f"the {stream.kind.name.lower()} stream", stream.rate, stream.block)
    except DeviceMissing:
        stream.close()
        raise


class Signs:
    """Tells when a device may have come: folders in which audio servers and cards appear have changed."""

    FOLDERS = ("/dev/shm", "/dev/snd", os.environ.get("XDG_RUNTIME_DIR", "/dev/snd"))

    def __init__(self) -> None:
        self._seen = self._look()
        self._fresh = 0

    def fresh(self, now: int) -> bool:
        """Tell if something has changed within the last `FRESH_NS`; costs a few microseconds."""
        seen = self._look()
        if seen != self._seen:
            self._seen, self._fresh = seen, now
        return now - self._fresh < FRESH_NS

    def _look(self) -> list[int]:
        return [_changed(Path(folder)) for folder in self.FOLDERS]


def _changed(folder: Path) -> int:
    try:
        return folder.stat().st_mtime_ns
    except OSError:
        return 0
