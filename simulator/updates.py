"""Updates on their way to a bot: queued, polled for, or posted to a webhook."""

import asyncio
import json
from collections import deque
from contextlib import suppress

import aiohttp

from domain.clock import Clock
from simulator.chats import JSON
from simulator.errors import PlatformError, bad_request

MUST_BE_ASKED_FOR = {"chat_member", "message_reaction", "message_reaction_count"}
POLL_LIMIT = 100  # updates an answer
SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105  # the name of the header
ANOTHER_POLLER = (
    "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"
)
WEBHOOK_IS_SET = (
    "Conflict: can't use getUpdates method while webhook is active;"
    " use deleteWebhook to delete the webhook first"
)


class UpdateQueue:
    """What one bot has not yet acknowledged."""

    def __init__(self, clock: Clock, first_id: int = 10_000_001, webhook_retry: float = 1.0) -> None:
        self.next_id = first_id
        self.pending: deque[JSON] = deque()
        self.allowed: list[str] | None = None
        self.webhook: JSON = {}
        self.last_error: tuple[int, str] | None = None
        self.webhook_retry = webhook_retry  # seconds before the first repetition; doubles up to a minute
        self._clock = clock
        self._arrived = asyncio.Event()
        self._taken = asyncio.Event()
        self._taken.set()
        self._poller = 0
        self._posting: asyncio.Task[None] | None = None

    def put(self, kind: str, payload: JSON) -> int | None:
        """Queue an update unless the bot does not take that kind."""
        if not self._wanted(kind):
            return None
        update_id, self.next_id = self.next_id, self.next_id + 1
        self.pending.append({"update_id": update_id, kind: payload})
        self._taken.clear()
        self._arrived.set()
        self._wake_webhook()
        return update_id

    def put_again(self, update: JSON) -> None:
        """Deliver the same update once more, as the platform does after a lost answer."""
        self.pending.append(update)
        self._arrived.set()
        self._wake_webhook()

    def _wanted(self, kind: str) -> bool:
        return kind in self.allowed if self.allowed else kind not in MUST_BE_ASKED_FOR

    def drain(self) -> list[JSON]:
        """Take everything that waits, acknowledged at once."""
        taken = list(self.pending)
        self.pending.clear()
        return taken

    async def poll(self, offset: int, limit: int, wait: float) -> list[JSON]:
        """Answer a getUpdates; a later one ends an earlier one with a conflict."""
        if self.webhook:
            raise PlatformError(409, WEBHOOK_IS_SET)
        self._poller += 1
        mine = self._poller
        self._arrived.set()  # wakes an earlier poller, who then finds itself replaced
        await asyncio.sleep(0)
        self._acknowledge(offset)
        deadline = asyncio.get_running_loop().time() + wait
        while not self.pending:
            self._arrived.clear()
            remaining = deadline - asyncio.get_running_loop().time()
            if remaining <= 0:
                break
            with suppress(TimeoutError):
                await asyncio.wait_for(self._arrived.wait(), remaining)
            if mine != self._poller:
                raise PlatformError(409, ANOTHER_POLLER)
        return list(self.pending)[: max(1, min(limit, POLL_LIMIT))]

    async def taken(self) -> None:
        """Wait until a polling bot has acknowledged everything queued so far."""
        await self._taken.wait()

    def _acknowledge(self, offset: int) -> None:
        if offset < 0:
            while len(self.pending) > -offset:
                self.pending.popleft()
        while offset > 0 and self.pending and self.pending[0]["update_id"] < offset:
            self.pending.popleft()
        if not self.pending:
            self._taken.set()

    def set_webhook(self, url: str, secret: str | None, allowed: list[str] | None, *, drop: bool) -> None:
        if secret and not all(c.isascii() and (c.isalnum() or c in "_-") for c in secret):
            raise bad_request("secret token contains unallowed characters")
        if drop:
            self.pending.clear()
        if allowed is not None:
            self.allowed = allowed
        self.webhook = {"url": url, "secret": secret} if url else {}
        self.last_error = None
        self._poller += 1
        self._arrived.set()
        self._wake_webhook()

    def webhook_info(self) -> JSON:
        info: JSON = {
            "url": self.webhook.get("url", ""),
            "has_custom_certificate": False,
            "pending_update_count": len(self.pending),
        }
        if self.allowed:
            info["allowed_updates"] = self.allowed
        if self.last_error:
            info["last_error_date"], info["last_error_message"] = self.last_error
        return info

    def _wake_webhook(self) -> None:
        if self.webhook and self.pending and (self._posting is None or self._posting.done()):
            with suppress(RuntimeError):  # no loop is running: the next update wakes it
                loop = asyncio.get_running_loop()
                self._posting = loop.create_task(self._post_all())

    async def _post_all(self) -> None:
        wait = self.webhook_retry
        async with aiohttp.ClientSession() as session:
            while self.webhook and self.pending:
                update = self.pending[0]
                error = await self._post(session, update)
                if error is None:
                    wait = self.webhook_retry
                    if self.pending and self.pending[0] is update:
                        self.pending.popleft()
                    continue
                self.last_error = (int(self._clock.now().timestamp()), error)
                await asyncio.sleep(wait)
                wait = min(wait * 2, 60.0)

    async def _post(self, session: aiohttp.ClientSession, update: JSON) -> str | None:
        """Post one update; what went wrong, or None."""
        headers = {"Content-Type": "application/json"}
        if self.webhook.get("secret"):
            headers[SECRET_HEADER] = self.webhook["secret"]
        try:
            body = json.dumps(update, ensure_ascii=False).encode()
            async with session.post(self.webhook["url"], data=body, headers=headers) as answer:
                await answer.read()
                if answer.status // 100 == 2:
                    return None
                return f"Wrong response from the webhook: {answer.status} {answer.reason}"
        except (aiohttp.ClientError, TimeoutError) as failure:
            return f"Connection failed: {type(failure).__name__}"

    async def close(self) -> None:
        if self._posting is not None:
            self._posting.cancel()
            with suppress(asyncio.CancelledError):
                await self._posting
