import pytest

from liveengine.control.safety.origin import Guard
from liveengine.errors import Forbidden

GUARD = Guard(["studio.local", "fd00::7"], 8000, ["http://desk.example/"])


@pytest.mark.parametrize(
    ("host", "at"),
    [
        ("127.0.0.1:8000", ""),
        ("localhost:8000", "127.0.0.1"),
        ("[::1]:8000", "::1"),
        ("studio.local:8000", "192.168.1.2"),
        ("STUDIO.local:8000", "192.168.1.2"),
        ("[fd00::7]:8000", "fd00::7"),
        ("192.168.1.2:8000", "192.168.1.2"),
        ("[fd00::9]:8000", "fd00::9"),
    ],
)
def test_our_names_and_the_address_that_was_reached_are_served(host: str, at: str) -> None:
    GUARD.check({"host": host}, reads=False, at=at)
    GUARD.check({"host": host, "origin": f"http://{host.lower()}"}, reads=False, at=at)


@pytest.mark.parametrize(
    ("host", "at"),
    [
        ("", "192.168.1.2"),
        ("192.168.1.2", "192.168.1.2"),
        ("192.168.1.2:8001", "192.168.1.2"),
        ("192.168.1.3:8000", "192.168.1.2"),
        ("192.168.1.2:8000", "127.0.0.1"),
        ("192.168.1.2:8000", ""),
        ("192.168.1.2:8000.evil.example", "192.168.1.2"),
        ("evil.example:8000", "192.168.1.2"),
        ("studio.local.evil.example:8000", "192.168.1.2"),
        ("evil-studio.local:8000", "192.168.1.2"),
        (":8000", ""),
        ("[]:8000", ""),
    ],
)
def test_no_other_host_is_served(host: str, at: str) -> None:
    with pytest.raises(Forbidden, match="is not served here"):
        GUARD.check({"host": host}, reads=True, at=at)


@pytest.mark.parametrize(
    "origin",
    [
        "null",
        "",
        "http://evil.example",
        "http://192.168.1.2:8000.evil.example",
        "http://192.168.1.2",
        "http://192.168.1.2:8000/",
        "https://192.168.1.2:8000",
        "http://192.168.1.3:8000",
        "http://desk.example.evil.example",
    ],
)
def test_no_other_origin_may_connect(origin: str) -> None:
    with pytest.raises(Forbidden, match="may not connect"):
        GUARD.check({"host": "192.168.1.2:8000", "origin": origin}, reads=False, at="192.168.1.2")


def test_an_origin_of_the_settings_may_connect() -> None:
    GUARD.check({"host": "192.168.1.2:8000", "origin": "http://desk.example"}, reads=False, at="192.168.1.2")


def test_at_port_80_the_port_may_be_left_out() -> None:
    guard = Guard(["studio.local"], 80)
    guard.check({"host": "192.168.1.2", "origin": "http://192.168.1.2"}, reads=False, at="192.168.1.2")
    guard.check({"host": "studio.local", "origin": "http://studio.local"}, reads=False)


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_another_sites_page_may_link_here_and_not_read(site: str) -> None:
    headers = {"host": "localhost:8000", "sec-fetch-site": site}
    GUARD.check(headers | {"sec-fetch-mode": "navigate"}, reads=True)
    with pytest.raises(Forbidden):
        GUARD.check(headers | {"sec-fetch-mode": "no-cors"}, reads=True)
