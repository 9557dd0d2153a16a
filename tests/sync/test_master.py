import asyncio
import itertools
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from liveengine.errors import DeviceMissing, OutOfRange
from liveengine.events import Changed, SyncChanged, SyncLost
from tests.session.stage import RATE
from tests.sync.stage import LOOK, Band, band

CLOCK, START, CONTINUE, STOP = b"\xf8", b"\xfa", b"\xfb", b"\xfc"


@pytest.fixture
async def music(tmp_path: Path) -> AsyncIterator[Band]:
    async with band(tmp_path) as made:
        yield made


class Sequencer:
    """A MIDI clock in the band's time."""

    def __init__(self, music: Band, tempo: float, port: str = "drum machine") -> None:
        self._music, self.tempo, self._port = music, tempo, port
        self._next = float(music.ns)
        self.ticks = 0

    def send(self, message: bytes) -> None:
        self._music.sync.timing(self._port, int(self._next), message)
        if message == START:
            self.ticks = 0

    async def play(self, seconds: float) -> None:
        """Tick for so long."""
        end = self._music.ns + seconds * 1e9
        while self._music.ns < end:
            while self._next <= self._music.ns:
                self.send(CLOCK)
                self.ticks += 1
                self._next += 60e9 / self.tempo / 24
            await asyncio.sleep(0)
            self._music.look()

    @property
    def beat(self) -> float:
        """Return where it is now."""
        period = 60e9 / self.tempo / 24
        return (self.ticks - 1 + (self._music.ns - self._next + period) / period) / 24


async def test_a_midi_clock_is_followed_from_its_start(music: Band) -> None:
    await music.live.call("/sync/source", "midi")
    box = Sequencer(music, 126.0)
    await box.play(2.0)
    assert await music.live.call("/transport/tempo") == 126.0
    assert not await music.live.call("/transport/running")
    box.send(START)
    await box.play(4.0)  # two bars
    assert music.heard() == pytest.approx(box.beat, abs=0.001 * 126 / 60)
    state = await music.live.call("/sync/state")
    assert (state["source"], state["locked"], state["tempo"], state["peers"]) == ("midi", True, 126.0, 1)
    assert abs(state["phase"]) < 1.0


async def test_a_stop_stops_and_continue_goes_on_there(music: Band) -> None:
    await music.live.call("/sync/source", "midi")
    box = Sequencer(music, 120.0)
    box.send(START)
    await box.play(3.0)
    box.send(STOP)
    await box.play(1.0)
    assert not await music.live.call("/transport/running")
    stood = music.live.engine.snapshot().beat()
    assert stood == pytest.approx(6.0, abs=0.1)
    box.send(CONTINUE)
    await box.play(1.0)
    assert music.live.engine.snapshot().beat() == pytest.approx(8.0, abs=0.1)


async def test_when_the_clock_is_gone_the_tempo_is_held_and_that_is_said(music: Band) -> None:
    await music.live.call("/sync/source", "midi")
    box = Sequencer(music, 131.0)
    box.send(START)
    await box.play(4.0)
    music.play(1.0)
    (lost,) = music.live.said(SyncLost)
    assert (lost.source, lost.tempo) == ("midi", pytest.approx(131.0, abs=0.01))
    assert await music.live.call("/transport/running")
    before = music.live.engine.snapshot().beat()
    music.play(10.0)
    assert music.live.engine.snapshot().beat() - before == pytest.approx(10 * 131 / 60, abs=0.005)
    assert not (await music.live.call("/sync/state"))["locked"]
    assert music.live.said(SyncChanged)[-1].locked is False


async def test_a_clock_that_returns_is_followed_where_it_is_then(music: Band) -> None:
    await music.live.call("/sync/source", "midi")
    box = Sequencer(music, 120.0)
    box.send(START)
    await box.play(4.0)
    away = 3.0
    music.play(away)
    assert len(music.live.said(SyncLost)) == 1
    box.ticks += round(away * 48)
    box._next += away * 1e9
    await box.play(4.0)
    assert music.heard() == pytest.approx(box.beat, abs=0.004)
    assert (await music.live.call("/sync/state"))["locked"]


async def test_a_second_clock_does_not_disturb_the_first(music: Band) -> None:
    await music.live.call("/sync/source", "midi")
    box, other = Sequencer(music, 120.0), Sequencer(music, 99.0, "other")
    box.send(START)
    for _ in range(100):
        await box.play(0.04)
        other.send(CLOCK)
        other.send(STOP)
    assert await music.live.call("/transport/tempo") == 120.0
    assert await music.live.call("/transport/running")


async def test_the_offset_shifts_what_is_heard_behind_the_master(music: Band) -> None:
    await music.live.call("/sync/source", "midi")
    await music.live.call("/sync/offset", 20.0)
    box = Sequencer(music, 120.0)
    box.send(START)
    await box.play(6.0)
    assert box.beat - music.heard() == pytest.approx(0.04, abs=0.002)
    assert await music.live.call("/transport/nudge", 15.0) == 5.0
    await box.play(4.0)
    assert box.beat - music.heard() == pytest.approx(0.01, abs=0.002)


async def test_a_nudge_of_our_own_clock_is_made_up_for_and_then_the_tempo_is_as_before(music: Band) -> None:
    await music.live.call("/transport/play")
    music.play(1.0)
    begun, frame = music.live.engine.snapshot().beat(), music.frame
    await music.live.call("/transport/nudge", 20.0)
    music.play(8.0)
    passed = (music.frame - frame) / RATE
    assert music.live.engine.snapshot().beat() - begun == pytest.approx((passed + 0.02) * 2.0, abs=0.0005)
    assert music.live.engine.snapshot().frames_per_beat == RATE / 2
    assert not [event for event in music.live.said(Changed) if event.property == "/transport/tempo"]


