"""A roster sent to the bot, and the members of a branch listed."""

import csv
import io
from datetime import date
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from domain.ids import PersonId
from domain.roles import Role
from reports.tables import Table, to_workbook
from simulator.chats import Message
from simulator.people import SimPerson
from simulator.world import Witness
from storage import people, rosters
from storage.tables import Appointment, AuditEntry, Membership, Person, Unit
from tests.world import START, Branch, World

HEADER = ("组织", "姓名", "党内职务", "身份", "编号", "身份证号")
NEW = ("区直机关工委/第一党支部", "林小满", "", "预备", "A9", "110101199001010018")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class Office:
    """A committee with a branch; 顾一鸣 administers both."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.committee = world.committee("区直机关工委")
        self.branch: Branch = world.branch(
            "第一党支部", ["李强"], "王芳", under=self.committee, group_chat=True
        )
        self.admin: SimPerson = world.official("顾一鸣", self.committee, Role.ADMINISTRATOR).sim

    async def hands_in(self, *rows: tuple[str, ...], who: SimPerson | None = None, caption: str = "") -> None:
        (who or self.admin).sends_document("名册.xlsx", workbook(*rows), caption, content_type=XLSX)
        await self.world.settle()

    async def taps(self, words: str, on: Message | None = None) -> None:
        self.admin.taps(words, on=on)
        await self.world.settle()

    @property
    def names(self) -> list[str]:
        return [row["name"] for row in self.world.rows(Person)]


def workbook(*rows: tuple[str, ...]) -> bytes:
    return to_workbook([Table("名册", "党员名册", HEADER, rows, ())], START)


def csv_file(*rows: tuple[str, ...]) -> bytes:
    out = io.StringIO()
    csv.writer(out).writerows([HEADER, *rows])
    return out.getvalue().encode("gb18030")


@pytest.fixture
def office(world: World) -> Office:
    return Office(world)


async def test_the_difference_is_shown_before_anything_changes(world: World, office: Office) -> None:
    before = office.names
    await office.hands_in(NEW)
    assert office.names == before
    shown = office.admin.screen().splitlines()
    assert "新增人员:林小满" in shown
    assert "组织关系:林小满,区直机关工委/第一党支部,预备党员" in shown
    assert "表中没有,保持原样:王芳,区直机关工委/第一党支部" in shown
    assert "110101199001010018" not in office.admin.screen()
    assert office.admin.last_message.buttons == ["导入", "取消"]
    await office.taps("导入")
    assert office.admin.screen() == "已导入 2 项变化。"
    assert office.names == [*before, "林小满"]
    (audited,) = [row for row in world.rows(AuditEntry) if row["act"] == "imported"]
    assert audited["person_id"] == people_id(world, "顾一鸣")
    assert len([row for row in world.rows(Membership) if row["until"] is None]) == 3


async def test_a_second_tap_changes_nothing_and_says_so(world: World, office: Office) -> None:
    await office.hands_in(NEW)
    card = office.admin.last_message
    office.admin.taps("导入", on=card)
    office.admin.taps("导入", on=card)
    await world.settle()
    assert office.names.count("林小满") == 1
    assert any("已经导入" in alert for alert in office.admin.alerts)
    assert len([row for row in world.rows(AuditEntry) if row["act"] == "imported"]) == 1
    await office.hands_in(NEW)
    assert "没有变化。" in office.admin.screen()
    assert "导入" not in office.admin.last_message.buttons


async def test_what_changed_meanwhile_is_shown_again_and_not_made(world: World, office: Office) -> None:
    await office.hands_in(NEW, ("区直机关工委/第一党支部", "赵敏", "", "正式", "A10", ""))
    world.database.write_now(people.add_person, "林小满", "林小满", world.clock.now())
    person = people_id(world, "林小满")
    world.database.write_now(people.enrol, person, office.branch.unit, date(2026, 1, 1))
    await office.taps("导入")
    assert "赵敏" not in office.names
    assert office.admin.screen().startswith("期间有了变化")
    assert "新增人员:林小满" not in office.admin.screen()
    await office.taps("导入")
    assert office.names[-1] == "赵敏"
    assert office.names.count("林小满") == 1


async def test_a_newer_file_takes_the_place_of_the_first(world: World, office: Office) -> None:
    await office.hands_in(NEW)
    first = office.admin.last_message
    await office.hands_in((NEW[0], "赵敏", "", "", "A10", ""))
    await office.taps("导入", on=first)
    assert "林小满" not in office.names
    assert any("被新的代替" in alert for alert in office.admin.alerts)
    await office.taps("导入")
    assert office.names[-1] == "赵敏"


async def test_a_cancelled_import_is_forgotten(world: World, office: Office) -> None:
    await office.hands_in(NEW)
    card, data = office.admin.last_message, office.admin.last_message.rows[0][0]["callback_data"]
    await office.taps("取消")
    assert office.admin.screen() == "已取消,没有导入任何内容。"
    office.admin.taps_data(str(data), card)
    await world.settle()
    assert "林小满" not in office.names


async def test_a_csv_of_an_older_program_is_read_and_the_caption_names_the_unit(
    world: World, office: Office
) -> None:
    rows = csv_file(("", "林小满", "", "预备", "A9", ""))
    office.admin.sends_document("名册.csv", rows, "区直机关工委/第一党支部")
    await world.settle()
    await office.taps("导入")
    assert office.names[-1] == "林小满"


async def test_mistakes_are_named_by_row_and_nothing_can_be_imported(world: World, office: Office) -> None:
    await office.hands_in(NEW, (NEW[0], "", "", "正式", "", ""), (NEW[0], "赵敏", "", "荣誉", "", ""))
    shown = office.admin.screen()
    assert "名册 第4行“姓名”:缺少姓名。" in shown
    assert "名册 第5行“身份”" in shown
    assert "荣誉" not in shown
    assert "有 2 处问题,没有导入任何内容。" in shown
    assert office.admin.last_message.buttons == ["首页"]


@pytest.mark.parametrize(
    ("name", "data", "answer"),
    [
        ("名册.xlsx", b"\x89PNG\r\n\x1a\n\0\0", "这不是 XLSX 或 CSV 文件"),
        ("名册.xlsx", b"PK\x03\x04 broken", "文件已损坏"),
        ("计划.docx", b"\0\1\2", "这不是 XLSX 或 CSV 文件"),
        ("名册.csv", b"", "没有找到带“姓名”列的表头"),
    ],
)
async def test_what_is_no_roster_is_said_to_be_none(
    world: World, office: Office, name: str, data: bytes, answer: str
) -> None:
    office.admin.sends_document(name, data)
    await world.settle()
    assert answer in office.admin.screen()
    assert world.app.updates.faults == 0


class Calls(Witness):
    """The methods the bot called."""

    def __init__(self) -> None:
        self.methods: list[str] = []

    def called(self, method: str, params: dict[str, Any], answer: dict[str, Any]) -> None:
        self.methods.append(method)


async def test_a_file_too_large_is_never_fetched(world: World, office: Office) -> None:
    world.telegram.witness = calls = Calls()
    office.admin.sends_document("名册.xlsx", b"PK\x03\x04", size=1_000_001)
    await world.settle()
    assert office.admin.screen() == "文件超过 1 MB,请在服务器上导入:import-roster 文件。"
    assert calls.methods == ["sendMessage"]


async def test_more_rows_than_the_bot_can_take_at_once_are_refused(world: World, office: Office) -> None:
    await office.hands_in(*((NEW[0], "林小满", "", "", f"B{n}", "") for n in range(3_001)))
    assert office.admin.screen() == "文件超过 3000 行,请在服务器上导入:import-roster 文件。"


async def test_a_file_shown_to_a_group_is_nobodys_roster(world: World, office: Office) -> None:
    assert office.branch.group is not None
    world.telegram.witness = calls = Calls()
    office.admin.joins(office.branch.group)
    office.admin.sends_document("名册.xlsx", workbook(NEW), in_chat=office.branch.group)
    await world.settle()
    assert "getFile" not in calls.methods
    assert not any("林小满" in message.text for message in office.branch.group.messages)


async def test_a_long_difference_comes_whole_as_a_file(world: World, office: Office) -> None:
    rows = [(NEW[0], f"林{'小满' * 6}{n}", "", "", f"B{n}", "") for n in range(120)]
    await office.hands_in(*rows)
    text, file = office.admin.messages[-2:]
    assert "……另有" in text.text
    assert text.buttons == ["导入", "取消"]
    content = world.telegram.files[file.json["document"]["file_id"]].data.decode("utf-8-sig")
    assert sum(line.startswith("新增人员:") for line in content.splitlines()) == 120
    await office.taps("导入", on=text)
    assert len(office.names) == 3 + 120


async def test_an_administrator_changes_only_what_lies_below(world: World, office: Office) -> None:
    other = world.branch("外单位党支部", ["周平"], "陈静")
    for row, answer in (
        (("外单位党支部", "林小满", "", "", "", ""), "该组织不在您管理的组织之下。"),
        (("新单位党委", "林小满", "书记", "", "", ""), "该组织不在您管理的组织之下。"),
    ):
        await office.hands_in(row)
        assert f"名册 第3行:{answer}" in office.admin.screen()
    world.database.write_now(rosters.set_identity, people_id(world, "周平"), "周平", "C1", None)
    await office.hands_in((NEW[0], "周平", "", "", "C1", ""))  # would take somebody over from elsewhere
    assert "名册 第3行:此人记录在您不管理的组织中" in office.admin.screen()
    assert office.admin.last_message.buttons == ["首页"]
    assert [row["branch_id"] for row in world.rows(Membership)].count(other.unit) == 2


async def test_the_right_is_asked_again_when_it_is_confirmed(world: World, office: Office) -> None:
    await office.hands_in(NEW)
    held = next(row for row in world.rows(Appointment) if row["role"] == Role.ADMINISTRATOR)
    world.database.write_now(rosters.end_appointment, held["id"], world.clock.now().date())
    await office.taps("导入")
    assert "林小满" not in office.names
    assert any("名册由管理员导入" in alert for alert in office.admin.alerts)


async def test_people_without_the_right_are_told_in_words(world: World, office: Office) -> None:
    stranger = world.stranger()
    world.telegram.witness = calls = Calls()
    for who in (office.branch["李强"], office.branch["王芳"], stranger):
        await office.hands_in(NEW, who=who)
    assert office.branch["李强"].screen().startswith("名册由管理员导入")
    assert office.branch["王芳"].screen().startswith("名册由管理员导入")
    assert "林小满" not in office.names
    assert "邀请链接" in stranger.screen()
    assert "getFile" not in calls.methods


async def test_the_owner_of_the_machine_founds_the_organisation_by_a_file(world: World) -> None:
    owner = world.stranger("所有者")
    world.app = world.new_app(frozenset({owner.id}))
    owner.sends_document("导出", workbook(("新工委/新党支部", "林小满", "书记", "", "", "")))
    await world.settle()
    owner.taps("导入")
    await world.settle()
    assert [row["name"] for row in world.rows(Unit)] == ["新工委", "新党支部"]
    assert [row["role"] for row in world.rows(Appointment)] == [Role.SECRETARY]


async def test_the_template_comes_with_how_to_fill_it_in(world: World, office: Office) -> None:
    office.admin.says("/roster")
    await world.settle()
    how, file = office.admin.messages[-2:]
    assert how.text.startswith("导入名册")
    content = world.telegram.files[file.json["document"]["file_id"]].data
    with CalamineWorkbook.from_filelike(io.BytesIO(content)) as book:
        assert book.sheet_names == ["名册", "说明"]
    office.admin.taps("名册模板", on=how)
    await world.settle()
    assert office.admin.last_message.json["document"]["file_name"] == "名册模板.xlsx"


async def test_a_secretary_lists_the_members_with_standing_and_link(world: World) -> None:
    many = [f"党员{n:02}" for n in range(1, 15)]
    branch = world.branch("第一党支部", many, "王芳", exempt=["党员01"], unlinked=["党员02"], group_chat=True)
    wang = branch["王芳"]
    wang.says("/roster")
    await world.settle()
    shown = wang.screen().splitlines()
    assert shown[0] == "第一党支部:党员 15 人,已绑定 14 人"
    assert shown[1:4] == [
        "王芳  正式党员 · 已绑定",
        "党员01  正式党员 · 免考勤 · 已绑定",
        "党员02  正式党员 · 未绑定",
    ]
    assert len(shown) == 1 + 12 + 1
    wang.taps("下一页 ▸")
    await world.settle()
    assert [line.split()[0] for line in wang.screen().splitlines()[1:-1]] == ["党员12", "党员13", "党员14"]


async def test_asked_in_a_group_the_names_come_in_private(world: World, office: Office) -> None:
    assert office.branch.group is not None
    office.branch["王芳"].says("/roster", in_chat=office.branch.group)
    await world.settle()
    assert "李强" in office.branch["王芳"].screen()
    assert not any("李强" in message.text for message in office.branch.group.messages)


async def test_names_stay_in_the_branch(world: World, office: Office) -> None:
    other = world.branch("第二党支部", ["周平"], "陈静", under=office.committee)
    coordinator = world.official("孙丽", office.committee, Role.COORDINATOR).sim
    for person in (office.branch["李强"], coordinator):
        person.says("/roster")
        await world.settle()
        assert "王芳" not in person.screen()
    office.branch["王芳"].says("/roster")
    await world.settle()
    office.branch["王芳"].taps_data(f"members:{other.unit}:0", office.branch["王芳"].last_message)
    await world.settle()
    assert "周平" not in office.branch["王芳"].screen()


def people_id(world: World, name: str) -> PersonId:
    return PersonId(next(row["id"] for row in world.rows(Person) if row["name"] == name))
