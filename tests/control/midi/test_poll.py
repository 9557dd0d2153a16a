import time

from liveengine.control.midi.poll import Poll


class Queue:
    """A port whose messages wait to be read."""

    def __init__(self) -> None:
        self.waiting = 0
        self.taken = 0

    def read(self) -> int:
        count, self.waiting = self.waiting, 0
        self.taken += count
        return count


def wait(port: Queue, count: int) -> None:
    end = time.monotonic() + 5.0
    while port.taken < count:
        assert time.monotonic() < end
        time.sleep(0.001)


def test_what_waits_in_any_port_is_read_until_it_is_removed() -> None:
    one, other, poll = Queue(), Queue(), Poll()
    poll.start()
    for port in (one, other):
        port.waiting = 3
        poll.add(port)  # type: ignore[arg-type]
    wait(one, 3)
    wait(other, 3)
    poll.remove(one)  # type: ignore[arg-type]
    time.sleep(0.01)
    one.waiting = other.waiting = 1
    wait(other, 4)
    assert one.taken == 3
    poll.close()
    poll.join(5.0)
    assert not poll.is_alive()


def test_without_ports_it_waits_and_ends_when_it_is_told() -> None:
    poll = Poll()
    poll.start()
    poll.close()
    poll.join(5.0)
    assert not poll.is_alive()
