"""What the calendar does to slots: clocks that change, days the bot was down, a clock that is wrong."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from services import leases
from storage.database import Database
from storage.tables import Activity, CheckIn, TopicBranch
from tests.faults.oracle import is_message, judge_messages, judge_updates
from tests.faults.weather import Turned, Weather, everybody, taps_of
from tests.world import BOT_ID, Branch

DAY = timedelta(days=1)
WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
FIRST = datetime(2026, 9, 1, tzinfo=UTC)

# Half an hour, two hours, at midnight, south of the equator, and where nothing changes.
FEW = ("Europe/Berlin",)
MANY = (
    *FEW,
    "America/New_York",
    "America/St_Johns",
    "Africa/Cairo",
    "Antarctica/Troll",
    "Asia/Beirut",
    "Australia/Lord_Howe",
    "America/Santiago",
    "Pacific/Chatham",
    "Europe/Dublin",
    "Asia/Shanghai",
)


@dataclass(frozen=True)
class Change:
    """A night on which a zone's clocks change; `wall` is a time of day that night skips or has twice."""

    zone: str
    at: datetime
    skips: bool
    wall: time

    @property
    def day(self) -> date:
        """The local date on which `wall` is skipped or comes twice."""
        return (
            (self.at + (timedelta(0) if self.skips else -timedelta(minutes=1)))
            .astimezone(ZoneInfo(self.zone))
            .date()
        )

    def __str__(self) -> str:
        return f"{self.zone} {'skips' if self.skips else 'repeats'} {self.wall:%H:%M} on {self.day}"


def changes_of(zone: str) -> Iterator[Change]:
    """The next time the clocks go forward and the next they go back; a plain night where they never do."""
    place, seen = ZoneInfo(zone), set[bool]()
    at = FIRST
    while at < FIRST + 400 * DAY:
        before, after = (
            at.astimezone(place).utcoffset(),
            (at + timedelta(minutes=30)).astimezone(place).utcoffset(),
        )
        assert before is not None
        assert after is not None
        at += timedelta(minutes=30)
        if before == after or (after > before) in seen:
            continue
        seen.add(skips := after > before)
        # The middle of what is skipped by the old offset, of what is repeated by the new one.
        local = at.replace(tzinfo=None) + (before if skips else after) + abs(after - before) / 2
        yield Change(zone, at, skips, local.time())
    if not seen:
        yield Change(zone, datetime(2026, 10, 25, 1, tzinfo=UTC), True, time(2, 30))


def instant(day: date, wall: time, zone: str) -> datetime:
    """By the plainest means: the first instant that shows this wall time, or the end of what is skipped."""
    place = ZoneInfo(zone)
    at = datetime.combine(day, time(0), UTC) - DAY
    wanted = datetime.combine(day, wall)
    while at.astimezone(place).replace(tzinfo=None) < wanted:
        at += timedelta(minutes=1)
    return at


CHANGES = {str(change): change for zone in MANY for change in changes_of(zone)}
CASES = [
    name if change.zone in FEW else pytest.param(name, marks=pytest.mark.long)
    for name, change in CHANGES.items()
]


@pytest.mark.parametrize("name", CASES)
async def test_dst_matrix(database: Database, name: str, long: bool) -> None:
    """Daily, weekly, monthly, at the hour that changes and at nine: each slot once, at its first instant."""
    change, truth = CHANGES[name], Counter[tuple[int, str, datetime]]()
    world = Weather(database, start=instant(change.day - 9 * DAY, time(9), change.zone))
    branches, hours = [], [("甲", change.wall), ("乙", time(9))][: 2 if long else 1]
    for title, wall in hours:
        branch = world.branch(f"{title}支部", secretary=f"{title}书记", group_chat=True)
        branches.append(branch)
        keeps_time(world, branch, change, wall)
        for rule, days in rules_around(change).items():
            world.plans(branch, f"主题党日 {rule}\n时间: {days[0]} {wall:%H:%M}\n重复: {rule}")
            truth.update((branch.unit, rule, instant(day, wall, change.zone)) for day in days)
        world.publish_in_slot(branch)
    for later in (8, 8.4, 8.6, 8.8, 9, 9.4, 11):  # with a restart at each, most of them in that night
        await world.move_to(instant(change.day - 9 * DAY, time(9), change.zone) + later * DAY)
        await world.app.sender.stop()
        world.app = world.new_app()
    await world.settle()
    judge_messages(database, world.wire)
    judge_updates(database, world.wire, [])
    assert Counter((r["unit_id"], r["title"], r["starts_at"]) for r in world.rows(Activity)) == truth
    begun = {
        row["starts_at"] <= world.clock.now() for row in world.rows(Activity) if row["state"] == "started"
    }
    assert begun == {True}
    for branch, (_, wall) in zip(branches, hours, strict=True):
        assert branch.group is not None
        opens, closes = (instant(change.day + n * DAY, wall, change.zone) for n in (0, 7))
        (given,) = [row for row in world.rows(TopicBranch) if row["branch_id"] == branch.unit]
        assert (given["opens_at"], given["closes_at"]) == (opens, closes)
        shown = opens.astimezone(ZoneInfo(change.zone)).time()  # what is moved is announced as it is
        assert given["announce_at"] == instant(change.day - 7 * DAY, shown, change.zone)
        said = [
            r
            for r in world.telegram.receipts
            if is_message(r) and int(r.params["chat_id"]) == branch.group.id
        ]
        pushed = [receipt.at for receipt in said if "📖" in str(receipt.params["text"])]
        assert pushed == [opens]
        soon = world.clock.now() + 7 * DAY
        due = Counter(title for unit, title, at in truth if unit == branch.unit and at < soon)
        assert Counter(title for r in said for title in due if title in str(r.params["text"])) == due
        assert len(said) == due.total() + 2  # beside the topic's notice and push


