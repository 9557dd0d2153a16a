import pytest

from liveengine.control.safety.share import MAX_PEERS, Bucket, Shares


def test_a_bucket_gives_what_it_holds_and_then_only_what_flows_in() -> None:
    bucket = Bucket(rate=2, size=3, now=0)
    assert [bucket.take(1, 0) for _ in range(5)] == [True, True, True, False, False]
    assert [bucket.take(1, 1) for _ in range(3)] == [True, True, False]


def test_a_bucket_never_holds_more_than_its_size() -> None:
    bucket = Bucket(rate=2, size=3, now=0)
    assert [bucket.take(1, 1000) for _ in range(4)] == [True, True, True, False]


def test_what_is_owed_says_how_long_to_wait() -> None:
    bucket = Bucket(rate=2, size=4, now=0)
    assert bucket.owe(4, 0) == 0
    assert bucket.owe(3, 0) == 1.5
    assert bucket.owe(0, 1) == 0.5
    assert bucket.owe(0, 2) == 0


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("192.168.1.2", "192.168.1.2", True),
        ("192.168.1.2", "192.168.1.3", False),
        ("::ffff:192.168.1.2", "192.168.1.2", True),
        ("fd00:1:2:3::1", "fd00:1:2:3:a:b:c:d", True),
        ("fd00:1:2:3::1", "fd00:1:2:4::1", False),
        ("fe80::1%eth0", "fe80::2%eth0", True),
        ("", "", True),
        ("a:b", "a:b", True),
    ],
)
def test_a_machine_has_one_share_however_it_is_written(one: str, other: str, same: bool) -> None:
    shares = Shares()
    assert (shares.of(one) is shares.of(other)) is same


def test_the_machine_that_was_silent_longest_is_forgotten() -> None:
    shares = Shares()
    first = shares.of("first")
    for number in range(MAX_PEERS - 1):
        shares.of(str(number))
    assert shares.of("first") is first
    shares.of("one more")
    assert (len(shares), shares.of("first") is first) == (MAX_PEERS, True)
