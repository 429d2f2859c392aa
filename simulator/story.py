"""Five weeks of one branch network, told to the real bot: what `make demo-story` plays."""

import secrets
from collections.abc import Callable
from datetime import datetime
from zoneinfo import ZoneInfo

from domain.ids import UnitId
from domain.invites import PersonalLink
from domain.joining import TOKEN_BYTES
from reports.rosters import read_file
from services import invites, rosters
from simulator import organisation
from simulator.groups import SimGroup
from simulator.organisation import COMMITTEE, FIRST, SECOND, THIRD
from simulator.people import SimPerson
from simulator.stage import Stage
from storage import units

ZONE = ZoneInfo("Asia/Shanghai")
START = datetime(2026, 10, 26, 9, 0, tzinfo=ZONE)  # a Monday
ANNA = "Anna·Lindqvist"


class Story:
    """The people, their groups, and the weeks in order. `say` prints a heading or the next lines."""

    def __init__(self, stage: Stage, say: Callable[[str], None]) -> None:
        self.stage = stage
        self.people: dict[str, SimPerson] = {}
        self.groups: dict[str, SimGroup] = {}
        self._say = say
        self._told = 0

    async def play(self) -> None:
        """From the roster on a Monday to the coordinator's summary five weeks later."""
        await self._joining()
        await self._planning()
        await self._answers()
        await self._push()
        await self._theme_day()
        await self._second_branch()
        await self._topic_from_above()
        await self._summary()

    def workbook(self) -> bytes:
        """The file the coordinator was sent."""
        document = next(message for message in reversed(self["何平"].messages) if message.media == "document")
        return self.stage.telegram.files[document.json["document"]["file_id"]].data

    # --- the weeks -------------------------------------------------------------------------------

    async def _joining(self) -> None:
        self._heading("第一周 周一:导入名册,扫码加入,绑定群 · the roster, joining, groups")
        self._import()
        links = {one.person.name: one.token for one in self._personal_links()}
        shared = links.pop("吴婷") and self._shared_link(f"{COMMITTEE}/{THIRD}")
        for name, token in links.items():
            self._meet(name, "en" if name == ANNA else "zh").start(token)
            await self._settle()
        self._meet("吴婷").start(shared)
        await self._settle()
        self["吴婷"].says("吴婷")
        await self._settle()
        for branch, names in ((FIRST, ("王芳", "李强", "张伟", "刘洋")), (SECOND, ("赵敏", "孙浩", ANNA))):
            self.groups[branch] = self.stage.telegram.group(f"{branch}群", [self[name] for name in names])
            await self._settle()
            self[names[0]].says("/bind", in_chat=self.groups[branch])
            await self._settle()

    async def _planning(self) -> None:
        self._heading("书记发一条消息 · one message from the secretary")
        await self._says(
            "王芳", "/newtopic 学习基层工作条例\n领学: 李强\n第一章:支部怎样把身边的人组织起来。"
        )
        await self._taps("王芳", "发布")
        await self._says(
            "王芳",
            "/newactivity 主题党日\n时间: 2026-11-12 15:00\n地点: 三楼会议室\n"
            "议程: 重温入党誓词;说说身边事\n重复: 每月第二个周四",
        )
        await self._taps("王芳", "发布")
        await self._says(
            "赵敏", "/newactivity 主题党日\n时间: 2026-11-18 16:00\n地点: 社区图书室\n议程: 整理旧书"
        )
        await self._taps("赵敏", "发布")
        await self._until(10, 30, 10, 0)

    async def _answers(self) -> None:
        self._heading("第二周:报名、请假、批准 · going, leave, approval")
        await self._until(11, 5, 15, 30)
        await self._taps("刘洋", "参加", FIRST)
        await self._taps("李强", "请假", FIRST)
        await self._taps("李强", "出差")
        await self._taps("王芳", "批准")
        await self._says("张伟", "/agenda")
        await self._taps("张伟", "1")
        await self._taps("张伟", "参加")

    async def _push(self) -> None:
        self._heading("周五 9 点:推送、打卡、心得 · the push, check-ins, a reflection")
        await self._until(11, 6, 9, 20)
        await self._taps("李强", "打卡", FIRST)
        await self._taps("李强", "打卡", FIRST)
        await self._says("张伟", "/checkin")
        await self._says(
            "张伟", "/reflect 读完第一章,我想先从楼道里的三位老人做起:每周去敲一次门,记下他们要办的事。"
        )
        visitor = self._meet("路过的人")
        visitor.taps("打卡", in_chat=self._joined(visitor, FIRST))
        await self._settle()
        await self._until(11, 10, 10, 0)
        await self._says("王芳", "/missing")
        await self._taps("王芳", "提醒全部")

    async def _theme_day(self) -> None:
        self._heading("第三周:主题党日签到;联络员给下级布置主题 · the theme day; a topic from above")
        await self._until(11, 12, 14, 50)
        await self._taps("刘洋", "到场", FIRST)
        await self._until(11, 12, 16, 30)
        await self._taps("王芳", "其余到场")
        await self._taps("王芳", "全部确认")
        await self._says("李强", "/agenda")
        await self._taps("李强", "已补学")
        await self._says(
            "何平",
            "/newtopic 防汛值守经验交流\n范围: 下级\n发布: 2026-11-20 09:00\n截止: 2026-11-26 18:00\n"
            "各支部谈一件值守中的小事。",
        )
        await self._taps("何平", "发布")
        await self._until(11, 13, 10, 0)
        await self._taps("刘洋", "打卡", FIRST)

    async def _second_branch(self) -> None:
        self._heading("第四周:第二支部的主题党日 · the second branch's theme day")
        await self._until(11, 17, 16, 30)
        await self._taps("孙浩", "参加", SECOND)
        await self._taps(ANNA, "Leave")
        await self._taps(ANNA, "Personal")
        await self._until(11, 18, 16, 20)
        await self._taps("孙浩", "到场", SECOND)
        await self._until(11, 18, 17, 30)
        await self._taps("赵敏", "其余到场")
        await self._taps("赵敏", "全部确认")

    async def _topic_from_above(self) -> None:
        self._heading("周五:三个支部同时收到 · three branches at once")
        await self._until(11, 20, 9, 10)
        await self._taps("王芳", "打卡", FIRST)
        await self._taps(ANNA, "打卡", SECOND)
        await self._says(
            ANNA, "/reflect On night watch we shared one lamp and one notebook. I kept the notebook."
        )
        await self._taps("吴婷", "打卡")
        await self._until(11, 26, 18, 30)

    async def _summary(self) -> None:
        self._heading("第五周 周五:联络员取统计 · the coordinator's summary")
        await self._until(11, 27, 17, 0)
        await self._says("何平", "/summary 2026-11")
        await self._taps("何平", "XLSX")
        await self._taps("何平", "下级")
        await self._taps("何平", FIRST)
        await self._says("李强", "/me")

    # --- what the weeks are told with ------------------------------------------------------------

    def __getitem__(self, name: str) -> SimPerson:
        return self.people[name]

    def _meet(self, name: str, language: str = "zh") -> SimPerson:
        self.people[name] = self.stage.telegram.person(name, language=language)
        return self.people[name]

    def _joined(self, person: SimPerson, branch: str) -> SimGroup:
        person.joins(self.groups[branch])
        return self.groups[branch]

    async def _says(self, name: str, text: str) -> None:
        self[name].says(text)
        await self._settle()

    async def _taps(self, name: str, words: str, branch: str | None = None) -> None:
        self[name].taps(words, in_chat=self.groups[branch] if branch else None)
        await self._settle()

    async def _until(self, month: int, day: int, hour: int, minute: int) -> None:
        await self.stage.move_to(datetime(2026, month, day, hour, minute, tzinfo=ZONE))
        self._tell()

    async def _settle(self) -> None:
        await self.stage.settle()
        self._tell()

    def _heading(self, title: str) -> None:
        self._say(f"\n━━ {title}\n")

    def _tell(self) -> None:
        """Print what has happened since the last time."""
        transcript = self.stage.telegram.transcript
        for line in transcript[self._told :]:
            self._say(line.readable(ZONE))
        self._told = len(transcript)

    # --- what the office does at its desk --------------------------------------------------------

    def _import(self) -> None:
        now = self.stage.clock.now()
        roster = read_file(organisation.roster(), "名册.xlsx")
        self.stage.database.write_now(rosters.import_roster, roster, False, now.date(), now)

    def _personal_links(self) -> list[PersonalLink]:
        now = self.stage.clock.now()
        return self.stage.database.write_now(
            invites.invite_everybody, self._unit(COMMITTEE), secrets.token_bytes(32), now
        )

    def _shared_link(self, path: str) -> str:
        token = secrets.token_urlsafe(TOKEN_BYTES)
        self.stage.database.write_now(invites.share_as_owner, self._unit(path), token, self.stage.clock.now())
        return token

    def _unit(self, path: str) -> UnitId:
        found = self.stage.database.read_now(
            units.unit_at_path, path.split("/"), self.stage.clock.now().date()
        )
        assert found is not None
        return found
