from dataclasses import replace

import pytest

from liveengine.errors import BadArgument
from liveengine.fabrik.modelled import fitting, title
from liveengine.fabrik.orders import Order
from tests.fabrik.test_orders import KICK

DEEP, HARD = replace(KICK, id=3, title="deep kick"), replace(KICK, id=9, title="hard kick of the long winter night")


def test_titles_say_what_was_done_and_are_cut_at_a_word() -> None:
    assert title(Order("kick", "random", 7), []) == "imagined kick 0007"
    assert title(Order("kick", "interpolate", 7), []) == "between two of kick 0007"
    assert title(Order("kick", "interpolate", 7, (3, 9), amount=0.4), [DEEP, HARD]) == (
        "deep kick x hard kick of the long winter 40 0007"
    )
    alike = [replace(KICK, title=f"traum kick {words}") for words in ("dark deep 130bpm", "hard warm")]
    assert title(Order("kick", "interpolate", 7), alike) == "dark deep 130bpm x hard warm 0007"
    assert title(Order("kick", "interpolate", 7), [DEEP, DEEP]) == "deep kick x deep kick 0007"
    assert title(Order("kick", "hybrid", 12_345, other="hihat"), []) == "kick x hihat 2345"
    assert title(Order("kick", "hybrid", 8, (3,)), [DEEP]) == "deep kick anew 0008"
    assert title(Order("kick", "walk", 8, (3,)), [DEEP]) == "deep kick varied 0008"


def test_a_stem_is_of_the_category_that_it_stands_for() -> None:
    snare = replace(KICK, id=4, category="snare")
    fitting(Order("kick", "interpolate", 1, (3, 9)), [DEEP, HARD])
    fitting(Order("kick", "hybrid", 1, (3, 4), other="snare"), [DEEP, snare])
    with pytest.raises(BadArgument, match=r"stem 4 is of snare, not of kick: .*other=snare"):
        fitting(Order("kick", "walk", 1, (4,)), [snare])


def test_a_loop_without_a_tempo_is_nothing_to_begin_with() -> None:
    with pytest.raises(BadArgument, match="stem 3 is a loop without a tempo"):
        fitting(Order("kick", "walk", 1, (3,)), [replace(DEEP, loop=True)])
    with pytest.raises(BadArgument, match="stem 3 is not analysed yet"):
        fitting(Order("kick", "walk", 1, (3,)), [replace(DEEP, state="named")])
