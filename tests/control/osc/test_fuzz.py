"""A million packets with something wrong in them."""

from liveengine.control.osc.codec import Bundle, Message, Reject, decode
from liveengine.control.osc.mutate import SEEDS, mutated

REASONS = {
    *("size", "address", "unterminated", "short", "trailing", "tags", "tag"),
    *("array", "depth", "blob", "character", "utf8", "element", "items"),
}


def test_every_seed_is_right() -> None:
    assert all(isinstance(decode(packet), Message | Bundle) for packet in SEEDS)


def test_a_million_mutated_packets_are_read_or_rejected_with_a_reason() -> None:
    kinds = dict.fromkeys((Message, Bundle, Reject), 0)
    reasons = set()
    for packet in mutated(1_000_000, seed=1):
        found = decode(packet)
        kinds[type(found)] += 1
        if isinstance(found, Reject):
            reasons.add(found.reason)
    assert sum(kinds.values()) == 1_000_000
    assert min(kinds.values()) > 10_000
    assert reasons <= REASONS


def test_the_same_seed_gives_the_same_packets() -> None:
    assert list(mutated(5_000, seed=2)) == list(mutated(5_000, seed=2))
