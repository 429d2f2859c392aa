"""What a conversation can hold, from the bot's own line to what the person sees and does."""

import pytest
from aiogram.types import (
    BufferedInputFile,
    ForceReply,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InputMediaPhoto,
    InputPollOption,
)
from playwright.async_api import FilePayload, expect

from tests.browser.client import DESKTOP_LIGHT, Client, Look
from tests.browser.demo import Demo

pytestmark = [pytest.mark.timeout(120), pytest.mark.asyncio(loop_scope="session")]

GROUP, FORUM = "规划党支部群", "便民服务局学习园地"


@pytest.fixture(scope="module", params=[DESKTOP_LIGHT], ids=lambda look: look.name)
def look(request: pytest.FixtureRequest) -> Look:
    chosen: Look = request.param
    return chosen


async def drawn(client: Client, width: int) -> bytes:
    """A picture, taken of the page itself."""
    clip = {"x": 0, "y": 0, "width": width, "height": 200}
    return await client.page.screenshot(type="jpeg", clip=clip)  # type: ignore[arg-type]  # a dict of its shape


async def test_a_voice_note_is_recorded_and_played_back(client: Client, demo: Demo) -> None:
    """The browser's own microphone beeps; what is played is what was recorded."""
    await client.becomes("李澄", GROUP)
    await client.pane.get_by_role("button", name="录语音").click()
    stop = client.pane.get_by_role("button", name="停止并发送")
    await expect(stop).to_be_visible()
    await client.page.wait_for_timeout(700)  # something to hear
    await stop.click()
    note = client.messages.filter(has=client.page.locator(".voice")).last
    await expect(note).to_be_visible()
    sound = note.locator("audio")
    sent = next(file for file in demo.deck.telegram.files.values() if file.kind == "voice")
    await expect(sound).to_have_attribute("src", f"/files/{sent.file_id}")
    assert len(sent.data) > 500
    await note.get_by_role("button", name="播放").click()
    await client.page.wait_for_function(
        "(it) => it.currentTime > 0 || it.ended", arg=await sound.element_handle()
    )
    await expect(note.get_by_role("button", name="播放")).to_be_visible()  # it has come to its end


async def test_photos_of_a_person_show_and_open(client: Client) -> None:
    await client.becomes("李澄", GROUP)
    picture = FilePayload(name="现场.jpg", mimeType="image/jpeg", buffer=await drawn(client, 300))
    await client.sends("照片", picture)
    photo = client.pane.locator(".photo img").last
    await expect(photo).to_have_js_property("naturalWidth", 300)
    await photo.click()
    await expect(client.page.locator("dialog.viewer")).to_be_visible()
    await client.page.keyboard.press("Escape")
    await expect(client.page.locator("dialog.viewer")).to_have_count(0)


async def test_an_album_stands_as_one_message_with_its_words(client: Client, demo: Demo) -> None:
    await client.becomes("赵岚")
    pictures = [BufferedInputFile(await drawn(client, 200 + n), f"{n}.jpg") for n in range(3)]
    first, *rest = pictures
    album = [InputMediaPhoto(media=first, caption="三张现场"), *(InputMediaPhoto(media=one) for one in rest)]
    before = await client.messages.count()
    await demo.bot.send_media_group(demo.person("赵岚").id, album)  # type: ignore[arg-type]  # a list of one kind
    shown = client.saying("三张现场")
    await expect(shown.locator(".album .photo img")).to_have_count(3)
    await expect(client.messages).to_have_count(before + 1)
    await expect(shown.locator(".photo img").last).to_have_js_property("naturalWidth", 202)


async def test_a_document_is_taken_home_as_it_was_sent(client: Client, demo: Demo) -> None:
    await client.becomes("赵岚")
    await demo.bot.send_document(demo.person("赵岚").id, BufferedInputFile("记录".encode(), "会议 记录.txt"))
    file = client.last.locator("a.file")
    await expect(file).to_contain_text("会议 记录.txt")
    async with client.page.expect_download() as downloading:
        await file.click()
    download = await downloading.value
    assert download.suggested_filename == "会议 记录.txt"
    assert (await download.path()).read_text(encoding="utf-8") == "记录"


async def test_the_bot_is_seen_writing_until_it_has_written(client: Client, demo: Demo) -> None:
    await client.becomes("赵岚")
    subtitle = client.pane.locator(".pane-subtitle")
    await demo.bot.send_chat_action(demo.person("赵岚").id, "typing")
    await expect(subtitle).to_have_text("正在输入…")
    await demo.bot.send_message(demo.person("赵岚").id, "写好了。")
    await expect(client.saying("写好了。")).to_be_visible()
    await expect(subtitle).to_contain_text("赵岚")


async def test_a_reply_that_is_asked_for_quotes_the_question(client: Client, demo: Demo) -> None:
    await client.becomes("赵岚")
    await demo.bot.send_message(demo.person("赵岚").id, "请写一句理由。", reply_markup=ForceReply())
    await expect(client.pane.locator(".writing-about")).to_contain_text("请写一句理由。")
    await client.says("路上堵车")
    await expect(client.saying("路上堵车").locator(".quoted")).to_contain_text("请写一句理由。")
    await expect(client.pane.locator(".writing-about")).to_be_hidden()


