"""A platform with one bot and a few people, and the bot's own session to it."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest
from aiogram import Bot

from simulator.clock import MovableClock
from simulator.people import SimPerson
from simulator.session import InProcessSession
from simulator.telegram import Telegram

TOKEN = "4200:TEST-TOKEN"  # an invented one


@pytest.fixture
def clock() -> MovableClock:
    return MovableClock(datetime(2026, 11, 20, 1, 0, tzinfo=UTC))


@pytest.fixture
def telegram(clock: MovableClock) -> Telegram:
    return Telegram(clock, {TOKEN: "banxue_bot"})


@pytest.fixture
def wang(telegram: Telegram) -> SimPerson:
    """A person who has started the bot."""
    person = telegram.person("王芳", username="wangfang")
    person.start()
    telegram.updates_for(TOKEN)
    return person


@pytest.fixture
async def bot(telegram: Telegram) -> AsyncIterator[Bot]:
    bot = Bot(TOKEN, session=InProcessSession(telegram))
    yield bot
    await bot.session.close()
