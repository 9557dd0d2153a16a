import pytest
from liveengine_client.address import Address, arguments, named_arguments


def engine() -> Address:
    return Address(lambda address, *args, **named: (address, args, named))


def test_words_are_attributes_and_numbers_are_indices() -> None:
    assert engine().track[1].clip[2].launch(4) == ("/track/1/clip/2/launch", (4,), {})
    assert engine().track[1].send[2](value=0.5) == ("/track/1/send/2", (), {"value": 0.5})


def test_a_word_that_python_keeps_for_itself_takes_an_underscore() -> None:
    assert engine().from_() == ("/from", (), {})


def test_an_address_tells_what_it_is_and_what_lies_below() -> None:
    assert repr(engine().track[1].gain).startswith("/track/1/gain value\nThe fader of a track")
    assert {"launch", "load", "clear"} <= set(dir(engine().track[1].clip[2]))
    assert "track" in dir(engine())


def test_arguments_by_place_and_by_name_together_travel_by_name() -> None:
    assert arguments("/stems/search", ("kick",), {"top_k": 3}) == {"prompt": "kick", "top_k": 3}
    assert arguments("/new", (1, 2), {}) == [1, 2]
    assert named_arguments("/new", (), {"a": 1}) == {"a": 1}


@pytest.mark.parametrize(
    ("address", "args", "named"),
    [("/stems/search", ("kick",), {"prompt": "x"}), ("/panic", (1,), {}), ("/new", (1,), {})],
)
def test_an_argument_too_many_twice_or_without_a_known_name_is_refused(
    address: str, args: tuple[object, ...], named: dict[str, object]
) -> None:
    with pytest.raises(TypeError, match=address):
        named_arguments(address, args, named)


def test_an_address_cannot_be_gone_through() -> None:
    with pytest.raises(TypeError, match="/track"):
        list(engine().track)
