"""PortAudio: the system's sound card, stereo, through sounddevice's handle. Runs on: PortAudio's audio thread."""

import functools
import sys
from typing import Any

import numpy as np

from liveengine.engine.layout import SCRATCH_FRAMES
from liveengine.engine.memory import Memory
from liveengine.engine.streams import StreamKind
from liveengine.engine.streams.callback import enter, leave, page_of, prepare, sound
from liveengine.engine.streams.channels import pairs, row
from liveengine.engine.streams.context import Context
from liveengine.engine.streams.native import pointer
from liveengine.engine.streams.outputs import choose, library, outputs, rescan
from liveengine.errors import DeviceMissing

from numba import carray, cfunc, types  # isort: skip  # after the cache folder is set

OUTPUT_FLAGS = 0x4 | 0x8  # paOutputUnderflow, paOutputOverflow


def process(  # PortAudio's signature
    source: Any, target: Any, frames: int, time: Any, flags: int, user: Any
) -> int:
    """PaStreamCallback. RT-safe."""
    page = page_of(user)
    began = enter(page)
    total: Any = np.int64(frames)
    device = carray(target, (total, page.channels), np.float32)
    rows = carray(pointer(page.ports), (page.channels,), np.int64)
    live = page.live == 1
    done: Any = np.int64(0)
    while done < total:
        count = min(SCRATCH_FRAMES, total - done)
        if live:
            out = sound(user, page, began if done == 0 else 0, count)
        for i in range(count):
            if not live:
                for channel in range(page.channels):
                    device[done + i, channel] = np.float32(0.0)
            elif page.channels == 1:
                device[done + i, 0] = np.float32(0.5) * (out[0, i] + out[1, i])
            else:
                for channel in range(page.channels):
                    device[done + i, channel] = out[rows[channel], i]
        done += count
    leave(page, total, began, 1 if flags & OUTPUT_FLAGS else 0)
    return 0


@functools.cache
def entry() -> Any:
    """Return `process`, compiled."""
    byte, count = types.voidptr, types.ulong
    signature = types.int32(byte, byte, count, byte, count, byte)
    return cfunc(signature, cache=True, error_model="numpy")(process)


class PortAudioStream:
    """An output of the system, whatever host API it has."""

    kind = StreamKind.PORTAUDIO

    def __init__(
        self, memory: Memory, block: int, device: str = "", *, wanted: str = "auto", context: Context | None = None
    ) -> None:
        """`wanted`: what its outputs carry, see `channels.pairs`."""
        self.context = context or Context(memory)
        self.outputs = 0
        self._wanted = wanted
        self.rate = int(memory.header["rate"][0])
        self.block = block
        self.latency = 0
        self._device = device
        self._stream: Any = None

    def open(self) -> None:
        """Take the device at the engine's rate, else at its own; raises DeviceMissing."""
        again = "sounddevice" in sys.modules
        sd = library()
        if again:
            rescan(sd)
        prepare(self.context)
        output = choose(outputs(sd), self._device)
        device, channels = output.number, self._plan(output.channels)
        try:
            sd.check_output_settings(device, channels, "float32", samplerate=self.rate)
        except sd.PortAudioError:
            self.rate = output.rate
        ffi = sd._ffi
        try:
            self._stream = sd._StreamBase(
                kind="output",
                samplerate=self.rate,
                blocksize=self.block,
                device=device,
                channels=channels,
                dtype="float32",
                latency="low",
                callback=ffi.cast("PaStreamCallback *", entry().address),
                userdata=ffi.cast("void *", self.context.address),
            )
        except sd.PortAudioError as error:
            raise DeviceMissing(f"{output.title}: {error}; `liveengine devices` lists the outputs") from None
        self.rate = int(self._stream.samplerate)
        self.latency = int(self._stream.latency * self.rate)

    def _plan(self, channels: int) -> int:
        """Lay the kernel's rows on the device's channels; return how many are to be opened."""
        header = self.context.memory.header[0]
        tracks, buses = int(header["tracks"]), int(header["buses"])
        firsts = [row(name, tracks, buses) for name in pairs(self._wanted, channels, tracks, buses)]
        self.outputs = min(channels, 2 * len(firsts))
        self.context.set_rows([first + side for first in firsts for side in (0, 1)])
        self.context.page["channels"] = self.outputs
        return self.outputs

    def start(self) -> None:
        """Have the callbacks come; raises DeviceMissing."""
        try:
            self._stream.start()
        except library().PortAudioError as error:
            raise DeviceMissing(f"the device does not start: {error}") from None

    def stop(self) -> None:
        """End the callbacks; only while the device answers: on a lost one PortAudio hangs."""
        self._stream.stop()

    def close(self) -> None:
        """Give the device back; only while it answers."""
        self._stream.close()
        self._stream = None

    def alive(self) -> bool:
        """Tell if PortAudio believes so; a stalled device shows only in the callbacks that do not come."""
        return self._stream is not None and bool(self._stream.active)
