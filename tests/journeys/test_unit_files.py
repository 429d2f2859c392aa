"""Units made, renamed, moved and archived from a sheet: all rows or none, by those who could by hand."""

from datetime import date

import pytest

from domain.roles import Role
from simulator.buttons import button_on
from simulator.people import SimPerson
from storage import units
from storage.tables import AuditEntry, Unit
from storage.unit_changes import rename
from tests.world import World

HEADER = "上级,名称,种类,新名称,移到,归档日期\n"


class County:
    """何平 administers the root, 吴敏 coordinates its eastern committee with 第一党支部 below."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.root = world.committee("区直机关工委")
        self.east = world.committee("东城机关党委", self.root)
        self.west = world.committee("西城机关党委", self.root)
        self.branch = world.branch("第一党支部", ["李强"], "王芳", under=self.east)
        self.he: SimPerson = world.official("何平", self.root, Role.ADMINISTRATOR).sim
        self.wu: SimPerson = world.official("吴敏", self.east, Role.COORDINATOR).sim

    async def hands_in(self, who: SimPerson, *rows: str, caption: str = "组织", header: str = HEADER) -> str:
        who.sends_document("组织.csv", (header + "\n".join(rows)).encode(), caption)
        await self.world.settle()
        return who.screen()

    async def taps(self, who: SimPerson, words: str) -> str:
        who.taps(words)
        await self.world.settle()
        return who.screen()

    def paths(self) -> set[str]:
        on = self.world.clock.now().date()
        found = (
            self.world.database.read_now(units.unit_with, row["id"], on) for row in self.world.rows(Unit)
        )
        return {"/".join(unit.path) for unit in found if unit}

    def trail(self) -> list[str]:
        return [row["act"] for row in self.world.rows(AuditEntry)]


@pytest.fixture
def county(world: World) -> County:
    return County(world)


async def test_a_sheet_makes_renames_moves_and_archives_once_it_is_confirmed(county: County) -> None:
    county.world.branch("空支部", under=county.west)
    before = county.paths()
    screen = await county.hands_in(
        county.he,
        "区直机关工委/西城机关党委,第二党支部,,,,",
        "区直机关工委/西城机关党委/第二党支部,第一党小组,党小组,,,",
        "西城机关党委,抗洪临时党支部,临时党支部,,,2026-12-31",
        "东城机关党委,第一党支部,,东城一支部,区直机关工委/西城机关党委,",
        "西城机关党委,空支部,,,,2026-12-01",
        ",区直机关工委,,,,",
    )
    assert "新建:区直机关工委/西城机关党委/第二党支部/第一党小组" in screen
    assert "改名后:区直机关工委/西城机关党委/东城一支部" in screen
    assert screen.endswith("共 6 项组织变动,点「办理」后生效。")
    assert county.paths() == before
    assert county.trail() == []
    question = county.he.last_message
    assert await county.taps(county.he, "办理") == "已办理 6 项组织变动。"
    assert {
        "区直机关工委/西城机关党委/第二党支部/第一党小组",
        "区直机关工委/西城机关党委/东城一支部",
        "区直机关工委/西城机关党委/抗洪临时党支部",
    } <= county.paths()
    ends = {row["name"]: row["archived_on"] for row in county.world.rows(Unit)}
    assert (ends["抗洪临时党支部"], ends["空支部"]) == (date(2026, 12, 31), date(2026, 12, 1))
    assert sorted(county.trail()) == sorted(
        ["unit_created"] * 3 + ["unit_moved", "unit_renamed", "unit_archived"]
    )
    assert not button_on(question, "办理")


async def test_one_bad_row_and_nothing_is_changed(county: County) -> None:
    before = county.paths()
    screen = await county.hands_in(
        county.he,
        "西城机关党委,第二党支部,,,,",
        "东城机关党委,第一党支部,,,,2026-12-01",
        "没有的党委,第三党支部,,,,",
        "第一党支部,第三党支部,党支部,,,",
        "西城机关党委,第四党支部,俱乐部,,,",
    )
    assert [line.partition(":")[0] for line in screen.splitlines()] == [
        "第 6 行",
        "有 1 行不能办理,未作任何改动。",
    ]
    screen = await county.hands_in(
        county.he,
        "西城机关党委,第二党支部,,,,",
        "东城机关党委,第一党支部,,,,2026-12-01",
        "没有的党委,第三党支部,,,,",
        "第一党支部,第三党支部,党支部,,,",
    )
    assert [line.partition(":")[0] for line in screen.splitlines()] == [
        "第 3 行",
        "第 4 行",
        "第 5 行",
        "有 3 行不能办理,未作任何改动。",
    ]
    assert county.he.last_message.buttons == ["首页"]
    assert county.paths() == before
    assert county.trail() == []


async def test_a_coordinator_changes_what_is_theirs_and_nothing_beside(county: County) -> None:
    screen = await county.hands_in(county.wu, "西城机关党委,第二党支部,,,,")
    assert screen.startswith("第 2 行:这项操作不在您的权限内")
    await county.hands_in(county.wu, "东城机关党委,第二党支部,,,,")
    await county.taps(county.wu, "办理")
    assert "区直机关工委/东城机关党委/第二党支部" in county.paths()


async def test_members_strangers_and_old_buttons_change_nothing(county: County) -> None:
    before = county.paths()
    assert "权限" in await county.hands_in(county.branch["李强"], "东城机关党委,第二党支部,,,,")
    for sheet in (
        "东城机关党委,第一党支部,,,,",
        "没有的党委,第三党支部,,,,",
        "东城机关党委,第二党支部,俱乐部,,,",
    ):
        assert "权限" in await county.hands_in(county.branch["李强"], sheet)
    assert "权限" in await county.hands_in(county.branch["王芳"], "东城机关党委,第一党支部,,,,")
    assert "权限" in await county.hands_in(county.wu, ",西城机关党委,,,,")
    stranger = county.world.stranger()
    assert "还不认识您" in await county.hands_in(stranger, "东城机关党委,第二党支部,,,,")
    await county.hands_in(county.he, "东城机关党委,第二党支部,,,,")
    old = county.he.last_message
    await county.hands_in(county.he, "东城机关党委,第三党支部,,,,")
    county.he.taps("办理", on=old)
    await county.world.settle()
    assert len(county.he.alerts) == 1
    assert county.paths() == before


async def test_what_is_no_sheet_of_units_is_said_to_be_none(county: County) -> None:
    assert "没有「名称」列" in await county.hands_in(county.he, "张伟,男", header="姓名,性别\n")
    assert "没有变化" in await county.hands_in(county.he, "东城机关党委,第一党支部,,,,")


async def test_a_file_that_is_none_is_not_counted_as_a_row(county: County) -> None:
    screen = await county.hands_in(county.he, "张伟,男", header="姓名,性别\n")
    assert screen.endswith("这个文件不能办理,未作任何改动。")
    assert "行不能办理" not in screen


async def test_columns_that_are_not_read_are_named(county: County) -> None:
    header = "上级,名称,种类,改成,备注,\n"
    screen = await county.hands_in(county.he, "西城机关党委,第二党支部,,第二支部,新设,", header=header)
    assert "未读取的列:改成、备注" in screen
    screen = await county.hands_in(county.he, "东城机关党委,第一党支部,,一支部,,", header=header)
    assert "没有变化" in screen
    assert "未读取的列:改成、备注" in screen
    assert "未读取" not in await county.hands_in(county.he, "西城机关党委,第二党支部,,,,")


async def test_what_became_impossible_before_the_tap_changes_nothing_at_all(county: County) -> None:
    await county.hands_in(county.he, "西城机关党委,第二党支部,,,,", "东城机关党委,第三党支部,,,,")
    county.world.database.write_now(rename, county.east, "东城党委")
    before = county.paths()
    screen = await county.taps(county.he, "办理")
    assert screen.startswith("第 3 行:")
    assert county.paths() == before
    assert county.trail() == []
