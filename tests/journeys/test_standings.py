"""The secretary records how a member stands: from today on, with what was before kept."""

from datetime import date, datetime, timedelta

import pytest

from domain.errors import AlreadySo, NotForYou
from domain.people import Standing
from domain.periods import parse_period
from domain.roles import Role
from messages.refusals import words
from messages.speech import speaking
from services.summaries import summary_of
from simulator.buttons import button_on
from simulator.people import SimPerson
from storage import people
from storage.tables import Attendance, AuditEntry, MembershipStanding
from tests.world import ENROLLED, FALLBACK, Branch, World

TODAY = date(2026, 11, 2)


class Town:
    """王芳 is secretary of 第一党支部; 李强 and 赵敏 belong to it."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.branch: Branch = world.branch("第一党支部", ["李强", "赵敏"], "王芳", group_chat=True)
        self.wang: SimPerson = self.branch["王芳"]

    async def does(self, who: SimPerson, *steps: str) -> str:
        for step in steps:
            if who.messages and button_on(who.last_message, step):
                who.taps(step)
            else:
                who.says(step)
            await self.world.settle()
        return who.screen()

    async def opens(self, name: str) -> str:
        return await self.does(self.wang, "/roster", name, "身份…")

    def stood(self, name: str) -> list[tuple[str, str | None, date, date | None]]:
        membership = self.branch.people[name].membership
        return [
            (row["standing"], row["exempt"], row["since"], row["until"])
            for row in self.world.rows(MembershipStanding)
            if row["membership_id"] == membership
        ]

    def trail(self) -> list[str]:
        return [row["act"] for row in self.world.rows(AuditEntry)]


@pytest.fixture
def town(world: World) -> Town:
    return Town(world)


async def test_a_member_becomes_probationary_from_today_and_the_past_is_kept(town: Town) -> None:
    assert "现在:正式党员(2020年1月1日起)" in await town.opens("李强")
    screen = await town.does(town.wang, "预备党员")
    assert screen.startswith("自今天起,李强:预备党员?")
    assert "以往的名单和出勤率不变" in screen
    assert len(town.stood("李强")) == 1
    screen = await town.does(town.wang, "确认")
    assert "现在:预备党员(2026年11月2日起)" in screen
    assert "以往:正式党员(2020年1月1日起、至2026年11月2日)" in screen
    assert town.stood("李强") == [
        ("full", None, ENROLLED, TODAY),
        ("probationary", None, TODAY, None),
    ]
    assert town.trail() == ["standing_recorded"]


async def test_two_changes_on_one_day_leave_one(town: Town) -> None:
    await town.opens("李强")
    await town.does(town.wang, "预备党员", "确认", "入党积极分子", "确认")
    assert [row[0] for row in town.stood("李强")] == ["full", "applicant"]


async def test_somebody_is_exempt_with_a_reason_and_takes_part_again(town: Town) -> None:
    await town.opens("李强")
    await town.does(town.wang, "免考勤:年老体弱", "确认")
    assert town.stood("李强")[-1] == ("full", "年老体弱", TODAY, None)
    assert "免考勤" in await town.does(town.wang, "返回")
    await town.world.advance(timedelta(days=3))
    await town.opens("李强")
    await town.does(town.wang, "恢复考勤", "确认")
    assert town.stood("李强")[1:] == [
        ("full", "年老体弱", TODAY, date(2026, 11, 5)),
        ("full", None, date(2026, 11, 5), None),
    ]


async def test_the_reason_may_be_in_other_words_and_short(town: Town) -> None:
    await town.opens("李强")
    assert "不写病情" in await town.does(town.wang, "免考勤:其他原因…")
    await town.does(town.wang, "长" * 31)
    assert len(town.stood("李强")) == 1
    await town.does(town.wang, "常年驻外照料家人")
    assert town.wang.screen().startswith("自今天起,李强:正式党员、免考勤(常年驻外照料家人)?")
    question = town.wang.last_message
    await town.does(town.wang, "确认")
    assert town.stood("李强")[-1][1] == "常年驻外照料家人"
    assert question.buttons[0] != "确认"


async def test_past_rates_stay_and_the_next_roster_leaves_them_out(town: Town) -> None:
    world = town.world
    await town.does(town.wang, "/newactivity 主题党日\n时间: 2026-11-03 15:00\n地点: 纪念馆", "发布")
    await town.does(town.wang, "/newactivity 主题党日\n时间: 2026-11-10 15:00\n地点: 纪念馆", "发布")
    await world.move_to(datetime.fromisoformat("2026-11-03T18:00:00+08:00"))
    roll = next(one for one in reversed(town.wang.messages) if any("其余" in b for b in one.buttons))
    town.wang.taps(next(b for b in roll.buttons if "其余" in b), on=roll)
    await world.settle()
    town.wang.taps("✅ 全部确认", on=roll)
    await world.settle()
    november = parse_period("2026-11", TODAY)

    def rate() -> tuple[int, int, int]:
        found = world.database.read_now(
            summary_of, town.branch.unit, november, world.clock.now(), FALLBACK
        ).totals.tally
        return found.expected, found.present, found.exempt

    before = rate()
    assert before == (3, 3, 0)
    await town.opens("李强")
    await town.does(town.wang, "免考勤:年老体弱", "确认")
    assert rate() == before
    await world.move_to(datetime.fromisoformat("2026-11-10T15:30:00+08:00"))
    li = town.branch.people["李强"].person
    counted = {
        row["activity_id"]: row["counted_as"] for row in world.rows(Attendance) if row["person_id"] == li
    }
    assert list(counted.values()) == ["expected", "exempt"]


async def test_several_roles_of_one_person_stand_on_their_page(town: Town) -> None:
    for role in (Role.PUBLICITY, Role.ORGANISATION):
        town.world.database.write_now(
            people.appoint, town.branch.people["李强"].person, town.branch.unit, role, ENROLLED
        )
    screen = await town.opens("李强")
    assert "任职:宣传委员、组织委员" in screen


async def test_others_record_nothing_even_with_forged_buttons(town: Town) -> None:
    other = town.world.branch("第二党支部", secretary="陈静")["陈静"]
    membership = town.branch.people["李强"].membership
    for who in (other, town.branch["赵敏"]):
        await town.does(who, "/help")
        for forged in (
            f"standing:{membership}",
            f"becomes:{membership}:applicant:1",
            f"exempt:{membership}:0:1",
        ):
            who.taps_data(forged, on=who.last_message)
            await town.world.settle()
        with speaking("zh"):
            assert who.alerts == [words(NotForYou())] * 3
    assert len(town.stood("李强")) == 1


async def test_a_second_press_of_the_same_changes_nothing(town: Town) -> None:
    await town.opens("李强")
    await town.does(town.wang, "预备党员")
    press = f"becomes:{town.branch.people['李强'].membership}:{Standing.PROBATIONARY}:1"
    await town.does(town.wang, "确认")
    town.wang.taps_data(press, on=town.wang.last_message)
    await town.world.settle()
    with speaking("zh"):
        assert town.wang.alerts == [words(AlreadySo())]
    assert len(town.stood("李强")) == 2
