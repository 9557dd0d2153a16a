"""OSC packets in a stream of bytes: both framings, told apart by the first byte. Runs on: anywhere.

OSC 1.0 puts an int32, the packet's length, before each packet. OSC 1.1 uses SLIP (RFC 1055) with an END before and
after. A length of ours begins with a zero byte, SLIP with END; a packet that begins at once with `/` or `#` is SLIP
with an END only behind it.
"""

import struct

from liveengine.control.osc.codec import MAX_PACKET

END, ESC, ESC_END, ESC_ESC = b"\xc0", b"\xdb", b"\xdc", b"\xdd"
_LENGTH = struct.Struct(">I")


class Broken(Exception):
    """The bytes are none of the framings; the stream cannot be read on."""


class Lengths:
    """OSC 1.0: an int32 before each packet."""

    def __init__(self) -> None:
        self._bytes = bytearray()

    @property
    def waiting(self) -> int:
        """Return how many bytes were not taken yet; once `next` has returned None: those of an unfinished packet."""
        return len(self._bytes)

    def feed(self, data: bytes) -> None:
        """Take what was received."""
        self._bytes += data

    def next(self) -> bytes | None:
        """Return the next whole packet, None before it is there; raise Broken for a length that cannot be."""
        if len(self._bytes) < _LENGTH.size:
            return None
        size = _LENGTH.unpack_from(self._bytes)[0]
        if not 0 < size <= MAX_PACKET or size % 4:
            raise Broken("length")
        if len(self._bytes) < _LENGTH.size + size:
            return None
        packet = bytes(self._bytes[_LENGTH.size : _LENGTH.size + size])
        del self._bytes[: _LENGTH.size + size]
        return packet

    def frame(self, packet: bytes) -> bytes:
        """Return the packet as it travels."""
        return _LENGTH.pack(len(packet)) + packet


class Slip:
    """OSC 1.1: END before and after each packet, END and ESC inside it escaped."""

    def __init__(self) -> None:
        self._bytes = bytearray()
        self._sought = 0  # END is not before this

    @property
    def waiting(self) -> int:
        """Return how many bytes were not taken yet; once `next` has returned None: those of an unfinished packet."""
        return len(self._bytes)

    def feed(self, data: bytes) -> None:
        """Take what was received."""
        self._bytes += data

    def next(self) -> bytes | None:
        """Return the next whole packet, None before it is there; raise Broken for a wrong escape or an endless one."""
        while (end := self._bytes.find(END, self._sought)) >= 0:
            raw = bytes(self._bytes[:end])
            del self._bytes[: end + 1]
            self._sought = 0
            if raw:
                return _unescaped(raw)
        self._sought = len(self._bytes)
        if self._sought > 2 * MAX_PACKET:
            raise Broken("endless")
        return None

    def frame(self, packet: bytes) -> bytes:
        """Return the packet as it travels."""
        return END + packet.replace(ESC, ESC + ESC_ESC).replace(END, ESC + ESC_END) + END


Framing = Lengths | Slip


def _unescaped(raw: bytes) -> bytes:
    if raw.count(ESC) != raw.count(ESC + ESC_END) + raw.count(ESC + ESC_ESC):
        raise Broken("escape")
    return raw.replace(ESC + ESC_END, END).replace(ESC + ESC_ESC, ESC)


def framing_of(first: bytes) -> Framing:
    """Return the framing of a stream that begins with these bytes, at least one; raise Broken when it is neither."""
    if first[:1] == b"\0":
        return Lengths()
    if first[:1] in (END, b"/", b"#"):
        return Slip()
    raise Broken("framing")
