from liveengine.control.osc.crowd import measure_crowd


def test_clients_of_many_values_are_told_of_what_changes() -> None:
    found = measure_crowd(2, 0.01, 1.0, 1.0)
    assert found["changes_per_s"] > 0
    assert found["core"] > 0
    assert found["heard"] > 0.5
