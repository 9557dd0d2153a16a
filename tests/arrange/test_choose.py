from pathlib import Path
from typing import Any

import pytest

from liveengine.arrange import styles
from liveengine.arrange.choose import best_key, choose, rank, score
from liveengine.arrange.harmony import Key, distance, parse, shift
from liveengine.arrange.place import balance, cues, place
from liveengine.arrange.plan import Plan, Section, StemQuery
from liveengine.errors import NothingFits, OutOfRange
from liveengine.stems.model import Match, Stem

STYLES = styles.load()


def stem(number: int, category: str = "kick", **given: Any) -> Stem:
    facts: dict[str, Any] = {
        "id": number,
        "path": Path(f"{number}.wav"),
        "filename": f"{number}.wav",
        "title": f"{category} {number}",
        "category": category,
        "tags": (),
        "bpm": 120.0,
        "key": None,
        "duration": 2.0,
        "rate": 48_000,
        "channels": 2,
        "frames": 96_000,
        "loop": True,
        "bars": 1.0,
        "loudness": -18.0,
        "peak": -3.0,
        "hash": f"{number:032x}",
        "provenance": "original",
        "favourite": False,
        "plays": 0,
        "created_at": 0.0,
        "updated_at": 0.0,
        "source": Path(f"{number}.wav"),
    }
    return Stem(**facts | given)


def matches(*stems: Stem, similarity: float = 0.5) -> list[Match]:
    return [Match(one, similarity) for one in stems]


def plan(*sections: list[str], bpm: int = 120, key: str = "Am", seed: int = 0) -> Plan:
    structure = [
        Section(
            section=f"Part {index}",
            bars=4,
            stem_queries=[
                StemQuery(category=name.strip("!?"), change="!" in name, optional="?" in name) for name in names
            ],
        )
        for index, names in enumerate(sections)
    ]
    return Plan(bpm=bpm, key=key, seed=seed, structure=structure)


def test_neighbours_on_the_circle_of_fifths_are_one_step_apart() -> None:
    am = Key(9, True)
    assert am.camelot == 8
    assert [distance(am, key) for key in (am, Key(0, False), Key(4, True), Key(2, True), Key(3, True))] == [
        0,
        0,
        1,
        1,
        6,
    ]
    assert parse("Bbm") == Key(10, True)


def test_repitching_from_120_to_127_is_one_semitone() -> None:
    semitones, cents = shift(127.135 / 120)
    assert semitones == 1
    assert abs(cents) < 0.1


def test_a_lane_keeps_its_stem_until_a_section_asks_for_change() -> None:
    picks = choose(plan(["kick"], ["kick"], ["kick!"]), {"kick": matches(stem(1), stem(2))})
    chosen = [pick.stem.id for pick in picks]
    assert chosen[0] == chosen[1] != chosen[2]


def test_a_change_without_another_stem_keeps_the_old_one() -> None:
    picks = choose(plan(["kick"], ["kick!"]), {"kick": matches(stem(1))})
    assert [pick.stem.id for pick in picks] == [1, 1]


def test_the_same_seed_gives_the_same_choice_and_another_seed_may_not() -> None:
    found = {"kick": matches(*(stem(number) for number in range(1, 20)))}
    first = {seed: choose(plan(["kick"], seed=seed), found)[0].stem.id for seed in range(10)}
    again = {seed: choose(plan(["kick"], seed=seed), found)[0].stem.id for seed in range(10)}
    assert first == again
    assert len(set(first.values())) > 3


def test_a_needed_category_without_stems_is_an_error_that_names_it() -> None:
    with pytest.raises(NothingFits, match="no bass stem"):
        choose(plan(["kick", "bass"]), {"kick": matches(stem(1))})


def test_an_optional_category_without_stems_is_left_out() -> None:
    assert len(choose(plan(["kick", "bass?"]), {"kick": matches(stem(1))})) == 1


def test_a_loop_near_the_tempo_beats_a_slightly_more_similar_one_far_away() -> None:
    near, far = Match(stem(1, bpm=122.0), 0.5), Match(stem(2, bpm=145.0), 0.6)
    query = StemQuery(category="kick")
    assert [found.id for found in rank(query, [far, near], 120, None, 0)] == [1, 2]


