from liveengine.enough import LEAST
from liveengine.fabrik.lessons import ENOUGH, MOST_WEIGHT, Lesson, lessons
from liveengine.stems.feedback import Kind, value
from liveengine.stems.opinions import Ranked


def ranked(stem: int, category: str, kind: Kind, seconds: float = 0.0) -> Ranked:
    return Ranked(stem, category, f"{category} {stem}", value({kind: 1}, seconds), {kind: 1}, seconds)


LIKED = [ranked(stem, "kick", "like") for stem in range(1, ENOUGH + 1)]


def test_wanted_stems_weigh_more_rejected_ones_are_left_out() -> None:
    told = [*LIKED, ranked(9, "kick", "kept", 120.0), ranked(10, "kick", "reject"), ranked(11, "kick", "played")]
    (kick,), missing = lessons(told, {"kick": 20, "bass": 20})
    assert (kick.category, kick.whole, missing) == ("kick", False, [])
    assert kick.wanted == (1, 2, 3, 4, 9)
    assert kick.unwanted == (10,)
    assert kick.weights[10] == 0.0
    assert 1.0 < kick.weights[9] < kick.weights[1] <= MOST_WEIGHT
    assert 11 not in kick.weights  # a play of no length says too little
    assert kick.words == "5 wanted, 1 rejected, heard for 2 min"


def test_with_too_little_feedback_the_whole_category_is_dreamt_of_and_it_is_said() -> None:
    (bass,), _ = lessons([ranked(5, "bass", "kept")], {"kick": 20, "bass": 20})
    assert bass.whole
    assert "4 wanted stems are needed" in bass.words
    (kick,), _ = lessons([], {"kick": 20}, ["kick"])
    assert (kick.whole, kick.wanted, kick.weights) == (True, (), {})


def test_categories_of_which_enough_is_wanted_come_first_and_alone_unless_others_are_named() -> None:
    told = [*LIKED, ranked(5, "bass", "kept")]
    assert [one.category for one in lessons(told, {"kick": 20, "bass": 20})[0]] == ["kick"]
    assert [one.category for one in lessons(told, {"kick": 20, "bass": 20}, ["bass", "kick"])[0]] == ["kick", "bass"]


def test_a_category_too_small_to_learn_is_missing_with_the_number_it_lacks() -> None:
    found, missing = lessons(LIKED, {"kick": LEAST - 1}, ["kick", "fx"])
    assert found == []
    assert missing == [
        f"kick: it has {LEAST - 1} stems, {LEAST} are needed to learn it",
        f"fx: it has 0 stems, {LEAST} are needed to learn it",
    ]
    assert lessons([], {"kick": 100}) == ([], [])


def test_a_lesson_comes_back_from_plain_data() -> None:
    (kick,), _ = lessons([*LIKED, ranked(10, "kick", "reject")], {"kick": 20})
    assert Lesson.read(kick.told()) == kick
