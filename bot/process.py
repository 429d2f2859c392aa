"""The life of the process: what starts in which order, and how it stops within twenty seconds."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from concurrent.futures import Future
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial
from threading import Thread
from urllib.parse import urlsplit

import structlog
from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.types import (
    BotCommand,
    BotCommandScopeAllGroupChats,
    BotCommandScopeAllPrivateChats,
    BotCommandScopeChat,
    BotCommandScopeUnion,
)
from aiohttp import web

from bot import memory
from bot.app import App
from bot.clock import SystemClock
from bot.polling import ALLOWED, Poller
from bot.reaping import Reaper
from bot.settings import Settings
from bot.watching import watch_for
from domain.clock import Clock
from domain.retries import Trouble
from messages.commands import admin_commands, group_commands, private_commands
from messages.speech import LOCALES, speaking
from scheduling.alarm import Alarm
from scheduling.failures import failure_of
from scheduling.watch import never
from services import admin
from storage.database import Database
from web.health import health
from web.webhook import webhook

log = structlog.get_logger(__name__)

# Under twenty seconds in all: open HTTP requests, then updates in work beside what the sender has in flight,
# for which it takes twelve, then what waits for the database.
LAST_REQUESTS = 1.5  # seconds, which aiohttp takes twice: for a request to end, and for being broken off
LAST_WORDS = 10.0  # seconds
LAST_ACTS = 2.0  # seconds
ACQUAINTANCE = 5.0  # seconds between attempts to reach the platform at the start


class StuckError(Exception):
    """The database says nothing, and its threads go on waiting for it."""


async def serve(settings: Settings) -> None:
    """Run until SIGTERM or SIGINT, then let what is in work finish. Told so while still starting, give up."""
    stop = asyncio.Event()
    started = False
    serving = asyncio.current_task()
    assert serving is not None

    def end() -> None:
        if not started and not stop.is_set():
            serving.cancel()
        stop.set()

    loop = asyncio.get_running_loop()
    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, end)
    try:
        async with running(settings):
            started = True
            memory.freeze()
            log.info(
                "running", bot_id=settings.bot_id, intake="webhook" if settings.webhook_url else "polling"
            )
            await stop.wait()
            log.info("stopping")
    except asyncio.CancelledError:
        if not stop.is_set():
            raise
        log.info("stopped_before_start")
    except StuckError:
        log.error("database_left")  # noqa: TRY400 - nothing broke here. Whatever is durable is in the record
        sys.stderr.flush()
        os._exit(0 if stop.is_set() else 1)  # or its threads would keep us for as long as it says nothing


@asynccontextmanager
async def running(settings: Settings, clock: Clock | None = None) -> AsyncIterator[App]:
    """Everything started, lowest first; on leaving, stopped the other way round."""
    real, clock = clock is None, clock or SystemClock()
    async with AsyncExitStack() as stack:
        db = Database.connect(settings.database_url)
        stack.push_async_callback(_close, db)
        session = AiohttpSession(api=TelegramAPIServer.from_base(settings.telegram_api_url))
        bot = Bot(settings.token, session=session)
        stack.push_async_callback(session.close)
        held = watch_for(db, bot, clock, settings).holds if real else never  # others are meant to be moved
        app = App(db, bot, clock, settings.fallback, settings.admin_ids, held=held)
        await insist(app.introduce, clock)
        await _list_commands(app, settings.default_locale)
        await stack.enter_async_context(_clockwork(app))
        if left := await app.workers.resume():
            log.info("resumed", updates=left)
        await stack.enter_async_context(_intake(app, settings, clock))
        yield app


@asynccontextmanager
async def _clockwork(app: App) -> AsyncIterator[None]:
    """Planner and sender at work, woken by the alarm; at the end, what is in work finishes side by side."""
    planning = asyncio.create_task(app.planner.run())
    sending = asyncio.create_task(app.sender.run())
    sweeping = asyncio.create_task(app.retention.run())
    reaper = Reaper(app.workers)
    reaping = asyncio.create_task(reaper.run())
    alarm = Alarm(app.planner.wake, app.sender.wake, reaper.wake, app.retention.wake)
    alarm.start()
    app.wake()
    app.retention.wake()
    try:
        yield
    finally:
        alarm.stop()
        await _end(planning)
        await _end(sweeping)
        await _end(reaping)
        ends = await asyncio.gather(app.workers.stop(LAST_WORDS), app.sender.stop(), return_exceptions=True)
        await _end(sending)
        for fault in ends:
            if fault is not None:
                log.error("not_stopped_well", exc_info=fault)


async def insist(asks: Callable[[], Awaitable[object]], clock: Clock) -> None:
    """Ask the platform until it answers: one that is not up yet, or asks for patience, is waited for."""
    while True:
        try:
            await asks()
        except Exception as error:
            failure = failure_of(error)
            if not failure.passes:
                raise
        else:
            return
        log.warning("platform_unreachable", fault=failure.named)
        await clock.sleep(failure.wait or ACQUAINTANCE)


async def _list_commands(app: App, default: str) -> None:
    """Show the commands in each language, and to administrators their own as well."""
    administering = await app.db.read(admin.command_chats, app.clock.now())
    for locale, code in [(default, None), *((known, known) for known in LOCALES)]:
        with speaking(locale):
            await _list_there(app.bot, private_commands(), BotCommandScopeAllPrivateChats(), code)
            await _list_there(app.bot, group_commands(), BotCommandScopeAllGroupChats(), code)
            for chat in administering:
                await _list_there(app.bot, admin_commands(), BotCommandScopeChat(chat_id=chat), code)


async def _list_there(
    bot: Bot, commands: list[BotCommand], scope: BotCommandScopeUnion, code: str | None
) -> None:
    """A platform that will not is no reason to stay down."""
    try:
        await bot.set_my_commands(commands, scope, code)
    except Exception as error:
        failure = failure_of(error)
        if failure.trouble is Trouble.BUG:
            raise
        log.warning("commands_not_listed", scope=scope.type, fault=failure.named)


@asynccontextmanager
async def _intake(app: App, settings: Settings, clock: Clock) -> AsyncIterator[None]:
    """Serve the web, and take updates by webhook or by polling."""
    async with AsyncExitStack() as stack:
        site = web.Application()
        site.add_routes(health(app.db))
        secret = settings.webhook_secret.get_secret_value()
        if settings.webhook_url:
            path = urlsplit(settings.webhook_url).path or "/"
            site.add_routes(webhook(path, secret, lambda raw: app.intake.take([raw])))
        await stack.enter_async_context(_listening(site, settings.address))
        if settings.webhook_url:
            to = partial(app.bot.set_webhook, settings.webhook_url)
            await insist(partial(to, secret_token=secret, allowed_updates=ALLOWED), clock)
        else:
            await insist(app.bot.delete_webhook, clock)
            address = f"{settings.telegram_api_url}/bot{settings.token}/getUpdates"
            poller = asyncio.create_task(Poller(address, app.intake, clock).run())
            stack.push_async_callback(_end, poller)
        yield


@asynccontextmanager
async def _listening(site: web.Application, address: tuple[str, int]) -> AsyncIterator[None]:
    runner = web.AppRunner(site, access_log=None, shutdown_timeout=LAST_REQUESTS)
    await runner.setup()
    try:
        await web.TCPSite(runner, *address).start()
        yield
    finally:
        await runner.cleanup()


async def _end(task: asyncio.Task[None]) -> None:
    """Whatever it ends with keeps nobody else from ending."""
    task.cancel()
    await asyncio.wait({task})
    if not task.cancelled() and (fault := task.exception()) is not None:
        log.error("not_stopped_well", exc_info=fault)


async def _close(db: Database) -> None:
    """Let the acts that wait finish. Raises StuckError where they do not: nobody can end their threads."""
    closed: Future[None] = Future()
    closed.set_running_or_notify_cancel()

    def close() -> None:
        try:
            db.close()
            closed.set_result(None)
        except BaseException as fault:  # noqa: BLE001 - whatever it is, it is raised where it is waited for
            closed.set_exception(fault)

    Thread(target=close, name="database-close", daemon=True).start()
    try:
        await asyncio.wait_for(asyncio.wrap_future(closed), LAST_ACTS)
    except TimeoutError:
        raise StuckError from None
