"""Run by `webhook`: posts taps over 64 connections that stay open; prints how many a second were answered."""

import asyncio
import re
import sys
import time
from collections.abc import Iterator

from tests.bench.organisation import tap

CONNECTIONS = 64
LENGTH = re.compile(rb"content-length: (\d+)", re.IGNORECASE)


class Poster(asyncio.Protocol):
    """One connection: the next post goes out when the last was answered."""

    def __init__(self, requests: Iterator[bytes], done: asyncio.Future[None]) -> None:
        self._requests = requests
        self._done = done
        self._heard = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._next()

    def data_received(self, data: bytes) -> None:
        self._heard += data
        head, end, body = self._heard.partition(b"\r\n\r\n")
        if not end:
            return
        length = LENGTH.search(head)
        if length is not None and len(body) < int(length[1]):
            return
        if not head.startswith(b"HTTP/1.1 200"):
            self._done.set_exception(RuntimeError(head.decode(errors="replace")))
            return
        self._heard = b""
        self._next()

    def _next(self) -> None:
        request = next(self._requests, None)
        if request is not None:
            self._transport.write(request)
        elif not self._done.done():
            self._transport.close()
            self._done.set_result(None)


async def load(port: int, secret: str, first: int, posts: int) -> float:
    """Posts answered a second."""
    requests = [
        _request(secret, tap(n, n % 40, 7_000_000 + n % 1600, 1)) for n in range(first, first + posts)
    ]
    waiting = iter(requests)
    loop = asyncio.get_running_loop()
    done: list[asyncio.Future[None]] = [loop.create_future() for _ in range(CONNECTIONS)]
    started = time.perf_counter()
    for future in done:
        await loop.create_connection(lambda future=future: Poster(waiting, future), "127.0.0.1", port)  # type: ignore[misc]
    await asyncio.gather(*done)
    return posts / (time.perf_counter() - started)


def _request(secret: str, body: str) -> bytes:
    content = body.encode()
    head = (
        "POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
        f"X-Telegram-Bot-Api-Secret-Token: {secret}\r\nContent-Length: {len(content)}\r\n\r\n"
    )
    return head.encode() + content


if __name__ == "__main__":
    port, secret, first, posts = sys.argv[1:]
    sys.stdout.write(str(asyncio.run(load(int(port), secret, int(first), int(posts)))))
