"""The page itself: what it does with ten thousand messages, a lost connection, a keyboard, odd text."""

import json
import re
from collections.abc import Iterable

import pytest
from playwright.async_api import WebSocketRoute, expect

from tests.browser.client import DESKTOP_LIGHT, Client, Look
from tests.browser.demo import Demo

pytestmark = [pytest.mark.timeout(180), pytest.mark.asyncio(loop_scope="session")]

GROUP = "规划党支部群"
MANY = 10_000
FRAME = 16.0  # milliseconds of a frame at sixty a second


@pytest.fixture(scope="module", params=[DESKTOP_LIGHT], ids=lambda look: look.name)
def look(request: pytest.FixtureRequest) -> Look:
    chosen: Look = request.param
    return chosen


# --- against the real server ---------------------------------------------------------------------------


async def test_two_tabs_stay_in_step_and_history_is_there_after_a_reload(client: Client) -> None:
    await client.becomes("李澄", GROUP)
    other = Client(await client.page.context.new_page(), client.address)
    await other.opens()
    await other.becomes("赵岚", GROUP)
    await client.says("明天谁去居委会?")
    await expect(other.saying("明天谁去居委会?")).to_be_visible()
    await other.says("我去。")
    await expect(client.saying("我去。")).to_be_visible()
    numbers = "(rows) => rows.map((row) => row.dataset.key)"
    seen = await client.messages.evaluate_all(numbers)
    await client.page.reload()
    await expect(client.saying("我去。")).to_be_visible()
    await expect(client.pane.locator(f'article[data-key="{seen[-1]}"]')).to_be_visible()
    again = await client.messages.evaluate_all(numbers)
    assert [key for key in again if key in seen] == seen  # the bot may have said more meanwhile
    assert len(set(again)) == len(again)


async def test_a_lost_connection_comes_back_without_losing_or_repeating(apart: Client) -> None:
    routes: list[WebSocketRoute] = []

    def pass_on(route: WebSocketRoute) -> None:
        routes.append(route)
        route.connect_to_server()

    await apart.page.route_web_socket("**/ws*", pass_on)
    await apart.opens()
    other = Client(await apart.page.context.new_page(), apart.address)
    await other.opens()
    await apart.becomes("李澄", GROUP)
    await other.becomes("赵岚", GROUP)
    for n in range(4):
        await routes[-1].close()
        await other.says(f"断线时说的第{n}句")
    await expect(apart.saying("断线时说的第3句")).to_be_visible()
    assert len(routes) > 1
    for n in range(4):
        await expect(apart.messages.filter(has_text=f"断线时说的第{n}句")).to_have_count(1)


async def test_what_was_said_as_the_connection_went_stands_once(apart: Client) -> None:
    """The server hears it, its answer is lost with the socket, and the page asks again."""
    heard: list[str] = []

    def loses_the_answer(route: WebSocketRoute) -> None:
        server = route.connect_to_server()
        server.on_message(lambda word: None if '"done"' in str(word) and len(heard) < 2 else route.send(word))

        async def pass_on(word: str | bytes) -> None:
            server.send(word)
            if '"say"' in str(word):
                heard.append(str(word))
                if len(heard) == 1:
                    await route.close()

        route.on_message(pass_on)

    await apart.page.route_web_socket("**/ws*", loses_the_answer)
    await apart.opens()
    await apart.becomes("李澄", GROUP)
    await apart.says("话到一半断了线")
    await expect(apart.saying("话到一半断了线")).to_be_visible()
    await apart.says("线又接上了")
    await expect(apart.saying("线又接上了")).to_be_visible()
    assert len(heard) == 3  # said, asked again, and the next
    await expect(apart.messages.filter(has_text="话到一半断了线")).to_have_count(1)
    await expect(apart.pane.locator(".field")).to_have_value("")


