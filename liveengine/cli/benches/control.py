"""How soon OSC and MIDI are heard, beside scsynth and under load, and how fast OSC is. Runs on: bench."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from liveengine.cli.benches import Task
from liveengine.cli.figure import Figure, Found, Note
from liveengine.errors import DeviceMissing

if TYPE_CHECKING:
    from liveengine.cli.latency.turns import Turns
    from liveengine.cli.torture.target import Target

SECONDS = 150


def run(task: Task) -> Iterator[Found]:
    """Messages until they are heard, as many as go through, then notes."""
    from liveengine.control.osc.measure import measure_decoder, measure_osc

    yield from _sounds(task)
    found = measure_osc(task.span(6.0, 0.6))
    yield Figure("control.osc_messages_per_s", round(found["messages_per_s"]), "messages/s", "higher")
    yield Figure("control.osc_tcp_messages_per_s", round(found["tcp_messages_per_s"]), "messages/s", "higher")
    yield Figure("control.osc_round_trip_p50_ms", round(found["p50_ms"], 3), "ms", "lower")
    yield Figure("control.osc_round_trip_p99_ms", round(found["p99_ms"], 3), "ms", "lower")
    decoder = measure_decoder(task.span(2.0, 0.1))
    yield Figure("control.osc_decoded_per_s", round(decoder["packets_per_s"]), "packets/s", "higher")
    yield Figure("control.osc_decoder_ratio_pythonosc", round(decoder["pythonosc_ratio"], 2), "x", "higher")
    yield from _notes(task)


def _sounds(task: Task) -> Iterator[Found]:
    from liveengine.cli.latency import turns

    try:
        with turns.stage() as target:
            found = turns.measure(target, task.span(40.0, 2.0), task.seed)
            yield from _heard("control.osc_to_sound", found)
            yield from _loaded(task, target)
    except DeviceMissing as error:
        yield Note(f"nothing was heard: {error}")


def _heard(name: str, found: "Turns") -> Iterator[Found]:
    for share in (50, 99):
        yield Figure(f"{name}_p{share}_ms", round(found.ours_percentile(share), 3), "ms", "lower")
        if found.theirs:
            yield Figure(f"{name}_ratio_scsynth_p{share}", round(found.ratio(share), 3), "times scsynth's", "lower")
    if found.theirs:
        worst = max(found.ratio(50), found.ratio(99))
        yield Figure(f"{name}_ratio_scsynth", round(worst, 3), "times scsynth's, p50 or p99", "lower")
    lost = sum(one.lost for one in found.ours.values())
    yield Figure(
        f"{name}_lost", lost, f"of {lost + sum(len(one.milliseconds) for one in found.ours.values())}", "lower"
    )
    yield Figure(f"{name}_late_blocks", found.late, f"of ours, at {found.xruns} xruns of the server", "lower")


def _loaded(task: Task, target: "Target") -> Iterator[Found]:
    from liveengine.cli.latency import turns
    from liveengine.cli.latency.load import crowd

    with crowd(target) as end:
        found = turns.measure(target, task.span(30.0, 2.0), task.seed)
        ingesting = target.call("/jobs/counts").get("running", 0)
        answered = end()
    yield from _heard("control.osc_to_sound_loaded", found)
    for what in ("searches", "meters"):
        rate = round(answered[what] / answered["seconds"])
        yield Figure(f"control.loaded_{what}_per_s", rate, "per second, meanwhile", "higher")
    yield Figure("control.loaded_searches_failed", answered["searches_failed"], "searches", "lower")
    yield Figure("control.loaded_ingesting", ingesting, "jobs that still ran at the end", "higher")


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
