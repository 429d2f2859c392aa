"""The platform's refusals, in its own words."""

from datetime import timedelta
from typing import Any

import pytest

from simulator.clock import MovableClock
from simulator.people import SimPerson
from simulator.telegram import Telegram
from tests.simulator.conftest import TOKEN

JSON = dict[str, Any]


async def ask(telegram: Telegram, method: str, **params: Any) -> str:
    """The description of a refusal, or "ok"."""
    answer = await telegram.call(TOKEN, method, params)
    return "ok" if answer["ok"] else str(answer["description"])


def tap(data: str) -> JSON:
    return {"inline_keyboard": [[{"text": "打卡", "callback_data": data}]]}


REFUSED_TEXTS: list[tuple[JSON, str]] = [
    ({"text": ""}, "Bad Request: message text is empty"),
    ({"text": "  \n "}, "Bad Request: text must be non-empty"),
    ({"text": "学" * 4097}, "Bad Request: message is too long"),
    ({"text": "😀" * 2049}, "Bad Request: message is too long"),
    (
        {"text": "<b>粗", "parse_mode": "HTML"},
        "Bad Request: can't parse entities: Can't find end tag corresponding to start tag \"b\"",
    ),
    (
        {"text": "<b>二</i>", "parse_mode": "HTML"},
        (
            "Bad Request: can't parse entities: "
            'Unmatched end tag at byte offset 6, expected "</b>", found "</i>"'
        ),
    ),
    (
        {"text": "<王芳>", "parse_mode": "HTML"},
        'Bad Request: can\'t parse entities: Unsupported start tag "王芳" at byte offset 0',
    ),
    (
        {"text": "a</b>", "parse_mode": "HTML"},
        "Bad Request: can't parse entities: Unexpected end tag at byte offset 1",
    ),
    (
        {"text": "ab", "entities": [{"type": "bold", "offset": 0, "length": 3}]},
        "Bad Request: entity beginning at UTF-16 offset 0 ends after the end of the text at UTF-16 offset 3",
    ),
    (
        {"text": "ab", "entities": [{"type": "bold", "offset": 9, "length": 1}]},
        "Bad Request: entity begins after the end of the text at UTF-16 offset 9",
    ),
    ({"text": "a", "reply_markup": tap("x" * 65)}, "Bad Request: BUTTON_DATA_INVALID"),
    ({"text": "a", "reply_markup": tap("学" * 22)}, "Bad Request: BUTTON_DATA_INVALID"),
    (
        {"text": "a", "reply_markup": tap("")},
        "Bad Request: can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard",
    ),
    (
        {"text": "a", "reply_markup": {"inline_keyboard": [[{"text": "x", "url": "localhost"}]]}},
        "Bad Request: inline keyboard button URL 'localhost' is invalid: Wrong HTTP URL",
    ),
    ({"text": "a", "message_thread_id": 9}, "Bad Request: message thread not found"),
    ({"text": "a", "reply_parameters": {"message_id": 99}}, "Bad Request: message to be replied not found"),
]


@pytest.mark.parametrize(("params", "description"), REFUSED_TEXTS)
async def test_a_bad_text_is_refused(
    telegram: Telegram, wang: SimPerson, params: JSON, description: str
) -> None:
    assert await ask(telegram, "sendMessage", chat_id=wang.id, **params) == description
    assert wang.messages == []


async def test_texts_at_the_limit_are_taken(telegram: Telegram, wang: SimPerson) -> None:
    """The limit counts what is left after the markup is parsed."""
    text = f"<b>{'学' * 4096}</b>"
    assert await ask(telegram, "sendMessage", chat_id=wang.id, text=text, parse_mode="HTML") == "ok"
    assert await ask(telegram, "sendMessage", chat_id=wang.id, text="a", reply_markup=tap("学" * 21)) == "ok"
    long_caption = {"photo": wang.sends_photo().json["photo"][-1]["file_id"], "caption": "长" * 1025}
    refused = await ask(telegram, "sendPhoto", chat_id=wang.id, **long_caption)
    assert refused == "Bad Request: message caption is too long"


