"""What people do on the page, on a wide light screen and on a small dark one."""

import io

import pytest
from playwright.async_api import expect
from python_calamine import CalamineWorkbook

from tests.browser.client import DESKTOP_LIGHT, PHONE_DARK, Client, Look

pytestmark = pytest.mark.timeout(180)

GROUP = "规划党支部群"
SECRETARY, MEMBER, LEADER, COORDINATOR, NEWCOMER = "陈思源", "李澄", "赵岚", "沈若谷", "周航"


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


async def test_a_coordinator_takes_the_quarter_home_as_a_workbook(client: Client) -> None:
    await client.becomes(COORDINATOR)
    await client.says("/summary this-quarter")
    figures = client.saying("第4季度")
    await expect(figures).to_contain_text("出勤率")
    await client.taps("XLSX", on=figures)
    file = client.pane.locator("a.file").last
    async with client.page.expect_download() as downloading:
        await file.click()
    path = await (await downloading.value).path()
    sheets = CalamineWorkbook.from_filelike(io.BytesIO(path.read_bytes())).sheet_names
    assert sheets


async def test_an_administrator_sends_the_bot_a_file(client: Client) -> None:
    await client.becomes("顾一鸣")
    async with client.page.expect_file_chooser() as choosing:
        await client.pane.get_by_role("button", name="附件").click()
        await client.page.get_by_role("menuitem", name="文件", exact=True).click()
    chooser = await choosing.value
    await chooser.set_files(
        {"name": "名册.xlsx", "mimeType": "application/vnd.ms-excel", "buffer": b"no sheet"}
    )
    await expect(client.saying("名册.xlsx").locator("a.file")).to_be_visible()


async def test_the_clock_brings_the_reminder_and_the_cut_push_settles(client: Client) -> None:
    """Last of the file: it takes the calendar a week on."""
    await client.moves_clock("pause")
    await client.becomes(SECRETARY)
    await client.moves_clock("due")
    for _ in range(12):
        if await client.messages.filter(has_text="提醒:主题党日").count():
            break
        await client.moves_clock("due")
    await expect(client.saying("提醒:主题党日")).to_contain_text("年终民情走访")
    await client.page.locator(".drawer-button").click()
    await client.page.get_by_role("tab", name="故障").click()
    await client.page.locator('[data-fault="drop_after"]').click()
    await expect(client.page.locator(".fault-state")).to_contain_text("受理后断线")
    await client.page.locator(".drawer").get_by_role("button", name="关闭").click()
    await client.becomes(MEMBER, GROUP)
    for _ in range(7):
        await client.moves_clock("+1d")
    topic = client.messages.filter(has_text="第 48 周 · 一张值班表的三种排法")
    await expect(topic.first).to_be_visible()
    assert await topic.count() == 1
