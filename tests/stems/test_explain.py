from liveengine.stems import explain


def test_each_part_has_its_number_and_its_words_the_worst_first() -> None:
    found = explain.parts({"parts": {"mono": [0.1, 14.0], "clipping": [1.0, 0.0], "space": [0.5, 0.2]}})
    assert [part.name for part in found] == ["mono", "clipping", "space"]
    assert found[0].words == "loses 14 dB in mono: left and right cancel out"
    assert (found[1].words, found[2].kind) == ("no flat tops", "creative")


def test_a_stem_without_measured_quality_has_no_parts() -> None:
    assert explain.parts(None) == []
