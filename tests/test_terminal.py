"""Lines on a real pipe that nobody reads. Runs on: tests."""

import json
import logging
import os
import re
import subprocess
import sys
from collections.abc import Iterator

import pytest

from liveengine.terminal import Handler, Terminal

LINES = 100_000
TOLD = re.compile(r"test: (\d+) lines were dropped, nobody read them in time")

# An event loop that logs as the daemon does; the longest time for which the loop stood goes to stdout.
TALKER = f"""
import asyncio, json, logging, sys, time
from liveengine import daemon
async def main():
    daemon._log("WARNING")
    log, longest, last = logging.getLogger("talker"), 0.0, time.perf_counter()
    for number in range({LINES}):
        log.warning("line %d", number)
        if number % 10 == 9:
            await asyncio.sleep(0)
            longest, last = max(longest, time.perf_counter() - last), time.perf_counter()
    print(json.dumps([longest, logging.getLogger().handlers[0].terminal.dropped]), flush=True)
asyncio.run(main())
"""


@pytest.fixture
def pipe() -> Iterator[tuple[int, int]]:
    ends = os.pipe()
    os.set_blocking(ends[0], False)
    yield ends
    for end in ends:
        os.close(end)


def read(end: int) -> str:
    """Return what lies in the pipe."""
    got = []
    while True:
        try:
            got.append(os.read(end, 1 << 16))
        except BlockingIOError:
            return b"".join(got).decode()


def test_a_hundred_thousand_lines_that_nobody_reads_hold_nobody_up(pipe: tuple[int, int]) -> None:
    terminal = Terminal(pipe[1], "test", room=8_192)
    for number in range(LINES):
        terminal.write(f"line {number}\n".encode())
    lines = []
    while some := read(pipe[0]):
        lines += some.splitlines()
        terminal.flush()
    assert lines == [f"line {number}" for number in range(len(lines))]
    assert len(lines) + terminal.dropped == LINES
    terminal.write(b"heard again\n")
    told, again = read(pipe[0]).splitlines()
    assert TOLD.fullmatch(told)
    assert int(told.split()[1]) == terminal.dropped
    assert again == "heard again"


def test_lines_that_are_read_are_all_there_in_order(pipe: tuple[int, int]) -> None:
    terminal, lines = Terminal(pipe[1]), ""
    for number in range(LINES // 10):
        terminal.write(f"line {number}\n".encode())
        if number % 100 == 0:
            lines += read(pipe[0])
    terminal.flush()
    assert (lines + read(pipe[0])).splitlines() == [f"line {number}" for number in range(LINES // 10)]
    assert terminal.dropped == 0


def test_a_line_longer_than_what_a_pipe_takes_at_once_stays_whole(pipe: tuple[int, int]) -> None:
    terminal, text = Terminal(pipe[1]), "".join(f"{number:06}" for number in range(20_000)) + "\n"
    terminal.write(text.encode())
    got = ""
    while some := read(pipe[0]):
        got += some
        terminal.flush()
    assert got == text


def test_a_reader_that_goes_harms_nobody() -> None:
    here, there = os.pipe()
    terminal = Terminal(there)
    os.close(here)
    terminal.write(b"nobody\n")
    os.close(there)
    terminal.write(b"nothing\n")
    assert terminal.dropped == 0  # there is nobody to whom it could be told


def test_a_message_whose_values_do_not_fit_is_logged_as_it_is(pipe: tuple[int, int]) -> None:
    log = logging.getLogger("test_terminal")
    log.propagate = False
    log.addHandler(handler := Handler(Terminal(pipe[1])))
    unfit = "%d of %d"
    log.warning(unfit, 1)
    log.warning("\udcff")
    log.removeHandler(handler)
    assert read(pipe[0]).splitlines() == ["test_terminal: '%d of %d' (1,)", "?"]


def test_the_daemons_loop_goes_on_while_nobody_reads_its_log() -> None:
    with subprocess.Popen([sys.executable, "-c", TALKER], stdout=subprocess.PIPE, stderr=subprocess.PIPE) as talker:
        assert talker.stdout is not None
        told = talker.stdout.readline()  # its stderr is read by nobody until it has ended
        assert talker.wait(10) == 0
        assert talker.stderr is not None
        lines = talker.stderr.read().decode().splitlines()
    longest, dropped = json.loads(told)
    assert longest < 1.0  # one that waited would stand for good
    assert lines[0] == "daemon: WARNING talker: line 0"
    assert dropped > LINES / 2
