"""Updates by webhook at their worst: repeated, out of order, forged, and the process killed after a 200."""

import asyncio
import json
import random
from collections.abc import Callable
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass, field

import aiohttp

from simulator.chats import JSON
from simulator.people import SimPerson
from storage.database import Database
from storage.tables import InboxUpdate
from tests.contract.process import free_port
from tests.faults.lives import Family
from tests.faults.oracle import judge_messages, judge_updates
from tests.faults.pushing import CHECK_IN, Push, pushing
from tests.world import TOKEN
from web.webhook import SECRET_HEADER

Families = Callable[[dict[str, str]], AbstractContextManager[Family]]
SECRET = "a-secret-of-the-storm"
POSTERS = 12  # requests at once


@dataclass
class Storm:
    """Posts every update until it is acknowledged, many at a time, and then some of them again."""

    url: str
    queue: list[JSON]
    acknowledged: int = 0
    refused: int = 0  # answers other than 200, and connections that broke
    _turn: asyncio.Condition = field(default_factory=asyncio.Condition)

    async def rage(self) -> None:
        async with aiohttp.ClientSession() as session:
            await asyncio.gather(*(self._post_all(session) for _ in range(POSTERS)))

    async def _post_all(self, session: aiohttp.ClientSession) -> None:
        while self.queue:
            update = self.queue.pop()
            while await self.post(session, update, SECRET) != 200:
                self.refused += 1
                await asyncio.sleep(0.1)
            self.acknowledged += 1
            async with self._turn:
                self._turn.notify_all()

    async def post(self, session: aiohttp.ClientSession, update: JSON, secret: str | None) -> int:
        headers = {} if secret is None else {SECRET_HEADER: secret}
        with suppress(aiohttp.ClientError):
            async with session.post(self.url, data=json.dumps(update), headers=headers) as answer:
                return answer.status
        return 0

    async def until_acknowledged(self, count: int) -> None:
        async with asyncio.timeout(100), self._turn:
            await self._turn.wait_for(lambda: self.acknowledged >= count or not self.queue)


def taps_of_everybody(push: Push) -> list[JSON]:
    """Everybody taps twice: two updates, with an id each."""
    bot = next(iter(push.platform.bots.values()))
    for chat in push.everybody:
        person = SimPerson(push.platform, bot, push.platform.accounts[chat])
        person.taps(CHECK_IN)
        person.taps(CHECK_IN)
        push.platform.tapped.add(chat)
    return push.platform.updates_for(TOKEN)


async def test_webhook_storm(
    database: Database, database_url: str, family: Families, long: bool, shown: Callable[[str], None]
) -> None:
    """What was answered 200 takes effect once, however often it comes and whenever the process dies."""
    (kills, members), chance = (20, 600) if long else (3, 60), random.Random(1927)
    listen = f"127.0.0.1:{free_port()}"
    webhook = {"LISTEN": listen, "WEBHOOK_URL": f"http://{listen}/telegram", "WEBHOOK_SECRET": SECRET}
    async with pushing(database, members) as push:
        with family(push.settings(database_url) | webhook) as bots:
            life = bots.begin(wide={})
            await push.quiet()
            updates = taps_of_everybody(push)
            queue = [update for update in updates for _ in range(chance.choice([1, 1, 2, 4]))]
            chance.shuffle(queue)
            storm, posted = Storm(webhook["WEBHOOK_URL"], queue), len(queue)
            raging = asyncio.create_task(storm.rage())
            for number in range(kills):
                await storm.until_acknowledged((number + 1) * posted // (kills + 2))
                await life.kill()
                push.lapse()
                life = bots.begin(wide={})
            await raging
            forged = [await forge(storm, secret) for secret in (None, "", "guess", SECRET + "x")]
            await push.quiet()
            assert await life.stop() == 0
        assert forged == [401] * 4
        assert storm.refused > 0
        stored = database.read_now(lambda tx: tx.execute(InboxUpdate.__table__.select()).all())
        assert {row.update_id for row in stored} == {update["update_id"] for update in updates}
        judge_messages(database, push.platform, chats=push.everybody)
        assert judge_updates(database, push.platform, push.taps()) == members
    shown(
        f"webhook_storm {database.dialect}: {kills} kills, {len(updates)} updates posted {posted} times, "
        f"{storm.refused} posts without a 200, {members} check-ins"
    )


async def forge(storm: Storm, secret: str | None) -> int:
    """An update of somebody who does not know the secret; the answer."""
    async with aiohttp.ClientSession() as session:
        return await storm.post(session, {"update_id": 66, "message": {}}, secret)
