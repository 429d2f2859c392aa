"""The same platform through aiogram in process, over HTTP, by polling and by webhook."""

import asyncio
from typing import Any

import pytest
from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import (
    ClientDecodeError,
    TelegramBadRequest,
    TelegramConflictError,
    TelegramForbiddenError,
    TelegramMigrateToChat,
    TelegramNetworkError,
    TelegramRetryAfter,
    TelegramServerError,
    TelegramUnauthorizedError,
)
from aiogram.types import (
    BotCommand,
    BufferedInputFile,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InputMediaDocument,
    InputMediaPhoto,
    ReactionTypeEmoji,
    Update,
)
from aiohttp import ClientConnectorError, ServerDisconnectedError, web

from simulator.faults import Fault
from simulator.people import SimPerson
from simulator.server import serving
from simulator.session import InProcessSession
from simulator.telegram import Telegram
from tests.simulator.conftest import TOKEN

PICTURE = BufferedInputFile(b"\x89PNG", "chart.png")


async def test_every_answer_parses_with_aiogram(telegram: Telegram, bot: Bot, wang: SimPerson) -> None:
    """A tour of the methods a bot uses; aiogram validates each answer against its models."""
    group = telegram.group("支部群", [wang])
    assert (await bot.get_me()).username == "banxue_bot"
    card = await bot.send_message(
        group.id,
        "卡",
        reply_markup=InlineKeyboardMarkup(
            inline_keyboard=[[InlineKeyboardButton(text="打卡", callback_data="c")]]
        ),
    )
    assert card.reply_markup is not None
    await bot.pin_chat_message(group.id, card.message_id)
    full = await bot.get_chat(group.id)
    assert full.pinned_message is not None
    assert full.pinned_message.message_id == card.message_id
    await bot.unpin_chat_message(group.id)
    assert group.pinned == []
    photo = await bot.send_photo(wang.id, PICTURE, caption="图")
    assert photo.photo is not None
    await bot.edit_message_caption(chat_id=wang.id, message_id=photo.message_id, caption="新图")
    await bot.edit_message_media(
        chat_id=wang.id, message_id=photo.message_id, media=InputMediaPhoto(media=PICTURE, caption="再换")
    )
    assert wang.screen() == "再换"
    again = await bot.send_photo(wang.id, photo.photo[-1].file_id)
    assert again.photo is not None
    document = await bot.send_document(wang.id, BufferedInputFile(b"xlsx", "统计.xlsx"))
    assert document.document is not None
    assert document.document.file_name == "统计.xlsx"
    fetched = await bot.download(document.document.file_id)
    assert fetched is not None
    assert fetched.read() == b"xlsx"
    await bot.send_video(wang.id, BufferedInputFile(b"mp4", "v.mp4"))
    await bot.send_voice(wang.id, BufferedInputFile(b"ogg", "v.ogg"))
    album = await bot.send_media_group(
        wang.id, [InputMediaDocument(media=PICTURE, caption="一"), InputMediaDocument(media=PICTURE)]
    )
    assert len({m.media_group_id for m in album}) == 1
    await bot.copy_message(wang.id, group.id, card.message_id)
    assert (await bot.forward_message(wang.id, group.id, card.message_id)).forward_origin is not None
    poll = await bot.send_poll(
        group.id, "几点?", ["九点", "十点"], type="quiz", correct_option_ids=[0], is_anonymous=False
    )
    wang.votes(group.card(""), 0)
    assert (await bot.stop_poll(group.id, poll.message_id)).is_closed
    members = [
        await bot.get_chat_member(group.id, wang.id),
        *await bot.get_chat_administrators(group.id),
    ]
    assert [m.status for m in members] == ["creator", "creator", "administrator"]
    await bot.set_my_commands([BotCommand(command="topic", description="学习")], language_code="zh")
    assert [c.command for c in await bot.get_my_commands(language_code="zh")] == ["topic"]
    assert wang.menu == ["topic"]
    await bot.delete_my_commands(language_code="zh")
    await bot.send_chat_action(wang.id, "typing")
    await bot.set_message_reaction(wang.id, photo.message_id, [ReactionTypeEmoji(emoji="👍")])
    await bot.delete_message(group.id, card.message_id)
    await bot.leave_chat(group.id)
    with pytest.raises(TelegramForbiddenError, match="not a member of the supergroup chat"):
        await bot.send_message(group.id, "a")
    assert [u.poll_answer.option_ids for u in await bot.get_updates() if u.poll_answer] == [[0]]


async def test_refusals_come_out_as_aiogram_raises_them(
    telegram: Telegram, bot: Bot, wang: SimPerson
) -> None:
    with pytest.raises(TelegramBadRequest, match="chat not found"):
        await bot.send_message(1, "a")
    group = telegram.group("支部群", [wang], kind="group")
    old, new = group.id, group.migrates()
    with pytest.raises(TelegramMigrateToChat) as moved:
        await bot.send_message(old, "a")
    assert moved.value.migrate_to_chat_id == new
    stranger = Bot("7:OTHER", session=InProcessSession(telegram))
    with pytest.raises(TelegramUnauthorizedError):
        await stranger.get_me()


FAULTS = [
    (Fault.TOO_MANY, TelegramRetryAfter, None, 0),
    (Fault.SERVER_ERROR, TelegramServerError, None, 0),
    (Fault.HTML_BEFORE, ClientDecodeError, None, 0),
    (Fault.HTML_AFTER, ClientDecodeError, None, 1),
    (Fault.MISLABELLED, UnicodeDecodeError, None, 0),
    (Fault.NO_CHARSET, LookupError, None, 0),
    (Fault.NO_CONNECTION, TelegramNetworkError, ClientConnectorError, 0),
    (Fault.DROP_BEFORE, TelegramNetworkError, ServerDisconnectedError, 0),
    (Fault.DROP_AFTER, TelegramNetworkError, ServerDisconnectedError, 1),
    (Fault.SLOW, TelegramNetworkError, TimeoutError, 1),
]


