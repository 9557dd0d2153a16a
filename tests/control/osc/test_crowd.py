from liveengine.control.osc.crowd import measure_crowd


def test_each_client_of_many_values_is_told_of_each_change_once() -> None:
    found = measure_crowd(2, 0.01, 0.5)  # what comes in that time has room in the clients' sockets: none is lost
    assert found["changes"] > 0
    assert found["changes"] % 100 == 0  # a hundredth of the wall at each tick
    assert found["heard"] == 1.0
