import struct
from typing import Any

import LiveEngine.osc as small
from hypothesis import given
from hypothesis import strategies as st
from pythonosc.osc_message import OscMessage
from pythonosc.osc_message_builder import OscMessageBuilder

from liveengine.control.osc import codec

TEXT = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=40)
NUMBER = st.integers(-(2**31), 2**31 - 1)
REAL = st.floats(allow_nan=False, width=32)
ADDRESS = st.from_regex(r"/[a-z0-9]{1,12}(/[a-z0-9]{1,12}){0,4}", fullmatch=True)
VALUES = st.lists(TEXT | NUMBER | REAL | st.booleans() | st.none(), max_size=6)


def flat(found: codec.Message | codec.Bundle | codec.Reject) -> list[tuple[str, tuple[Any, ...]]]:
    """Return all messages of a packet, in order."""
    if isinstance(found, codec.Message):
        return [(found.address, found.args)]
    return [one for item in found.items for one in flat(item)] if isinstance(found, codec.Bundle) else []


@given(ADDRESS, VALUES)
def test_what_live_sends_is_what_the_engine_reads(address: str, values: list[Any]) -> None:
    found = codec.decode(small.encode(address, *values))
    assert found == codec.Message(address, tuple(values))


@given(ADDRESS, VALUES)
def test_what_the_engine_sends_is_what_live_reads(address: str, values: list[Any]) -> None:
    assert small.decode(codec.encode(address, *values)) == [(address, tuple(values))]


@given(ADDRESS, VALUES)
def test_python_osc_reads_and_writes_the_same(address: str, values: list[Any]) -> None:
    read = OscMessage(small.encode(address, *values))
    assert (read.address, tuple(read.params)) == (address, tuple(values))
    builder = OscMessageBuilder(address)
    for value in values:
        builder.add_arg(value, OscMessageBuilder.ARG_TYPE_DOUBLE if isinstance(value, float) else None)
    assert small.decode(builder.build().dgram) == [(address, tuple(values))]


@given(st.lists(st.tuples(ADDRESS, VALUES), min_size=1, max_size=5))
def test_a_bundle_holds_its_messages_in_order(messages: list[tuple[str, list[Any]]]) -> None:
    packet = small.bundle(*(small.encode(address, *values) for address, values in messages))
    expected = [(address, tuple(values)) for address, values in messages]
    found = codec.decode(packet)
    assert isinstance(found, codec.Bundle)
    assert found.timetag == codec.IMMEDIATELY
    assert flat(found) == expected == small.decode(packet)


@given(st.binary(max_size=200) | st.binary(max_size=100).map(lambda tail: b"/a\0\0,ifs[bhdtTFNI\0\0" + tail))
def test_no_bytes_make_it_raise(packet: bytes) -> None:
    for address, _ in small.decode(packet):
        assert address.startswith("/")


@given(ADDRESS, VALUES, st.data())
def test_a_broken_packet_is_read_as_the_engine_reads_it_or_not_at_all(
    address: str, values: list[Any], data: st.DataObject
) -> None:
    packet = bytearray(codec.bundle(1, codec.encode(address, *values), codec.encode("/b", 1)))
    packet[data.draw(st.integers(0, len(packet) - 1))] = data.draw(st.integers(0, 255))
    expected = codec.decode(bytes(packet))
    if isinstance(expected, codec.Message | codec.Bundle) and b"[" not in packet and b"N" not in packet:
        found = small.decode(bytes(packet))
        assert found in ([], flat(expected)) or repr(found) == repr(flat(expected))  # repr: a NaN is not itself


def test_a_bundle_too_deep_says_nothing() -> None:
    packet = small.encode("/deep", 1)
    for _ in range(small.MAX_DEPTH):
        packet = small.bundle(packet)
    assert small.decode(packet) == [("/deep", (1,))]
    assert small.decode(small.bundle(packet)) == []


def test_large_numbers_and_blobs_are_read() -> None:
    assert small.decode(small.encode("/a", 2**40)) == [("/a", (2**40,))]
    assert small.decode(codec.encode("/a", b"12345", 1)) == [("/a", (b"12345", 1))]
    assert small.decode(b"/a\0\0,b\0\0" + struct.pack(">I", 2**32 - 1)) == []
    assert small.decode(b"/a\0\0") == [("/a", ())]
