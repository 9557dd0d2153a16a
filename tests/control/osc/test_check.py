import pytest

from liveengine.control.osc.codec import bundle, encode
from tests.control.osc.line import ntp
from tests.control.stage import House


async def test_a_wildcard_runs_the_command_at_each_match(house: House) -> None:
    with house.osc() as client:
        client.send("/track/[1-4]/gain", 0.5)
        found = [(await client.receive()).args[0] for _ in range(4)]
    assert found == [f"/track/{track}/gain" for track in (1, 2, 3, 4)]


async def test_a_wildcard_with_too_many_matches_runs_nothing(house: House) -> None:
    with house.osc() as client:
        assert (await client.ask("/track/*/clip/*/*")).args[1] == "out_of_range"
    assert house.stage.calls == []


async def test_a_button_that_sends_one_and_zero_fires_once(house: House) -> None:
    with house.osc() as client:
        for value in (1.0, 0.0, 1.0, 0.0):
            client.send("/panic", value)
        await client.ask("/ping")
    assert house.stage.calls == [("panic", None)] * 2


async def test_a_button_on_an_action_with_a_choice_takes_the_default(house: House) -> None:
    with house.osc() as client:
        client.send("/track/1/clip/2/launch", 1.0)
        client.send("/track/1/clip/2/launch", 0.0)
        await client.receive()
        await client.silence()
    assert house.stage.calls == [("launch", 1, 2, None, None)]


async def test_a_zero_never_acts_even_without_a_press(house: House) -> None:
    with house.osc() as client:
        for value in (0.0, False, -0.0):
            client.send("/track/1/clip/1/launch", value)
            client.send("/panic", value)
        client.send("/panic", -1)
        assert (await client.ask("/ping")).address == "/pong"
    assert house.stage.calls == []


async def test_integers_and_other_numbers_are_arguments(house: House) -> None:
    with house.osc() as client:
        for value in (0, 4.0, 1):
            await client.ask("/track/1/clip/1/launch", value)
    assert [call[3] for call in house.stage.calls] == [0.0, 4.0, 1.0]


@pytest.mark.parametrize("tag", [b",T\0\0", b",I\0\0", b",N\0\0", b",\0\0\0"])
async def test_truth_a_bang_nil_and_nothing_are_presses(house: House, tag: bytes) -> None:
    with house.osc() as client:
        client.socket.send(b"/panic\0\0" + tag)
        assert (await client.receive()).args == ("/panic",)
        client.socket.send(b"/track/1/clip/2/launch\0\0" + tag)
        await client.receive()
    assert house.stage.calls == [("panic", None), ("launch", 1, 2, None, None)]


async def test_a_button_reaches_an_action_that_needs_an_argument_as_its_argument(house: House) -> None:
    with house.osc() as client:
        await client.ask("/transport/locate", 0.0)
    assert house.stage.calls == [("locate", 0.0, None)]


async def test_a_timetag_reaches_the_command_as_a_frame(house: House) -> None:
    with house.osc() as client:
        tag = ntp(2.0)
        client.socket.send(bundle(tag, encode("/track/1/clip/1/launch"), encode("/panic")))
        await client.receive()
        await client.receive()
    frame = 1000 + (tag >> 32) % 100
    assert house.stage.calls == [("launch", 1, 1, None, frame), ("panic", frame)]


async def test_a_bundle_for_now_carries_no_frame(house: House) -> None:
    with house.osc() as client:
        client.socket.send(bundle(1, encode("/panic")))
        await client.receive()
    assert house.stage.calls == [("panic", None)]


async def test_a_bundle_with_one_bad_message_does_nothing(house: House) -> None:
    with house.osc() as client:
        client.socket.send(bundle(1, encode("/panic"), encode("/nowhere"), encode("/panic")))
        assert (await client.receive()).args[:2] == ("/nowhere", "unknown_address")
        await client.ask("/ping")
    assert house.stage.calls == []


