"""`make taps`: play a week over the simulator and count what people do; fail where it is too much."""

import asyncio
import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from bot.logs import begin
from simulator.chats import Message
from simulator.groups import SimGroup
from simulator.people import SimPerson
from simulator.seed import START, plant
from simulator.seed_people import ADMINISTRATOR, BRANCHES, DRAWING, MEMBER, SURVEY
from simulator.stage import Stage, open_stage

HOUR, DAY, MINUTE = timedelta(hours=1), timedelta(days=1), timedelta(minutes=1)
LATER = "Minutes are not part of the week yet: they will be counted once the bot keeps them."

# What each may cost at most: taps and messages, and for the last line messages nobody asked for.
LIMITS = {
    "check in": 1,
    "RSVP": 1,
    "ask leave": 2,
    "a secretary's week": 25,
    "unasked messages a week": 5,
}


@dataclass(frozen=True)
class Measured:
    """What a routine cost the one it cost most."""

    routine: str
    count: int
    steps: tuple[str, ...]

    @property
    def limit(self) -> int:
        return LIMITS[self.routine]

    @property
    def within(self) -> bool:
        return self.count <= self.limit


class Week:
    """Seven days of the sample organisation. Every act is counted; so is what comes without one."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._planted = plant(stage.telegram, stage.database)
        self._heard: Counter[str] = Counter()
        self.unasked: Counter[str] = Counter()

    async def play(self) -> list[Measured]:
        """The week; each routine is checked to have had its effect."""
        await self._opening()
        measured = [await self._check_in(), await self._rsvp(), await self._leave()]
        measured.append(await self._secretary())
        await self._until(START + 7 * DAY - MINUTE)
        name, most = self._most_written_to()
        return [*measured, Measured("unasked messages a week", most, (name,))]

    # --- the routines ----------------------------------------------------------------------------

    async def _opening(self) -> None:
        """Friday at nine: the push and the notices go out; whoever is seated is greeted on Start."""
        await self._stage.settle()
        self._hear(None)
        for seat in self._planted.seats:
            self.unasked[seat.person.name] -= seat.role != "newcomer"

    async def _check_in(self) -> Measured:
        """On the card in the group, and on the push in private where the branch has no group."""
        in_group = await self._taps(MEMBER, "打卡", self._planted.groups[DRAWING])
        self._expect("已打卡", self._person(MEMBER).toasts[-1])
        in_private = await self._taps(ADMINISTRATOR, "打卡")
        self._expect("已打卡", self._person(ADMINISTRATOR).toasts[-1])
        return self._dearest("check in", in_group, in_private)

    async def _rsvp(self) -> Measured:
        steps = await self._taps(MEMBER, "参加", self._planted.groups[DRAWING])
        self._expect("已报名", self._person(MEMBER).toasts[-1])
        return self._dearest("RSVP", steps)

    async def _leave(self) -> Measured:
        """From the card in the group; the kind is asked in private, where the card's button leads."""
        steps = await self._taps("何雨桐", "请假", self._planted.groups[DRAWING])
        steps += await self._taps("何雨桐", "个人")
        self._expect("请假", self._person("何雨桐").screen())
        return self._dearest("ask leave", steps)

    async def _secretary(self) -> Measured:
        """A topic, a theme day of twelve with leave and attendance, and a look at who is outstanding."""
        secretary, *members = [
            row.name for branch in BRANCHES if branch.name == SURVEY for row in branch.rows
        ]
        held = START + 6 * DAY + 6 * HOUR
        steps = await self._says(
            secretary, "/newtopic 控制点的三十年\n领学: 曹雪晴\n找一个还在用的控制点,说说它的来历。"
        )
        steps += await self._taps(secretary, "发布")
        steps += await self._says(
            secretary,
            f"/newactivity 主题党日 重走控制网\n时间: {held:%Y-%m-%d %H:%M}\n地点: 江湾公园\n议程: 分组复测",
        )
        steps += await self._taps(secretary, "发布")
        linked = [name for name in members if name in self._planted.people]
        going, away, silent = linked[:6], linked[6:8], linked[8:]
        await self._until(START + DAY)
        for name in going:
            await self._taps(name, "参加")
        for name in away:
            await self._taps(name, "请假")
            await self._taps(name, "出差")
            steps += await self._taps(secretary, "批准")
        for name in (*going[:3], *away):
            await self._taps(name, "打卡")
        await self._until(START + 4 * DAY)
        steps += await self._says(secretary, "/missing")
        steps += await self._taps(secretary, "提醒全部")
        await self._until(held + HOUR)
        steps += await self._attendance(secretary, going[0], silent[0])
        return self._dearest("a secretary's week", steps)

    async def _attendance(self, secretary: str, late: str, came: str) -> list[str]:
        """The roster stands prefilled: one came late, one came unannounced, the rest as they had said."""
        roster = self._message(secretary, "全部确认")
        steps = await self._taps(secretary, late, on=roster)
        steps += await self._taps(secretary, came, on=roster)
        steps += await self._taps(secretary, secretary, on=roster)
        steps += await self._taps(secretary, "全部确认", on=roster)
        self._expect("应到12 实到8 请假2 缺席2", self._person(secretary).toasts[-1])
        return steps

    # --- acts ------------------------------------------------------------------------------------

    async def _taps(
        self, name: str, words: str, group: SimGroup | None = None, on: Message | None = None
    ) -> list[str]:
        self._person(name).taps(words, on=on, in_chat=group)
        return await self._done(name, f"[{words}]")

    async def _says(self, name: str, text: str) -> list[str]:
        self._person(name).says(text)
        return await self._done(name, text.partition("\n")[0])

    async def _done(self, name: str, step: str) -> list[str]:
        await self._stage.settle()
        self._hear(name)
        return [step]

    async def _until(self, moment: datetime) -> None:
        await self._stage.move_to(moment)
        self._hear(None)

    # --- what comes of them ----------------------------------------------------------------------

    def _hear(self, actor: str | None) -> None:
        """Take in what the bot has said in private since the last time; to whom it had not been asked."""
        for name, sim in self._planted.people.items():
            said = len(sim.messages)
            if name != actor:
                self.unasked[name] += said - self._heard[name]
            self._heard[name] = said

    def _most_written_to(self) -> tuple[str, int]:
        """The member without a role whom the bot wrote to most unasked."""
        plain = [row.name for branch in BRANCHES for row in branch.rows if row.role is None]
        return max(((name, self.unasked[name]) for name in plain), key=lambda one: one[1])

    def _person(self, name: str) -> SimPerson:
        return self._planted.people[name]

    def _message(self, name: str, button: str) -> Message:
        """The latest message before somebody that has a button."""
        return next(m for m in reversed(self._person(name).messages) if any(button in b for b in m.buttons))

    def _expect(self, words: str, said: str) -> None:
        if words not in said:
            raise LookupError(f"{words!r} was to be said, not {said!r}")

    def _dearest(self, routine: str, *ways: list[str]) -> Measured:
        most = max(ways, key=len)
        return Measured(routine, len(most), tuple(most))


def table(measured: Sequence[Measured]) -> str:
    """One line a routine, and what is not counted yet."""
    lines = [f"{'routine':26}{'counted':>8}{'at most':>9}  how"]
    for one in measured:
        mark = "" if one.within else "  ← too much"
        lines.append(f"{one.routine:26}{one.count:>8}{one.limit:>9}  {' '.join(one.steps)}{mark}")
    return "\n".join([*lines, LATER])


async def measure(folder: Path) -> list[Measured]:
    """Play the week in a fresh database file of that folder."""
    async with open_stage(folder / "taps.db", START) as stage:
        return await Week(stage).play()


def main() -> int:
    """Print the table; 1 where a limit is passed."""
    begin("WARNING", "console")
    with tempfile.TemporaryDirectory() as folder:
        measured = asyncio.run(measure(Path(folder)))
    sys.stdout.write(table(measured) + "\n")
    return 0 if all(one.within for one in measured) else 1


if __name__ == "__main__":
    sys.exit(main())