async def test_a_person_replies_edits_reacts_and_deletes_by_keyboard_alone(client: Client) -> None:
    await client.becomes("陈思源", GROUP)
    await client.says("请带上记录表。")
    mine = client.saying("请带上记录表。")
    await expect(mine).to_be_visible()

    async def chooses(item: str) -> None:
        await client.pane.locator(".field").focus()
        await client.page.keyboard.press("ArrowUp")
        await client.page.keyboard.press("Enter")
        await client.page.get_by_role("menuitem", name=item).focus()
        await client.page.keyboard.press("Enter")

    await chooses("修改")
    await expect(client.pane.locator(".field")).to_be_focused()
    await client.says("请带上记录表和笔。")
    await expect(client.saying("请带上记录表和笔。")).to_contain_text("已编辑")
    await chooses("回应 👍")
    await expect(client.saying("记录表和笔").locator(".reaction")).to_have_text("👍 1")
    await chooses("回复")
    await client.says("还有水。")
    await expect(client.saying("还有水。").locator(".quoted")).to_contain_text("请带上记录表和笔。")
    await chooses("删除")
    await expect(client.messages.filter(has_text="还有水。")).to_have_count(0)


async def test_who_sits_down_in_the_same_chat_sees_it_with_their_own_eyes(client: Client) -> None:
    await client.becomes("李澄", GROUP)
    await client.says("我先到会场。")
    await expect(client.saying("我先到会场。")).to_have_class(re.compile(r"\bout\b"))
    await client.pane.locator(".field").fill("还没说完")
    await client.becomes("赵岚", GROUP)
    await expect(client.saying("我先到会场。")).to_have_class(re.compile(r"\bin\b"))
    await expect(client.pane.locator(".field")).to_have_value("")
    await client.becomes("李澄", GROUP)
    await expect(client.pane.locator(".field")).to_have_value("还没说完")


async def test_what_people_write_is_never_markup(client: Client) -> None:
    await client.becomes("李澄", GROUP)
    await client.says("<img src=x onerror=alert(1)><b>不是粗体</b>")
    await expect(client.saying("不是粗体").locator(".text")).to_contain_text(
        "<img src=x onerror=alert(1)><b>"
    )
    await expect(client.saying("不是粗体").locator("img, b")).to_have_count(0)


async def test_the_page_speaks_english_when_asked(client: Client) -> None:
    await client.page.get_by_role("button", name="切换到英文").click()
    await expect(client.page.get_by_role("button", name="Pause")).to_be_visible()
    await expect(client.page.locator("html")).to_have_attribute("lang", "en")
    await client.page.reload()
    await expect(client.page.get_by_role("button", name="Pause")).to_be_visible()


