"""udpsend and udpreceive, in the stand-in for Max: on real sockets. Runs on: tests."""

import asyncio
import contextlib
import socket
from typing import Any

from pythonosc.osc_message_builder import OscMessageBuilder
from pythonosc.osc_packet import OscPacket

from tests.clients.max.box import Box, Message


class UdpSend(Box):
    def __init__(self, *made: Any) -> None:
        super().__init__(*made)
        self.host, self.port = self.given
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.machine.opened.append(self.socket)

    def take(self, inlet: int, message: Message) -> None:
        if message[0] in ("host", "port"):
            setattr(self, message[0], message[1])
            return
        builder = OscMessageBuilder(str(message[0]))
        for one in message[1:]:
            builder.add_arg(one, {int: "i", float: "f", str: "s"}[type(one)])
        self.machine.sent.append(message)
        with contextlib.suppress(ConnectionRefusedError):
            self.socket.sendto(builder.build().dgram, (str(self.host), int(self.port)))


class UdpReceive(Box):
    heard: socket.socket | None = None

    def load(self) -> None:
        self.bind(int(self.given[0]))

    def take(self, inlet: int, message: Message) -> None:
        assert message[0] == "port"
        self.bind(int(message[1]))

    def bind(self, port: int) -> None:
        loop = asyncio.get_running_loop()
        if self.heard is not None:
            loop.remove_reader(self.heard)
            self.heard.close()
        self.heard = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.machine.opened.append(self.heard)
        self.heard.setblocking(False)
        with contextlib.suppress(OSError):  # Max says so in its console, and goes on
            self.heard.bind(("", port))
        loop.add_reader(self.heard, self.receive)

    def receive(self) -> None:
        assert self.heard is not None
        with contextlib.suppress(BlockingIOError):
            while True:
                for timed in OscPacket(self.heard.recv(65_536)).messages:
                    self.send(0, [timed.message.address, *timed.message.params])
