from liveengine.lexicon.reading import lexicon
from liveengine.stems import things
from liveengine.stems.things import DENIED, MAIN, WITHIN, Thing


def named(concept: str, weight: float = MAIN) -> Thing:
    return Thing(lexicon().concepts[concept], weight, 0)


def test_the_last_thing_outside_a_with_is_looked_for() -> None:
    bass, kick, vocal = named("bass"), named("kick"), named("vocal", WITHIN)
    assert things.looked_for([bass, kick, vocal]) is kick
    assert things.looked_for([vocal]) is vocal
    assert things.looked_for([named("kick", DENIED)]) is None


def test_what_is_looked_for_weighs_one_and_what_stands_before_it_less() -> None:
    bass, kick = named("bass"), named("kick")
    assert things.shares([bass, kick]) == [(bass, things.BESIDE), (kick, 1.0)]
    vocal = named("vocal", WITHIN)
    assert things.shares([vocal]) == [(vocal, 1.0)]


def test_what_is_excluded_excludes_its_category() -> None:
    assert things.categories([named("synth"), named("vocal", DENIED)]) == {"synth": 1.0, "vocal": DENIED}
