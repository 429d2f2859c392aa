"""Long polling by our own loop: updates are committed before the next request confirms them."""

import asyncio
import json
from typing import Any

import aiohttp
import structlog

from bot.intake import Intake
from bot.logs import describe
from domain.clock import Clock

log = structlog.get_logger(__name__)

WAIT = 25  # seconds the platform holds an empty answer
GRACE = 10  # seconds more before we take the connection for dead
LIMIT = 100  # updates an answer, the platform's own maximum
SHORTEST, LONGEST = 1.0, 60.0  # seconds between failing requests, doubled each time
# my_chat_member tells of blocks; chat_member and reactions, which must be asked for, are not used.
ALLOWED = ["message", "edited_message", "callback_query", "my_chat_member", "poll_answer"]


class PollingError(Exception):
    """The platform answered, and the answer is no."""

    def __init__(self, code: int, retry_after: float | None) -> None:
        super().__init__(f"getUpdates was refused with {code}")
        self.code = code
        self.retry_after = retry_after


class Poller:
    """One session begins without an offset: ids may have restarted lower while we were away."""

    def __init__(self, address: str, intake: Intake, clock: Clock) -> None:
        self._address = address  # holds the token; never logged
        self._intake = intake
        self._clock = clock

    async def run(self) -> None:
        """Poll until cancelled."""
        offset: int | None = None
        pause = SHORTEST
        timeout = aiohttp.ClientTimeout(total=WAIT + GRACE)
        async with aiohttp.ClientSession(timeout=timeout) as session:
            while True:
                try:
                    await self._intake.room()
                    offset = await self._once(session, offset)
                    pause = SHORTEST
                except PollingError as refused:
                    log.warning("polling_refused", code=refused.code, meaning=MEANINGS.get(refused.code))
                    pause = await self._wait(refused.retry_after or pause)
                except asyncio.CancelledError:
                    raise
                except Exception as error:  # noqa: BLE001 - network or database: unconfirmed, so it comes again
                    log.warning("polling_failed", fault=describe(error))
                    pause = await self._wait(pause)

    async def _wait(self, pause: float) -> float:
        await self._clock.sleep(pause)
        return min(pause * 2, LONGEST)

    async def _once(self, session: aiohttp.ClientSession, offset: int | None) -> int | None:
        """Ask, store what came, and return the offset that confirms it."""
        asked: dict[str, Any] = {"timeout": WAIT, "limit": LIMIT, "allowed_updates": ALLOWED}
        if offset is not None:
            asked["offset"] = offset
        async with session.post(self._address, json=asked) as response:
            answer = await response.json(content_type=None)
        if not isinstance(answer, dict) or not answer.get("ok"):
            raise _refusal(response.status, answer)
        updates = answer["result"]
        # In ASCII: half a surrogate pair, which JSON allows, is no text a database takes.
        await self._intake.take([json.dumps(update) for update in updates])
        return updates[-1]["update_id"] + 1 if updates else offset


MEANINGS = {
    401: "the platform does not know this token",
    404: "the platform does not know this token",
    409: "another program polls with this token, or a webhook is set: run only one of them",
}


def _refusal(status: int, answer: Any) -> PollingError:
    parameters = answer.get("parameters") if isinstance(answer, dict) else None
    wait = parameters.get("retry_after") if isinstance(parameters, dict) else None
    return PollingError(status, float(wait) if wait else None)
