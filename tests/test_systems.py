import os
import socket
from pathlib import Path

from liveengine.systems import jack_server

HEAD = "Num       RefCount Protocol Flags    Type St Inode Path\n"


def test_a_server_is_there_while_it_listens_and_another_one_has_another_word(tmp_path: Path) -> None:
    table = tmp_path / "unix"
    line = "0000000000000000: 00000002 00000000 {} 0001 01 {} {}/jack_default_0_0\n"
    table.write_text(HEAD + line.format("00000000", 76, tmp_path) + line.format("00010000", 77, tmp_path))
    assert jack_server("default", table, tmp_path) == "77"
    assert jack_server("default2", table, tmp_path) == ""
    table.write_text(HEAD + line.format("00010000", 78, tmp_path))
    assert jack_server("default", table, tmp_path) == "78"


def test_a_server_that_the_table_does_not_show_is_asked_and_one_that_was_killed_does_not_answer(tmp_path: Path) -> None:
    table = tmp_path / "nothing"
    before = Path.cwd()
    os.chdir(tmp_path)  # a socket's path is short
    try:
        with socket.socket(socket.AF_UNIX) as server:
            server.bind("jack_mine_0_0")
            server.listen()
            assert jack_server("mine", table, Path()) != ""
        assert Path("jack_mine_0_0").exists()
        assert jack_server("mine", table, Path()) == ""
    finally:
        os.chdir(before)
