"""The simulator answers every method and field the bot uses, and aiogram can read what it answers."""

import ast
import typing
from collections import defaultdict
from collections.abc import Callable, Iterator
from inspect import get_annotations
from pathlib import Path
from typing import Any

import aiogram.methods
import pytest
from aiogram import Bot
from aiogram.methods import TelegramMethod
from aiogram.types import CallbackQuery, Message
from pydantic import TypeAdapter

from domain.clock import Clock
from domain.deliveries import Destination
from domain.ids import ChatId
from messages.outgoing import Upload as Attached
from scheduling.requests import request_for
from simulator.api import METHODS
from simulator.groups import SimGroup
from simulator.people import SimPerson
from simulator.session import InProcessSession
from simulator.stage import open_stage
from simulator.story import START, Story
from simulator.telegram import Telegram
from simulator.world import Upload
from tests.simulator.conftest import TOKEN

JSON = dict[str, Any]
ROOT = Path(__file__).parents[2]
SPEAKING = ("bot", "handlers", "scheduling", "web")
BY_NAME: dict[str, type[TelegramMethod[Any]]] = {
    found.__api_method__: found
    for found in vars(aiogram.methods).values()
    if isinstance(found, type) and issubclass(found, TelegramMethod) and found is not TelegramMethod
}

# What a client decorates and the simulator has nothing to show by.
DECORATION = {
    "disable_notification",  # no sound to leave out
}


# --- one call of each method --------------------------------------------------------------------------


class Here:
    """A person, a group with a card in it, a poll and a file, for calls to be about."""

    def __init__(self, telegram: Telegram, wang: SimPerson) -> None:
        self.telegram = telegram
        self.wang = wang
        self.group: SimGroup = telegram.group("支部群", [wang])
        self.file = wang.sends_photo().json["photo"][-1]["file_id"]

    async def call(self, method: str, params: JSON, files: dict[str, Upload] | None = None) -> Any:
        answer = await self.telegram.call(TOKEN, method, params, files)
        assert answer["ok"], answer
        return answer["result"]

    async def sent(self, method: str = "sendMessage", **params: Any) -> JSON:
        """What names a message the bot has just sent to the group."""
        chat = {"chat_id": self.group.id}
        result = await self.call(method, {**chat, "text": "卡", **params})
        return {**chat, "message_id": result["message_id"]}

    async def pinned(self) -> JSON:
        message = await self.sent()
        await self.call("pinChatMessage", message)
        return message

    async def photo(self) -> JSON:
        return await self.sent("sendPhoto", photo=self.file)

    async def poll(self) -> JSON:
        return await self.sent("sendPoll", question="几点?", options=[{"text": "九点"}, {"text": "十点"}])

    async def query(self) -> JSON:
        button = {"text": "打卡", "callback_data": "c"}
        await self.call(
            "sendMessage", {**self.to_wang, "text": "卡", "reply_markup": {"inline_keyboard": [[button]]}}
        )
        self.wang.taps("打卡")
        updates = self.telegram.updates_for(TOKEN)
        return {"callback_query_id": updates[-1]["callback_query"]["id"], "text": "好"}

    @property
    def to_wang(self) -> JSON:
        return {"chat_id": self.wang.id}

    @property
    def in_group(self) -> JSON:
        return {"chat_id": self.group.id}


Call = Callable[[Here], typing.Awaitable[JSON]]


def plain(**params: Any) -> Call:
    async def call(_here: Here) -> JSON:
        return params

    return call


def there(**params: Any) -> Call:
    async def call(here: Here) -> JSON:
        return here.in_group | params

    return call


def private(**params: Any) -> Call:
    async def call(here: Here) -> JSON:
        return here.to_wang | params

    return call


def media(kind: str) -> Call:
    async def call(here: Here) -> JSON:
        return here.to_wang | {kind: f"attach://{kind}", "caption": "说明"}

    return call


def about(find: Callable[[Here], typing.Awaitable[JSON]], **params: Any) -> Call:
    async def call(here: Here) -> JSON:
        return await find(here) | params

    return call


