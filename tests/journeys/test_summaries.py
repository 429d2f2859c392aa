"""A coordinator asks for figures, goes down the tree and takes a file away."""

import io

import pytest
from python_calamine import CalamineWorkbook

from domain.errors import NotForYou
from domain.ids import UnitId
from domain.periods import parse_period
from domain.roles import Role
from domain.rollups import Counted
from domain.texts import utf16_length
from messages.refusals import words as words_for
from messages.speech import speaking
from messages.summaries import told
from services.summaries import summary_at
from simulator.people import SimPerson
from storage import rollups
from storage.tables import AuditEntry
from tests.world import FALLBACK, Branch, Comrade, World

FORMULA = "出勤率 = (到场 + 迟到 + 线上) ÷ 应到。请假计入应到。"


class Town:
    """Two branches under one committee; 吴敏 coordinates it."""

    def __init__(self, world: World) -> None:
        self.committee = world.committee("机关党委")
        self.first: Branch = world.branch(
            "第一党支部", ["李强", "赵敏"], "王芳", under=self.committee, group_chat=True
        )
        self.second: Branch = world.branch("第二党支部", ["周平"], "陈静", under=self.committee)
        self.coordinator: Comrade = world.official("吴敏", self.committee, Role.COORDINATOR)

    @property
    def wu(self) -> SimPerson:
        return self.coordinator.sim


@pytest.fixture
def town(world: World) -> Town:
    return Town(world)


async def test_a_coordinator_goes_down_the_tree_and_up_again(world: World, town: Town) -> None:
    town.wu.says("/summary")
    await world.settle()
    screen = town.wu.screen()
    assert screen.startswith("机关党委  2026年11月")
    assert FORMULA in screen
    assert "党员 5 人" in screen
    assert "第二党支部  应到0" in screen
    before = len(town.wu.messages)
    town.wu.taps("下级 ▸")
    await world.settle()
    town.wu.taps("第一党支部")
    await world.settle()
    assert "机关党委 › 第一党支部" in town.wu.screen()
    town.wu.taps("上月")
    await world.settle()
    assert town.wu.screen().startswith("第一党支部  2026年10月")
    town.wu.taps("返回")
    await world.settle()
    assert town.wu.screen().startswith("机关党委  2026年10月")
    assert len(town.wu.messages) == before  # one message all the way


async def test_the_figures_come_as_a_chart_and_one_message_all_the_way(world: World, town: Town) -> None:
    took_part(world, town.first.unit, expected=4, present=3)
    town.wu.says("/summary")
    await world.settle()
    first = photo(world, town.wu)
    assert town.wu.screen().startswith("机关党委  2026年11月")
    assert "出勤率 75.0%" in town.wu.screen()
    assert FORMULA in town.wu.screen()
    assert "1. 第一党支部  应到4 实到3" in town.wu.screen()
    before = len(town.wu.messages)
    town.wu.taps("上月")  # when nobody was expected: still under the photo
    await world.settle()
    assert "2. 第二党支部  应到0" in town.wu.screen()
    second = photo(world, town.wu)
    assert second != first
    town.wu.taps("本月")
    await world.settle()
    town.wu.taps("下级 ▸")
    await world.settle()
    assert photo(world, town.wu) == first
    assert "1. 第一党支部" in town.wu.screen()
    town.wu.taps("第一党支部")
    await world.settle()
    assert "机关党委 › 第一党支部" in town.wu.screen()
    assert photo(world, town.wu) not in {first, second}
    town.wu.taps("返回")
    await world.settle()
    assert photo(world, town.wu) == first
    assert len(town.wu.messages) == before


async def test_a_text_turns_into_the_chart_where_there_is_something_to_draw(world: World, town: Town) -> None:
    took_part(world, town.first.unit, expected=4, present=3)
    town.wu.says("/summary last-month")
    await world.settle()
    assert town.wu.last_message.media is None
    before = len(town.wu.messages)
    town.wu.taps("本月")
    await world.settle()
    assert town.wu.last_message.media == "photo"
    assert len(town.wu.messages) == before


async def test_home_leaves_the_chart_where_it_is(world: World, town: Town) -> None:
    took_part(world, town.first.unit, expected=4, present=3)
    town.wu.says("/summary")
    await world.settle()
    chart = town.wu.last_message
    town.wu.taps("首页")
    await world.settle()
    assert town.wu.last_message is not chart
    assert town.wu.screen().startswith("您想做什么")
    assert "出勤率 75.0%" in chart.text


async def test_a_chart_that_was_deleted_comes_anew(world: World, town: Town) -> None:
    took_part(world, town.first.unit, expected=4, present=3)
    town.wu.says("/summary")
    await world.settle()
    chart = town.wu.last_message
    town.wu.taps("下级 ▸", on=chart)
    chart.deleted = True  # while the tap was on its way
    await world.settle()
    assert town.wu.last_message.media == "photo"
    assert "1. 第一党支部" in town.wu.screen()