async def test_html_becomes_entities_counted_in_utf16(telegram: Telegram, wang: SimPerson) -> None:
    await ask(telegram, "sendMessage", chat_id=wang.id, parse_mode="HTML", text=" 😀<b>粗&lt;</b> <i>斜</i>")
    assert wang.last_message.text == "😀粗< 斜"
    assert wang.last_message.json["entities"] == [
        {"type": "bold", "offset": 2, "length": 2},
        {"type": "italic", "offset": 5, "length": 1},
    ]


async def test_a_stranger_cannot_be_written_to(telegram: Telegram) -> None:
    """Someone the bot never met does not exist for it; someone met in a group must press Start first."""
    stranger, neighbour = telegram.person("路人"), telegram.person("张伟")
    telegram.group("第一党支部", [neighbour])
    assert await ask(telegram, "sendMessage", chat_id=stranger.id, text="a") == "Bad Request: chat not found"
    refused = await ask(telegram, "sendMessage", chat_id=neighbour.id, text="a")
    assert refused == "Forbidden: bot can't initiate conversation with a user"
    neighbour.start()
    assert await ask(telegram, "sendMessage", chat_id=neighbour.id, text="a") == "ok"


async def test_a_block_is_told_and_start_lifts_it(telegram: Telegram, wang: SimPerson) -> None:
    wang.blocks_bot()
    refused = await ask(telegram, "sendMessage", chat_id=wang.id, text="a")
    assert refused == "Forbidden: bot was blocked by the user"
    wang.start()
    kinds = [next(k for k in update if k != "update_id") for update in telegram.updates_for(TOKEN)]
    assert kinds == ["my_chat_member", "my_chat_member", "message"]
    assert await ask(telegram, "sendMessage", chat_id=wang.id, text="a") == "ok"
    wang.deletes_account()
    refused = await ask(telegram, "sendMessage", chat_id=wang.id, text="a")
    assert refused == "Forbidden: user is deactivated"


async def test_a_group_can_shut_the_bot_out(telegram: Telegram, wang: SimPerson) -> None:
    group = telegram.group("支部群", [wang], bot_admin=False)
    group.silences_members()
    refused = await ask(telegram, "sendMessage", chat_id=group.id, text="a")
    assert refused == "Bad Request: not enough rights to send text messages to the chat"
    refused = await ask(telegram, "pinChatMessage", chat_id=group.id, message_id=1)
    assert refused == "Bad Request: not enough rights to manage pinned messages in the chat"
    group.removes_bot()
    refused = await ask(telegram, "sendMessage", chat_id=group.id, text="a")
    assert refused == "Forbidden: bot was kicked from the supergroup chat"
    elsewhere = telegram.group("别的群", [wang], with_bot=False)
    assert await ask(telegram, "sendMessage", chat_id=elsewhere.id, text="a") == "Bad Request: chat not found"


async def test_a_group_that_became_a_supergroup_says_where_it_went(
    telegram: Telegram, wang: SimPerson
) -> None:
    group = telegram.group("支部群", [wang], kind="group")
    old = group.id
    new = group.migrates()
    answer = await telegram.call(TOKEN, "sendMessage", {"chat_id": old, "text": "a"})
    assert answer["description"] == "Bad Request: group chat was upgraded to a supergroup chat"
    assert answer["parameters"] == {"migrate_to_chat_id": new}
    assert await ask(telegram, "sendMessage", chat_id=new, text="a") == "ok"
    assert [m.text for m in group.bot_messages] == ["a"]


async def test_forum_threads_open_and_vanish(telegram: Telegram, wang: SimPerson) -> None:
    group = telegram.group("支部论坛", [wang], forum=True)
    thread = group.opens_thread("学习")
    assert await ask(telegram, "sendMessage", chat_id=group.id, text="a", message_thread_id=thread) == "ok"
    assert group.last_message.thread == thread
    group.deletes_thread(thread)
    refused = await ask(telegram, "sendMessage", chat_id=group.id, text="a", message_thread_id=thread)
    assert refused == "Bad Request: message thread not found"