async def test_what_plays_is_never_moved_by_more_than_a_hundredth_for_a_small_error(music: Band) -> None:
    await music.live.call("/track/1/clip/1/load", await music.live.stem([0.5] * 4 * RATE, bpm=120.0))
    await music.live.call("/track/1/clip/1/launch")
    music.play(0.5)
    await music.live.call("/transport/nudge", -25.0)
    paces = []
    for _ in range(200):
        music.play(LOOK / RATE)
        paces.append(music.live.engine.snapshot().frames_per_beat / (RATE / 2))
    assert max(paces) == pytest.approx(1.0 / 0.99)
    assert min(paces) >= 0.9999


async def test_the_source_is_kept_for_the_next_daemon(music: Band) -> None:
    await music.live.call("/sync/source", "midi")
    await music.live.call("/sync/midi/input", "Drum")
    record = music.live.session.model.record()["extras"]["sync"]
    assert record == {"source": "midi", "midi_input": "Drum"}


async def test_only_the_named_port_is_followed(music: Band) -> None:
    await music.live.call("/sync/midi/input", "drum")
    await music.live.call("/sync/source", "midi")
    other = Sequencer(music, 90.0, "keyboard")
    await other.play(2.0)
    assert await music.live.call("/transport/tempo") == 120.0
    await Sequencer(music, 90.0).play(2.0)
    assert await music.live.call("/transport/tempo") == 90.0


async def test_without_a_jack_server_the_source_stays_what_it_was(music: Band, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JACK_DEFAULT_SERVER", "nobody-runs-this")
    with pytest.raises(DeviceMissing, match="choose another"):
        await music.live.call("/sync/source", "jack")
    assert await music.live.call("/sync/source") == "internal"


async def test_an_offset_out_of_range_is_refused(music: Band) -> None:
    with pytest.raises(OutOfRange):
        await music.live.call("/sync/offset", 501)


async def heard_of(music: Band, box: Sequencer, seconds: float) -> list[float]:
    """Let a clock tick, and return the beats by which ours went on from look to look."""
    beats = []
    for _ in range(round(seconds * RATE / LOOK)):
        await box.play(LOOK / RATE)
        beats.append(music.heard())
    return [after - before for before, after in itertools.pairwise(beats)]


async def test_a_clock_that_went_in_the_middle_of_a_bar_and_begins_anew_moves_nothing_at_once(music: Band) -> None:
    await music.live.call("/track/1/clip/1/load", await music.live.stem([0.5] * 4 * RATE, bpm=120.0))
    await music.live.call("/sync/source", "midi")
    box = Sequencer(music, 120.0)
    box.send(START)
    await box.play(2.0)
    await music.live.call("/track/1/clip/1/launch")
    await box.play(3.3)
    music.play(2.0)
    assert [lost.tempo for lost in music.live.said(SyncLost)] == [120.0]
    steps = -(-(box.ticks + 96) // 6)  # where it would be by now: at the next sixteenth note
    box._next += (steps * 6 - box.ticks) * 60e9 / 120.0 / 24
    box.ticks = steps * 6
    box.send(bytes((0xF2, steps & 0x7F, steps >> 7)))
    box.send(CONTINUE)
    went = await heard_of(music, box, 4.0)
    per_look = LOOK / RATE * 2.0
    assert max(went) <= per_look * 1.035
    assert min(went) >= per_look * 0.965
    assert music.heard() == pytest.approx(box.beat, abs=0.004)
    assert (await music.live.call("/sync/state"))["locked"]
    assert len(music.live.said(SyncLost)) == 1


async def test_a_song_position_elsewhere_is_a_jump(music: Band) -> None:
    await music.live.call("/sync/source", "midi")
    box = Sequencer(music, 120.0)
    box.send(START)
    await box.play(3.0)
    box.send(bytes((0xF2, 64, 0)))  # beat 16
    box.ticks = 16 * 24
    await box.play(1.0)
    assert music.heard() == pytest.approx(box.beat, abs=0.004)


async def test_the_first_beat_is_heard_with_the_first_tick_behind_a_start(music: Band) -> None:
    await music.live.call("/sync/source", "midi")
    box = Sequencer(music, 120.0)
    await box.play(1.0)
    box.send(START)
    begun = box._next
    await box.play(0.5)
    header = music.live.shared.memory.header[0]
    late = music.heard() * 0.5 - (music.ns - begun) * 1e-9
    assert abs(late) <= 0.03  # ours began within a look and some blocks, and catches up
    assert int(header["latency"]) == 40
    await box.play(2.0)
    assert music.heard() == pytest.approx(box.beat, abs=0.002)


async def test_another_tempo_is_no_loss_though_it_must_be_found_again(music: Band) -> None:
    await music.live.call("/sync/source", "midi")
    box = Sequencer(music, 120.0)
    box.send(START)
    await box.play(4.0)
    box.tempo = 90.0
    await box.play(4.0)
    assert await music.live.call("/transport/tempo") == 90.0
    assert music.live.said(SyncLost) == []
    assert any(not told.locked and told.peers for told in music.live.said(SyncChanged)[2:])
    music.play(3.0)
    assert [lost.tempo for lost in music.live.said(SyncLost)] == [90.0]
