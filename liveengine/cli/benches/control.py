"""How fast OSC and its decoder are, what wrong packets cost, and how soon a MIDI note is heard. Runs on: bench."""

from collections.abc import Iterator

from liveengine.cli.benches import Task
from liveengine.cli.figure import Figure, Found, Note
from liveengine.errors import DeviceMissing

SECONDS = 60


def run(task: Task) -> Iterator[Found]:
    """Send for a few seconds, then a million mutated packets, then notes."""
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
    yield from _notes(task)


def _notes(task: Task) -> Iterator[Found]:
    from liveengine.cli.notes import measure

    try:
        heard = measure(task.span(20.0, 2.0), task.seed)
    except DeviceMissing as error:
        yield Note(f"no MIDI: {error}")
        return
    for share in (50, 99):
        yield Figure(f"control.midi_to_sound_p{share}_ms", round(heard.percentile(share), 3), "ms", "lower")
    yield Figure("control.midi_notes_lost", heard.lost, f"of {heard.lost + len(heard.milliseconds)} notes", "lower")