async def test_edits_are_checked(telegram: Telegram, wang: SimPerson) -> None:
    await ask(telegram, "sendMessage", chat_id=wang.id, text="打卡 0/3", reply_markup=tap("c:1"))
    card = {"chat_id": wang.id, "message_id": wang.last_message.id}
    same = await ask(telegram, "editMessageText", **card, text="打卡 0/3", reply_markup=tap("c:1"))
    assert same.startswith(
        "Bad Request: message is not modified: specified new message content and reply markup"
    )
    assert await ask(telegram, "editMessageText", **card, text="打卡 1/3", reply_markup=tap("c:1")) == "ok"
    assert (wang.screen(), wang.last_message.buttons) == ("打卡 1/3", ["打卡"])
    assert await ask(telegram, "editMessageReplyMarkup", **card) == "ok"
    assert wang.last_message.buttons == []
    own = wang.says("我的话")
    refused = await ask(telegram, "editMessageText", chat_id=wang.id, message_id=own.id, text="x")
    assert refused == "Bad Request: message can't be edited"
    gone = await ask(telegram, "editMessageText", chat_id=wang.id, message_id=999, text="x")
    assert gone == "Bad Request: message to edit not found"


async def test_an_old_message_stays(telegram: Telegram, wang: SimPerson, clock: MovableClock) -> None:
    await ask(telegram, "sendMessage", chat_id=wang.id, text="旧")
    clock.advance(timedelta(hours=49))
    refused = await ask(telegram, "deleteMessage", chat_id=wang.id, message_id=wang.last_message.id)
    assert refused == "Bad Request: message can't be deleted for everyone"


async def test_a_tap_waits_only_so_long(telegram: Telegram, wang: SimPerson, clock: MovableClock) -> None:
    await ask(telegram, "sendMessage", chat_id=wang.id, text="卡", reply_markup=tap("c:1"))
    wang.taps("打卡")
    query = telegram.updates_for(TOKEN)[0]["callback_query"]["id"]
    assert await ask(telegram, "answerCallbackQuery", callback_query_id=query, text="已打卡") == "ok"
    assert wang.toasts == ["已打卡"]
    clock.advance(timedelta(hours=1))
    stale = "Bad Request: query is too old and response timeout expired or query ID is invalid"
    assert await ask(telegram, "answerCallbackQuery", callback_query_id=query, text="x") == stale
    assert await ask(telegram, "answerCallbackQuery", callback_query_id="1", text="x") == stale


async def test_wrong_tokens_and_methods(telegram: Telegram) -> None:
    assert await telegram.call("1:x", "getMe", {}) == {
        "ok": False,
        "error_code": 401,
        "description": "Unauthorized",
    }
    answer = await telegram.call(TOKEN, "sendTelepathy", {})
    assert (answer["error_code"], answer["description"]) == (404, "Not Found: method not found")


async def test_rates_hold_on_the_monotonic_clock(clock: MovableClock) -> None:
    """Thirty a second in all, one a second in a chat after a short burst, twenty a minute in a group."""
    telegram = Telegram(clock, {TOKEN: "banxue_bot"}, strict_limits=True)
    people = [telegram.person(f"党员{n}") for n in range(31)]
    for person in people:
        person.start()
    sent = [await ask(telegram, "sendMessage", chat_id=p.id, text="a") for p in people]
    assert sent == ["ok"] * 30 + ["Too Many Requests: retry after 1"]
    clock.advance(timedelta(days=1))
    assert await ask(telegram, "sendMessage", chat_id=people[30].id, text="a") != "ok"
    await clock.sleep(1)
    assert await ask(telegram, "sendMessage", chat_id=people[30].id, text="a") == "ok"

    group = telegram.group("支部群", people[:3])
    outcomes = []
    for _ in range(21):
        await clock.sleep(1)
        outcomes.append(await telegram.call(TOKEN, "sendMessage", {"chat_id": group.id, "text": "a"}))
    assert [o["ok"] for o in outcomes] == [True] * 20 + [False]
    assert outcomes[-1]["parameters"] == {"retry_after": 40}
