"""The time elsewhere, and who hears that the clock is wrong."""

from datetime import UTC, datetime, timedelta

from aiogram import Bot
from pydantic import SecretStr

from bot.settings import Settings
from bot.watching import platform_time, watch_for
from domain.roles import Role
from scheduling.watch import AGAIN
from simulator.clock import MovableClock
from simulator.faults import Fault
from simulator.server import serving
from simulator.session import InProcessSession
from simulator.telegram import Telegram
from storage.database import Database
from tests.world import TOKEN, USERNAME, World

HOUR = timedelta(hours=1)


def settings_for(address: str) -> Settings:
    return Settings(bot_token=SecretStr(TOKEN), telegram_api_url=address)


async def test_the_platform_tells_the_time_in_whatever_it_answers() -> None:
    clock = MovableClock(datetime.now(UTC))
    async with serving(Telegram(clock, {TOKEN: USERNAME})) as address:
        told = await platform_time(address)
    assert told is not None
    assert abs(told - datetime.now(UTC)) < timedelta(minutes=1)
    assert await platform_time(address) is None  # nobody listens there any more


async def test_administrators_hear_of_it_at_once_though_sending_is_held(world: World) -> None:
    chief = world.official("周丽", world.committee(), Role.ADMINISTRATOR).sim
    async with serving(world.telegram) as address:
        settings = settings_for(address)
        bot = Bot(TOKEN, session=InProcessSession(world.telegram))
        clock = MovableClock(datetime.now(UTC))
        watch = watch_for(world.database, bot, clock, settings)
        assert not await watch.holds()
        clock.advance(HOUR)
        assert await watch.holds()
    assert "时钟突然快了十分钟以上" in chief.messages[-1].text


async def test_who_cannot_be_told_is_told_later_and_the_others_once(world: World) -> None:
    committee = world.committee()
    chief, other = (world.official(name, committee, Role.ADMINISTRATOR).sim for name in ("周丽", "郑强"))
    before = {one.id: len(one.messages) for one in (chief, other)}
    async with serving(world.telegram) as address:
        bot = Bot(TOKEN, session=InProcessSession(world.telegram))
        clock = MovableClock(datetime.now(UTC))
        watch = watch_for(world.database, bot, clock, settings_for(address))
        assert not await watch.holds()
        clock.advance(HOUR)
        world.telegram.fail_next("sendMessage", Fault.NO_CONNECTION, chat_id=chief.id)
        assert await watch.holds()
        assert len(chief.messages) == before[chief.id]
        for _ in range(3):
            await clock.sleep(AGAIN)
            assert await watch.holds()
    assert "时钟突然快了十分钟以上" in chief.messages[-1].text
    assert {one.id: len(one.messages) - 1 for one in (chief, other)} == before


async def test_a_server_that_keeps_the_database_is_asked_first(postgresql: Database) -> None:
    telegram = Telegram(MovableClock(datetime.now(UTC)), {TOKEN: USERNAME})
    settings = settings_for("http://127.0.0.1:1")
    bot = Bot(TOKEN, session=InProcessSession(telegram))
    fast = MovableClock(datetime.now(UTC) + HOUR)
    assert await watch_for(postgresql, bot, fast, settings).holds()
    right = MovableClock(datetime.now(UTC))
    assert not await watch_for(postgresql, bot, right, settings).holds()
