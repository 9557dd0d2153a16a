import json
import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from liveengine.control.safety.keys import Keys


def test_a_token_is_made_once_for_each_role_and_is_still_there_after_a_restart(tmp_path: Path) -> None:
    keys = Keys(tmp_path)
    play, admin = keys.token("play"), keys.token("admin")
    again = Keys(tmp_path)
    assert (again.token("play"), again.token("admin"), len(again)) == (play, admin, 2)
    assert play != admin
    assert (again.role_of(play), again.role_of(admin)) == ("play", "admin")


def test_a_person_may_type_it_without_dashes_and_in_capitals(tmp_path: Path) -> None:
    keys = Keys(tmp_path)
    token = keys.token("play")
    assert keys.role_of(token.replace("-", " ").upper()) == "play"
    assert len(token) == 19


def test_the_file_is_the_users_alone(tmp_path: Path) -> None:
    Keys(tmp_path).token("play")
    assert stat.S_IMODE((tmp_path / "keys.json").stat().st_mode) == 0o600


def test_a_token_that_was_made_anew_takes_the_old_ones_place(tmp_path: Path) -> None:
    keys = Keys(tmp_path)
    old = keys.token("play")
    new = keys.renew("play")
    assert (keys.role_of(old), keys.role_of(new)) == (None, "play")


@pytest.mark.parametrize(
    "text", ["", "{", "[]", "7", '{"play": ""}', '{"play": "----------"}', '{"king": "aaaaaaaaaaaa"}']
)
def test_a_broken_file_lets_nobody_in(tmp_path: Path, text: str) -> None:
    (tmp_path / "keys.json").write_text(text)
    keys = Keys(tmp_path)
    assert len(keys) == 0
    assert keys.role_of("") is None
    assert keys.role_of("----------") is None


def test_a_broken_file_is_replaced_with_the_next_token(tmp_path: Path) -> None:
    (tmp_path / "keys.json").write_text("{")
    token = Keys(tmp_path).token("play")
    assert json.loads((tmp_path / "keys.json").read_text()) == {"play": token}


@given(st.text())
def test_no_other_text_counts(token: str) -> None:
    keys = Keys(Path("/nonexistent"))
    keys._tokens = {"play": "aaaa-aaaa-aaaa-aaaa"}
    assert keys.role_of(token) is None or token.replace("-", "").replace(" ", "").lower() == "a" * 16
