"""What people do on the page, on a wide light screen and on a small dark one."""

import io
from collections import Counter

import pytest
from playwright.async_api import FilePayload, expect
from python_calamine import CalamineWorkbook

from domain.deliveries import Kind, State
from reports.tables import Table, to_workbook
from simulator.seed import START
from simulator.seed_people import (
    ADMINISTRATOR,
    COMMITTEE,
    COORDINATOR,
    DRAWING,
    LEADER,
    MEMBER,
    NEWCOMER,
    PLANNING,
    SECRETARY,
)
from tests.browser.client import DESKTOP_LIGHT, PHONE_DARK, Client, Look
from tests.browser.demo import Demo

pytestmark = [pytest.mark.timeout(180), pytest.mark.asyncio(loop_scope="session")]

GROUP = "规划党支部群"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@pytest.fixture(scope="module", params=[DESKTOP_LIGHT, PHONE_DARK], ids=lambda look: look.name)
def look(request: pytest.FixtureRequest) -> Look:
    chosen: Look = request.param
    return chosen


async def test_a_newcomer_joins_by_the_link_in_the_group(client: Client) -> None:
    await client.becomes(NEWCOMER, GROUP)
    await client.saying("欢迎来到支部").locator(".text .command").click()
    await expect(client.pane.locator(".pane-title")).to_have_text("伴学机器人")
    await expect(client.saying(NEWCOMER)).to_contain_text("欢迎")
    await expect(client.pane.locator(".reply-button").first).to_be_visible()


async def test_a_check_in_is_one_tap_and_the_card_in_the_group_counts_it(client: Client) -> None:
    await client.becomes(MEMBER, GROUP)
    card = client.saying("读《基层工作条例》全文")
    await expect(card).to_contain_text("打卡 0/")
    await client.taps("打卡", on=card)
    await expect(client.toast).to_contain_text("已打卡")
    await expect(client.saying("读《基层工作条例》全文")).to_contain_text("打卡 1/")


async def test_a_member_writes_a_reflection(client: Client) -> None:
    await client.becomes(MEMBER, GROUP)
    await client.taps("心得", on=client.saying("读《基层工作条例》全文"))
    await expect(client.pane.locator(".pane-title")).to_have_text("伴学机器人")
    await expect(client.last).to_contain_text("读《基层工作条例》全文")
    await client.says("今天的学习让我想到,先从楼道里的三位老人做起。")
    await client.taps("提交")
    await expect(client.last).to_contain_text("已提交")


async def test_going_and_leave_take_a_tap_or_two_and_the_secretary_approves(client: Client) -> None:
    await client.becomes(LEADER)
    await client.says("/agenda")
    await client.taps("1", on=client.saying("近期活动"))
    await client.taps("参加", on=client.saying("年终民情走访"))
    await expect(client.saying("年终民情走访")).to_contain_text("参加")
    await client.becomes(MEMBER)
    await client.says("/agenda")
    await client.taps("1", on=client.saying("近期活动"))
    await client.taps("请假", on=client.saying("年终民情走访"))
    await client.taps("出差")
    await client.becomes(SECRETARY)
    asked = client.saying(MEMBER)
    await expect(asked).to_contain_text("请假")
    await client.taps("批准", on=asked)
    await client.becomes(MEMBER)
    await expect(client.last).to_contain_text("批准")


async def test_a_secretary_posts_a_topic_after_seeing_its_preview(client: Client) -> None:
    await client.becomes(SECRETARY)
    await client.says("/newtopic 学习基层工作条例\n发布: 现在\n领学: 李澄\n支部怎样把身边的人组织起来。")
    preview = client.saying("预览")
    await expect(preview).to_contain_text("领学:李澄")
    await client.taps("发布", on=preview)
    await client.becomes(MEMBER, GROUP)
    await expect(client.saying("· 学习基层工作条例").locator(".inline-button").first).to_contain_text("打卡")
    await expect(client.pane.locator(".pinned")).to_contain_text("学习基层工作条例")