async def test_ten_thousand_messages_scroll_without_a_halt(client: Client, demo: Demo) -> None:
    """The last of the real server: the group stays."""
    reader, writer = demo.person("李澄"), demo.person("赵岚")
    group = demo.deck.telegram.group("大群", [writer, reader])
    for n in range(1, MANY + 1):
        demo.deck.telegram.post(group.chat, writer.account, {"text": f"第{n}条。" + "字" * (n * 37 % 160)})
    await client.becomes("李澄", "大群")
    await expect(client.last).to_contain_text(f"第{MANY}条。", timeout=30_000)
    assert await client.page.locator("article").count() < 120
    work = await client.page.evaluate(
        """async () => {
          const scroller = document.querySelector(".scroller");
          const work = [];
          for (let i = 0; i < 240; i++) {
            const before = performance.now();
            scroller.scrollTop -= 400;
            scroller.dispatchEvent(new Event("scroll")); // all its work for this step
            work.push(performance.now() - before);
            await new Promise(requestAnimationFrame);
          }
          return work.sort((a, b) => a - b);
        }"""
    )
    assert work[len(work) // 2] < FRAME, f"half the steps took longer than {work[len(work) // 2]} ms"
    await client.pane.locator(".scroller").evaluate("(it) => { it.scrollTop = 0; }")
    await expect(client.messages.first).to_contain_text("第1条。")
    assert await client.messages.first.is_visible()
    await client.pane.locator(".to-end").click()
    await expect(client.last).to_contain_text(f"第{MANY}条。")


# --- against a server that says what the test wants ------------------------------------------------------


HELLO = {
    "seq": 1, "kind": "hello", "session": "invented", "locale": "zh",
    "people": [{"id": 7, "name": "李澄", "role": "member", "language": "zh", "unit": "规划党支部"}],
    "chats": [{"id": -9, "title": "大群", "kind": "group", "people": [7], "threads": []},
              {"id": 7, "title": "李澄", "kind": "private", "people": [7], "threads": []}],
    "clock": {"now": "2026-11-20T01:00:00+00:00", "speed": 0},
}  # fmt: skip


def message(seq: int, n: int, **more: object) -> str:
    text = f"第{n}条。" + "字" * (n * 37 % 160)
    body = {
        "id": n, "from": {"id": 8 + n % 3, "name": f"同事{n % 3}", "bot": False},
        "at": f"2026-11-{1 + n // 600:02d}T{n // 60 % 10:02d}:{n % 60:02d}:00+00:00", "text": text,
        "entities": [], "rows": [], "media": None, "album": None, "reply_to": None, "edited": False,
        "only_for": None, "poll": None, "reactions": [], "service": None,
    }  # fmt: skip
    return json.dumps({"seq": seq, "kind": "message", "chat": -9, "thread": 0, "message": body | more})


async def tell(client: Client, events: Iterable[str]) -> list[WebSocketRoute]:
    """Load the page on a server that says hello and then these events."""
    routes: list[WebSocketRoute] = []

    def serve(route: WebSocketRoute) -> None:
        routes.append(route)
        route.send(json.dumps(HELLO))
        for event in events:
            route.send(event)

    await client.page.route_web_socket("**/ws*", serve)
    await client.opens()
    await client.becomes("李澄", "大群")
    return routes


async def test_nothing_jumps_while_one_reads_back_and_messages_arrive(apart: Client) -> None:
    routes = await tell(apart, (message(n + 1, n) for n in range(1, 501)))
    await apart.pane.locator(".scroller").evaluate("(it) => { it.scrollTop = it.scrollHeight / 2; }")
    await apart.page.wait_for_timeout(300)
    key, before = await apart.pane.locator(".scroller").evaluate(
        """(it) => {
          const edge = it.getBoundingClientRect().top;
          const rows = [...it.querySelectorAll("article")];
          const seen = rows.find((row) => row.getBoundingClientRect().top > edge);
          return [seen.dataset.key, seen.getBoundingClientRect().top];
        }"""
    )
    for n in range(501, 520):
        routes[-1].send(message(n + 1, n))
    await expect(apart.pane.locator(".to-end")).to_be_visible()
    await apart.page.wait_for_timeout(300)
    after = await apart.pane.locator(f'article[data-key="{key}"]').evaluate(
        "(it) => it.getBoundingClientRect().top"
    )
    assert abs(before - after) < 2


async def test_a_message_told_twice_stands_once_and_a_new_session_starts_afresh(apart: Client) -> None:
    routes = await tell(apart, [message(2, 1), message(3, 2), message(3, 2), message(2, 1)])
    await expect(apart.messages).to_have_count(2)
    routes[-1].send(json.dumps(HELLO | {"session": "another", "seq": 0}))
    routes[-1].send(message(1, 9))
    await expect(apart.messages).to_have_count(1)
    await expect(apart.last).to_contain_text("第9条。")


async def test_an_alert_waits_for_ok_and_a_toast_does_not(apart: Client) -> None:
    routes = await tell(apart, [message(2, 1)])
    routes[-1].send(
        json.dumps({"seq": 3, "kind": "toast", "person": 7, "text": "已打卡 09:00", "alert": False})
    )
    await expect(apart.toast).to_have_text("已打卡 09:00")
    routes[-1].send(
        json.dumps({"seq": 4, "kind": "toast", "person": 7, "text": "请先在私聊里加入", "alert": True})
    )
    await expect(apart.page.get_by_role("alertdialog")).to_contain_text("请先在私聊里加入")
    await apart.page.get_by_role("button", name="好", exact=True).click()
    await expect(apart.page.get_by_role("alertdialog")).to_have_count(0)
