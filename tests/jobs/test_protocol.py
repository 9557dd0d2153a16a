import contextlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from liveengine.jobs.protocol import Beat, Failure, Garbage, Message, Progress, Request, Result, decode, encode


@pytest.mark.parametrize(
    "message",
    [
        Request(7, "load", {"path": "ä\n\u2028.wav", "rate": 48_000}),
        Progress(7, 1, 4, "read"),
        Result(7, {"frames": 3, "list": [1.5, None, True]}),
        Failure(7, "bad_audio", "it is empty"),
        Beat(3),
    ],
)
def test_a_message_is_one_line_and_comes_back(message: Message) -> None:
    line = encode(message)
    assert line.count(b"\n") == 1
    assert line.endswith(b"\n")
    assert decode(line) == message


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"\n",
        b"[]",
        b"{}",
        b"null",
        b"\xff",
        b'{"job": 1}',
        b'{"job": "1", "result": {}}',
        b'{"job": 1, "result": 3}',
        b"[" * 100_000,
    ],
)
def test_what_is_no_message_is_garbage(line: bytes) -> None:
    with pytest.raises(Garbage):
        decode(line)


@given(st.binary(max_size=60))
def test_any_bytes_are_a_message_or_garbage(line: bytes) -> None:
    with contextlib.suppress(Garbage):
        assert encode(decode(line))


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    )
)
def test_any_json_is_a_message_or_garbage(value: object) -> None:
    for line in (json.dumps(value), json.dumps({"job": 1, "result": value}), json.dumps({"job": 1, "progress": value})):
        with contextlib.suppress(Garbage):
            decode(line.encode())


def test_numbers_that_json_does_not_know_are_refused() -> None:
    with pytest.raises(ValueError, match="not JSON compliant"):
        encode(Result(1, {"value": float("inf")}))
