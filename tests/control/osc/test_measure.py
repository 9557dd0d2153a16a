from liveengine.control.osc.codec import Bundle, Message, decode
from liveengine.control.osc.measure import CRAFTED, SHOW, measure_decoder, measure_osc, measure_stall


def test_the_measurement_of_osc_gives_its_figures() -> None:
    found = measure_osc(0.3)
    assert found.keys() == {"messages_per_s", "p50_ms", "p99_ms", "tcp_messages_per_s"}
    assert 0 < found["p50_ms"] <= found["p99_ms"]
    assert found["tcp_messages_per_s"] > 0


def test_the_decoders_are_compared_on_packets_that_are_right() -> None:
    assert all(isinstance(decode(packet), Message | Bundle) for packet in (*SHOW, *CRAFTED))
    assert measure_decoder(0.05)["pythonosc_ratio"] > 1.0


def test_wrong_packets_are_all_read_and_no_fault_is_met() -> None:
    found = measure_stall(2_000)
    assert found["packets"] >= 2_000
    assert found["faults"] == 0
    assert found["stall_ms"] > 0
