"""The drawer's switches: what a person sees when something goes wrong, and that it settles."""

from time import monotonic

import pytest
from playwright.async_api import expect

from domain.deliveries import Kind, State
from tests.browser.client import DESKTOP_LIGHT, Client, Look
from tests.browser.demo import Demo

pytestmark = [pytest.mark.timeout(120), pytest.mark.asyncio(loop_scope="session")]

GROUP = "规划党支部群"
RECORD = "我的 2026 年记录"  # how the answer to /me begins
PLENTY = 20_000  # milliseconds for what waits for a fault to be over


@pytest.fixture(scope="module", params=[DESKTOP_LIGHT], ids=lambda look: look.name)
def look(request: pytest.FixtureRequest) -> Look:
    chosen: Look = request.param
    return chosen


async def hears_it_once(client: Client, demo: Demo, words: str, count: int = 1) -> None:
    """It is there; and when the bot has nothing left to say there is still no more of it."""
    said = client.messages.filter(has_text=words)
    await expect(said).to_have_count(count, timeout=PLENTY)
    await demo.quiet()
    await client.says("谢谢")
    await expect(client.saying("谢谢")).to_be_visible()
    await expect(said).to_have_count(count)


@pytest.mark.parametrize(
    ("fault", "refused", "who", "least"),
    [
        ("too_many", "429", "李澄", 2.0),
        ("slow", "ok", "赵岚", 2.0),
        ("server_error", "500", "陈思源", 0.0),
        ("drop_before", "✕", "沈若谷", 0.0),
    ],
)
async def test_an_answer_that_meets_a_fault_comes_once_all_the_same(
    client: Client, demo: Demo, fault: str, refused: str, who: str, least: float
) -> None:
    await client.becomes(who)
    drawer = await client.looks_behind("faults")
    await drawer.get_by_label("秒数").fill("3")
    await client.lets_go_wrong(fault)
    state = drawer.locator(".fault-state")
    await expect(state).not_to_be_empty()
    asked = monotonic()
    await client.says("/me")
    await expect(client.saying(RECORD)).to_be_visible(timeout=PLENTY)
    await demo.quiet()
    assert monotonic() - asked > least  # on a slow network it is the bot that waits to hear that it was heard
    await hears_it_once(client, demo, RECORD)
    await expect(state).to_be_empty(timeout=PLENTY)
    calls = await client.looks_behind("calls")
    await expect(
        calls.locator(".call", has_text="sendMessage").filter(has_text=refused).first
    ).to_be_visible()


async def test_a_check_in_whose_answer_is_lost_counts_once(client: Client, demo: Demo) -> None:
    """What was done stands, whether the words about it arrived or not."""
    await client.becomes("李澄")
    await client.lets_go_wrong("drop_after")
    await client.says("/checkin")
    await expect(client.page.locator(".fault-state")).to_be_empty(timeout=PLENTY)
    await demo.quiet()
    await client.says("/checkin")
    await expect(client.saying("已打卡")).to_be_visible()
    await client.becomes("李澄", GROUP)
    await expect(client.saying("读《基层工作条例》全文")).to_contain_text("打卡 1/", timeout=PLENTY)


async def test_who_blocks_the_bot_is_left_alone_until_they_let_it_write_again(
    client: Client, demo: Demo
) -> None:
    await client.becomes("赵岚")
    drawer = await client.looks_behind("faults")
    await drawer.get_by_role("button", name="赵岚 停用机器人").click()
    await expect(client.pane.locator(".field")).to_be_hidden()
    await client.shuts_the_drawer()
    while "年终民情走访" not in await client.comes_next():
        await client.moves_clock("due")
    await client.moves_clock("due")
    await demo.quiet()
    reminded = await demo.owed(Kind.ACTIVITY_REMINDER)
    assert State.SENT in {one.state for one in reminded}
    assert {one.state for one in reminded if one.chat == demo.person("赵岚").id} <= {State.DEAD}
    await expect(client.messages.filter(has_text="年终民情走访")).to_have_count(0)
    await client.pane.get_by_role("button", name="重新启用机器人").click()
    await client.says("/me")
    await expect(client.saying(RECORD)).to_be_visible()


async def test_a_group_that_is_upgraded_goes_on_under_its_name(client: Client, demo: Demo) -> None:
    await client.becomes("陈思源", GROUP)
    await client.lets_go_wrong("migrate")
    await expect(client.pane.locator(".service", has_text="群已升级为超级群")).to_be_visible()
    await expect(client.pane.locator(".pane-title")).to_have_text(GROUP)
    await client.says("/topic")
    await expect(client.saying("请在私聊里看")).to_contain_text("打开私聊", timeout=PLENTY)


async def test_what_is_said_while_the_bot_starts_again_is_answered_once(client: Client, demo: Demo) -> None:
    await client.becomes("顾一鸣")
    before = demo.deck.app
    await client.lets_go_wrong("restart")
    await client.says("/me")
    await hears_it_once(client, demo, RECORD)
    assert demo.deck.app is not before


async def test_reset_brings_the_first_day_back(client: Client) -> None:
    await client.becomes("李澄", GROUP)
    await client.says("会被忘记的一句")
    await expect(client.saying("会被忘记的一句")).to_be_visible()
    await client.lets_go_wrong("reset")
    await client.page.get_by_role("dialog").get_by_role("button", name="全部重来").click()
    await expect(client.messages.filter(has_text="会被忘记的一句")).to_have_count(0, timeout=PLENTY)
    await client.becomes("李澄", GROUP)
    await expect(client.saying("读《基层工作条例》全文")).to_contain_text("打卡 0/", timeout=PLENTY)