async def test_a_bundle_more_than_a_minute_ahead_is_refused(house: House) -> None:
    with house.osc() as client:
        client.socket.send(bundle(ntp(3600.0), encode("/panic")))
        assert (await client.receive()).args[:2] == ("#bundle", "out_of_range")
    assert house.stage.calls == []


async def test_no_more_than_4096_messages_may_wait(house: House) -> None:
    with house.osc() as client:
        for _ in range(16):
            client.socket.send(bundle(ntp(30.0), *[encode("/panic")] * 256))
            for _ in range(256):
                await client.receive()
        client.socket.send(bundle(ntp(30.0), encode("/panic")))
        assert (await client.receive()).args[:2] == ("#bundle", "full")


async def test_a_late_bundle_keeps_its_frame_and_is_counted(house: House) -> None:
    with house.osc() as client:
        tag = ntp(-0.5)
        client.socket.send(bundle(tag, encode("/panic")))
        await client.receive()
    assert house.stage.calls == [("panic", 1000 + (tag >> 32) % 100)]
    assert house.doors.stats()["osc"]["late"] == 1


async def test_bundles_in_bundles_have_their_own_moments_or_the_outer_one(house: House) -> None:
    tags = [ntp(1.0), ntp(3.0)]
    inner = bundle(tags[1], encode("/track/1/gain", 0.5))
    plain = bundle(1, encode("/panic"))
    with house.osc() as client:
        client.socket.send(bundle(tags[0], encode("/panic"), inner, plain))
        for _ in range(3):
            await client.receive()
    frames = [1000 + (tag >> 32) % 100 for tag in tags]
    assert house.stage.calls == [("panic", frames[0]), ("gain", 1, 0.5, frames[1]), ("panic", frames[0])]


async def test_eight_bundles_deep_is_played_and_nine_are_rejected(house: House) -> None:
    packet = encode("/panic")
    for _ in range(8):
        packet = bundle(1, packet)
    with house.osc() as client:
        client.socket.send(packet)
        assert (await client.receive()).args == ("/panic",)
        client.socket.send(bundle(1, packet))
        assert (await client.ask("/ping")).address == "/pong"
    assert house.doors.stats()["osc"]["reject.depth"] == 1
    assert len(house.stage.calls) == 1


async def test_a_wrong_message_deep_inside_stops_the_whole_packet(house: House) -> None:
    wrong = bundle(1, bundle(1, encode("/track/1/gain", 7.0)))
    with house.osc() as client:
        client.socket.send(bundle(1, encode("/panic"), wrong, encode("/panic")))
        assert (await client.receive()).args[:2] == ("/track/1/gain", "out_of_range")
        await client.silence()
    assert house.stage.calls == []


async def test_a_packet_runs_256_commands_and_no_more(house: House) -> None:
    with house.osc() as client:
        client.socket.send(bundle(1, *[encode("/panic")] * 256))
        for _ in range(256):
            await client.receive()
        client.socket.send(bundle(1, *[encode("/panic")] * 257))
        assert (await client.receive()).args[:2] == ("#bundle", "out_of_range")
        client.socket.send(bundle(1, encode("/track/*/gain", 0.5), encode("/track/*/clip/*/clear")))
        assert (await client.receive()).args[:2] == ("#bundle", "out_of_range")
        await client.silence()
    assert len(house.stage.calls) == 256


async def test_a_packet_full_of_errors_is_answered_sixteen_times(house: House) -> None:
    with house.osc() as client:
        client.socket.send(bundle(1, *[encode("/nowhere")] * 1000))
        for _ in range(16):
            assert (await client.receive()).args[1] == "unknown_address"
        await client.silence()


async def test_the_patterns_of_a_packet_share_their_steps(house: House) -> None:
    with house.osc() as client:
        pattern = "/*{a,b,c,d,e,f,g,h,i}*{c,nic}"  # fits /panic
        assert (await client.ask(pattern)).args == ("/panic",)
        house.stage.calls.clear()
        client.socket.send(bundle(1, *[encode(pattern)] * 250))
        found = [await client.receive() for _ in range(16)]
    assert {message.args[1] for message in found} == {"out_of_range"}
    assert house.stage.calls == []
