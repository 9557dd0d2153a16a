import numpy as np
import pytest

from liveengine.ml import labels
from liveengine.ml.relevance import Answers, evaluate, from_vectors
from tests.ml.test_labels import ASKED

KICKS, SNARES = [f"k{n}" for n in range(12)], [f"s{n}" for n in range(12)]
SOUNDS = dict.fromkeys(KICKS, "kick kick") | dict.fromkeys(SNARES, "snare snare") | {"t": "tom tom"}
MEASURED = {name: [100.0 * n, 1.0, 0.0] for n, name in enumerate(KICKS)}
LABELS = labels.parse("x", {"about": "", "source": "", "sounds": SOUNDS, "measured": MEASURED}, ASKED)


def test_precision_counts_the_first_ten_and_passes_over_what_may_be_meant() -> None:
    answers = {"kick": ["t", *KICKS], "Kick": [*SNARES[:6], *KICKS], "no tom": ["t"], "ohne Tom": []}
    verdict = evaluate(LABELS, Answers(answers, {}, {}))
    by_sentence = {one.sentence: one for one in verdict.judged}
    assert by_sentence["kick"].precision == 1.0
    assert by_sentence["Kick"].precision == pytest.approx(0.4)
    assert by_sentence["Kick"].chance == pytest.approx(0.5)
    assert by_sentence["no tom"].precision == 0.0
    assert verdict.figures["p_at_10.en"] == pytest.approx(0.5)
    assert verdict.figures["sat1"] == pytest.approx(0.5)
    assert verdict.figures["sat5"] == pytest.approx(0.25)
    assert verdict.groups()["categories"]["de"] == pytest.approx(0.4)


def test_where_fewer_than_ten_are_right_all_of_them_count_as_one() -> None:
    few = {"k1": "kick deep", "k2": "kick deep", "k3": "kick deep"} | dict.fromkeys(SNARES, "snare snare")
    found = labels.parse("x", {"about": "", "source": "", "sounds": few}, ASKED)
    order = ["k1", "s0", "k2", "k3"]
    verdict = evaluate(found, Answers({"kick": order, "Kick": order[:3]}, {}, {}))
    kick, other = (one for one in verdict.judged if one.query.text["en"] == "kick")
    assert kick.precision == 1.0
    assert other.precision == pytest.approx(2 / 3)
    assert kick.satisfied(5)


def test_a_modifier_is_judged_by_who_ranks_above_whom() -> None:
    dark_first = evaluate(LABELS, Answers({"dark kick": KICKS, "dunkle Kick": KICKS[::-1]}, {}, {}))
    assert dark_first.figures["modifier_auc.dark"] == pytest.approx(0.5)
    assert "modifier_auc.bright" not in dark_first.figures
    nothing = evaluate(LABELS, Answers({"dark kick": []}, {}, {}))
    assert nothing.figures["modifier_auc"] == pytest.approx(0.5)


def test_a_model_that_hears_the_category_answers_by_its_vectors() -> None:
    axes = {"kick": 0, "snare": 1, "tom": 2}
    sounds = np.stack([np.eye(3)[axes[sound.category]] for sound in LABELS.sounds.values()])
    verdict = evaluate(LABELS, from_vectors(LABELS, lambda asked: np.tile(np.eye(3)[0], (len(asked), 1)), sounds))
    assert verdict.figures["p_at_10"] == 1.0  # kicks come first, and they answer both queries
    assert verdict.figures["audio_p_at_10"] == 1.0
    assert verdict.figures["audio_chance"] == pytest.approx(11 / 24)
    assert verdict.figures["category_accuracy"] == pytest.approx(12 / 24)  # there is only the word "kick"
