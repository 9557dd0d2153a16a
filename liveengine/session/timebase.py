"""Which frame sounds at which time: a delay-locked loop over the engine's clock. Runs on: event loop and door threads.

The engine notes the monotonic time at which each block began. Wake-ups jitter by more than a frame; a second-order loop
after F. Adriaensen, "Using a DLL to filter time" (Linux Audio Conference 2005), follows the device's true rate and
averages the jitter out. Its equations are taken for updates at irregular intervals.
"""

import math
import time
from typing import NamedTuple

BANDWIDTH_HZ = 0.1  # the loop follows what changes slower than this
SETTLING_HZ = 2.0  # ... and this during the first seconds
SETTLED = 200  # updates after which the narrow bandwidth holds
JUMP_NS = 50_000_000.0  # an error beyond this is no jitter: the stream was replaced, or the machine slept
NTP_EPOCH_S = 2_208_988_800  # from 1900 to 1970
_SQRT2 = math.sqrt(2.0)


class Point(NamedTuple):
    """The loop's state: at `frame` the time was `ns` (CLOCK_MONOTONIC), and a frame takes `period` ns."""

    frame: int
    ns: float
    period: float


class TimeBase:
    """Maps monotonic and NTP time to frames of the engine and back; read from any thread, updated from one."""

    def __init__(self, rate: int) -> None:
        self.nominal = 1e9 / rate  # ns that a frame takes by the device's word
        self._point: Point | None = None
        self._updates = 0
        self._latency = 0  # frames from callback to speaker

    @property
    def rate(self) -> float:
        """Return the device's rate as the monotonic clock sees it, in frames per second."""
        return 1e9 / self.period

    @property
    def period(self) -> float:
        """Return how long a frame of the device takes as the monotonic clock sees it, in ns."""
        return self._point.period if self._point else self.nominal

    def update(self, clock_ns: int, clock_frame: int, latency: int = 0) -> None:
        """Take the time at which the block that begins with `clock_frame` was begun; a block seen before is ignored.

        `latency` is how many frames pass between a callback and the speaker.
        """
        self._latency = latency
        point = self._point
        if point is not None and clock_frame == point.frame:
            return
        if point is None or clock_frame < point.frame:
            self._reset(clock_ns, clock_frame)
            return
        frames = clock_frame - point.frame
        predicted = point.ns + frames * point.period
        error = clock_ns - predicted
        if abs(error) > JUMP_NS:
            self._reset(clock_ns, clock_frame)
            return
        self._updates += 1
        hz = BANDWIDTH_HZ if self._updates > SETTLED else SETTLING_HZ
        omega = min(0.5, 2.0 * math.pi * hz * frames * self.nominal * 1e-9)
        period = point.period + omega * omega * error / frames
        self._point = Point(clock_frame, predicted + _SQRT2 * omega * error, period)

    def frame_of(self, ns: int) -> int:
        """Return the frame whose time is the monotonic `ns`, rounded; 0 before the engine has begun."""
        point = self._point
        if point is None:
            return 0
        return point.frame + math.floor((ns - point.ns) / point.period + 0.5)

    def ns_of(self, frame: int) -> int:
        """Return the monotonic time of a frame in ns; 0 before the engine has begun."""
        point = self._point
        return 0 if point is None else math.floor(point.ns + (frame - point.frame) * point.period + 0.5)

    def heard_ns(self, frame: int) -> float:
        """Return the monotonic time in ns at which a frame leaves the speaker; 0 before the engine has begun."""
        point = self._point
        return 0.0 if point is None else point.ns + (frame + self._latency - point.frame) * point.period

    def frame_heard(self, ns: float) -> int:
        """Return the frame that leaves the speaker at a monotonic time, rounded."""
        return self.frame_of(math.floor(ns + 0.5)) - self._latency

    def device_ns(self, ns: float) -> float:
        """Return what the device's clock shows at a monotonic time: its frames, each as long as the device says."""
        point = self._point
        return ns if point is None else (point.frame + (ns - point.ns) / point.period) * self.nominal

    def monotonic_ns(self, device_ns: float) -> float:
        """Return the monotonic time at which the device's clock shows a time."""
        point = self._point
        return device_ns if point is None else point.ns + (device_ns / self.nominal - point.frame) * point.period

    def frame_at(self, ntp: int) -> int:
        """Return the frame of an NTP time: 64 bits, seconds since 1900 in the upper half, fractions in the lower."""
        return self.frame_of(monotonic_of(ntp))

    def _reset(self, clock_ns: int, clock_frame: int) -> None:
        self._updates = 0
        self._point = Point(clock_frame, float(clock_ns), self.nominal)


def monotonic_of(ntp: int) -> int:
    """Return the monotonic time in ns of an NTP time, by the distance that the two clocks have now."""
    unix_ns = ((ntp >> 32) - NTP_EPOCH_S) * 1_000_000_000 + (((ntp & 0xFFFF_FFFF) * 1_000_000_000) >> 32)
    before = time.monotonic_ns()
    wall = time.time_ns()
    after = time.monotonic_ns()
    return unix_ns - wall + (before + after) // 2


def ntp_of(monotonic_ns: int) -> int:
    """Return the NTP time of a monotonic time, by the distance that the two clocks have now."""
    unix_ns = monotonic_ns - time.monotonic_ns() + time.time_ns()
    seconds, rest = divmod(unix_ns, 1_000_000_000)
    return (seconds + NTP_EPOCH_S) << 32 | ((rest << 32) // 1_000_000_000)