async def copied(here: Here) -> JSON:
    message = await here.sent()
    return here.to_wang | {"from_chat_id": message["chat_id"], "message_id": message["message_id"]}


async def album(here: Here) -> JSON:
    return here.to_wang | {
        "media": [{"type": "photo", "media": here.file}, {"type": "photo", "media": here.file}]
    }


async def known_file(here: Here) -> JSON:
    return {"file_id": here.file}


async def another_photo(here: Here) -> JSON:
    return await here.photo() | {"media": {"type": "photo", "media": here.file, "caption": "换"}}


async def of_wang(here: Here) -> JSON:
    return here.in_group | {"user_id": here.wang.id}


COMMANDS = [{"command": "topic", "description": "学习"}]
CALLS: dict[str, Call] = {
    "getMe": plain(),
    "setWebhook": plain(url="", drop_pending_updates=True),
    "deleteWebhook": plain(),
    "getWebhookInfo": plain(),
    "getChat": there(),
    "getChatMember": of_wang,
    "getChatAdministrators": there(),
    "getChatMemberCount": there(),
    "leaveChat": there(),
    "sendChatAction": private(action="typing"),
    "setMessageReaction": about(Here.sent, reaction=[{"type": "emoji", "emoji": "👍"}]),
    "setMyCommands": plain(commands=COMMANDS, language_code="zh"),
    "getMyCommands": plain(language_code="zh"),
    "deleteMyCommands": plain(language_code="zh"),
    "setChatMenuButton": private(menu_button={"type": "commands"}),
    "setMyDescription": plain(description="伴学"),
    "setMyShortDescription": plain(short_description="伴学"),
    "sendMessage": private(text="<b>好</b>", parse_mode="HTML"),
    "sendPhoto": media("photo"),
    "sendVideo": media("video"),
    "sendVoice": media("voice"),
    "sendAudio": media("audio"),
    "sendDocument": media("document"),
    "sendMediaGroup": album,
    "sendPoll": there(question="几点?", options=["九点", "十点"], type="quiz", correct_option_ids=[0]),
    "copyMessage": copied,
    "forwardMessage": copied,
    "editMessageText": about(Here.sent, text="改"),
    "editMessageCaption": about(Here.photo, caption="改"),
    "editMessageMedia": another_photo,
    "editMessageReplyMarkup": about(
        Here.sent, reply_markup={"inline_keyboard": [[{"text": "打卡", "callback_data": "c"}]]}
    ),
    "deleteMessage": about(Here.sent),
    "pinChatMessage": about(Here.sent),
    "unpinChatMessage": about(Here.pinned),
    "answerCallbackQuery": about(Here.query),
    "stopPoll": about(Here.poll),
    "getFile": known_file,
}


def test_every_method_of_the_simulator_stands_in_the_table() -> None:
    assert {method.lower() for method in CALLS} == set(METHODS)


@pytest.mark.parametrize("method", CALLS)
async def test_an_answer_is_one_that_aiogram_can_read(
    telegram: Telegram, bot: Bot, wang: SimPerson, method: str
) -> None:
    here = Here(telegram, wang)
    params = await CALLS[method](here)
    files = {
        name: Upload(f"{name}.bin", b"bytes") for name in ("photo", "video", "voice", "audio", "document")
    }
    result = await here.call(method, params, files)
    read = TypeAdapter(BY_NAME[method].__returning__).validate_python(result, context={"bot": bot})
    assert read is not None


# --- every method the bot's code names ----------------------------------------------------------------


def test_every_method_the_bot_names_is_answered() -> None:
    named = {method for file in speaking_files() for method in methods_in(file)}
    assert named >= {
        "sendMessage",
        "editMessageText",
        "answerCallbackQuery",
        "pinChatMessage",
        "setMyCommands",
    }
    assert {method for method in named if method.lower() not in METHODS} <= {
        "getUpdates"
    }  # has its own queue


def speaking_files() -> list[Path]:
    return [file for room in SPEAKING for file in sorted((ROOT / room).rglob("*.py"))]