@pytest.mark.parametrize(("fault", "raised", "cause", "arrived"), FAULTS)
async def test_an_ordered_fault_happens_once(
    telegram: Telegram,
    bot: Bot,
    wang: SimPerson,
    fault: Fault,
    raised: type[Exception],
    cause: type[Exception] | None,
    arrived: int,
) -> None:
    telegram.fail_next("sendMessage", fault, seconds=90, chat_id=wang.id)
    with pytest.raises(raised) as failure:
        await bot.send_message(wang.id, "一")
    if cause is not None:
        assert isinstance(failure.value.__cause__, cause)
    assert len(wang.messages) == arrived
    await bot.send_message(wang.id, "二")
    assert len(wang.messages) == arrived + 1


async def test_a_bot_over_http_sends_and_fetches(telegram: Telegram, wang: SimPerson) -> None:
    async with serving(telegram) as url:
        session = AiohttpSession(api=TelegramAPIServer.from_base(url))
        async with Bot(TOKEN, session=session).context() as bot:
            await bot.send_message(wang.id, "你好")
            document = await bot.send_document(wang.id, BufferedInputFile(b"xlsx", "统计.xlsx"))
            assert document.document is not None
            fetched = await bot.download(document.document.file_id)
            assert fetched is not None
            assert fetched.read() == b"xlsx"
            with pytest.raises(TelegramBadRequest, match="message text is empty"):
                await bot.send_message(wang.id, "")
            telegram.fail_next("sendMessage", Fault.DROP_AFTER)
            with pytest.raises(TelegramNetworkError):
                await bot.send_message(wang.id, "丢")
            telegram.fail_next("sendMessage", Fault.HTML_BEFORE)
            with pytest.raises(ClientDecodeError):
                await bot.send_message(wang.id, "坏")
            for fault, raised in ((Fault.MISLABELLED, UnicodeDecodeError), (Fault.NO_CHARSET, LookupError)):
                telegram.fail_next("sendMessage", fault)
                with pytest.raises(raised):
                    await bot.send_message(wang.id, "坏")
    assert [m.text for m in wang.messages] == ["你好", "", "丢"]


async def test_updates_wait_until_they_are_acknowledged(
    telegram: Telegram, bot: Bot, wang: SimPerson
) -> None:
    wang.says("一")
    wang.says("二")
    first = await bot.get_updates()
    assert [u.message.text for u in first if u.message] == ["一", "二"]
    assert len(await bot.get_updates(offset=first[1].update_id)) == 1
    waiting = asyncio.create_task(bot.get_updates(offset=first[1].update_id + 1, timeout=30))
    await asyncio.sleep(0)
    wang.says("三")
    assert [u.message.text for u in await waiting if u.message] == ["三"]


async def test_two_pollers_conflict(telegram: Telegram, bot: Bot, wang: SimPerson) -> None:
    earlier = asyncio.create_task(bot.get_updates(timeout=30))
    await asyncio.sleep(0.01)
    later = asyncio.create_task(bot.get_updates(timeout=30))
    with pytest.raises(TelegramConflictError, match="terminated by other getUpdates request"):
        await earlier
    wang.says("在")
    assert len(await later) == 1
    await bot.set_webhook("http://127.0.0.1:1/hook")
    with pytest.raises(TelegramConflictError, match="webhook is active"):
        await bot.get_updates()
    await telegram.close()


async def test_a_webhook_is_posted_to_until_it_takes_the_update(
    telegram: Telegram, bot: Bot, wang: SimPerson
) -> None:
    taken: list[tuple[str | None, Any]] = []
    answers = iter([503, 200, 200])
    done = asyncio.Event()

    async def hook(request: web.Request) -> web.Response:
        update = await request.json()
        taken.append((request.headers.get("X-Telegram-Bot-Api-Secret-Token"), update["message"]["text"]))
        if len(taken) == 3:
            done.set()
        return web.Response(status=next(answers))

    app = web.Application()
    app.router.add_post("/hook", hook)
    runner = web.AppRunner(app, shutdown_timeout=1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    telegram.bots[TOKEN].updates.webhook_retry = 0.01
    await bot.set_webhook(f"http://127.0.0.1:{runner.addresses[0][1]}/hook", secret_token="s3cret")
    wang.says("一")
    wang.says("二")
    await asyncio.wait_for(done.wait(), 5)
    await telegram.close()
    await runner.cleanup()
    assert taken == [("s3cret", "一"), ("s3cret", "一"), ("s3cret", "二")]


async def test_standing_in_a_group_is_told_only_on_request(
    telegram: Telegram, bot: Bot, wang: SimPerson
) -> None:
    """Without asking, a bot hears of its own standing and of joins as messages, not of chat_member."""
    group = telegram.group("支部群", [wang])
    telegram.person("李明").joins(group)
    assert [u.event_type for u in in_order(await bot.get_updates())] == ["my_chat_member", "message"]
    async with serving(telegram) as url:
        session = AiohttpSession(api=TelegramAPIServer.from_base(url))
        async with Bot(TOKEN, session=session).context() as polling:
            await polling.get_updates(offset=-1, allowed_updates=["message", "chat_member"])
            telegram.person("赵敏").joins(group)
            seen = await polling.get_updates(timeout=5)
    assert [u.event_type for u in in_order(seen)][-2:] == ["chat_member", "message"]


def in_order(updates: list[Update]) -> list[Update]:
    return sorted(updates, key=lambda update: update.update_id)
