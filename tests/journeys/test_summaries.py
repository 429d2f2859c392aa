"""A coordinator asks for figures, goes down the tree and takes a file away."""

import io

import pytest
from python_calamine import CalamineWorkbook

from domain.errors import NotForYou
from domain.periods import parse_period
from domain.roles import Role
from messages.refusals import words as words_for
from messages.speech import speaking
from messages.summaries import told
from services.summaries import summary_at
from simulator.people import SimPerson
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


def sheets(world: World, who: SimPerson) -> list[str]:
    document = next(message for message in reversed(who.messages) if message.media == "document")
    content = world.telegram.files[document.json["document"]["file_id"]].data
    with CalamineWorkbook.from_filelike(io.BytesIO(content)) as book:
        return list(book.sheet_names)