def methods_in(file: Path) -> Iterator[str]:
    """API methods a file names: as a class, as a method of the bot, or as a short cut on what arrived."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module == "aiogram.methods":
            yield from (api_name(alias.name) for alias in node.names if alias.name != "TelegramMethod")
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            yield from SHORT_CUTS.get(node.func.attr, ())


def short_cuts() -> dict[str, set[str]]:
    """What a call of a given name may send: `answer` is one thing on a message and another on a tap."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    for name in vars(Bot):
        found[name].add(api_name(name.title().replace("_", "")))
    for owner in (Message, CallbackQuery):
        for name, function in vars(owner).items():
            if callable(function):
                returned = str(get_annotations(function).get("return", ""))
                found[name].add(api_name(returned.rpartition(".")[2].removesuffix("'>")))
    unsure = {"close", "delete", "pin"}  # words that other things than the bot understand too
    return {name: methods & BY_NAME.keys() for name, methods in found.items() if name not in unsure}


def api_name(words: str) -> str:
    return words[:1].lower() + words[1:]


SHORT_CUTS = short_cuts()


# --- every field the bot sends ------------------------------------------------------------------------


class Noticing(Telegram):
    """Remembers which fields of each method were sent, and which the simulator looked at."""

    sent: typing.ClassVar[defaultdict[str, set[str]]]
    read: typing.ClassVar[defaultdict[str, set[str]]]

    def __init__(self, clock: Clock, bots: dict[str, str]) -> None:
        super().__init__(clock, bots)
        type(self).sent, type(self).read = defaultdict(set), defaultdict(set)

    async def call(
        self, token: str, method: str, params: JSON, files: dict[str, Upload] | None = None
    ) -> JSON:
        noticed = Noticed(params)
        self.sent[method] |= params.keys()
        answer = await super().call(token, method, noticed, files)
        self.read[method] |= noticed.looked_at
        return answer


class Noticed(dict[str, Any]):
    """Parameters that remember what was asked of them."""

    def __init__(self, params: JSON) -> None:
        super().__init__(params)
        self.looked_at: set[str] = set()

    def get(self, key: str, default: Any = None) -> Any:
        self.looked_at.add(key)
        return super().get(key, default)

    def __getitem__(self, key: str) -> Any:
        self.looked_at.add(key)
        return super().__getitem__(key)


def unread(telegram: Noticing) -> dict[str, set[str]]:
    left = {method: fields - telegram.read[method] - DECORATION for method, fields in telegram.sent.items()}
    return {method: fields for method, fields in left.items() if fields}


async def test_every_field_of_the_story_is_looked_at(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("simulator.stage.Telegram", Noticing)
    async with open_stage(tmp_path / "banxue.db", START) as stage:
        await Story(stage, lambda _text: None).play()
        assert isinstance(stage.telegram, Noticing)
        assert {
            "sendMessage",
            "sendDocument",
            "editMessageText",
            "pinChatMessage",
        } <= stage.telegram.sent.keys()
        assert unread(stage.telegram) == {}


@pytest.mark.parametrize("kind", ["photo", "video", "voice", "document"])
async def test_every_field_of_a_file_that_is_pushed_is_looked_at(clock: Clock, kind: str) -> None:
    telegram = Noticing(clock, {TOKEN: "banxue_bot"})
    group = telegram.group("论坛", [telegram.person("王芳")], forum=True)
    thread = group.opens_thread("学习")
    async with Bot(TOKEN, session=InProcessSession(telegram)) as bot:
        to = Destination(ChatId(1), group.id, thread, False, "zh", "Asia/Shanghai", True, None)
        await bot(request_for(Attached(kind, content=b"bytes", name="a.bin"), to))
        await bot(request_for(Attached(kind, file_id=newest(telegram), name="a.bin"), to))
    assert unread(telegram) == {}
    assert [m.media for m in group.bot_messages] == [kind, kind]


def newest(telegram: Telegram) -> str:
    return list(telegram.files)[-1]
