"""The page that a C callback gets as user data: where the memory lies, and its gate. Runs on: engine process."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from liveengine.engine.layout import SCRATCH_FRAMES
from liveengine.engine.memory import Memory
from liveengine.engine.streams import resample

CONTEXT = np.dtype(
    [
        # written once, before the first callback
        *((name, "<i8") for name in Memory._fields),  # addresses of the arrays
        ("strip_count", "<i8"),
        ("feed_count", "<i8"),
        ("voice_count", "<i8"),
        ("clip_tracks", "<i8"),
        ("slot_count", "<i8"),
        ("queue_count", "<i8"),  # places, with those for the record in hand and what it makes
        ("command_count", "<i8"),
        ("event_count", "<i8"),
        ("segment_count", "<i8"),
        ("tap_frames", "<i8"),
        ("pool_samples", "<i8"),
        ("kernel", "<i8"),  # address of the compiled `kernel.block.advance`
        ("drive", "<i8"),  # address of the compiled `callback.drive`
        ("rows", "<i8"),  # that the kernel gives; see `memory.Capacity.rows`
        ("out", "<i8"),  # address of float32[rows, SCRATCH_FRAMES]; a longer callback is cut into pieces
        ("timespec", "<i8"),  # address of 16 bytes for the clock
        ("trace", "<i8"),  # address of int64[trace_count, 3]: wake ns, return ns, frames; 0 = none
        ("trace_count", "<i8"),
        ("ports", "<i8"),  # JACK: address of int64[port_count] port handles, by row; 0 = none
        ("port_count", "<i8"),
        ("port_buffer", "<i8"),  # JACK: address of jack_port_get_buffer
        ("client", "<i8"),  # JACK: address of our jack_client_t
        ("frame_time", "<i8"),  # JACK: address of jack_last_frame_time
        ("channels", "<i8"),  # PortAudio: interleaved; `ports` holds the row of each
        ("block", "<i8"),  # null stream: frames per block
        ("rate", "<i8"),  # frames per second of the device
        # a device at another rate than the engine, see resample.py; taps = 0: the same rate
        ("taps", "<i8"),
        ("phases", "<i8"),
        ("advance", "<i8"),  # per frame of the device, in 1 / phases of an engine's frame
        ("table", "<i8"),  # address of float32[phases, taps]
        ("past", "<i8"),  # address of float32[rows, past_frames(taps)]
        ("fresh", "<i8"),  # address of float32[rows, SCRATCH_FRAMES]
        # written by the engine process while callbacks come
        ("live", "<i8"),  # 1 = the kernel runs; 0 = silence
        ("resume", "<i8"),  # 1 = the next callback first skips to the frame that is due: BY_CLOCK or BY_DEVICE
        ("fade_frames", "<i8"),  # > 0 = fade out over that many frames
        ("stop", "<i8"),  # null stream: 1 = return
        # written by the callback
        ("inside", "<i8"),  # 1 while a callback runs
        ("wakes", "<i8"),  # callbacks, with the kernel or without
        ("skipped", "<i8"),  # frames skipped on resume
        ("caught", "<i8"),  # 1 = this callback skipped some
        ("looks", "<i8"),  # callbacks since the last resume that looked whether they were at the frame that is due
        ("first_frame", "<i8"),  # the first frame that sounded after the last resume
        ("faded", "<i8"),  # frames of the fade that are done
        ("thread", "<i8"),  # pthread_t of the callback's thread
        ("spent", "<i8"),  # ns of processor time that the kernel took within this callback ...
        ("passed", "<i8"),  # ... and ns that passed meanwhile
        ("cycle", "<i8"),  # the server's own count of frames when this callback's block begins; -1 = it has none
        ("lost", "<i8"),  # JACK: 1 = the server says that it goes
        ("held", "<i8"),  # converter: frames that are held
        ("phase", "<i8"),  # converter: where the next frame lies behind the first that is held, in 1 / phases
    ]
)


BY_CLOCK, BY_DEVICE = 1, 2  # `resume`: which clock says what is due; the device's is exact where it went on


class Context:
    """One stream's page and the arrays that it points to; must outlive the stream."""

    def __init__(self, memory: Memory, *, trace: int = 0) -> None:
        self.memory = memory
        self._page = np.zeros(1, CONTEXT)
        self._timespec = np.zeros(2, np.int64)
        self.trace = np.zeros((trace, 3), np.int64)
        self._out = np.zeros((memory.rows, SCRATCH_FRAMES), np.float32)
        self._ports = np.zeros(0, np.int64)
        self._converter: tuple[npt.NDArray[np.float32], ...] = ()
        self.page = self._page[0]
        for name, array in zip(Memory._fields, memory, strict=True):
            self.page[name] = array.ctypes.data
        counts = {
            "strip_count": memory.strips.shape[1],
            "feed_count": memory.feeds.shape[2],
            "voice_count": memory.voices.shape[1],
            "clip_tracks": memory.clips.shape[1],
            "slot_count": memory.clips.shape[2],
            "queue_count": memory.queue.shape[1],
            "command_count": len(memory.commands),
            "event_count": len(memory.events),
            "segment_count": len(memory.segments),
            "tap_frames": len(memory.tap),
            "pool_samples": len(memory.pool),
            "rows": memory.rows,
            "cycle": -1,
            "rate": int(memory.header["rate"][0]),
            "out": self._out.ctypes.data,
            "timespec": self._timespec.ctypes.data,
            "trace": self.trace.ctypes.data if trace else 0,
            "trace_count": trace,
        }
        for name, value in counts.items():
            self.page[name] = value

    @property
    def address(self) -> int:
        """The page's address: the callback's user data."""
        return int(self._page.ctypes.data)

    @property
    def rows(self) -> int:
        """How many rows of float32 the kernel gives; see `memory.Capacity.rows`."""
        return len(self._out)

    def set_rows(self, rows: Sequence[int]) -> None:
        """Name the row that each channel of the device carries."""
        self._ports = np.array(rows, np.int64)
        self.page["ports"] = self._ports.ctypes.data

    def clear_ports(self, port_buffer: int) -> None:
        """Make room for a JACK port for each row, none there yet, and name libjack's function that gives buffers."""
        self._ports = np.zeros(self.rows, np.int64)
        self.page["ports"] = self._ports.ctypes.data
        self.page["port_count"] = self.rows
        self.page["port_buffer"] = port_buffer

    def set_port(self, row: int, handle: int) -> None:
        """Name the JACK port that carries a row; callbacks may come meanwhile."""
        self._ports[row] = handle

    def set_clock(self, client: int, frame_time: int) -> None:
        """Name the JACK client and libjack's function that tells the server's count of frames."""
        self.page["client"] = client
        self.page["frame_time"] = frame_time

    def convert_to(self, rate: int) -> int:
        """Have the callbacks come at the device's rate; return the frames, of the engine's, by which that delays."""
        self.page["rate"] = rate
        engine = int(self.memory.header["rate"][0])
        if rate == engine:
            self.page["taps"] = 0
            return 0
        table = resample.design(engine, rate)
        phases, taps = table.shape
        past = np.zeros((self.rows, resample.past_frames(taps)), np.float32)
        fresh = np.zeros((self.rows, SCRATCH_FRAMES), np.float32)
        self._converter = (table, past, fresh)
        for name, array in zip(("table", "past", "fresh"), self._converter, strict=True):
            self.page[name] = array.ctypes.data
        self.page["phases"], self.page["advance"] = phases, resample.ratio(engine, rate).numerator
        self.page["held"] = taps - 1
        self.page["taps"] = taps
        return taps // 2

    def traced(self) -> npt.NDArray[np.int64]:
        """Return the last callbacks' [wake ns, return ns, frames], oldest first."""
        wakes = int(self.page["wakes"])
        if wakes <= len(self.trace):
            return self.trace[:wakes].copy()
        return np.roll(self.trace, -(wakes % len(self.trace)), axis=0)
