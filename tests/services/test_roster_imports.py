"""Rosters imported in chunks: all of it is there at once, or none of it ever. On both databases."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import func, select

from domain.errors import RosterOvertaken
from domain.people import Standing
from domain.roster_reading import read_roster
from domain.rosters import Roster, Sheet
from services import retention, roster_imports, rosters
from storage import people, roster_staging
from storage import rosters as stored
from storage.database import Database
from storage.tables import AuditEntry, Membership, MembershipStanding, Person, StagedChange, Unit

NOW = datetime(2026, 11, 6, 1, 0, tzinfo=UTC)
DAY = date(2026, 11, 6)
HEADER = ("组织", "姓名", "党内职务", "身份", "入党日期", "免考勤", "Telegram", "编号")
PATH = "机关党委/第一党支部"


@pytest.fixture(autouse=True)
def small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(roster_imports, "CHUNK", 3)


def roster(*lines: str) -> Roster:
    """Each line: cells parted by spaces, `-` leaves one empty."""
    rows = [tuple("" if cell == "-" else cell for cell in line.split()) for line in lines]
    read = read_roster([Sheet("名册", (HEADER, *(row + ("",) * (len(HEADER) - len(row)) for row in rows)))])
    assert read.problems == ()
    return read


OFFICE = roster(
    f"{PATH} 王芳 书记 正式 2001-07-01 - 10001 A1",
    f"{PATH} 张伟 - 预备 2026-07-01 - - A2",
    f"{PATH}/第一党小组 李娜 组长 - 2015 - - A3",
    f"{PATH}/第一党小组 赵敏 - - - 年老 @zhaomin A4",
    "机关党委 孙丽 联络员 - - - - A5",
    "机关党委/第二党支部 周平 - - - - - A6",
)
MOVED = roster(
    f"{PATH} 王芳 书记 正式 2001-07-01 - 10001 A1",
    f"{PATH}/第一党小组 张伟 - 正式 2026-07-01 - @zhangwei A2",
    f"{PATH}/第一党小组 李娜 组长 - 2015-07-01 - - A3",
    "机关党委 孙莉 联络员 - - - - A5",
    "机关党委/第三党支部 吴敏 副书记 - - - 10007 A7",
)


def said(_: int, __: int) -> None:
    """Nobody looks on."""


def imports(
    database: Database, given: Roster, told: Callable[[int, int], None] = said, *, end: bool = False
) -> int:
    plan = roster_imports.import_in_chunks(database, given, end, DAY, NOW, told)
    assert plan.problems == ()
    return len(plan.changes)


def count(database: Database, table: type) -> int:
    return database.read_now(lambda tx: tx.execute(select(func.count()).select_from(table)).scalar_one())


def test_what_stands_on_record_afterwards(database: Database) -> None:
    imports(database, OFFICE)
    known = database.read_now(stored.organisation_on, DAY)
    assert [("/".join(unit.path), unit.kind) for unit in known.units] == [
        ("机关党委", "committee"),
        (PATH, "branch"),
        ("机关党委/第二党支部", "branch"),
        (f"{PATH}/第一党小组", "group"),
    ]
    assert [(p.name, p.number, p.joined) for p in known.people] == [
        ("王芳", "A1", "2001-07-01"),
        ("张伟", "A2", "2026-07-01"),
        ("李娜", "A3", "2015"),
        ("赵敏", "A4", None),
        ("孙丽", "A5", None),
        ("周平", "A6", None),
    ]
    at = {unit.id: unit.path[-1] for unit in known.units}
    name = {person.id: person.name for person in known.people}
    assert [
        (name[m.person], at[m.branch], at.get(m.group) if m.group else None, m.standing, m.exempt)
        for m in known.memberships
    ] == [
        ("王芳", "第一党支部", None, Standing.FULL, None),
        ("张伟", "第一党支部", None, Standing.PROBATIONARY, None),
        ("李娜", "第一党支部", "第一党小组", Standing.FULL, None),
        ("赵敏", "第一党支部", "第一党小组", Standing.FULL, "年老"),
        ("周平", "第二党支部", None, Standing.FULL, None),
    ]
    assert [(name[a.person], at[a.unit], a.role) for a in known.appointments] == [
        ("王芳", "第一党支部", "secretary"),
        ("李娜", "第一党小组", "group_leader"),
        ("孙丽", "机关党委", "coordinator"),
    ]
    assert [(name[p.id], *p.user_ids, *p.usernames) for p in known.people if p.user_ids or p.usernames] == [
        ("王芳", 10001),
        ("赵敏", "zhaomin"),
    ]


def test_the_same_file_again_changes_nothing_and_leaves_no_line(database: Database) -> None:
    imports(database, OFFICE)
    lines = count(database, AuditEntry)
    assert imports(database, OFFICE) == 0
    assert count(database, AuditEntry) == lines > 1


def test_a_later_file_changes_what_it_says_and_a_third_time_nothing(database: Database) -> None:
    imports(database, OFFICE)
    assert imports(database, MOVED, end=True) > 0
    known = database.read_now(stored.organisation_on, DAY)
    name = {person.id: person.name for person in known.people}
    assert {p.number: (p.name, p.joined) for p in known.people if p.number in {"A3", "A5"}} == {
        "A3": ("李娜", "2015-07-01"),
        "A5": ("孙莉", None),
    }
    at = {unit.id: unit.path[-1] for unit in known.units}
    assert {
        name[m.person]: (at[m.branch], at.get(m.group) if m.group else None, m.standing)
        for m in known.memberships
    } == {
        "王芳": ("第一党支部", None, "full"),
        "张伟": ("第一党支部", "第一党小组", "full"),
        "李娜": ("第一党支部", "第一党小组", "full"),
        "周平": ("第二党支部", None, "full"),
        "吴敏": ("第三党支部", None, "full"),
    }
    assert imports(database, MOVED, end=True) == 0


def test_a_standing_is_dated_unless_it_changed_today_already(database: Database) -> None:
    imports(database, OFFICE)
    later = DAY + timedelta(days=3)
    roster_imports.import_in_chunks(database, MOVED, False, later, NOW, said)
    kept = database.read_now(
        lambda tx: [
            (row.standing, row.since, row.until)
            for row in tx.execute(
                select(MembershipStanding.standing, MembershipStanding.since, MembershipStanding.until)
                .join(Membership, Membership.id == MembershipStanding.membership_id)
                .join(Person, Person.id == Membership.person_id)
                .where(Person.name == "张伟")
                .order_by(MembershipStanding.id)
            )
        ]
    )
    assert kept == [("probationary", DAY, later), ("full", later, None)]


def test_nobody_sees_a_half_of_it(database: Database) -> None:
    seen: list[tuple[int, int, int]] = []

    def looks(_: int, __: int) -> None:
        seen.append((count(database, Person), count(database, Membership), count(database, Unit)))

    imports(database, OFFICE, looks)
    assert len(seen) > 3
    assert set(seen) == {(0, 0, 0)}
    assert (count(database, Person), count(database, StagedChange)) == (6, 0)


class Killed(BaseException):
    """As if the process were gone."""


def test_an_import_that_is_killed_leaves_nothing_and_the_next_begins_anew(database: Database) -> None:
    def dies(done: int, _: int) -> None:
        if done > 6:
            raise Killed

    with pytest.raises(Killed):
        imports(database, OFFICE, dies)
    assert (count(database, Person), count(database, Unit), count(database, AuditEntry)) == (0, 0, 0)
    assert count(database, StagedChange) > 6
    database.write_now(people.add_person, "林小满", "林小满", NOW)  # takes the number that was next
    roster_imports.import_in_chunks(database, OFFICE, False, DAY, NOW + timedelta(minutes=1), said)
    assert (count(database, Person), count(database, StagedChange)) == (7, 0)
    assert imports(database, OFFICE) == 0


def test_what_a_killed_import_left_aside_is_forgotten_after_a_day(database: Database) -> None:
    def dies(_: int, __: int) -> None:
        raise Killed

    with pytest.raises(Killed):
        imports(database, OFFICE, dies)
    assert database.write_now(retention.forget, NOW + timedelta(hours=23)) == 0
    assert database.write_now(retention.forget, NOW + timedelta(hours=25)) == 3
    assert count(database, StagedChange) == 0


def test_what_changed_meanwhile_is_compared_anew(database: Database) -> None:
    one = roster(f"{PATH} 林小满 - - - - - A1")
    raced: list[int] = []

    def races(_: int, __: int) -> None:
        if not raced:
            raced.append(1)
            database.write_now(rosters.import_roster, one, False, DAY, NOW)

    imports(database, OFFICE, races)  # A1 stands on record by now: the name is corrected, nobody comes twice
    names = [person.name for person in database.read_now(stored.organisation_on, DAY).people]
    assert sorted(names) == sorted(["王芳", "张伟", "李娜", "赵敏", "孙丽", "周平"])


def test_a_record_that_never_stands_still_is_left_alone(database: Database) -> None:
    number = iter(range(1000))

    def races(_: int, __: int) -> None:
        database.write_now(people.add_person, f"新{next(number)}", "新", NOW)

    with pytest.raises(RosterOvertaken):
        imports(database, OFFICE, races)
    assert count(database, Membership) == 0


def test_two_imports_at_once_end_in_both_or_in_one_being_told(database: Database) -> None:
    """Whoever clears what the other had set down aside lets nobody publish a part of it."""
    raced: list[int] = []

    def races(_: int, __: int) -> None:
        if not raced:
            raced.append(1)
            database.write_now(roster_staging.clear, NOW + timedelta(seconds=1), 10)

    imports(database, OFFICE, races)
    assert (count(database, Person), count(database, Membership)) == (6, 5)
    assert imports(database, OFFICE) == 0
