"""What people do reaches the bot as the platform would tell it, and they see what it does."""

from typing import Any

import pytest
from aiogram.types import Update

from simulator.people import SimPerson
from simulator.telegram import Telegram
from tests.simulator.conftest import TOKEN


def waiting(telegram: Telegram) -> list[Update]:
    return [Update.model_validate(update) for update in telegram.updates_for(TOKEN)]


async def sends(telegram: Telegram, chat_id: int, text: str, **params: Any) -> None:
    answer = await telegram.call(TOKEN, "sendMessage", {"chat_id": chat_id, "text": text, **params})
    assert answer["ok"], answer


async def test_a_deep_link_starts_the_bot_with_its_payload(telegram: Telegram) -> None:
    zhang = telegram.person("张伟")
    zhang.open_link("https://t.me/banxue_bot?start=abc_-1")
    (update,) = waiting(telegram)
    assert update.message is not None
    assert update.message.text == "/start abc_-1"
    assert update.message.from_user is not None
    assert (update.message.from_user.full_name, update.message.chat.type) == ("张伟", "private")
    with pytest.raises(ValueError, match="start parameter"):
        zhang.open_link("有空格 的")


async def test_privacy_mode_hides_talk_among_members(telegram: Telegram, wang: SimPerson) -> None:
    group = telegram.group("支部群", [wang], bot_admin=False)
    await sends(telegram, group.id, "本周学习")
    waiting(telegram)
    wang.says("大家好", in_chat=group)
    wang.says("/topic", in_chat=group)
    wang.says("/topic@other_bot", in_chat=group)
    wang.says("请 @banxue_bot 看看", in_chat=group)
    wang.says("收到", in_chat=group, reply_to=group.last_message)
    telegram.person("李明").joins(group)
    seen = [(u.message.text, bool(u.message.new_chat_members)) for u in waiting(telegram) if u.message]
    assert seen == [("/topic", False), ("请 @banxue_bot 看看", False), ("收到", False), (None, True)]


async def test_an_administrator_bot_sees_everything(telegram: Telegram, wang: SimPerson) -> None:
    group = telegram.group("支部群", [wang])
    wang.says("大家好", in_chat=group)
    wang.says("匿名", in_chat=group, anonymous=True)
    texts = [(u.message.text, u.message.sender_chat is not None) for u in waiting(telegram) if u.message]
    assert texts == [("大家好", False), ("匿名", True)]


async def test_buttons_lead_where_they_say(telegram: Telegram, wang: SimPerson) -> None:
    keyboard = [
        [{"text": "✅ 打卡 3", "callback_data": "c:1"}],
        [
            {"text": "加入", "url": "https://t.me/banxue_bot?start=j1"},
            {"text": "公开课", "url": "https://example.org/a"},
        ],
    ]
    await sends(telegram, wang.id, "卡", reply_markup={"inline_keyboard": keyboard})
    await sends(telegram, wang.id, "菜单", reply_markup={"keyboard": [[{"text": "学习"}, {"text": "请假"}]]})
    for words in ("打卡", "加入", "公开课", "学习"):
        wang.taps(words)
    tap, start, word = waiting(telegram)
    assert tap.callback_query is not None
    assert tap.callback_query.data == "c:1"
    assert start.message is not None
    assert start.message.text == "/start j1"
    assert word.message is not None
    assert word.message.text == "学习"
    assert wang.visited == ["https://example.org/a"]
    with pytest.raises(LookupError, match="打卡"):
        wang.taps("投票")


async def test_a_tap_answered_with_a_link_opens_it(telegram: Telegram, wang: SimPerson) -> None:
    group = telegram.group("支部群", [wang])
    markup = {"inline_keyboard": [[{"text": "心得", "callback_data": "r:1"}]]}
    await sends(telegram, group.id, "卡", reply_markup=markup)
    wang.taps("心得", in_chat=group)
    query = waiting(telegram)[-1].callback_query
    assert query is not None
    params = {"callback_query_id": query.id, "url": "https://t.me/banxue_bot?start=r1"}
    assert (await telegram.call(TOKEN, "answerCallbackQuery", params))["ok"]
    assert [u.message.text for u in waiting(telegram) if u.message] == ["/start r1"]


async def test_a_long_text_arrives_in_pieces(telegram: Telegram, wang: SimPerson) -> None:
    wang.says("长" * 10_000)
    assert [len(u.message.text or "") for u in waiting(telegram) if u.message] == [4096, 4096, 1808]


async def test_files_travel_both_ways(telegram: Telegram, wang: SimPerson) -> None:
    wang.sends_document("花名册.csv", "姓名".encode(), caption="名册")
    wang.sends_voice()
    wang.sends_sticker()
    document = waiting(telegram)[0].message
    assert document is not None
    assert document.document is not None
    answer = await telegram.call(TOKEN, "getFile", {"file_id": document.document.file_id})
    assert telegram.file(TOKEN, answer["result"]["file_path"]) == "姓名".encode()
    big = wang.sends_document("大.zip", size=21 * 1024 * 1024)
    refused = await telegram.call(TOKEN, "getFile", {"file_id": big.json["document"]["file_id"]})
    assert refused["description"] == "Bad Request: file is too big"


async def test_an_edit_is_told_and_a_deletion_is_not(telegram: Telegram, wang: SimPerson) -> None:
    message = wang.says("初稿")
    wang.edits(message, "定稿")
    wang.deletes(message)
    first, second = waiting(telegram)
    assert first.message is not None
    assert first.message.text == "初稿"
    assert second.edited_message is not None
    assert second.edited_message.text == "定稿"


async def test_a_whisper_is_for_one_person(telegram: Telegram, wang: SimPerson) -> None:
    group = telegram.group("支部群", [wang])
    await sends(telegram, group.id, "只给你", ephemeral_message_parameters={"receiver_user_id": wang.id})
    assert [m.text for m in wang.whispers_in(group)] == ["只给你"]
    assert group.messages == []


async def test_the_transcript_tells_the_story(telegram: Telegram, wang: SimPerson, tmp_path: Any) -> None:
    await sends(
        telegram,
        wang.id,
        "欢迎",
        reply_markup={"inline_keyboard": [[{"text": "打卡", "callback_data": "c"}]]},
    )
    wang.taps("打卡")
    assert [(line.who, line.kind, line.text) for line in telegram.transcript] == [
        ("王芳", "says", "/start"),
        ("banxue_bot", "says", "欢迎"),
        ("王芳", "taps", "[打卡]"),
    ]
    path = tmp_path / "transcript.jsonl"
    telegram.transcript.write(path)
    assert len(path.read_text(encoding="utf-8").splitlines()) == 3
    assert "[打卡]" in telegram.transcript.readable()
