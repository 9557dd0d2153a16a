import pytest
from hypothesis import given
from hypothesis import strategies as st

from liveengine.arrange import styles
from liveengine.arrange.plan import Plan, draft, share
from liveengine.arrange.prompt import parse
from liveengine.errors import BadArgument

STYLES = styles.load()


def plan(text: str, sections: int = 16) -> Plan:
    return draft(parse(text, STYLES), STYLES, most_sections=sections)


def test_the_reference_plan_of_the_requirements_is_a_plan() -> None:
    given_plan = {
        "bpm": 135,
        "key": "Am",
        "structure": [
            {"section": "Intro", "bars": 16, "stem_queries": [{"category": "atmo", "tags": ["dark"], "count": 1}]},
            {
                "section": "Groove",
                "bars": 64,
                "stem_queries": [
                    {"category": "kick", "tags": ["aggressive"], "count": 1},
                    {"category": "bass", "tags": ["dark"], "count": 1},
                ],
            },
        ],
    }
    assert Plan.model_validate(given_plan).starts() == [0, 64, 320]


@pytest.mark.parametrize("genre", sorted(STYLES.genres))
def test_a_prompt_without_length_gives_five_to_eight_minutes(genre: str) -> None:
    made = plan(STYLES.genres[genre].names[0])
    assert made.genre == genre
    assert 300 <= made.seconds <= 480


def test_a_techno_track_has_intro_groove_break_drop_and_outro() -> None:
    names = [section.section for section in plan("techno").structure]
    assert names[0] == "Intro"
    assert names[-1] == "Outro"
    assert {"Groove", "Break", "Drop"} <= set(names)
    silent_kick = {s.section for s in plan("techno").structure if "kick" not in {q.category for q in s.stem_queries}}
    assert silent_kick == {"Break", "Break 2"}


def test_moods_and_genre_colour_the_queries() -> None:
    kick = plan("driving industrial techno").structure[0].stem_queries[0]
    assert kick.text == "driving industrial hard distorted warehouse kick"


def test_a_short_track_has_fewer_sections_of_at_least_four_bars() -> None:
    made = plan("techno 120 bpm, 30 seconds")
    assert made.bars == 15
    assert [section.section for section in made.structure] == ["Intro", "Drop", "Outro"]
    assert all(section.bars >= 4 for section in made.structure)


def test_no_more_sections_than_the_session_has_scenes() -> None:
    assert len(plan("techno", sections=4).structure) == 4


def test_an_excluded_category_is_nowhere_and_a_wanted_one_is_needed() -> None:
    made = plan("techno with vocals without hihats")
    queries = [query for section in made.structure for query in section.stem_queries]
    assert "hihat" not in {query.category for query in queries}
    assert {query.optional for query in queries if query.category == "vocal"} == {False}


def test_a_prompt_that_excludes_everything_is_refused() -> None:
    with pytest.raises(BadArgument):
        plan("ambient without atmo, no synth, no bass, no fx, no vocals, no percussion")


@given(st.integers(1, 600), st.lists(st.integers(1, 64), min_size=1, max_size=16))
def test_shares_are_whole_and_add_up(total: int, weights: list[int]) -> None:
    total = max(total, len(weights))
    shares = share(total, weights)
    assert sum(shares) == total
    assert min(shares) >= 1
    unit = 8 if total >= 8 * len(weights) else 4 if total >= 4 * len(weights) else 1
    assert all(bars % unit == 0 for bars in shares[:-1])


@given(st.integers(60, 200), st.integers(1, 15))
def test_the_length_asked_for_is_met_within_two_bars(bpm: int, minutes: int) -> None:
    made = plan(f"techno {bpm} bpm {minutes} minutes")
    assert abs(made.seconds - 60 * minutes) <= 2 * 240 / bpm + 1e-6