async def test_buttons_have_their_styles_and_a_link_says_that_it_leads_out(
    client: Client, demo: Demo
) -> None:
    await client.becomes("赵岚")
    styled = [
        InlineKeyboardButton(text=f"按钮 {style}", callback_data=f"x:{style}", style=style)
        for style in ("primary", "success", "danger")
    ]
    out = InlineKeyboardButton(text="章程", url="https://example.org/rules")
    keyboard = InlineKeyboardMarkup(inline_keyboard=[styled, [out]])
    await demo.bot.send_message(demo.person("赵岚").id, "请选一个。", reply_markup=keyboard)
    shown = client.saying("请选一个。")
    paint = (
        "(buttons) => buttons.map((it) => getComputedStyle(it).backgroundColor + getComputedStyle(it).color)"
    )
    assert len(set(await shown.locator(".inline-button").evaluate_all(paint))) == 4
    await expect(shown.get_by_role("button", name="章程 (打开链接)")).to_be_visible()


async def test_the_bot_changes_and_deletes_its_message_in_place(client: Client, demo: Demo) -> None:
    await client.becomes("赵岚")
    to = demo.person("赵岚").id
    said = await demo.bot.send_message(to, "还有三位没有回。")
    await expect(client.saying("还有三位没有回。")).to_be_visible()
    count = await client.messages.count()
    await demo.bot.edit_message_text("都回了。", chat_id=to, message_id=said.message_id)
    await expect(client.last).to_contain_text("都回了。")
    await expect(client.last).to_contain_text("已编辑")
    await expect(client.messages).to_have_count(count)
    await demo.bot.delete_message(to, said.message_id)
    await expect(client.messages).to_have_count(count - 1)


async def test_votes_in_a_poll_are_seen_by_all_and_a_quiz_says_what_was_right(
    client: Client, demo: Demo
) -> None:
    await client.becomes("李澄", GROUP)
    group = demo.deck.planted.groups["规划党支部"].id
    options: list[InputPollOption | str] = ["周四", "周五"]
    await demo.bot.send_poll(group, "哪天学习?", options, is_anonymous=False)
    await client.last.get_by_role("button", name="周四").click()
    await expect(client.last.get_by_role("meter", name="周四: 100%")).to_have_count(1)
    await client.becomes("赵岚", GROUP)
    await client.last.get_by_role("button", name="周五").click()
    await expect(client.last.get_by_role("meter", name="周四: 50%")).to_have_count(1)
    await demo.bot.send_poll(group, "条例共几章?", options, type="quiz", correct_option_ids=[1])
    await client.last.get_by_role("button", name="周四").click()
    await expect(client.last.locator(".poll-results .wrong")).to_contain_text("周四")
    await expect(client.last.locator(".poll-results")).to_contain_text("周五 ✓")


async def test_a_whisper_in_a_group_is_seen_by_the_one_it_is_for(client: Client, demo: Demo) -> None:
    await client.becomes("李澄", GROUP)
    group = demo.deck.planted.groups["规划党支部"].id
    await demo.bot.send_message(group, "您的假已批。", receiver_user_id=demo.person("李澄").id)
    await expect(client.saying("您的假已批。")).to_contain_text("仅您可见")
    await client.becomes("赵岚", GROUP)
    await expect(client.last).to_be_visible()
    await expect(client.messages.filter(has_text="您的假已批。")).to_have_count(0)


async def test_a_forum_has_a_thread_for_each_branch(client: Client) -> None:
    await client.becomes("Anna·Lind", FORUM)
    await client.pane.get_by_role("tab", name="窗口党支部").click()
    card = client.saying("读《基层工作条例》全文")
    await expect(card.locator(".inline-button").first).to_be_visible()
    await client.says("我先看第二章。")
    await expect(client.saying("我先看第二章。")).to_be_visible()
    await client.pane.get_by_role("tab", name="离退休党支部").click()
    await expect(client.messages.filter(has_text="我先看第二章。")).to_have_count(0)


async def test_each_has_the_commands_of_their_language_and_the_keyboard_speaks(client: Client) -> None:
    await client.becomes("Anna·Lind")
    await client.pane.get_by_role("button", name="命令").click()
    await expect(client.pane.locator(".command-line", has_text="/checkin")).to_contain_text("Check in")
    await client.page.keyboard.press("Escape")
    await client.pane.locator(".reply-button", has_text="Study").click()
    await expect(client.last).to_contain_text("Check in")
    await client.becomes("李澄")
    await client.pane.get_by_role("button", name="命令").click()
    await expect(client.pane.locator(".command-line", has_text="/checkin")).to_contain_text("打卡")


async def test_an_unknown_method_and_malformed_calls_are_marked_in_the_drawer(
    client: Client, demo: Demo
) -> None:
    drawer = await client.looks_behind("calls")
    assert (await demo.calls("sendHologram", b"{}"))["error_code"] == 404
    unknown = drawer.locator(".call", has_text="sendHologram").first
    await unknown.locator("summary").click()
    await expect(unknown.locator(".warning")).to_contain_text("没有这个方法(404)")
    assert (await demo.calls("sendMessage", b"[]"))["description"] == "Bad Request: JSON object expected"
    wrong = drawer.locator(".call", has_text="sendMessage").first
    await expect(wrong.locator(".call-code")).to_have_text("400")
    await wrong.locator("summary").click()
    await expect(wrong).to_contain_text("JSON object expected")
