"""The engine for plain programs, scripts and notebooks. Runs on: any thread; a thread of its own holds the socket."""

import asyncio
import queue
import threading
from collections.abc import Callable, Coroutine, Iterator
from typing import Any, Self

from liveengine_client.address import URL
from liveengine_client.live import AsyncEngine, Event
from liveengine_client.plain import AllCommands


class Engine(AllCommands):
    """A connection to a running engine: `with Engine() as engine: engine.transport.play()`.

    The same as AsyncEngine, without `await`. What `on` calls runs on the connection's thread.
    """

    def __init__(self, url: str = URL, *, token: str | None = None, meters: bool = False) -> None:
        super().__init__(self.call)
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="liveengine", daemon=True)
        self._thread.start()
        try:
            self._live: AsyncEngine = self._run(_opened(url, token, meters))
        except BaseException:
            self._end()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Leave the engine."""
        if not self._loop.is_closed():
            self._run(self._live.close())
            self._end()

    @property
    def url(self) -> str:
        """Where the engine is."""
        return self._live.url

    @property
    def state(self) -> dict[str, Any]:
        """The session as it was at the last connect."""
        return self._live.state

    @property
    def values(self) -> dict[str, list[Any]]:
        """The newest values of each address that has changed since."""
        return self._live.values

    @property
    def meters(self) -> tuple[float, ...]:
        """The newest meters."""
        return self._live.meters

    def call(self, address: str, *args: Any, **named: Any) -> Any:
        """Run the command at an address and return its reply; raise EngineFault, or NoEngine."""
        return self._run(self._live.call(address, *args, **named))

    def on(self, pattern: str, listener: Callable[[Event], None]) -> Callable[[], None]:
        """Call `listener(event)` on the connection's thread with each event whose address fits."""
        return self._live.on(pattern, listener)

    def events(self, pattern: str = "*", timeout: float | None = None) -> Iterator[Event]:
        """Iterate over the events whose address fits; end where none comes for `timeout` seconds."""
        waiting: queue.SimpleQueue[Event] = queue.SimpleQueue()
        leave = self.on(pattern, waiting.put)
        return _taken(waiting, timeout, leave)

    def finished(self, job: int) -> Any:
        """Wait until a job ends and return its result; raise EngineFault with its code if it fails."""
        return self._run(self._live.finished(job))

    def _run(self, work: Coroutine[Any, Any, Any]) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result()

    def _end(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()


async def _opened(url: str, token: str | None, meters: bool) -> AsyncEngine:
    return await AsyncEngine(url, token=token, meters=meters).__aenter__()


def _taken(waiting: "queue.SimpleQueue[Event]", timeout: float | None, leave: Callable[[], None]) -> Iterator[Event]:
    try:
        while True:
            try:
                yield waiting.get(timeout=timeout)
            except queue.Empty:
                return
    finally:
        leave()
