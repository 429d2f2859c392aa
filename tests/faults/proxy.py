"""A wire between the bot and PostgreSQL that can be cut at a commit, slowed, or fall silent.

Silent is what a router makes of a connection that it forgot: what comes is dropped by the kernel before it
is acknowledged, so that the other end hears nothing at all, neither an end nor that the machine is there.
"""

import asyncio
import ctypes
import random
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

COMMIT = b"COMMIT"
ATTACH, DETACH = 26, 27  # Linux' SO_ATTACH_FILTER and SO_DETACH_FILTER


class _Step(ctypes.Structure):
    """Linux' sock_filter."""

    _fields_ = (
        ("code", ctypes.c_ushort),
        ("yes", ctypes.c_ubyte),
        ("no", ctypes.c_ubyte),
        ("value", ctypes.c_uint),
    )


class _Filter(ctypes.Structure):
    """Linux' sock_fprog."""

    _fields_ = (("length", ctypes.c_ushort), ("steps", ctypes.POINTER(_Step)))


NOTHING = _Step(6, 0, 0, 0)  # return 0: of every packet no byte is kept


class Wire:
    """`cuts` commits are still to lose their answer."""

    def __init__(self, host: str) -> None:
        self._server = f"{host}/.s.PGSQL.5432"
        self._chance = random.Random(7)
        self._connections: set[asyncio.StreamWriter] = set()
        self._asking: set[asyncio.StreamWriter] = set()  # the bot's ends of them
        self.door: socket.socket | None = None
        self.carrying: set[asyncio.Task[None]] = set()
        self.port = 0
        self.cuts = 0
        self.share = 1.0  # of the commits that are cut while cuts are left
        self.spared = 0  # commits that pass before any is cut
        self.keep: bool | None = None  # whether those cut are made; None: now so, now so
        self.kept = 0  # commits that were made, and whose maker was not told
        self.lost = 0  # commits that were never made
        self.delay = 0.0  # seconds for each step towards the server

    def url(self, name: str) -> str:
        return f"postgresql://postgres@127.0.0.1:{self.port}/{name}"

    async def carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection, both ways, until either side ends it or it is cut."""
        carrying = asyncio.current_task()
        assert carrying is not None
        self.carrying.add(carrying)
        try:
            answers, asks = await asyncio.open_unix_connection(self._server)
        except OSError:
            writer.close()
            self.carrying.discard(carrying)
            return
        asking = asyncio.create_task(self._ask(reader, asks, writer))
        answering = asyncio.create_task(self._answer(answers, writer))
        self._connections |= {writer, asks}
        self._asking.add(writer)
        try:
            await asyncio.wait({asking, answering}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for end in (writer, asks):
                end.transport.abort()
            for way in (asking, answering):
                way.cancel()
            await asyncio.gather(asking, answering, return_exceptions=True)
            self._connections -= {writer, asks}
            self._asking.discard(writer)
            self.carrying.discard(carrying)

    async def _ask(
        self, reader: asyncio.StreamReader, to: asyncio.StreamWriter, back: asyncio.StreamWriter
    ) -> None:
        with suppress(OSError):
            while data := await reader.read(65536):
                if self.delay:
                    await asyncio.sleep(self.delay)
                if COMMIT in data and self._is_cut():
                    if not (self._chance.random() < 0.5 if self.keep is None else self.keep):
                        self.lost += 1
                        return
                    back.transport.abort()  # the server does it; its answer finds nobody
                    to.write(data)
                    await to.drain()
                    self.kept += 1
                    await asyncio.sleep(0.05)
                    return
                to.write(data)
                await to.drain()

    def _is_cut(self) -> bool:
        if self.spared:
            self.spared -= 1
            return False
        cut = self.cuts > 0 and self._chance.random() < self.share
        self.cuts -= cut
        return cut

    async def _answer(self, answers: asyncio.StreamReader, to: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            while data := await answers.read(65536):
                to.write(data)
                await to.drain()

    def forget(self) -> None:
        """No connection there is hears or says anything ever again; new ones are as good as ever."""
        for end in self._asking:
            _silence(end.get_extra_info("socket"))

    def vanish(self) -> None:
        """Forget, and let nobody in either, until `come_back`."""
        assert self.door is not None
        self.forget()
        _silence(self.door)

    def come_back(self) -> None:
        """Let new connections in; those that were forgotten stay so."""
        assert self.door is not None
        self.door.setsockopt(socket.SOL_SOCKET, DETACH, 0)

    def hang_up(self) -> None:
        """End every connection there is."""
        for end in self._connections:
            end.transport.abort()


@asynccontextmanager
async def wired(host: str) -> AsyncIterator[Wire]:
    """A wire to the server with this socket folder."""
    wire = Wire(host)
    wire.door = socket.create_server(("127.0.0.1", 0))
    wire.port = wire.door.getsockname()[1]
    server = await asyncio.start_server(wire.carry, sock=wire.door)
    try:
        yield wire
    finally:
        server.close()
        wire.hang_up()
        await asyncio.gather(*wire.carrying, return_exceptions=True)


def _silence(end: socket.socket) -> None:
    end.setsockopt(socket.SOL_SOCKET, ATTACH, bytes(_Filter(1, ctypes.pointer(NOTHING))))
