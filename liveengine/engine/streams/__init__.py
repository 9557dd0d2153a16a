"""Devices as plugs: each stream gives the same kernel the same memory. Runs on: engine process."""

from enum import IntEnum
from typing import Any, Protocol

from liveengine.errors import DeviceMissing

RATES = (44_100, 192_000)  # frames per second that a device may have, from .. to
BLOCKS = (16, 2048)  # frames per callback


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
    outputs: int  # channels that are open; -1 = a port for each row
    latency: int  # of the device's frames, from callback to speaker
    context: Any  # a Context: the page that the callback reads

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


def check(what: str, rate: int, block: int) -> None:
    """Raise DeviceMissing for a device at a rate or with blocks that the engine does not take."""
    for name, value, (low, high) in (("frames per second", rate, RATES), ("frames per block", block, BLOCKS)):
        if not low <= value <= high:
            raise DeviceMissing(f"{what} runs with {value} {name}; {low} to {high} are possible, set it to one of them")
