"""Both framings, held against python-osc's own, cut into pieces anywhere."""

import itertools
import struct

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pythonosc import slip

from liveengine.control.osc.codec import MAX_PACKET, encode
from liveengine.control.osc.framing import Broken, Framing, Lengths, Slip, framing_of

PACKETS = st.lists(st.binary(min_size=1, max_size=60).map(lambda raw: raw + b"\0" * (-len(raw) % 4)), max_size=6)


def read(framing: Framing, pieces: list[bytes]) -> list[bytes]:
    found = []
    for piece in pieces:
        framing.feed(piece)
        while (packet := framing.next()) is not None:
            found.append(packet)
    return found


def cut(data: bytes, places: list[int]) -> list[bytes]:
    edges = [0, *sorted(place % (len(data) + 1) for place in places), len(data)]
    return [data[begin:end] for begin, end in itertools.pairwise(edges)]


@settings(max_examples=200)
@given(PACKETS, st.lists(st.integers(0, 500), max_size=5))
def test_lengths_give_every_packet_wherever_the_stream_is_cut(packets: list[bytes], places: list[int]) -> None:
    data = b"".join(struct.pack(">i", len(packet)) + packet for packet in packets)
    framing = Lengths()
    assert read(framing, cut(data, places)) == packets
    assert framing.waiting == 0


@settings(max_examples=200)
@given(PACKETS, st.lists(st.integers(0, 500), max_size=5))
def test_slip_gives_every_packet_wherever_the_stream_is_cut(packets: list[bytes], places: list[int]) -> None:
    framing = Slip()
    assert read(framing, cut(b"".join(map(slip.encode, packets)), places)) == packets
    assert framing.waiting == 0


@settings(max_examples=200)
@given(PACKETS)
def test_what_is_framed_here_python_osc_reads(packets: list[bytes]) -> None:
    assert [slip.decode(Slip().frame(packet)) for packet in packets] == packets


@pytest.mark.parametrize("frame", [Lengths().frame, Slip().frame])
def test_the_first_byte_tells_the_framing(frame: object) -> None:
    assert callable(frame)
    data = frame(encode("/a", 0xC0, 0xDB))
    framing = framing_of(data)
    assert read(framing, [data]) == [encode("/a", 0xC0, 0xDB)]


@pytest.mark.parametrize("packet", [encode("/a", 1), b"#bundle\0" + bytes(8)])
def test_slip_with_an_end_only_behind_is_slip(packet: bytes) -> None:
    assert read(framing_of(packet), [packet + b"\xc0" + packet + b"\xc0"]) == [packet, packet]


@pytest.mark.parametrize("first", [b"G", b"\x01", b"\xff", b"\xdb"])
def test_another_first_byte_is_no_framing(first: bytes) -> None:
    with pytest.raises(Broken, match="framing"):
        framing_of(first + b"ET / HTTP/1.1")


@pytest.mark.parametrize("size", [0, 3, MAX_PACKET + 4, 0xFFFFFFFF])
def test_a_length_that_cannot_be_breaks_the_stream(size: int) -> None:
    with pytest.raises(Broken, match="length"):
        read(Lengths(), [struct.pack(">I", size)])


@pytest.mark.parametrize("raw", [b"\xc0/a\xdb\xc0", b"\xc0/a\xdb\xdb\xdc\xc0", b"\xc0\xdb\x01\xc0"])
def test_a_wrong_escape_breaks_the_stream(raw: bytes) -> None:
    with pytest.raises(Broken, match="escape"):
        read(Slip(), [raw])


def test_a_packet_without_an_end_breaks_the_stream_when_it_is_too_long() -> None:
    with pytest.raises(Broken, match="endless"):
        read(Slip(), [b"\xc0", *[b"a" * MAX_PACKET] * 3])


@settings(max_examples=300)
@given(st.lists(st.binary(min_size=1, max_size=80), min_size=1, max_size=5))
def test_any_bytes_give_packets_or_break(pieces: list[bytes]) -> None:
    reason = "none"
    try:
        read(framing_of(pieces[0]), pieces)
    except Broken as error:
        reason = str(error)
    assert reason in {"none", "framing", "length", "escape", "endless"}
