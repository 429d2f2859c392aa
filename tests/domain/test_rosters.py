"""A roster as an office keeps it is read as the office means it, and never guessed at."""

import pytest

from domain.people import Standing
from domain.roles import Role
from domain.roster_reading import read_roster
from domain.rosters import Reason, Remark, Roster, Sheet
from domain.units import UnitKind

BRANCH = ("区直机关工委", "发改委机关党委", "第一党支部")
IDENTITY, PHONE, CARD = "110101199003078515", "13812345678", "6222021234567890123"


def roster(*lines: str, sheet: str = "Sheet1", unit: tuple[str, ...] = BRANCH) -> Roster:
    """What is read from lines whose cells are parted by bars."""
    rows = tuple(tuple(cell.strip() for cell in line.split("|")) for line in lines)
    return read_roster([Sheet(sheet, rows)], unit)


def reasons(read: Roster) -> list[tuple[int, str, Reason]]:
    return [(problem.row, problem.column, problem.reason) for problem in read.problems]


def remarks(read: Roster) -> list[tuple[int, str, Remark]]:
    return [(note.row, note.column, note.remark) for note in read.notes]


def test_every_column_is_read_under_its_chinese_title() -> None:
    read = roster(
        "组织 | 类别 | 姓名 | 职务 | 身份 | 入党日期 | 免考勤 | Telegram | 编号",
        f"{'/'.join(BRANCH)} | 支部 | 王芳 | 书记 | 正式 | 2015年7月1日 | 年老体弱 | 6500000001 | D-7",
    )
    [row] = read.rows
    assert not read.problems
    assert not read.notes
    assert (row.sheet, row.number, row.unit_path, row.unit_kind) == ("Sheet1", 2, BRANCH, UnitKind.BRANCH)
    assert (row.name, row.roles, row.standing) == ("王芳", (Role.SECRETARY,), Standing.FULL)
    assert (row.joined, row.exempt, row.telegram_id, row.number_id) == (
        "2015-07-01",
        "年老体弱",
        6500000001,
        "D-7",
    )


def test_every_column_is_read_under_its_english_title_and_in_any_order() -> None:
    read = roster(
        "telegram | Name | id | joined | standing | role | kind | exempt | unit",
        "@wang_fang | Wang Fang | 7 | 2015-07 | probationary | group leader | group | no | Committee/East/A",
        unit=(),
    )
    [row] = read.rows
    assert (row.unit_path, row.unit_kind) == (("Committee", "East", "A"), UnitKind.GROUP)
    assert (row.name, row.roles, row.standing) == ("Wang Fang", (Role.GROUP_LEADER,), Standing.PROBATIONARY)
    assert (row.joined, row.exempt, row.telegram_id, row.username) == ("2015-07", "", None, "wang_fang")


def test_titles_numbering_totals_blanks_repeated_headers_and_footers_are_stepped_over() -> None:
    read = roster(
        "发改委机关党委第一党支部党员名册",
        "制表日期:2026年10月",
        "",
        "序号 | 姓 名 | 职务",
        "1 | 王芳 | 书记",
        " | |",
        "2 | 李强 |",
        "序号 | 姓名 | 职务",
        "3 | 赵敏 |",
        "4 | |",
        "合 计 | 3人 |",
        "填表人:王芳 | |",
    )
    assert [(row.number, row.name) for row in read.rows] == [(5, "王芳"), (7, "李强"), (9, "赵敏")]
    assert not read.problems


def test_a_header_in_the_tenth_row_is_found_and_one_in_the_eleventh_is_not() -> None:
    assert [row.name for row in roster(*["标题"] * 9, "姓名", "王芳").rows] == ["王芳"]
    assert reasons(roster(*["标题"] * 10, "姓名", "王芳")) == [(0, "", Reason.HEADER_MISSING)]


def test_a_header_of_two_rows_is_read_from_the_lower_one() -> None:
    read = roster("序号 | 姓名 | 任职 |", "序号 | 姓名 | 党内职务 | 职务", "1 | 王芳 | 书记 | 科长")
    assert [(row.name, row.roles) for row in read.rows] == [("王芳", (Role.SECRETARY,))]


