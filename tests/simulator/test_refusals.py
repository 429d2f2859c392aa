"""The simulator's refusals against a table of real ones.

The words are those of the platform's own server (tdlib/telegram-bot-api, Client.cpp and ClientManager.cpp)
and of the lists that people keep of what it has answered them (TelegramBotAPI/errors on GitHub).
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from simulator.people import SimPerson
from simulator.telegram import Telegram
from tests.simulator.conftest import TOKEN

JSON = dict[str, Any]
Request = tuple[str, JSON]
Arrange = Callable[[Telegram, SimPerson], Request]

NOT_MODIFIED = (
    "Bad Request: message is not modified: specified new message content and reply markup are exactly the"
    " same as a current content and reply markup of the message"
)
STALE_QUERY = "Bad Request: query is too old and response timeout expired or query ID is invalid"


@dataclass(frozen=True)
class Real:
    """A refusal as the platform makes it; `where` says where the words were read."""

    code: int
    description: str
    where: str


def says(chat: int, **more: Any) -> Request:
    return "sendMessage", {"chat_id": chat, "text": "a", **more}


def of_a_button(button: JSON) -> Arrange:
    return lambda _telegram, wang: says(wang.id, reply_markup={"inline_keyboard": [[button]]})


def blocked(_telegram: Telegram, wang: SimPerson) -> Request:
    wang.blocks_bot()
    return says(wang.id)


def deactivated(_telegram: Telegram, wang: SimPerson) -> Request:
    wang.deletes_account()
    return says(wang.id)


def never_started(telegram: Telegram, _wang: SimPerson) -> Request:
    neighbour = telegram.person("张伟")
    telegram.group("支部群", [neighbour])
    return says(neighbour.id)


def another_bot(telegram: Telegram, _wang: SimPerson) -> Request:
    return says(next(iter(telegram.bots.values())).id)


def upgraded(telegram: Telegram, wang: SimPerson) -> Request:
    group = telegram.group("支部群", [wang], kind="group")
    old = group.id
    group.migrates()
    return says(old)


def kicked(telegram: Telegram, wang: SimPerson) -> Request:
    group = telegram.group("支部群", [wang])
    group.removes_bot()
    return says(group.id)


def kicked_from_small(telegram: Telegram, wang: SimPerson) -> Request:
    group = telegram.group("支部群", [wang], kind="group")
    group.removes_bot()
    return says(group.id)


def silenced(telegram: Telegram, wang: SimPerson) -> Request:
    group = telegram.group("支部群", [wang], bot_admin=False)
    group.silences_members()
    return says(group.id)


def no_pinning(telegram: Telegram, wang: SimPerson) -> Request:
    group = telegram.group("支部群", [wang], bot_admin=False)
    return "pinChatMessage", {"chat_id": group.id, "message_id": wang.says("一", in_chat=group).id}


def closed_thread(telegram: Telegram, wang: SimPerson) -> Request:
    group = telegram.group("论坛", [wang], forum=True)
    thread = group.opens_thread("学习")
    group.closes_thread(thread)
    return says(group.id, message_thread_id=thread)


def on_message(method: str, **more: Any) -> Arrange:
    return lambda _telegram, wang: (method, {"chat_id": wang.id, "message_id": 404, **more})


def others_message(_telegram: Telegram, wang: SimPerson) -> Request:
    return "editMessageText", {"chat_id": wang.id, "message_id": wang.says("我的话").id, "text": "b"}


REFUSALS: list[tuple[Arrange, Real]] = [
    (lambda _t, _w: says(0, chat_id=""), Real(400, "Bad Request: chat_id is empty", "check_chat")),
    (lambda _t, _w: says(7), Real(400, "Bad Request: chat not found", "errors list")),
    (blocked, Real(403, "Forbidden: bot was blocked by the user", "fail_query_with_error")),
    (deactivated, Real(403, "Forbidden: user is deactivated", "check_chat_access")),
    (never_started, Real(403, "Forbidden: bot can't initiate conversation with a user", "errors list")),
    (another_bot, Real(403, "Forbidden: bot can't send messages to bots", "errors list")),
    (upgraded, Real(400, "Bad Request: group chat was upgraded to a supergroup chat", "check_chat_access")),
    (kicked, Real(403, "Forbidden: bot was kicked from the supergroup chat", "check_chat_access")),
    (kicked_from_small, Real(403, "Forbidden: bot was kicked from the group chat", "check_chat_access")),
    (silenced, Real(400, "Bad Request: not enough rights to send text messages to the chat", "errors list")),
    (
        no_pinning,
        Real(400, "Bad Request: not enough rights to manage pinned messages in the chat", "errors list"),
    ),
    (closed_thread, Real(400, "Bad Request: TOPIC_CLOSED", "errors list")),
    (
        lambda _t, w: says(w.id, message_thread_id=9),
        Real(400, "Bad Request: message thread not found", "errors list"),
    ),
    (lambda _t, w: says(w.id, text=""), Real(400, "Bad Request: message text is empty", "errors list")),
    (
        lambda _t, w: says(w.id, text="长" * 4097),
        Real(400, "Bad Request: message is too long", "errors list"),
    ),
    (
        lambda _t, w: says(w.id, reply_parameters={"message_id": 404}),
        Real(400, "Bad Request: message to be replied not found", "errors list"),
    ),
    (
        on_message("editMessageText", text="b"),
        Real(400, "Bad Request: message to edit not found", "check_message"),
    ),
    (others_message, Real(400, "Bad Request: message can't be edited", "errors list")),
    (on_message("deleteMessage"), Real(400, "Bad Request: message to delete not found", "check_message")),
    (on_message("pinChatMessage"), Real(400, "Bad Request: message to pin not found", "check_message")),
    (
        lambda _t, w: ("unpinChatMessage", {"chat_id": w.id}),
        Real(400, "Bad Request: message to unpin not found", "TdOnGetChatPinnedMessageToUnpinCallback"),
    ),
    (
        lambda _t, w: ("copyMessage", {"chat_id": w.id, "from_chat_id": w.id, "message_id": 404}),
        Real(400, "Bad Request: message to copy not found", "check_message"),
    ),
    (
        lambda _t, _w: ("answerCallbackQuery", {"callback_query_id": "1"}),
        Real(400, STALE_QUERY, "fail_query_with_error"),
    ),
    (
        of_a_button({"text": "打卡"}),
        Real(
            400,
            "Bad Request: can't parse inline keyboard button: "
            "Text buttons are unallowed in the inline keyboard",
            "get_inline_keyboard_button",
        ),
    ),
    (
        of_a_button({"text": "打卡", "callback_data": "x" * 65}),
        Real(400, "Bad Request: BUTTON_DATA_INVALID", "errors list"),
    ),
    (
        lambda _t, w: says(w.id, reply_markup={"keyboard": [[5]]}),
        Real(
            400,
            "Bad Request: can't parse keyboard button: KeyboardButton must be a String or an Object",
            "get_keyboard_button",
        ),
    ),
    (
        lambda _t, w: says(w.id, reply_markup="[]"),
        Real(400, "Bad Request: object expected as reply markup", "get_reply_markup"),
    ),
    (
        lambda _t, w: says(w.id, reply_markup="{"),
        Real(400, "Bad Request: can't parse reply keyboard markup JSON object", "get_reply_markup"),
    ),
    (
        lambda _t, w: ("sendPhoto", {"chat_id": w.id, "photo": "https://example.org/a.png"}),
        Real(400, "Bad Request: failed to get HTTP URL content", "fail_query_with_error"),
    ),
    (lambda _t, _w: ("sendTelepathy", {}), Real(404, "Not Found: method not found", "grammY reports")),
]


@pytest.mark.parametrize(("arrange", "real"), REFUSALS, ids=[real.description for _, real in REFUSALS])
async def test_a_refusal_is_made_in_the_words_of_the_platform(
    telegram: Telegram, wang: SimPerson, arrange: Arrange, real: Real
) -> None:
    method, params = arrange(telegram, wang)
    answer = await telegram.call(TOKEN, method, params)
    assert (answer["ok"], answer["error_code"], answer["description"]) == (
        False,
        real.code,
        real.description,
    )


async def test_what_to_do_next_stands_in_the_parameters(telegram: Telegram, wang: SimPerson) -> None:
    """`migrate_to_chat_id` where a group moved, `retry_after` where it was too much, and nothing else."""
    group = telegram.group("支部群", [wang], kind="group")
    old, new = group.id, group.migrates()
    moved = await telegram.call(TOKEN, *says(old))
    assert moved["parameters"] == {"migrate_to_chat_id": new}
    hasty = Telegram(telegram.clock, {TOKEN: "banxue_bot"}, strict_limits=True)
    crowd = [hasty.person(f"党员{n}") for n in range(31)]
    for person in crowd:
        person.start()
    answers = [await hasty.call(TOKEN, *says(person.id)) for person in crowd]
    assert [answer["ok"] for answer in answers] == [True] * 30 + [False]
    assert answers[-1]["error_code"] == 429
    assert answers[-1]["description"] == "Too Many Requests: retry after 1"
    assert answers[-1]["parameters"] == {"retry_after": 1}


async def test_a_message_that_shows_the_same_is_not_modified(telegram: Telegram, wang: SimPerson) -> None:
    sent = (await telegram.call(TOKEN, *says(wang.id)))["result"]
    same = {"chat_id": wang.id, "message_id": sent["message_id"], "text": "a"}
    answer = await telegram.call(TOKEN, "editMessageText", same)
    assert (answer["error_code"], answer["description"]) == (400, NOT_MODIFIED)


async def test_a_wrong_token_is_unauthorized(telegram: Telegram) -> None:
    answer = await telegram.call("1:WRONG", "getMe", {})
    assert (answer["error_code"], answer["description"]) == (401, "Unauthorized")
