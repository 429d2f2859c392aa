"""The watch over the machine's calendar: who is asked for the time, and who hears of a jump."""

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import aiohttp
import structlog
from aiogram import Bot

from bot.settings import Settings
from domain.clock import Clock
from domain.retries import Trouble
from messages import clock as words
from messages.speech import speaking
from scheduling.failures import failure_of
from scheduling.watch import Watch
from services import admin, leases
from storage.database import Database

log = structlog.get_logger(__name__)

PATIENCE = 5.0  # seconds for an answer of which only the Date matters


def watch_for(db: Database, bot: Bot, clock: Clock, settings: Settings) -> Watch:
    """The server's time on PostgreSQL, the platform's Date header beside a file."""

    async def witness() -> datetime | None:
        told = await db.read(leases.database_time)
        return told if told is not None else await platform_time(settings.telegram_api_url)

    heard: dict[int, bool] = {}  # what each chat was told last; who heard of no doubt needs no end of it

    async def told(doubt: bool) -> None:
        """Raises what kept somebody from hearing who can still be reached; who heard hears it once."""
        chats = {*settings.admin_ids, *await db.read(admin.command_chats, clock.now())}
        with speaking(settings.default_locale):
            text = words.doubted() if doubt else words.believed()
        missed: Exception | None = None
        for chat in sorted(chat for chat in chats if heard.get(chat, False) is not doubt):
            try:
                await bot.send_message(chat, text)
            except Exception as error:
                failure = failure_of(error)
                if failure.trouble is Trouble.BUG:
                    raise
                if failure.passes:
                    missed = error
                    continue
                log.warning("clock_not_told", fault=failure.named)
            heard[chat] = doubt
        if missed is not None:
            raise missed

    return Watch(clock, witness, told)


async def platform_time(address: str) -> datetime | None:
    """The Date header of whatever the platform answers; None when it does not, or says none."""
    try:
        timeout = aiohttp.ClientTimeout(total=PATIENCE)
        async with aiohttp.ClientSession(timeout=timeout) as session, session.head(address) as answer:
            said = answer.headers.get("Date")
        return parsedate_to_datetime(said).astimezone(UTC) if said else None
    except (aiohttp.ClientError, TimeoutError, ValueError) as away:
        log.info("no_time_from_the_platform", fault=type(away).__name__)
        return None