def test_a_header_of_two_rows_whose_merged_cells_were_lost_in_a_csv_is_read_as_one() -> None:
    read = roster(
        "序号 | 姓名 | 党内情况 | | 手机", " | | 党内职务 | 入党时间", "1 | 王芳 | 书记 | 2015.7 | 1"
    )
    assert [(row.name, row.roles, row.joined) for row in read.rows] == [
        ("王芳", (Role.SECRETARY,), "2015-07")
    ]
    assert remarks(read) == [(2, "手机", Remark.PERSONAL_COLUMN_DROPPED)]


def test_a_numbered_line_whose_name_was_forgotten_is_a_problem_and_a_remark_below_is_not() -> None:
    read = roster("序号 | 姓名 | 备注", "1 | | 外出务工", " | | 以上共一人", "2 | 王芳 |")
    assert reasons(read) == [(2, "姓名", Reason.NAME_MISSING)]
    assert remarks(read) == [(3, "姓名", Remark.ROW_SKIPPED)]


def test_a_section_title_in_the_column_of_names_is_nobody() -> None:
    read = roster("姓名 | 职务", "第一党支部 |", "王芳 | 书记", "审核人:李强 |")
    assert [row.name for row in read.rows] == ["王芳"]
    assert remarks(read) == [(2, "姓名", Remark.ROW_SKIPPED), (4, "姓名", Remark.ROW_SKIPPED)]


@pytest.mark.parametrize(
    ("unit", "sheet", "header", "cell", "path"),
    [
        ((), "Sheet1", "组织", "工委/一支部", ("工委", "一支部")),
        (BRANCH, "Sheet1", "组织", "", BRANCH),
        (BRANCH[:2], "Sheet1", "所在支部", "第一党支部", BRANCH),
        (BRANCH, "Sheet1", "所在支部", "第一 党支部", BRANCH),
        (BRANCH, "Sheet1", "所在支部", "第一党小组", (*BRANCH, "第一党小组")),
        ((), "第一党支部党员名册", "备注", "", ("第一党支部",)),
        (BRANCH[:2], "第一党支部", "备注", "", BRANCH),
        (BRANCH, "党员名册", "备注", "", BRANCH),
    ],
)
def test_the_unit_comes_from_its_column_the_sheet_or_the_command(
    unit: tuple[str, ...], sheet: str, header: str, cell: str, path: tuple[str, ...]
) -> None:
    read = roster(f"姓名 | {header}", f"王芳 | {cell}", sheet=sheet, unit=unit)
    assert [row.unit_path for row in read.rows] == [path]


def test_a_row_of_no_unit_or_of_another_branch_than_asked_for_is_a_problem() -> None:
    assert reasons(roster("姓名", "王芳", unit=())) == [(2, "", Reason.UNIT_MISSING)]
    other = roster("姓名 | 所在支部", "王芳 | 第二党支部")
    assert reasons(other) == [(2, "所在支部", Reason.UNIT_ELSEWHERE)]
    assert not other.rows


def test_a_kind_stated_once_holds_for_its_unit_and_two_kinds_are_a_problem() -> None:
    once = roster("组织 | 类别 | 姓名", "工委/办公室 | 支部 | 王芳", "工委/办公室 | | 李强", unit=())
    assert [row.unit_kind for row in once.rows] == [UnitKind.BRANCH, UnitKind.BRANCH]
    twice = roster("组织 | 类别 | 姓名", "工委/办公室 | 支部 | 王芳", "工委/办公室 | 小组 | 李强", unit=())
    assert [(problem.row, problem.other_row) for problem in twice.problems] == [(3, 2)]
    assert reasons(roster("类别 | 姓名", "部门 | 王芳")) == [(2, "类别", Reason.KIND_UNKNOWN)]


def test_a_unit_whose_kind_nobody_can_tell_is_noted_once() -> None:
    read = roster("组织 | 姓名", "工委/办公室 | 王芳", "工委/办公室 | 李强", unit=())
    assert [row.unit_kind for row in read.rows] == [None, None]
    assert remarks(read) == [(2, "", Remark.UNIT_KIND_UNKNOWN)]