async def test_a_chart_has_at_most_twelve_units_and_its_caption_fits(world: World, town: Town) -> None:
    for n in range(30):
        unit = world.branch(f"{'很长的名称' * 7}<&*_#$第{n}党支部", under=town.committee).unit
        took_part(world, unit, expected=100_000 + n, present=99_999)
    town.wu.says("/summary")
    await world.settle()
    assert utf16_length(town.wu.screen()) <= 1024
    assert "出勤率" in town.wu.screen()
    assert "12. " in town.wu.screen()
    assert "13. " not in town.wu.screen()
    assert "另有 20 个" in town.wu.screen()
    town.wu.taps("下级 ▸")
    await world.settle()
    town.wu.taps("下一页 ▸")
    await world.settle()
    assert utf16_length(town.wu.screen()) <= 1024
    assert "13. " in town.wu.screen()
    assert "24. " in town.wu.screen()
    assert "第 2 页,共 3 页" in town.wu.screen()


async def test_a_workbook_holds_names_for_the_secretary_and_leaves_a_trace(world: World, town: Town) -> None:
    assert town.first.secretary is not None
    wang = town.first.secretary.sim
    for who in (wang, town.wu):
        who.says("/summary 2026-11 第一党支部")
        await world.settle()
        who.taps("XLSX")
        await world.settle()
    assert sheets(world, wang) == ["总计", "下级组织", "活动", "名单"]
    assert sheets(world, town.wu) == ["总计", "下级组织", "活动"]
    taken = [row for row in world.rows(AuditEntry) if row["act"] == "names_taken"]
    assert [row["person_id"] for row in taken] == [town.first.secretary.person]


async def test_asked_in_a_group_the_figures_come_in_private(world: World, town: Town) -> None:
    assert town.first.secretary is not None
    assert town.first.group is not None
    wang = town.first.secretary.sim
    wang.says("/summary", in_chat=town.first.group)
    await world.settle()
    assert FORMULA in wang.screen()
    assert not any(FORMULA in message.text for message in town.first.group.messages)


@pytest.mark.parametrize(
    ("words", "answer"),
    [
        ("/summary 2026-13", "看不懂这个时间段"),
        ("/summary 第二党支部", "您能查看的组织中没有这个名称。"),
    ],
)
async def test_what_cannot_be_found_is_said_in_a_sentence(
    world: World, town: Town, words: str, answer: str
) -> None:
    assert town.first.secretary is not None
    wang = town.first.secretary.sim
    wang.says(words)
    await world.settle()
    assert wang.screen().startswith(answer)


async def test_forged_buttons_show_nothing(world: World, town: Town) -> None:
    assert town.first.secretary is not None
    wang = town.first.secretary.sim
    wang.says("/summary")
    await world.settle()
    card, shown = wang.last_message, wang.screen()
    for forged in (
        f"sum:{town.second.unit}:2026-11",
        f"sumx:{town.committee}:2026-11",
        f"sum:{town.first.unit}:2026-99",
        f"sum:{10**19}:2026-11",
        f"sumb:{town.first.unit}:2026-11:x",
        "sum:987654:2026-11",
    ):
        answers = len(wang.alerts) + len(wang.toasts)
        wang.taps_data(forged, card)
        await world.settle()
        assert len(wang.alerts) + len(wang.toasts) > answers
        assert wang.screen() == shown


async def test_a_member_is_refused(world: World, town: Town) -> None:
    li = town.first["李强"]
    li.says("/summary")
    await world.settle()
    with speaking("zh"):
        assert li.screen() == words_for(NotForYou())


async def test_the_command_line_prints_the_same_figures(world: World, town: Town) -> None:
    town.wu.says("/summary")
    await world.settle()
    now = world.clock.now()
    month = parse_period("this-month", now.date())
    found = world.database.read_now(summary_at, "机关党委", month, now, FALLBACK)
    with speaking("zh"):
        printed = told(found).splitlines()
    shown = town.wu.screen().splitlines()
    assert [line for line in shown if line != "下级:"] == printed


def took_part(world: World, branch: UnitId, expected: int, present: int) -> None:
    """A concluded activity of this month."""
    tally = {Counted.EXPECTED: expected, Counted.PRESENT: present, Counted.ABSENT: expected - present}
    world.database.write_now(rollups.move_all, branch, "2026-11", tally)


def photo(world: World, who: SimPerson) -> bytes:
    """The picture that the latest message shows."""
    assert who.last_message.media == "photo"
    return world.telegram.files[who.last_message.json["photo"][-1]["file_id"]].data


def sheets(world: World, who: SimPerson) -> list[str]:
    document = next(message for message in reversed(who.messages) if message.media == "document")
    content = world.telegram.files[document.json["document"]["file_id"]].data
    with CalamineWorkbook.from_filelike(io.BytesIO(content)) as book:
        return list(book.sheet_names)
