"""Updates on their way in: stored, answered once, never lost, never an exception."""

import json

import pytest

from bot.app import App
from storage import inbox
from storage.tables import Chat, InboxUpdate
from tests.world import BOT_ID, TOKEN, World


def states(world: World) -> list[str]:
    return [row["state"] for row in world.rows(InboxUpdate)]


async def test_a_sticker_gets_kind_words_and_changes_nothing(world: World) -> None:
    wang = world.branch(members=["王芳"])["王芳"]
    wang.sends_sticker()
    await world.settle()
    assert "/help" in wang.screen()
    assert states(world) == ["done"]