def test_a_row_above_the_branches_without_a_role_is_noted() -> None:
    read = roster("组织 | 姓名 | 职务", "区直机关工委 | 王芳 |", "区直机关工委 | 李强 | 联络员", unit=())
    assert remarks(read) == [(2, "", Remark.NO_PLACE)]


def test_party_roles_win_over_the_offices_own_ranks() -> None:
    read = roster("姓名 | 职务 | 党内职务", "王芳 | 书记 | 组织委员", "李强 | 书记 |")
    assert [row.roles for row in read.rows] == [(Role.ORGANISATION,), ()]
    assert read.unread == ("职务",)
    assert not read.notes


def test_an_unknown_rank_is_noted_and_an_unknown_party_role_is_a_problem() -> None:
    ranks = roster("姓名 | 职务", "王芳 | 科长、书记", "李强 | 党员")
    assert [row.roles for row in ranks.rows] == [(Role.SECRETARY,), ()]
    assert remarks(ranks) == [(2, "职务", Remark.ROLE_IGNORED)]
    assert reasons(roster("姓名 | 党内职务", "王芳 | 科长")) == [(2, "党内职务", Reason.ROLE_UNKNOWN)]


@pytest.mark.parametrize(
    ("words", "roles"),
    [
        ("组长、宣传委员", (Role.GROUP_LEADER, Role.PUBLICITY)),
        ("组织委员、纪检委员", (Role.ORGANISATION, Role.DISCIPLINE)),
        ("副书记", (Role.DEPUTY,)),
        ("deputy, coordinator", (Role.DEPUTY, Role.COORDINATOR)),
        ("管理员", (Role.ADMINISTRATOR,)),
        ("Secretary", (Role.SECRETARY,)),
        ("支部书记兼组织委员", (Role.SECRETARY, Role.ORGANISATION)),
        ("纪律检查委员", (Role.DISCIPLINE,)),
        ("member", ()),
    ],
)
def test_roles_are_known_in_both_languages(words: str, roles: tuple[Role, ...]) -> None:
    read = roster("姓名 | 职务", f"王芳 | {words}")
    assert [row.roles for row in read.rows] == [roles]
    assert not read.notes


def test_a_bare_committee_member_gets_the_fewest_rights_and_a_note() -> None:
    read = roster("name | role", "王芳 | committee member")
    assert [row.roles for row in read.rows] == [(Role.DISCIPLINE,)]
    assert remarks(read) == [(2, "role", Remark.COMMITTEE_ROLE_UNSPECIFIED)]


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("年老体弱", "年老体弱"),
        ("行动 不便", "行动 不便"),
        ("是", "exempt"),
        ("肺癌晚期,化疗中", "exempt"),
        ("severe depression", "exempt"),
        ("否", ""),
        ("/", ""),
    ],
)
def test_a_diagnosis_is_kept_as_exempt_only(typed: str, kept: str) -> None:
    read = roster("姓名 | 免考勤", f"王芳 | {typed}")
    assert [row.exempt for row in read.rows] == [kept]
    assert kept == typed or typed not in repr(read)


@pytest.mark.parametrize(
    ("typed", "joined"),
    [
        ("2015", "2015"),
        ("2015年", "2015"),
        ("2015.7", "2015-07"),
        ("2015.10", "2015-10"),
        ("2015年7月", "2015-07"),
        ("201507", "2015-07"),
        ("2015-07-01", "2015-07-01"),
        ("2015/7/1", "2015-07-01"),
        ("2015.7.1", "2015-07-01"),
        ("2015年7月1日", "2015-07-01"),
        ("2015年 7月 1日", "2015-07-01"),
        ("20150701", "2015-07-01"),
        ("2015-07-01 00:00:00", "2015-07-01"),
        ("42186", "2015-07-01"),
        ("", ""),
        ("—", ""),
    ],
)
def test_joining_dates_keep_their_precision(typed: str, joined: str) -> None:
    read = roster("姓名 | 入党日期", f"王芳 | {typed}")
    assert [row.joined for row in read.rows] == [joined]


