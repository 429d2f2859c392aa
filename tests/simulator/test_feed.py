"""What browsers are told: everything once, in order, and after an absence exactly what was missed."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiogram import Bot
from aiogram.exceptions import TelegramNotFound
from aiogram.methods import TelegramMethod
from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup, ReplyKeyboardMarkup

from simulator.page.feed import Feed
from simulator.people import SimPerson
from simulator.telegram import Telegram
from tests.simulator.conftest import TOKEN

TAP = InlineKeyboardMarkup(inline_keyboard=[[InlineKeyboardButton(text="打卡", callback_data="secret-data")]])


@pytest.fixture
async def feed(telegram: Telegram, wang: SimPerson) -> Feed:
    """What a page tells on which one person sits."""
    feed = Feed()
    feed.begin(telegram, [wang])
    return feed


async def told(feed: Feed, since: int = 0) -> list[dict[str, Any]]:
    """What a browser is told that comes with this number, as things stand."""
    await asyncio.sleep(0)
    following: AsyncIterator[list[str]] = feed.follow(since)
    return [json.loads(event) for event in await anext(following)]


def of(kind: str, events: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [event for event in events if event["kind"] == kind]


class Browser:
    """Keeps what it is told, as the page's own client does."""

    def __init__(self) -> None:
        self.seen = 0
        self.messages: dict[tuple[int, int], Any] = {}
        self.pins: dict[int, Any] = {}
        self.keyboards: dict[int, Any] = {}

    def take(self, event: dict[str, Any]) -> None:
        assert event["seq"] > self.seen, "numbers grow"
        self.seen = event["seq"]
        match event["kind"]:
            case "message":
                key = (event["chat"], event["message"]["id"])
                assert key not in self.messages, "no message comes twice"
                self.messages[key] = event["message"]
            case "edit":
                key = (event["chat"], event["message"]["id"])
                assert key in self.messages, "only what was told before is edited"
                self.messages[key] = event["message"]
            case "delete":
                for number in event["ids"]:
                    del self.messages[event["chat"], number]
            case "pin":
                self.pins[event["chat"]] = event["id"]
            case "keyboard":
                self.keyboards[event["chat"]] = event["rows"]

    def state(self) -> Any:
        return self.messages, self.pins, self.keyboards


async def test_whoever_comes_back_after_any_absence_knows_what_one_who_stayed_knows(
    telegram: Telegram, bot: Bot, feed: Feed, wang: SimPerson
) -> None:
    """The connection is cut after each event in turn, and the browser returns at the very end."""
    group = telegram.group("支部群", [wang])
    stayed = Browser()
    cut: list[Browser] = [Browser()]

    async def listen() -> None:
        for event in await told(feed, stayed.seen):
            stayed.take(event)
            copy = Browser()
            copy.seen, copy.messages = stayed.seen, dict(stayed.messages)
            copy.pins, copy.keyboards = dict(stayed.pins), dict(stayed.keyboards)
            cut.append(copy)

    card = await bot.send_message(group.id, "打卡 0/3", reply_markup=TAP)
    await listen()
    await bot.pin_chat_message(group.id, card.message_id)
    await bot.edit_message_text("打卡 1/3", chat_id=group.id, message_id=card.message_id, reply_markup=TAP)
    await listen()
    reply = await bot.send_message(
        wang.id,
        "在",
        reply_markup=ReplyKeyboardMarkup(keyboard=[[{"text": "学习"}]]),  # type: ignore[list-item]  # pydantic reads the dict
    )
    wang.says("谢谢")
    await listen()
    await bot.delete_message(wang.id, reply.message_id)
    await bot.edit_message_text("打卡 2/3", chat_id=group.id, message_id=card.message_id)
    await bot.unpin_chat_message(group.id, message_id=card.message_id)
    await listen()
    assert stayed.messages[group.id, card.message_id]["text"] == "打卡 2/3"
    assert stayed.pins == {group.id: None}
    assert len(cut) > 15
    for returning in cut:
        for event in await told(feed, returning.seen):
            returning.take(event)
        assert returning.state() == stayed.state()


async def test_a_browser_of_another_process_is_told_everything(feed: Feed, wang: SimPerson) -> None:
    wang.says("一")
    everything = await told(feed)
    assert len(of("message", everything)) == 2  # Start, and this
    assert await told(feed, since=feed.seq + 10**9) == everything


async def test_what_shows_no_difference_is_not_told_again(
    feed: Feed, wang: SimPerson, telegram: Telegram
) -> None:
    before = await told(feed)
    telegram.witness.message(wang.private_chat.messages[1])
    telegram.witness.chat(wang.private_chat)
    telegram.witness.commands()
    assert await told(feed) == before


async def test_a_toast_is_for_those_who_are_there_or_were_a_moment_ago(
    telegram: Telegram, bot: Bot, feed: Feed, wang: SimPerson
) -> None:
    await bot.send_message(wang.id, "卡", reply_markup=TAP)
    await told(feed)
    there = feed.seq
    wang.taps("打卡")
    [update] = await bot.get_updates(offset=-1)
    assert update.callback_query is not None
    await bot.answer_callback_query(update.callback_query.id, "已打卡 19:02")
    [toast] = of("toast", await told(feed, since=there))
    assert (toast["person"], toast["text"], toast["alert"]) == (wang.id, "已打卡 19:02", False)
    assert of("toast", await told(feed)) == []