def test_an_optional_role_keeps_silent_rather_than_being_bent() -> None:
    found = matches(stem(1, bpm=140.0))
    assert rank(StemQuery(category="kick"), found, 174, None, 0)
    assert not rank(StemQuery(category="kick", optional=True), found, 174, None, 0)


def test_a_lane_that_is_asked_for_something_else_gets_something_else() -> None:
    made = plan(["fx"], ["fx"], ["fx"])
    made.structure[1].stem_queries[0].tags = ["downlifter"]
    found = {"fx": matches(stem(1, "fx"), stem(2, "fx")), "downlifter fx": matches(stem(3, "fx"))}
    picks = choose(made, found)
    assert picks[0].stem.id == picks[2].stem.id != picks[1].stem.id == 3


def test_a_loop_is_preferred_to_a_one_shot_except_for_effects() -> None:
    loop, hit = Match(stem(1), 0.5), Match(stem(2, loop=False, bpm=None), 0.6)
    assert score("kick", loop, 120, None) > score("kick", hit, 120, None)
    assert score("fx", loop, 120, None) < score("fx", hit, 120, None)


def test_a_bass_is_judged_by_the_key_in_which_it_sounds_after_repitching() -> None:
    # 113.26 -> 120 bpm raises by one semitone: G#m sounds as Am
    repitched, clashing = Match(stem(1, bpm=113.263, key="G#m"), 0.5), Match(stem(2, bpm=120.0, key="G#m"), 0.5)
    assert score("bass", repitched, 120, Key(9, True)) > score("bass", clashing, 120, Key(9, True))


def test_without_a_key_in_the_prompt_the_library_decides_among_the_genres_keys() -> None:
    found = {"bass": matches(stem(1, "bass", key="Dm"), stem(2, "bass", key="Dm"))}
    assert best_key(plan(["bass"]), found, ["F#m", "Dm", "Am"]) == "Dm"


def test_each_lane_gets_a_track_in_the_order_of_the_categories() -> None:
    made = plan(["bass", "kick"], ["kick"])
    picks = choose(made, {"kick": matches(stem(1)), "bass": matches(stem(2, "bass"))})
    placed = place(made, picks, STYLES, 16)
    assert [(p.track, p.slot, p.category) for p in placed.placements] == [
        (2, 1, "bass"),
        (1, 1, "kick"),
        (1, 2, "kick"),
    ]


def test_a_plan_wider_than_the_engine_is_refused() -> None:
    made = plan(["bass", "kick"])
    picks = choose(made, {"kick": matches(stem(1)), "bass": matches(stem(2, "bass"))})
    with pytest.raises(OutOfRange, match="2 tracks"):
        place(made, picks, STYLES, 1)


def test_a_stem_is_balanced_to_its_target_without_clipping() -> None:
    assert balance(stem(1, loudness=-12.0, peak=-1.0), -18.0) == pytest.approx(0.501, abs=0.001)
    assert balance(stem(1, loudness=-30.0, peak=-3.0), -18.0) == pytest.approx(10 ** (2 / 20), abs=0.001)


def test_a_loop_that_continues_is_not_launched_again() -> None:
    made = plan(["kick", "bass"], ["kick"], ["kick!"])
    picks = choose(made, {"kick": matches(stem(1), stem(2)), "bass": matches(stem(3, "bass"))})
    placed = place(made, picks, STYLES, 16)
    heard = [
        [
            (cue.beat, cue.track, cue.slot)
            for cue in cues(placed, section, {number: stem(number) for number in (1, 2, 3)})
        ]
        for section in range(4)
    ]
    assert heard == [[(0, 1, 1), (0, 2, 1)], [(16, 2, 0)], [(32, 1, 3)], [(48, 1, 0)]]


def test_a_one_shot_that_continues_is_hit_again() -> None:
    made = plan(["fx"], ["fx"])
    hit = stem(1, "fx", loop=False)
    placed = place(made, choose(made, {"fx": matches(hit)}), STYLES, 16)
    assert [cue.slot for cue in cues(placed, 1, {1: hit})] == [2]


def test_what_is_stretched_may_come_from_any_key_and_costs_more_the_further_it_is() -> None:
    am = parse("Am")
    points = [
        score("bass", Match(stem(1, "bass", key=key), 0.5), 120, am, "stretch") for key in ("Am", "C", "Bm", "Dm", None)
    ]
    assert points[0] == points[1] == 0.5
    assert points[0] > points[2] > points[3]
    assert points[0] > points[4]