async def test_a_coordinator_takes_the_quarter_home_with_its_chart_and_workbook(client: Client) -> None:
    await client.becomes(COORDINATOR)
    await client.says("/summary this-quarter")
    figures = client.saying("第4季度")
    await expect(figures).to_contain_text("出勤率")
    chart = figures.locator(".photo img")
    await expect(chart).not_to_have_js_property("naturalWidth", 0)
    assert await chart.evaluate("(it) => it.naturalWidth") > 400
    first = await chart.get_attribute("src")
    await client.taps("下级", on=figures)
    below = client.pane.locator(".photo img").last
    await expect(below).not_to_have_attribute("src", first or "")
    await client.taps("规划建设局党总支")
    await expect(client.saying("规划建设局党总支")).to_contain_text("第4季度")
    await client.taps("XLSX", on=client.saying("第4季度"))
    file = client.pane.locator("a.file").last
    async with client.page.expect_download() as downloading:
        await file.click()
    path = await (await downloading.value).path()
    sheets = CalamineWorkbook.from_filelike(io.BytesIO(path.read_bytes())).sheet_names
    assert sheets


async def test_an_administrator_sends_a_roster_sees_the_difference_and_imports_it(client: Client) -> None:
    branch = f"{COMMITTEE}/{PLANNING}/{DRAWING}"
    rows = ((branch, "林小满", "预备", "2026-0907"),)
    book = to_workbook([Table("名册", "党员名册", ("组织", "姓名", "身份", "编号"), rows, ())], START)
    await client.becomes(ADMINISTRATOR)
    await client.sends("文件", FilePayload(name="名册.xlsx", mimeType=XLSX, buffer=book))
    await expect(client.saying("名册.xlsx").locator("a.file")).to_be_visible()
    difference = client.saying("新增人员:林小满")
    await expect(difference).to_contain_text(f"组织关系:林小满,{branch},预备党员")
    await client.taps("导入", on=difference)
    await expect(client.last).to_contain_text("已导入")
    await client.becomes(SECRETARY)
    await client.says("/roster")
    await client.taps("下一页", on=client.saying("已绑定"))
    await expect(client.saying("林小满")).to_contain_text("预备党员")


async def test_the_clock_brings_the_reminder(client: Client) -> None:
    await client.moves_clock("pause")
    await client.becomes(SECRETARY)
    while "年终民情走访" not in await client.comes_next():
        await client.moves_clock("due")
    await expect(client.messages.filter(has_text="提醒:主题党日")).to_have_count(0)
    await client.moves_clock("due")
    await expect(client.saying("提醒:主题党日")).to_contain_text("年终民情走访")


async def test_a_push_that_is_cut_settles_and_is_not_said_twice(client: Client, demo: Demo) -> None:
    """Last of the file: it takes the calendar a week on."""
    await client.becomes(MEMBER, GROUP)
    while not (coming := await client.comes_next()).count("推送"):
        await client.moves_clock("due")
    assert "一张值班表的三种排法" in coming
    push = client.messages.filter(has_text="一张值班表的三种排法").filter(has_text="打卡 0/")
    await expect(push).to_have_count(0)
    await client.lets_go_wrong("drop_after")
    await expect(client.page.locator(".fault-state")).to_contain_text("受理后断线")
    await client.shuts_the_drawer()
    await client.moves_clock("due")
    await expect(push).to_have_count(1)
    pushed = await demo.owed(Kind.TOPIC_PUSH)
    assert Counter(one.state for one in pushed) == {State.AMBIGUOUS: 1, State.SENT: len(pushed) - 1}
    await client.lets_go_wrong("restart")
    await client.shuts_the_drawer()
    await client.moves_clock("+1h")
    assert await demo.owed(Kind.TOPIC_PUSH) == pushed
    for chat, threads in Counter(
        one.chat for one in pushed
    ).items():  # a forum is told in each branch's thread
        assert demo.accepted(chat, "· 一张值班表的三种排法") == threads
    await expect(push).to_have_count(1)
