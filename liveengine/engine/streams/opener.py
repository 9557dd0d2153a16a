"""Finds and opens the device without holding anybody up. Runs on: a thread of its own in the engine process."""

import threading

from liveengine.engine.layout import Memory
from liveengine.engine.streams import Stream, StreamKind
from liveengine.errors import DeviceMissing

ORDER = (StreamKind.JACK, StreamKind.PORTAUDIO, StreamKind.NULL)  # what `auto` tries


def candidates(wanted: str, device: str = "") -> tuple[StreamKind, ...]:
    """Return the kinds to try, in order, for a `--stream` option; a device that is named is one of PortAudio's."""
    if wanted == "auto":
        return (StreamKind.PORTAUDIO,) if device else ORDER
    return (StreamKind[wanted.upper()],)


def make(kind: StreamKind, memory: Memory, block: int, device: str) -> Stream:
    """Return a closed stream of this kind; the module of a kind that is not used is never loaded."""
    if kind is StreamKind.JACK:
        from liveengine.engine.streams.jack import JackStream

        return JackStream(memory)
    if kind is StreamKind.PORTAUDIO:
        from liveengine.engine.streams.portaudio import PortAudioStream

        return PortAudioStream(memory, block, device)
    from liveengine.engine.streams.null import NullStream

    return NullStream(memory, block)


class Opener(threading.Thread):
    """Opens the first kind that is there and starts it with the gate shut; then `stream` is set, else `error`.

    A server that hangs keeps this thread, nobody else.
    """

    def __init__(self, kinds: tuple[StreamKind, ...], memory: Memory, block: int, device: str) -> None:
        super().__init__(name="opener", daemon=True)
        self.stream: Stream | None = None
        self.error: Exception | None = None
        self._kinds = kinds
        self._arguments = (memory, block, device)

    def run(self) -> None:
        """Try each kind."""
        for kind in self._kinds:
            try:
                stream = make(kind, *self._arguments)
                stream.open()
                stream.start()
            except DeviceMissing as error:
                self.error = error
            except Exception as error:  # a broken driver must not end the engine
                self.error = DeviceMissing(f"{kind.name.lower()}: {error}")
            else:
                self.stream = stream
                return
