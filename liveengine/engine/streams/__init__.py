"""Devices as plugs: each stream gives the same kernel the same memory. Runs on: engine process."""

from enum import IntEnum
from typing import Protocol


class StreamKind(IntEnum):
    """What `header.stream` holds; negative while the device is lost and the transport runs on the clock alone."""

    NONE = 0
    NULL = 1
    PORTAUDIO = 2
    JACK = 3


class Stream(Protocol):
    """An open audio device or its stand-in. Not RT-safe: called from the engine process's main thread."""

    kind: StreamKind
    rate: int  # frames per second, known after `open`
    block: int  # frames per callback
    latency: int  # frames from callback to speaker

    def open(self) -> None:
        """Take the device; raises DeviceMissing. The gate stays shut: silence, the kernel does not run."""

    def start(self) -> None:
        """Have the callbacks come; the gate decides if the kernel runs."""

    def stop(self) -> None:
        """End the callbacks."""

    def close(self) -> None:
        """Give the device back."""

    def alive(self) -> bool:
        """Tell if the device still is there."""
