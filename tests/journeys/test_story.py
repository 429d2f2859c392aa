"""The story of `make demo-story`, read afterwards as a stranger would: transcript, database, workbook."""

import asyncio
import json
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from simulator.__main__ import play

BOT = "banxue_demo_bot"
NOVEMBER = ("2026-10-31 16:00:00", "2026-11-30 16:00:00")  # UTC bounds of the month in Shanghai


@dataclass(frozen=True)
class Told:
    """What the story left behind."""

    lines: list[dict[str, Any]]
    readable: str
    folder: Path

    def said(self, *words: str, who: str | None = None, where: str | None = None) -> list[dict[str, Any]]:
        """Lines that hold all the words."""
        return [
            line
            for line in self.lines
            if all(word in line.get("text", "") for word in words)
            and who in {None, line["who"]}
            and (where is None or where in line["chat"])
        ]

    def count(self, sql: str, *values: object) -> int:
        """One figure from the raw rows, without the product's own code."""
        with closing(sqlite3.connect(self.folder / "banxue.db")) as rows:
            return int(rows.execute(sql, values).fetchone()[0])


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Told:
    folder = tmp_path_factory.mktemp("story")
    printed: list[str] = []
    asyncio.run(play(folder, printed.append))
    lines = [json.loads(line) for line in (folder / "transcript.jsonl").read_text("utf-8").splitlines()]
    return Told(lines, "\n".join(printed), folder)


def test_the_notice_goes_a_week_before_the_push(told: Told) -> None:
    notice = told.said("学习预告:学习基层工作条例", who=BOT, where="第一党支部群")
    push = told.said("📖 第 45 周 · 学习基层工作条例", "打卡 0/4", who=BOT, where="第一党支部群")
    assert [line["at"] for line in notice] == ["2026-10-30T01:00:00+00:00"]
    assert [line["at"] for line in push if line["kind"] == "says"] == ["2026-11-06T01:00:00+00:00"]


def test_members_check_in_by_tap_and_by_command_and_twice_counts_once(told: Told) -> None:
    toasts = [line["text"] for line in told.said("已打卡", who="李强") if line["kind"] == "toast"]
    assert toasts == ["已打卡 09:20", "已打卡 09:20,不必再点;要撤销请点卡片上的“撤销”"]
    assert told.said("/checkin", who="张伟")
    assert told.said("打卡 2/4", who=BOT, where="第一党支部群")
    assert (
        told.count(
            "SELECT count(*) FROM checkins c JOIN topics t ON t.id=c.topic_id WHERE t.title LIKE '%条例'"
        )
        == 3
    )


def test_a_reflection_is_handed_in(told: Told) -> None:
    assert told.said("已提交(38 字)", who=BOT, where="张伟")
    assert told.count("SELECT count(*) FROM reflections WHERE state='handed_in'") == 2


def test_leave_is_asked_approved_and_silences_reminders(told: Told) -> None:
    assert told.said("请假已批准", who=BOT, where="李强")
    assert told.said("⏰ 提醒:主题党日", who=BOT, where="李强") == []


def test_three_reminders_go_to_those_concerned_only(told: Told) -> None:
    for left, at in (
        ("还有 7 天", "2026-11-11T08:00:00+00:00"),
        ("还有 1 天", "2026-11-17T08:00:00+00:00"),
        ("还有 2 小时", "2026-11-18T06:00:00+00:00"),
    ):
        reminders = told.said("⏰ 提醒:主题党日", left, "11月18日", who=BOT)
        assert {line["chat"].split(" ")[0] for line in reminders} == {"赵敏", "孙浩"}
        assert {line["at"] for line in reminders} == {at}
    assert told.said("⏰ Reminder: Theme day", "In 7 days", where="Anna")
    assert not told.said("In 2 hours", where="Anna")  # she has asked for leave
    assert not told.said("主题党日", where="陈静")  # exempt, never asked


def test_attendance_is_taken_by_tap_and_by_roll(told: Told) -> None:
    assert told.said("已签到 14:50", who="刘洋")
    assert told.said("应到4 实到3 请假1 缺席0;免1", who="王芳")
    assert told.said("已签到 16:20(迟到)", who="孙浩")


def test_a_stranger_gets_one_kind_sentence_and_no_check_in(told: Told) -> None:
    assert len(told.said("还不认识您", who=BOT, where="路过的人")) == 1


def test_nothing_is_left_owed(told: Told) -> None:
    assert told.count("SELECT count(*) FROM deliveries WHERE state NOT IN ('sent', 'cancelled')") == 0
    assert told.count("SELECT count(*) FROM inbox WHERE state <> 'done'") == 0


