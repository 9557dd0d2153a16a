"""Bundles over the real daemon and engine: everything of one at one frame, exactly where its timetag says."""

from liveengine.control.osc.codec import bundle, encode
from tests.control.osc.line import ntp
from tests.e2e import studio
from tests.e2e.studio import Server

TRACKS = 8


def loaded(server: Server) -> None:
    for track in range(1, TRACKS + 1):
        server.osc.call(f"/track/{track}/clip/1/load", server.stem("kick_loop"))
    server.osc.call("/transport/play")
    server.osc.call("/subscribe", "/track/*/clip/1/*")


def started(server: Server) -> list[tuple[int, int]]:
    """Wait until all tracks play; return the frame and how late it was, for each."""

    def found() -> dict[str, tuple[int, int]]:
        server.osc.pings(0.1)
        return {
            address: (int(values[1]), int(values[3]))
            for address, values in server.osc.pushes
            if values and values[0] == "playing" and len(values) == 4
        }

    studio.wait(lambda: len(found()) == TRACKS)
    return list(found().values())


def launches() -> list[bytes]:
    return [encode(f"/track/{track}/clip/1/launch", 0) for track in range(1, TRACKS + 1)]


def test_a_bundle_for_now_is_heard_in_one_block(server: Server) -> None:
    loaded(server)
    server.osc.raw(bundle(1, *launches()))
    assert len({frame for frame, _ in started(server)}) == 1


def test_a_bundle_with_a_timetag_is_heard_at_its_frame_and_one_inside_it_at_its_own(server: Server) -> None:
    loaded(server)
    server.play_on(3.0)  # right after the start the measure of the stream's rate is as good as the machine is quiet
    begin = ntp(0.5)
    half = 1 << 31  # of a second
    packets = launches()
    server.osc.raw(bundle(begin, *packets[: TRACKS // 2], bundle(begin + half, *packets[TRACKS // 2 :])))
    found = started(server)
    assert {late for _, late in found} == {0}
    first, second = sorted({frame for frame, _ in found})
    assert abs(second - first - 24_000) < 48  # half a second, by the measured rate
