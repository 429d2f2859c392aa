"""The machine's calendar leaps ahead in the midst of a push, and is set right again."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

from simulator.world import Receipt
from storage.database import Database
from tests.faults.lives import Family
from tests.faults.oracle import in_flight, is_message, judge_messages
from tests.faults.pushing import pushing, until

Families = Callable[[dict[str, str]], AbstractContextManager[Family]]
EIGHT_DAYS = 8 * 24 * 3600  # seconds; the topic closes after seven


def is_topic(receipt: Receipt) -> bool:
    """Not what an administrator is told about the clock."""
    return is_message(receipt) and "📖" in str(receipt.params["text"])


async def test_clock_jump_forward(
    database: Database, database_url: str, family: Families, tmp_path: Path, long: bool,
    shown: Callable[[str], None],
) -> None:  # fmt: skip
    """Nothing expires and nothing is sent until the calendar is believed again; administrators are told."""
    members, calendar = 2000 if long else 150, tmp_path / "calendar"
    calendar.write_text("0", encoding="utf-8")
    async with pushing(database, members) as push:
        platform = push.platform
        root = platform.person("管理员")
        root.private_chat.started = True
        with family(push.settings(database_url) | {"ADMIN_IDS": str(root.id)}) as bots:
            life = bots.begin(wide={}, calendar={"file": str(calendar)})
            await platform.until_taken(members // 3)
            calendar.write_text(str(EIGHT_DAYS), encoding="utf-8")
            await until(lambda: bool(life.said("calendar_ahead")))
            await until(lambda: not in_flight(database) and not platform.in_the_air)
            held_at = len([receipt for receipt in platform.receipts if is_topic(receipt)])
            assert held_at < members
            await until(lambda: len(root.messages) == 1)
            assert len([receipt for receipt in platform.receipts if is_topic(receipt)]) == held_at
            calendar.write_text("0", encoding="utf-8")
            await push.quiet()
            await until(lambda: len(root.messages) == 2)
            assert await life.stop() == 0
        figures = judge_messages(database, platform, chats=push.everybody, owed=is_topic)
    assert figures.states == {"sent": members}
    shown(f"clock_jump {database.dialect}: held at {held_at} of {members} for eight days ahead, {figures}")
