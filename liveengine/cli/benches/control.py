"""How fast OSC is, how its decoder stands against python-osc's, how long wrong packets hold it up. Runs on: bench."""

from collections.abc import Iterator

from liveengine.cli.benches import Task
from liveengine.cli.figure import Figure

SECONDS = 40


def run(task: Task) -> Iterator[Figure]:
    """Send for a few seconds; then a million mutated packets."""
    from liveengine.control.osc.measure import measure_decoder, measure_osc, measure_stall

    found = measure_osc(task.span(6.0, 0.6))
    yield Figure("control.osc_messages_per_s", round(found["messages_per_s"]), "messages/s", "higher")
    yield Figure("control.osc_tcp_messages_per_s", round(found["tcp_messages_per_s"]), "messages/s", "higher")
    yield Figure("control.osc_round_trip_p50_ms", round(found["p50_ms"], 3), "ms", "lower")
    yield Figure("control.osc_round_trip_p99_ms", round(found["p99_ms"], 3), "ms", "lower")
    decoder = measure_decoder(task.span(2.0, 0.1))
    yield Figure("control.osc_decoded_per_s", round(decoder["packets_per_s"]), "packets/s", "higher")
    yield Figure("control.osc_decoder_ratio_pythonosc", round(decoder["pythonosc_ratio"], 2), "x", "higher")
    wrong = measure_stall(20_000 if task.quick else 1_000_000, task.seed)
    yield Figure("control.osc_wrong_packets", wrong["packets"], "packets", "higher")
    yield Figure("control.osc_wrong_faults", wrong["faults"], "faults", "lower")
    yield Figure("control.osc_wrong_stall_ms", round(wrong["stall_ms"], 2), "ms", "lower")