def rules_around(change: Change) -> dict[str, list[date]]:
    """Rules by their days: what comes on the day of the change, and on those beside it."""
    day, weekday = change.day, WEEKDAYS[change.day.weekday()]
    return {
        "FREQ=DAILY;COUNT=4": [day + n * DAY for n in (-1, 0, 1, 2)],
        f"FREQ=WEEKLY;BYDAY={weekday};COUNT=3": [day + n * DAY for n in (-7, 0, 7)],
        f"FREQ=MONTHLY;BYDAY={(day.day - 1) // 7 + 1}{weekday};COUNT=1": [day],
    }


def keeps_time(world: Weather, branch: Branch, change: Change, wall: time) -> None:
    """The branch lives in the zone, and studies at that hour on the weekday of the change."""
    world.set(branch.unit, "timezone", change.zone)
    world.set(branch.unit, "study_rule", f"FREQ=WEEKLY;BYDAY={WEEKDAYS[change.day.weekday()]}")
    world.set(branch.unit, "study_time", f"{wall:%H:%M}")
    world.set(branch.unit, "weekly_asks", "20")  # none waits for a digest: what comes when is looked at


async def test_downtime_3d(database: Database, size: int, shown: Callable[[str], None]) -> None:
    """Down for three days across slots: what still means something is said once, the rest expires by rule."""
    world = Weather(database)  # a Monday, nine o'clock
    branch = world.crowd(size // 3)
    closes_meanwhile = world.publish(branch, "截止在停机中", days=2)
    opens_meanwhile = world.publish_at(branch, "发布在停机中", days=0.9, closes=6)
    over_meanwhile = world.publish_at(branch, "始终都在停机中", days=0.9, closes=2)
    held = world.plans(branch, "主题党日 停机中举行\n时间: 2026-11-04 15:00")
    coming = world.plans(branch, "主题党日 恢复后举行\n时间: 2026-11-06 15:00")
    await world.settle()
    heard = {one.sim.id: len(one.sim.messages) for one in branch.people.values()}
    for one in branch.people.values():
        one.sim.taps("打卡")  # and nobody is there to hear it
    await world.app.sender.stop()
    world.clock.advance(3 * DAY)
    world.app = world.new_app()
    await world.settle()
    figures = judge_messages(database, world.wire, chats=everybody(branch))
    tapped = [one.person for one in branch.people.values()]
    judge_updates(database, world.wire, taps_of(closes_meanwhile, tapped))
    assert all(row["late"] for row in world.rows(CheckIn))  # nobody can know when they tapped
    for one in branch.people.values():
        said = [message.text for message in one.sim.messages[heard[one.sim.id] :]]
        assert sum("发布在停机中" in text for text in said) == 1
        assert not [text for text in said if "始终都在停机中" in text]
        rosters = sum("停机中举行" in text for text in said)  # the secretary still is to keep it
        assert rosters == (1 if one is branch.secretary else 0)
        assert not [text for text in said if "恢复后举行" in text]  # it is a day and a half off
    pushed = {(row["topic_id"], row["pushed_at"] is not None) for row in world.rows(TopicBranch)}
    assert pushed == {(topic, True) for topic in (closes_meanwhile, opens_meanwhile, over_meanwhile)}
    states = {row["id"]: row["state"] for row in world.rows(Activity)}
    assert states == {held: "started", coming: "planned"}
    for _ in range(2):  # restarting again says nothing again
        await world.app.sender.stop()
        world.app = world.new_app()
        await world.settle()
    assert judge_messages(database, world.wire) == figures
    await world.advance(timedelta(hours=7))
    reminded = [one.sim.screen() for one in branch.people.values() if one is not branch.secretary]
    assert all("恢复后举行" in text for text in reminded)
    shown(f"downtime_3d {database.dialect}: {judge_messages(database, world.wire)}")


async def test_clock_jump_backward(database: Database, size: int) -> None:
    """The machine's calendar is set back three hours, over what was just said, and the bot starts again."""
    world = Weather(database)
    clock = world.clock
    assert isinstance(clock, Turned)
    branch = world.crowd(size // 3)
    topic = world.publish(branch, "第一题")
    world.publish_at(branch, "第二题", days=0.1, closes=3)
    world.plans(branch, "主题党日 参观\n时间: 2026-11-03 13:00")
    await world.advance(timedelta(hours=5))  # the second topic is pushed, the activity's day before is past
    world.remind(branch, topic)
    await world.settle()
    said = len(world.wire.calls)
    await world.app.sender.stop()
    if database.dialect == "sqlite":  # by a server's time its lease would hold for a quarter of a minute
        assert await database.write(leases.hold, BOT_ID, "one that died", clock.now())
    clock.turn_back(timedelta(hours=3))
    world.app = world.new_app()
    await world.settle()
    assert len(world.wire.calls) == said
    counter = clock.monotonic()
    world.publish(branch, "第三题")  # whoever sent before the clock was set is followed all the same
    await world.settle()
    assert len(world.wire.calls) == said + len(branch.people)
    assert clock.monotonic() - counter < 3600  # nobody waits for what lies three hours ahead by the new time
    await world.advance(timedelta(hours=4))
    assert len(world.wire.calls) == said + len(branch.people)
    judge_messages(database, world.wire, chats=everybody(branch))