@pytest.mark.parametrize(
    "typed", ["2015.13", "2015-02-30", "去年七月", "201500", "15.7", "1815-07-01", "2015-7-1-1"]
)
def test_a_date_that_is_none_is_a_problem(typed: str) -> None:
    assert reasons(roster("姓名 | 入党时间", f"王芳 | {typed}")) == [(2, "入党时间", Reason.DATE_UNREADABLE)]


def test_a_month_that_a_spreadsheet_may_have_cut_is_noted() -> None:
    read = roster("姓名 | 入党日期", "王芳 | 2015.1")
    assert [row.joined for row in read.rows] == ["2015-01"]
    assert remarks(read) == [(2, "入党日期", Remark.MONTH_MAY_BE_OCTOBER)]


def test_every_other_damage_names_its_row_and_the_column_as_typed() -> None:
    read = roster(
        "姓 名 | 党员类别 | Telegram账号",
        "王芳 | 群众 | 王芳的号",
        f"{'长' * 65} | 正式 |",
        "李强 | 正式 |",
    )
    assert reasons(read) == [
        (2, "Telegram账号", Reason.TELEGRAM_UNREADABLE),
        (2, "党员类别", Reason.STANDING_UNKNOWN),
        (3, "姓 名", Reason.NAME_TOO_LONG),
    ]
    assert [row.name for row in read.rows] == ["李强"]


def test_two_columns_of_names_that_disagree_are_a_problem() -> None:
    assert reasons(roster("姓名 | 职务 | 姓名", "王芳 | 书记 | 李强")) == [(2, "姓名", Reason.TWO_VALUES)]


def test_names_are_brought_to_one_form_and_otherwise_stay_as_typed() -> None:
    read = roster("姓名", "王 芳", "阿依古丽•买买提", "-1+1<&*_")
    assert [row.name for row in read.rows] == ["王芳", "阿依古丽·买买提", "-1+1<&*_"]


def test_personal_columns_are_dropped_by_title_and_other_columns_listed() -> None:
    read = roster(
        "姓名 | 性别 | 身份证号 | 手机 | 家庭住址 | 银行卡号 | ID card | 编号(身份证号) | 民族",
        f"王芳 | 女 | {IDENTITY} | {PHONE} | 幸福路3号 | {CARD} | x | {IDENTITY} | 汉",
    )
    assert read.unread == ("性别", "民族")
    assert [note.column for note in read.notes] == [
        "身份证号",
        "手机",
        "家庭住址",
        "银行卡号",
        "ID card",
        "编号(身份证号)",
    ]
    assert {note.remark for note in read.notes} == {Remark.PERSONAL_COLUMN_DROPPED}
    assert [row.number_id for row in read.rows] == [""]


@pytest.mark.parametrize(
    "secret",
    [
        IDENTITY,
        "11010119900307851X",
        "110101 19900307 8515",
        "110101900307851",
        PHONE,
        "138-1234-5678",
        "+86 13812345678",
        "010-88886666",
        CARD,
        "6222 0212 3456 7890 123",
        "幸福路3号院2单元",
        "1381234567\uff18",
        "tel13812345678",
    ],
)
def test_personal_data_in_any_cell_reaches_neither_rows_nor_problems_nor_notes(secret: str) -> None:
    read = roster(
        "组织 | 姓名 | 党内职务 | 身份 | 入党日期 | 免考勤 | Telegram | 编号 | " + secret,
        f"工委/一支部 | 王芳 {secret} | {secret} | {secret} | {secret} | 体弱,{secret}" + f" | {secret}" * 3,
        f"工委/一支部 | 李强({secret}) | | | | {secret} | | {secret} | {secret}",
        sheet=secret,
    )
    digits = secret[:8]
    assert digits not in repr(read)
    assert secret not in repr(read)
    assert any(row.name.startswith("李强") for row in read.rows)
    assert Remark.PERSONAL_DATA_DROPPED in {note.remark for note in read.notes}