def figures(told: Told, branch: str) -> dict[str, int]:
    """November's figures of a branch ("%": of all), counted from the raw rows."""
    held = (
        "FROM attendance r JOIN activities a ON a.id = r.activity_id JOIN units u ON u.id = r.branch_id"
        " WHERE a.state = 'confirmed' AND a.starts_at >= ? AND a.starts_at < ? AND u.name LIKE ?"
    )
    studied = (
        "JOIN topic_branches b ON b.topic_id = f.topic_id AND b.branch_id = f.branch_id"
        " JOIN units u ON u.id = f.branch_id WHERE b.opens_at >= ? AND b.opens_at < ? AND u.name LIKE ?"
    )
    where = (*NOVEMBER, branch)

    def rows(condition: str) -> int:
        return told.count(f"SELECT count(*) {held} AND {condition}", *where)

    expected = "r.counted_as = 'expected' AND r.outcome"
    return {
        "应到": rows("r.counted_as = 'expected'"),
        "到场": rows(f"{expected} = 'present'"),
        "迟到": rows(f"{expected} = 'late'"),
        "线上": rows(f"{expected} = 'online'"),
        "请假": rows(f"{expected} = 'leave'"),
        "请假:公务": rows(f"{expected} = 'leave' AND r.leave_kind = 'official'"),
        "请假:出差": rows(f"{expected} = 'leave' AND r.leave_kind = 'trip'"),
        "请假:个人": rows(f"{expected} = 'leave' AND r.leave_kind = 'personal'"),
        "请假:其他": rows(f"{expected} = 'leave' AND r.leave_kind = 'other'"),
        "请假:未批": rows(f"{expected} = 'leave' AND NOT r.leave_approved"),
        "缺席": rows(f"{expected} = 'absent'"),
        "免考勤": rows("r.counted_as = 'exempt'"),
        "列席": rows("r.counted_as = 'observer'"),
        "补学": rows("r.made_up_at IS NOT NULL"),
        "已举行活动": told.count(
            "SELECT count(*) FROM activities a JOIN units u ON u.id = a.unit_id WHERE a.state = 'confirmed'"
            " AND a.starts_at >= ? AND a.starts_at < ? AND u.name LIKE ?",
            *where,
        ),
        "党员人数": told.count(
            "SELECT count(*) FROM memberships m JOIN units u ON u.id = m.branch_id"
            " WHERE m.until IS NULL AND u.name LIKE ?",
            branch,
        ),
        "学习主题": told.count(
            "SELECT count(*) FROM topic_branches b JOIN units u ON u.id = b.branch_id"
            " WHERE b.pushed_at IS NOT NULL AND b.opens_at >= ? AND b.opens_at < ? AND u.name LIKE ?",
            *where,
        ),
        "打卡(自愿)": told.count(f"SELECT count(*) FROM checkins f {studied}", *where),
        "其中迟打": told.count(f"SELECT count(*) FROM checkins f {studied} AND f.late", *where),
        "心得体会": told.count(
            f"SELECT count(*) FROM reflections f {studied} AND f.state IN ('handed_in', 'accepted')", *where
        ),
    }


def sheet(told: Told, name: str) -> list[list[Any]]:
    with CalamineWorkbook.from_path(str(told.folder / "summary-2026-11.xlsx")) as book:
        return book.get_sheet_by_name(name).to_python()


def test_every_total_of_the_workbook_is_a_recount_of_the_raw_rows(told: Told) -> None:
    totals = {row[0]: row[1] for row in sheet(told, "总计") if isinstance(row[1], float)}
    counted = figures(told, "%")
    rate = (counted["到场"] + counted["迟到"] + counted["线上"]) / counted["应到"]
    assert totals.pop("出勤率") == pytest.approx(rate)
    assert totals == counted


def test_every_figure_of_each_branch_is_a_recount_of_the_raw_rows(told: Told) -> None:
    head, *rows = (row for row in sheet(told, "下级组织")[1:] if row[1] != "")
    assert [row[0] for row in rows] == ["第一党支部", "第二党支部", "第三党支部"]
    for row in rows:
        shown = dict(zip(head, row, strict=True))
        counted = figures(told, shown["组织"])
        for title, figure in counted.items():
            hidden = counted["党员人数"] < 5 and title in {"请假:公务", "请假:出差", "请假:个人", "请假:其他"}
            assert shown[title] == ("–" if hidden else figure), (shown["组织"], title)


def test_the_message_shows_the_figures_of_the_workbook(told: Told) -> None:
    (message,) = told.said("发改委机关党委  2026年11月", "出勤率 =", who=BOT, where="何平")
    n = figures(told, "%")
    attended = n["到场"] + n["迟到"] + n["线上"]
    for line in (
        f"党员 {n['党员人数']} 人",
        f"已举行活动 {n['已举行活动']} 场",
        f"应到{n['应到']} 实到{attended} 请假{n['请假']} 缺席{n['缺席']};免{n['免考勤']}",
        f"到场{n['到场']} 迟到{n['迟到']} 线上{n['线上']}",
        (
            f"请假:公务{n['请假:公务']} 出差{n['请假:出差']} 个人{n['请假:个人']}"
            f" 其他{n['请假:其他']};未批{n['请假:未批']}"
        ),
        f"列席{n['列席']} 补学{n['补学']}",
        f"出勤率 {attended / n['应到']:.1%}",
        f"学习主题 {n['学习主题']};自愿打卡 {n['打卡(自愿)']},其中迟打 {n['其中迟打']}",
        f"心得体会 {n['心得体会']}",
    ):
        assert line in message["text"].splitlines()


@pytest.mark.parametrize("readme", ["README.md", "README.zh.md"])
def test_the_readme_shows_what_the_story_really_says(told: Told, readme: str) -> None:
    page = (Path(__file__).parents[2] / readme).read_text("utf-8")
    excerpt = page.split("```text\n")[1].split("```")[0].splitlines()
    played = {line for entry in told.readable.splitlines() if (line := entry.rstrip())}
    assert len(excerpt) > 20
    assert [line for line in excerpt if line not in played] == []
