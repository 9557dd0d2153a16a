import pytest

import liveengine
from liveengine.control.osc.codec import Message
from liveengine.events import ClipStarted
from tests.control.stage import House


async def test_ping_names_program_version_and_tracks(house: House) -> None:
    with house.osc() as client:
        assert await client.ask("/ping") == Message("/pong", ("liveengine", liveengine.__version__, 16))


async def test_sync_answers_after_what_came_before(house: House) -> None:
    with house.osc() as client:
        client.send("/slow", 0.05)
        client.send("/sync", 42)
        assert (await client.receive()).args == ("/slow", "done")
        assert await client.receive() == Message("/synced", (42,))


async def test_a_subscriber_gets_what_is_there_and_what_changes(house: House) -> None:
    house.stage.gains[2] = 0.25
    with house.osc() as client:
        client.send("/subscribe", "/track/2/{gain,mute}")
        present = {(await client.receive()) for _ in range(2)}
        assert present == {Message("/track/2/gain", (0.25,)), Message("/track/2/mute", (0,))}
        client.send("/subscribe", "/track/2/clip/1/*")
        assert await client.receive() == Message("/track/2/clip/1/state", ("empty",))
        house.bus.publish(ClipStarted(2, 1, 4800, 4.0))
        assert await client.receive() == Message("/track/2/clip/1/state", ("playing", 4800, 4.0, 0))
        house.bus.publish(ClipStarted(3, 1, 4800, 4.0))
        client.send("/unsubscribe")
        await client.ask("/ping")
        house.bus.publish(ClipStarted(2, 1, 4800, 4.0))
        await client.silence()


async def test_pushes_go_to_the_port_that_was_asked_for(house: House) -> None:
    with house.osc() as client, house.osc() as listener:
        client.send("/subscribe", "/track/1/clip/*", listener.port)
        await client.ask("/sync", 1)
        house.bus.publish(ClipStarted(1, 1, 1, 1.0))
        assert (await listener.receive()).address == "/track/1/clip/1/state"


async def test_the_sixty_fifth_subscriber_is_refused(house: House) -> None:
    clients = []
    try:
        for _ in range(64):
            clients.append(house.osc())
            client = clients[-1].__enter__()
            client.send("/subscribe", "/x")
        with house.osc() as last:
            assert (await last.ask("/subscribe", "/x")).args[1] == "full"
    finally:
        for manager in clients:
            manager.__exit__(None, None, None)


# ── greeting ──


async def test_a_ping_with_an_id_is_answered_with_it(house: House) -> None:
    with house.osc() as client:
        assert (await client.ask("/ping", "#9")).args[-1] == "#9"
        assert (await client.ask("/sync", 4, "#10")).args == (4, "#10")
        assert (await client.ask("/sync", "#11")).args == ("#11",)


@pytest.mark.parametrize("form", ["osc.udp://localhost:{port}/", "osc.udp://127.0.0.1:{port}", "127.0.0.1:{port}"])
async def test_who_pings_as_sooperlooper_is_pinged_is_answered_where_it_wants(house: House, form: str) -> None:
    with house.osc() as client, house.osc() as listener:
        client.send("/ping", form.format(port=listener.port), "/hello")
        here = f"osc.udp://127.0.0.1:{house.doors.ports['osc']}/"
        assert await listener.receive() == Message("/hello", (here, liveengine.__version__, 16))


@pytest.mark.parametrize(
    ("url", "path"),
    [
        ("osc.udp://10.1.2.3:9001/", "/hello"),
        ("osc.udp://127.0.0.1/", "/hello"),
        ("osc.udp://127.0.0.1:99999/", "/hello"),
        ("osc.udp://[::1/", "/hello"),
        ("osc.udp://127.0.0.1:9001/", "hello"),
        ("osc.udp://127.0.0.1:9001/", "/" + "x" * 300),
        ("osc.udp://127.0.0.1:9001/", 5),
        ("", "/hello"),
    ],
)
async def test_nobody_else_is_sent_what_he_did_not_ask_for(house: House, url: str, path: object) -> None:
    with house.osc() as client:
        assert (await client.ask("/ping", url, path)).args[:2] == ("/ping", "bad_argument")


# ── subscriptions ──


async def test_a_new_subscriber_gets_everything_that_has_a_value_at_once(house: House) -> None:
    with house.osc() as client:
        client.send("/subscribe", "*", "#1")
        found = []
        while (message := await client.receive()).args[-1:] != ("#1",):
            found.append(message.address)
    assert message == Message("/reply", ("/subscribe", "*", "#1"))
    assert len(found) == len(set(found))
    expected = {f"/track/{track}/{name}" for track in range(1, 17) for name in ("gain", "mute")}
    assert expected | {f"/track/{track}/clip/{slot}/state" for track in range(1, 17) for slot in range(1, 17)} == set(
        found
    )


async def test_who_subscribes_anew_while_it_is_still_told_is_told_everything_once_more(house: House) -> None:
    with house.osc() as client:
        client.send("/subscribe", "/track/*/clip/*")
        first = (await client.receive()).address
        client.send("/subscribe", "/track/*/clip/*")
        seen = [first]
        while seen.count(first) < 2:
            seen.append((await client.receive()).address)
        assert len(set(seen)) == 256


async def test_a_subscription_and_its_end_are_confirmed_to_who_gives_an_id(house: House) -> None:
    with house.osc() as client:
        assert (await client.ask("/subscribe", "/nothing", "#1")).args == ("/subscribe", "/nothing", "#1")
        assert (await client.ask("/unsubscribe", "/nothing", "#2")).args == ("/unsubscribe", "/nothing", "#2")
        assert (await client.ask("/unsubscribe", "#3")).args == ("/unsubscribe", "#3")


async def test_a_costly_pattern_subscribes_to_nothing_and_harms_nobody(house: House) -> None:
    with house.osc() as client:
        crafted = "/" + "{,a,b,c,d,e}" * 20
        assert (await client.ask("/subscribe", crafted, "#1")).args[-1] == "#1"
        house.bus.publish(ClipStarted(1, 1, 1, 1.0))
        assert (await client.ask("/ping")).address == "/pong"
    assert house.doors.stats()["osc"].get("fault", 0) == 0


async def test_who_ends_its_subscription_is_told_no_more_of_what_there_is(house: House) -> None:
    with house.osc() as client:
        client.send("/subscribe", "*")
        client.send("/unsubscribe")
        client.send("/sync", 1)
        found = 0
        while (await client.receive()).address != "/synced":
            found += 1
    assert found < 16 * 16


async def test_the_commands_of_osc_alone_are_described(house: House) -> None:
    with house.osc() as client:
        first = await client.ask("/commands")
        rows = [first] + [await client.receive() for _ in range(first.args[2] - 1)]
    found = {row.args[4]: row.args[6] for row in rows}
    own = {"/ping", "/hello", "/sync", "/subscribe", "/unsubscribe", "/reply/port", "/reply/page", "/reply/more"}
    assert {address for address, kind in found.items() if kind == "osc"} == own
