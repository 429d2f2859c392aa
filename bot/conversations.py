"""Conversations buffered for one update: written with its act or at its end, never in between."""

from collections.abc import Mapping
from copy import deepcopy
from typing import Any

from aiogram.fsm.state import State
from aiogram.fsm.storage.base import BaseStorage, StateType, StorageKey

from storage.conversations import Place, Talk, talk_at
from storage.database import Database


class Conversations(BaseStorage):
    """What aiogram's FSMContext writes, held back until the update is settled."""

    def __init__(self, db: Database, place: Place, talk: Talk) -> None:
        self._db = db
        self.home = place
        self._stored = {place: talk}
        self._now = {place: talk}

    async def set_state(self, key: StorageKey, state: StateType = None) -> None:
        place = place_of(key)
        named = state.state if isinstance(state, State) else state
        self._now[place] = Talk(named, (await self._talk(place)).data)

    async def get_state(self, key: StorageKey) -> str | None:
        return (await self._talk(place_of(key))).state

    async def set_data(self, key: StorageKey, data: Mapping[str, Any]) -> None:
        place = place_of(key)
        self._now[place] = Talk((await self._talk(place)).state, dict(data))

    async def get_data(self, key: StorageKey) -> dict[str, Any]:
        return deepcopy(dict((await self._talk(place_of(key))).data))

    async def close(self) -> None:
        """Nothing is held open."""

    def changes(self) -> dict[Place, Talk]:
        """What differs from what is stored."""
        return {place: talk for place, talk in self._now.items() if talk != self._stored[place]}

    def kept(self, changes: Mapping[Place, Talk]) -> None:
        """These are stored now."""
        self._stored.update(changes)

    def forget(self) -> None:
        """A refusal changes nothing: what was asked before is still asked."""
        self._now = dict(self._stored)

    async def _talk(self, place: Place) -> Talk:
        if place not in self._now:
            self._stored[place] = self._now[place] = await self._db.read(talk_at, place)
        return self._now[place]


def place_of(key: StorageKey) -> Place:
    """aiogram's key in our words."""
    return Place(key.bot_id, key.chat_id, key.user_id, key.thread_id or 0)


def key_of(place: Place) -> StorageKey:
    """Our words in aiogram's key."""
    return StorageKey(place.bot_id, place.chat_id, place.user_id, place.thread_id or None)
