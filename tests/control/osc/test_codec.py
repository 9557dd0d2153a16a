import random
import struct
import subprocess
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pythonosc.osc_bundle_builder import OscBundleBuilder
from pythonosc.osc_message_builder import OscMessageBuilder

from liveengine.control.osc import codec
from liveengine.control.osc.codec import (
    MAX_DEPTH,
    MAX_ITEMS,
    MAX_TAGS,
    Bundle,
    Message,
    Reject,
    bundle,
    decode,
    encode,
)


def message(tags: str, payload: bytes = b"", address: bytes = b"/a\0\0") -> bytes:
    raw = b"," + tags.encode()
    return address + raw + b"\0" * (4 - len(raw) % 4) + payload


@pytest.mark.parametrize(
    ("tags", "payload", "args"),
    [
        ("i", b"\xff\xff\xff\xfe", (-2,)),
        ("f", struct.pack(">f", 0.5), (0.5,)),
        ("s", b"kick\0\0\0\0", ("kick",)),
        ("S", b"kick\0\0\0\0", ("kick",)),
        ("b", b"\0\0\0\x05hello\0\0\0", (b"hello",)),
        ("h", struct.pack(">q", -(1 << 40)), (-(1 << 40),)),
        ("d", struct.pack(">d", 0.1), (0.1,)),
        ("t", struct.pack(">Q", 1 << 63), (1 << 63,)),
        ("c", b"\0\0\0A", ("A",)),
        ("r", b"\xff\0\0\x80", (0xFF000080,)),
        ("m", b"\0\x90\x3c\x40", (b"\0\x90\x3c\x40",)),
        ("TFNI", b"", (True, False, None, True)),
        ("i[s[f]]T", b"\0\0\0\1a\0\0\0" + struct.pack(">f", 2.0), (1, ("a", (2.0,)), True)),
        ("[]", b"", ((),)),
        ("", b"", ()),
    ],
)
def test_every_standard_tag_is_read(tags: str, payload: bytes, args: tuple[Any, ...]) -> None:
    assert decode(message(tags, payload)) == Message("/a", args)


def test_a_message_without_type_tags_has_no_arguments() -> None:
    assert decode(b"/panic\0\0") == Message("/panic", ())


@pytest.mark.parametrize(
    ("packet", "reason"),
    [
        (b"", "size"),
        (b"/a\0", "size"),
        (b"\0" * 65_540, "size"),
        (b"abc\0,\0\0\0", "address"),
        (b"/a b\0\0\0\0,\0\0\0", "address"),
        (b"/\xc3\xa4\0", "address"),
        (b"/" + b"a" * 599 + b"\0\0\0\0,\0\0\0", "address"),
        (b"/aaa", "unterminated"),
        (b"/a\0\0i\0\0\0", "tags"),
        (message("i"), "short"),
        (message("i", b"\0" * 8), "trailing"),
        (message("s", b"abcd"), "unterminated"),
        (message("s", b"\xff\xfe\0\0"), "utf8"),
        (message("b", b"\xff\xff\xff\xff"), "blob"),
        (message("c", b"\xff\xff\xff\xff"), "character"),
        (message("a"), "tag"),
        (message("[i", b"\0\0\0\1"), "array"),
        (message("]"), "array"),
        (message("T" * (MAX_TAGS + 1)), "tags"),
        (message("[" * 9 + "]" * 9), "depth"),
        (b"#bundle\0\0\0\0\0", "short"),
        (b"#bundle\0" + b"\0" * 8 + b"\xff\xff\xff\xfc", "element"),
        (b"#bundle\0" + b"\0" * 8 + b"\0\0\0\0", "element"),
        (b"#bundle\0" + b"\0" * 8 + b"\0\0\0\x03abc\0", "element"),
    ],
)
def test_what_is_wrong_is_rejected_with_its_reason(packet: bytes, reason: str) -> None:
    assert decode(packet) == Reject(reason)


def test_bundles_nest_eight_deep_and_no_deeper() -> None:
    packet = encode("/a")
    for _ in range(MAX_DEPTH):
        packet = bundle(1, packet)
    assert isinstance(decode(packet), Bundle)
    assert decode(bundle(1, packet)) == Reject("depth")


def test_a_packet_holds_a_bounded_number_of_messages() -> None:
    assert isinstance(decode(bundle(1, *[encode("/a")] * MAX_ITEMS)), Bundle)
    assert decode(bundle(1, *[encode("/a")] * (MAX_ITEMS + 1))) == Reject("items")


def test_what_is_encoded_is_decoded_again() -> None:
    values = ("kick", 5, 0.5, True, False, None, 1 << 40, b"\1\2\3\4\5", "")
    assert decode(encode("/a/b", *values)) == Message("/a/b", values)


@settings(max_examples=200)
@given(
    st.lists(
        st.one_of(
            st.integers(-(1 << 31), (1 << 31) - 1),
            st.floats(width=32, allow_nan=False),
            st.text(st.characters(codec="utf-8", exclude_characters="\0")),
            st.booleans(),
            st.binary(min_size=1, max_size=40),
        ),
        max_size=8,
    )
)
def test_python_osc_packets_mean_the_same_here(values: list[Any]) -> None:
    builder = OscMessageBuilder("/oracle")
    for value in values:
        builder.add_arg(value)
    found = decode(builder.build().dgram)
    assert isinstance(found, Message)
    assert found.args == tuple(values)
    assert [type(value) for value in found.args] == [type(value) for value in values]


def test_a_python_osc_bundle_keeps_its_timetag() -> None:
    outer = OscBundleBuilder(3_000_000_000.5 - 2_208_988_800)  # type: ignore[arg-type]
    outer.add_content(OscMessageBuilder("/a").build())
    assert decode(outer.build().dgram) == Bundle((3_000_000_000 << 32) + (1 << 31), (Message("/a"),))


def test_a_packet_of_liblo_is_read(tmp_path: Any) -> None:
    import socket

    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as receiver:
        receiver.bind(("127.0.0.1", 0))
        receiver.settimeout(5.0)
        port = str(receiver.getsockname()[1])
        subprocess.run(
            ["oscsend", "127.0.0.1", port, "/x", "ifsTFNIchd", "7", "0.5", "kick", "A", "9", "2.5"], check=True
        )
        assert decode(receiver.recv(4096)) == Message("/x", (7, 0.5, "kick", True, False, None, True, "A", 9, 2.5))


@settings(max_examples=1000)
@given(st.binary(max_size=256))
def test_any_bytes_give_an_answer(packet: bytes) -> None:
    assert isinstance(decode(packet), Message | Bundle | Reject)


def test_a_message_seen_before_means_the_same_again() -> None:
    dice = random.Random(3)
    good = encode("/track/1/gain", 0.5, 7)
    for _ in range(5_000):
        packet = bytearray(good)
        packet[dice.randrange(len(packet))] = dice.choice((0, 0x2C, 0x66, 0x69, dice.randrange(256)))
        codec._seen.clear()
        first = decode(bytes(packet))
        decode(good)
        assert repr(decode(bytes(packet))) == repr(first)