async def test_buttons_are_named_and_their_data_kept_back(bot: Bot, feed: Feed, wang: SimPerson) -> None:
    await bot.send_message(
        wang.id,
        "卡",
        reply_markup=InlineKeyboardMarkup(
            inline_keyboard=[
                [
                    InlineKeyboardButton(text="好", callback_data="secret-data", style="success"),
                    InlineKeyboardButton(text="看", url="https://example.org/a"),
                ]
            ]
        ),
    )
    message = of("message", await told(feed))[-1]["message"]
    assert message["rows"] == [
        [
            {"text": "好", "kind": "callback", "style": "success"},
            {"text": "看", "kind": "url", "style": None, "url": "https://example.org/a"},
        ]
    ]
    assert "secret-data" not in json.dumps(of("message", await told(feed)))


async def test_a_whisper_says_for_whom_it_is(
    telegram: Telegram, bot: Bot, feed: Feed, wang: SimPerson
) -> None:
    group = telegram.group("支部群", [wang])
    await bot.send_message(group.id, "只有您看得到", receiver_user_id=wang.id)
    whisper = of("message", await told(feed))[-1]["message"]
    assert (whisper["text"], whisper["only_for"]) == ("只有您看得到", wang.id)


async def test_chats_of_people_who_are_not_on_the_page_are_not_told(
    telegram: Telegram, bot: Bot, feed: Feed
) -> None:
    other = telegram.person("李强")
    other.start()
    await bot.send_message(other.id, "只给李强")
    assert other.id not in [event["chat"] for event in of("message", await told(feed))]


async def test_calls_are_told_with_their_answers_and_never_with_the_token(
    telegram: Telegram, bot: Bot, feed: Feed, wang: SimPerson
) -> None:
    class Unknown(TelegramMethod[bool]):
        """A method the platform does not have."""

        __returning__ = bool
        __api_method__ = "sendHologram"

    await bot.send_message(wang.id, "在")
    await bot.get_updates()
    with pytest.raises(TelegramNotFound):
        await bot(Unknown())
    known, unknown = of("call", await told(feed))
    assert (known["method"], known["params"]["text"], known["answer"]["ok"]) == ("sendMessage", "在", True)
    assert (known["warning"], unknown["warning"]) == (False, True)
    assert (unknown["method"], unknown["answer"]["error_code"]) == ("sendHologram", 404)
    assert TOKEN not in json.dumps(await told(feed))


async def test_ten_thousand_messages_are_told_to_a_newcomer_once_each(
    telegram: Telegram, feed: Feed, wang: SimPerson
) -> None:
    for number in range(10_000):
        telegram.post(wang.private_chat, wang.account, {"text": f"第 {number} 条"})
    events = of("message", await told(feed))
    assert len({event["message"]["id"] for event in events}) == len(events) == 10_001


async def test_votes_reactions_and_a_reply_that_is_asked_for_show(
    telegram: Telegram, bot: Bot, feed: Feed, wang: SimPerson
) -> None:
    poll = await bot.send_poll(wang.id, "几点?", ["九点", "十点"], is_anonymous=False)
    message = wang.private_chat.messages[poll.message_id]
    wang.votes(message, 1)
    wang.reacts(message, "👍")
    shown = of("message", await told(feed))[-1]["message"]
    assert shown["poll"]["votes"] == {str(wang.id): [1]}
    assert shown["poll"]["total_voter_count"] == 1
    assert shown["reactions"] == [{"person": wang.id, "emoji": ["👍"]}]
    await bot.send_message(wang.id, "请回复", reply_markup={"force_reply": True})  # type: ignore[arg-type]  # pydantic reads the dict
    assert of("keyboard", await told(feed))[-1]["force_reply"]
    wang.says("好")
    assert not of("keyboard", await told(feed))[-1]["force_reply"]


async def test_what_happens_to_a_group_is_said_in_the_readers_language(
    telegram: Telegram, bot: Bot, feed: Feed, wang: SimPerson
) -> None:
    group = telegram.group("支部群", [wang])
    card = await bot.send_message(group.id, "打卡 0/3")
    await bot.pin_chat_message(group.id, card.message_id)
    told_of = [event["message"]["service"] for event in of("message", await told(feed))]
    assert told_of[-1] == {"zh": "banxue_bot 置顶了“打卡 0/3”", "en": "banxue_bot pinned “打卡 0/3”"}


async def test_a_group_is_shown_before_what_is_said_in_it(
    telegram: Telegram, feed: Feed, wang: SimPerson
) -> None:
    group = telegram.group("支部群", [wang], kind="group")
    before = (await told(feed))[-1]["seq"]
    new = group.migrates()
    about = [(event["kind"], event["chat"]) for event in await told(feed, before)]
    shown = [kind for kind, where in about if (where["id"] if isinstance(where, dict) else where) == new]
    assert shown.index("chat") < shown.index("message")