def test_a_branch_named_after_its_street_keeps_its_name() -> None:
    read = roster("组织 | 姓名", "街道党工委/和平路5号院党支部 | 王芳", unit=())
    assert [row.unit_path[-1] for row in read.rows] == ["和平路5号院党支部"]


def test_rows_are_one_person_by_number_by_telegram_or_by_name_and_day() -> None:
    read = roster(
        "组织 | 姓名 | 职务 | 入党日期 | Telegram | 编号",
        "工委/一支部 | 王芳 | | | | 7",
        "工委/一支部/一小组 | 李强 | | 2015-07-01 | |",
        "工委 | 王芳 | 联络员 | | | 7",
        "工委/二支部 | 赵敏 | | | 6500000001 |",
        "工委 | 李强 | 联络员 | 2015.7.1 | |",
        "工委 | 赵敏 | 联络员 | | 6500000001 |",
        unit=(),
    )
    assert not read.problems
    assert read.persons == ((0, 2), (1, 4), (3, 5))


def test_equal_name_and_day_under_two_numbers_are_two_people() -> None:
    read = roster("姓名 | 入党日期 | 编号", "张伟 | 2015-07-01 | 1", "张伟 | 2015-07-01 | 2")
    assert not read.problems
    assert read.persons == ((0,), (1,))


def test_a_name_alone_or_with_a_month_never_makes_two_rows_one_person() -> None:
    read = roster(
        "组织 | 姓名 | 入党日期", "工委/一支部 | 张伟 | 2015-07", "工委/二支部 | 张 伟 | 2015-07", unit=()
    )
    assert not read.problems
    assert read.persons == ((0,), (1,))
    assert [(note.remark, note.row, note.other_row) for note in read.notes] == [(Remark.NAMESAKES, 3, 2)]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("|", "|"),
        ("2015 |", "2015-07-01 |"),
        ("2015-07 |", "|"),
        ("| 7", "|"),
        ("2015-07-01 | 7", "2015-07 |"),
    ],
)
def test_rows_that_nothing_tells_apart_are_a_problem_naming_both(first: str, second: str) -> None:
    read = roster("姓名 | 入党日期 | 编号", f"张伟 | {first}", "李强 | | ", f"张伟 | {second}")
    assert [(p.reason, p.column, p.row, p.other_row) for p in read.problems] == [
        (Reason.INDISTINGUISHABLE, "姓名", 4, 2)
    ]


def test_namesakes_of_one_branch_are_told_apart_by_date_or_group() -> None:
    assert not roster("姓名 | 入党日期", "张伟 | 2015", "张伟 | 2016").problems
    assert not roster("组织 | 姓名", "支部/一小组 | 张伟", "支部/二小组 | 张伟", unit=()).problems


def test_one_number_for_two_names_is_a_problem_naming_both() -> None:
    read = roster("编号 | 姓名", "1 | 王芳", "1 | 李强")
    assert [(p.reason, p.row, p.other_row) for p in read.problems] == [(Reason.SAME_PERSON_DIFFERS, 3, 2)]


def test_sheets_are_read_together_and_one_without_a_header_is_noted() -> None:
    sheets = [
        Sheet("说明", (("填写说明",), ("请如实填写",))),
        Sheet("第一党支部", (("姓名", "编号"), ("王芳", "1"))),
        Sheet("第二党支部", (("姓名", "编号", "性别"), ("王芳", "1", "女"))),
        Sheet("Sheet3", ()),
    ]
    read = read_roster(sheets, BRANCH[:2])
    assert [(row.sheet, row.unit_path[-1]) for row in read.rows] == [
        ("第一党支部", "第一党支部"),
        ("第二党支部", "第二党支部"),
    ]
    assert read.persons == ((0, 1),)
    assert read.unread == ("性别",)
    assert [(note.sheet, note.remark) for note in read.notes] == [("说明", Remark.SHEET_SKIPPED)]


def test_a_header_with_nobody_below_it_is_a_problem() -> None:
    assert reasons(roster("姓名 | 职务", "合计 |")) == [(0, "", Reason.NO_ROWS)]
