import numpy as np

from liveengine.stems.wishes import Shortlist, joined


def made(stems: list[int], scores: list[float]) -> Shortlist:
    found = np.array(scores, np.float32)
    vectors = np.array([[stem, score] for stem, score in zip(stems, scores, strict=True)], np.float32)
    half = found * np.float32(0.5)
    return Shortlist(np.array(stems), found, half, vectors.reshape(-1, 2), np.array(stems, np.uint32),
        np.array(["kick" for _ in stems], object), *np.zeros((2, len(stems), 5), np.float32),
    )  # fmt: skip


def test_several_shortlists_are_one_in_which_each_stem_has_its_best_score() -> None:
    both = joined([made([4, 2, 9], [0.9, 0.5, 0.1]), made([2, 7, 4], [0.8, 0.6, 0.3])])
    assert both.stems.tolist() == [4, 2, 7, 9]
    assert both.scores.tolist() == np.array([0.9, 0.8, 0.6, 0.1], np.float32).tolist()
    assert both.vectors[1].tolist() == np.array([2, 0.8], np.float32).tolist()
    assert both.names.tolist() == [4, 2, 7, 9]
    assert both.cosines[1] == np.float32(0.4)


def test_one_shortlist_stays_as_it_is_and_an_empty_one_adds_nothing() -> None:
    one = made([4, 2], [0.9, 0.5])
    assert joined([one]) is one
    assert joined([one, made([], [])]).stems.tolist() == [4, 2]
    assert len(joined([made([], []), made([], [])])) == 0
