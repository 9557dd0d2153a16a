import os
import subprocess
import sys

import pytest

from liveengine.lexicon.reading import lexicon


def test_a_claim_brings_all_that_it_implies() -> None:
    assert lexicon().closed({"crash"}) == {"crash", "cymbal", "tss"}
    assert {"breakbeat", "drum_loop", "drums", "loop"} <= lexicon().closed({"amen"})


def test_a_category_beside_a_thing_that_is_none_is_dropped() -> None:
    assert "hihat" not in lexicon().closed({"crash", "hihat"})
    assert "hihat" in lexicon().closed({"open_hat", "hihat"})
    assert "hihat" in lexicon().closed({"hihat", "bright"})
    assert {"kick", "drum_hit"} <= lexicon().closed({"kick", "drum_hit"})
    assert "atmo" in lexicon().closed({"pad", "atmo"})  # a pad may be one
    assert lexicon().categories(lexicon().closed({"crash", "hihat"})) == {"hihat": 1.0}


def test_one_blow_of_a_drum_kit_is_a_drum_hit_and_a_loop_is_none() -> None:
    for drum in ("kick", "snare", "tom", "hihat", "closed_hat", "crash", "side_stick", "clap"):
        assert "drum_hit" in lexicon().closed({drum, "one_shot"})
        assert "drum_hit" not in lexicon().closed({drum, "loop"})
    assert "drum_hit" not in lexicon().closed({"bass", "one_shot"})


def test_what_follows_from_a_thing_neither_names_its_category_nor_takes_it_away() -> None:
    held = lexicon().closed({"snare", "one_shot"})
    assert lexicon().closed(held) == held
    assert lexicon().categories(held) == {"snare": 1.0}
    assert {"drum_hit", "membrane"} <= lexicon().follows(held)


def test_a_sound_is_called_by_what_it_sounds_like() -> None:
    for thing, sound in (
        ("kick", "boom"), ("floor_tom", "boom"), ("open_hat", "tss"), ("maracas", "tss"), ("clave", "tick"),
        ("clap", "smack"), ("electric_hum", "buzz"),
        ("water_drop", "blub"), ("church_bell", "ding"), ("gunshot", "bang"), ("glass_break", "clatter"),
        ("koto", "twang"), ("trumpet", "toot"), ("vinyl", "record"), ("sub_bass", "low_end"),
        ("oboe", "wind_instrument"),
    ):  # fmt: skip
        assert sound in lexicon().closed({thing}), (thing, sound)


def test_what_suffices_for_a_word_makes_it_true() -> None:
    assert "snappy" in lexicon().closed({"kick", "punchy", "short"})
    assert "snappy" not in lexicon().closed({"kick", "punchy"})


def test_what_is_claimed_is_never_contradicted_by_what_follows() -> None:
    known = lexicon()
    assert "snappy" in known.closed({"kick", "punchy", "bright"})
    assert "snappy" not in known.closed({"kick", "punchy", "bright", "soft"})  # it is punchy, which excludes soft
    for one in known.concepts:
        follow = known.closed({one})
        assert not any(known.contradicts(a, b) for a in follow for b in follow), one


def test_opposites_exclude_each_other_in_both_directions_and_with_what_implies_them() -> None:
    known = lexicon()
    assert known.contradicts("dark", "bright")
    assert known.contradicts("bright", "dark")
    assert known.contradicts("crisp", "muffled")
    assert not known.contradicts("dark", "short")
    assert not known.contradicts("kick", "snare")


def test_a_sound_belongs_where_its_most_specific_things_belong() -> None:
    known = lexicon()
    assert known.categories(known.closed({"clap"})) == {"snare": 1.0}
    assert list(known.categories(known.closed({"acid_bass"}))) == ["bass", "synth"]
    assert known.categories({"dark"}) == {}


def test_an_unknown_claim_is_an_error() -> None:
    with pytest.raises(KeyError):
        lexicon().closed({"no such thing"})


def test_what_follows_depends_on_the_claims_alone_and_not_on_the_order_of_a_set() -> None:
    script = """
import random, zlib
from liveengine.lexicon.reading import lexicon
dice = random.Random(7)
known = ["bright", "clean", "distorted", "hard", "loud", "noisy", "slow", "soft", "sparse", "static", "wet"]
told = [sorted(lexicon().closed(dice.sample(known, 5))) for _ in range(500)]
print(zlib.crc32(repr(told).encode()))
"""
    command = [sys.executable, "-c", script]
    orders = [{**os.environ, "PYTHONHASHSEED": seed} for seed in ("1", "2", "3")]
    assert len({subprocess.check_output(command, env=order) for order in orders}) == 1
