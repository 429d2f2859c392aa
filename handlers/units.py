"""/units: the tree below mine, searched, and changed after a confirmation."""

import secrets
from datetime import date, datetime
from typing import Any, assert_never

from aiogram import Router
from aiogram.filters import Command, CommandObject, StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import CallbackQuery, Message

from domain.actors import Actor
from domain.errors import PastTime, UnreadableDate
from domain.moments import read_date
from domain.roles import Act
from domain.unit_changes import Archive, Change, Create, Move, Rename
from domain.units import FORMS, Form, UnitKind
from handlers.database import UpdateDatabase
from handlers.presses import spend
from handlers.screens import said_in_private, shown_in_place
from handlers.words import MenuTo
from handlers.writing import Writing, text_of
from messages import units as words
from messages.outgoing import Outgoing
from messages.questions import again
from messages.units import (
    ArchiveUnitTap,
    FindUnitTap,
    MoveUnitTap,
    NewUnitTap,
    RenameUnitTap,
    SureUnitTap,
    UnitsTap,
    UnitTap,
)
from services import units as services
from services.actors import permit, today

router = Router(name="units")


class Asking(StatesGroup):
    """What was asked about a unit; its id and what was chosen so far are in the data."""

    search = State()
    name = State()  # of a new unit
    until = State()  # the end of a new unit
    rename = State()
    parent = State()
    archive = State()
    sure = State()  # a change was weighed, and waits for its one press


@router.message(Command("units"))
async def units(
    message: Message,
    command: CommandObject,
    actor: Actor,
    db: UpdateDatabase,
    now: datetime,
    state: FSMContext,
    bot_username: str,
) -> None:
    await state.clear()
    if command.args:
        screen = words.found_screen(await db.read(services.search, actor, command.args, now))
    else:
        screen = words.screen(await db.read(services.look, actor, None, 0, now))
    await said_in_private(message, screen, bot_username)


@router.callback_query(MenuTo("units"))
async def chosen(
    query: CallbackQuery, actor: Actor, db: UpdateDatabase, now: datetime, state: FSMContext
) -> None:
    await state.clear()
    await shown_in_place(query, words.screen(await db.read(services.look, actor, None, 0, now)))


@router.callback_query(UnitsTap.filter())
async def mine(
    query: CallbackQuery,
    callback_data: UnitsTap,
    actor: Actor,
    db: UpdateDatabase,
    now: datetime,
    state: FSMContext,
) -> None:
    await state.clear()
    page = await db.read(services.look, actor, None, callback_data.page, now)
    await shown_in_place(query, words.screen(page))


@router.callback_query(UnitTap.filter())
async def opened(
    query: CallbackQuery,
    callback_data: UnitTap,
    actor: Actor,
    db: UpdateDatabase,
    now: datetime,
    state: FSMContext,
) -> None:
    await state.clear()
    page = await db.read(services.look, actor, callback_data.unit, callback_data.page, now)
    await shown_in_place(query, words.screen(page))


@router.callback_query(FindUnitTap.filter())
async def asks_search(query: CallbackQuery, state: FSMContext) -> None:
    await state.set_state(Asking.search)
    await shown_in_place(query, words.name_to_find())


@router.message(StateFilter(Asking.search), Writing())
async def searched(message: Message, actor: Actor, db: UpdateDatabase, now: datetime) -> None:
    found = await db.read(services.search, actor, text_of(message), now)
    await message.answer(**words.found_screen(found).spoken())


@router.callback_query(NewUnitTap.filter())
async def creates(
    query: CallbackQuery,
    callback_data: NewUnitTap,
    actor: Actor,
    db: UpdateDatabase,
    now: datetime,
    state: FSMContext,
) -> None:
    unit, kind, form = callback_data.unit, callback_data.kind, callback_data.form
    parent = await db.read(permit, actor, Act.ADD_UNIT, unit, now)
    if kind is None:
        await shown_in_place(query, words.kinds_below(parent))
        return
    await _ask(state, Asking.name, parent=unit, kind=kind.value, form=form.value)
    await shown_in_place(query, words.name_wanted(unit, kind, form))


@router.message(StateFilter(Asking.name), Writing())
async def named(message: Message, actor: Actor, db: UpdateDatabase, now: datetime, state: FSMContext) -> None:
    data = await state.get_data() | {"name": text_of(message)}
    if FORMS[Form(data["form"])].ends:
        await _ask(state, Asking.until, **data)
        await message.answer(**words.day_wanted(data["parent"]).spoken())
        return
    change = Create(data["parent"], data["name"], UnitKind(data["kind"]), Form(data["form"]))
    await message.answer(**(await _weighed(state, actor, db, change, now)).spoken())


@router.message(StateFilter(Asking.until), Writing())
async def ends(message: Message, actor: Actor, db: UpdateDatabase, now: datetime, state: FSMContext) -> None:
    data = await state.get_data()
    try:
        until = read_date(text_of(message), today(now, actor.zone))
        change = Create(data["parent"], data["name"], UnitKind(data["kind"]), Form(data["form"]), until)
        screen = await _weighed(state, actor, db, change, now)
    except (UnreadableDate, PastTime) as refusal:
        screen = again(refusal, words.day_wanted(data["parent"]))
    await message.answer(**screen.spoken())


@router.callback_query(RenameUnitTap.filter())
async def renames(
    query: CallbackQuery,
    callback_data: RenameUnitTap,
    actor: Actor,
    db: UpdateDatabase,
    now: datetime,
    state: FSMContext,
) -> None:
    unit = await db.read(permit, actor, Act.CHANGE_UNIT, callback_data.unit, now)
    await _ask(state, Asking.rename, unit=unit.id)
    await shown_in_place(query, words.name_wanted(unit.id))


@router.message(StateFilter(Asking.rename), Writing())
async def renamed(
    message: Message, actor: Actor, db: UpdateDatabase, now: datetime, state: FSMContext
) -> None:
    change = Rename((await state.get_data())["unit"], text_of(message))
    await message.answer(**(await _weighed(state, actor, db, change, now)).spoken())


@router.callback_query(MoveUnitTap.filter())
async def moves(
    query: CallbackQuery,
    callback_data: MoveUnitTap,
    actor: Actor,
    db: UpdateDatabase,
    now: datetime,
    state: FSMContext,
) -> None:
    unit = await db.read(permit, actor, Act.CHANGE_UNIT, callback_data.unit, now)
    if callback_data.parent is None:
        await _ask(state, Asking.parent, unit=unit.id)
        screen = words.parent_wanted(unit.id)
    else:
        screen = await _weighed(state, actor, db, Move(unit.id, callback_data.parent), now)
    await shown_in_place(query, screen)


@router.message(StateFilter(Asking.parent), Writing())
async def parent_searched(
    message: Message, actor: Actor, db: UpdateDatabase, now: datetime, state: FSMContext
) -> None:
    unit = (await state.get_data())["unit"]
    found = await db.read(services.search_parent, actor, unit, text_of(message), now)
    await message.answer(**words.parents_found(unit, found).spoken())


@router.callback_query(ArchiveUnitTap.filter())
async def archives(
    query: CallbackQuery,
    callback_data: ArchiveUnitTap,
    actor: Actor,
    db: UpdateDatabase,
    now: datetime,
    state: FSMContext,
) -> None:
    unit = await db.read(permit, actor, Act.CHANGE_UNIT, callback_data.unit, now)
    if callback_data.later:
        await _ask(state, Asking.archive, unit=unit.id)
        screen = words.day_wanted(unit.id)
    else:
        screen = await _weighed(state, actor, db, Archive(unit.id, today(now, actor.zone)), now)
    await shown_in_place(query, screen)


@router.message(StateFilter(Asking.archive), Writing())
async def archived_on(
    message: Message, actor: Actor, db: UpdateDatabase, now: datetime, state: FSMContext
) -> None:
    unit = (await state.get_data())["unit"]
    try:
        change = Archive(unit, read_date(text_of(message), today(now, actor.zone)))
        screen = await _weighed(state, actor, db, change, now)
    except (UnreadableDate, PastTime) as refusal:
        screen = again(refusal, words.day_wanted(unit))
    await message.answer(**screen.spoken())


@router.callback_query(SureUnitTap.filter())
async def confirmed(
    query: CallbackQuery,
    callback_data: SureUnitTap,
    actor: Actor,
    db: UpdateDatabase,
    now: datetime,
    state: FSMContext,
) -> None:
    data = await spend(state, Asking.sure, callback_data.once)
    unit = await db.write(services.make, actor, _change_in(data), now)
    page = await db.read(services.look, actor, unit.id, 0, now)
    await shown_in_place(query, words.screen(page, words.done()), words.done())


async def _weighed(
    state: FSMContext, actor: Actor, db: UpdateDatabase, change: Change, now: datetime
) -> Outgoing:
    """The change with whom it concerns, waiting for one press."""
    weighed = await db.read(services.weigh, actor, change, now)
    once = secrets.token_urlsafe(6)
    await _ask(state, Asking.sure, once=once, **_kept(change))
    return words.sure(weighed, once)


async def _ask(state: FSMContext, what: State, **data: Any) -> None:
    await state.set_state(what)
    await state.set_data(data)


def _kept(change: Change) -> dict[str, Any]:
    """The change as a conversation keeps it."""
    match change:
        case Create(parent, name, kind, form, until):
            end = until.isoformat() if until else None
            return {"act": "create", "parent": parent, "name": name, "kind": kind, "form": form, "until": end}
        case Rename(unit, name):
            return {"act": "rename", "unit": unit, "name": name}
        case Move(unit, parent):
            return {"act": "move", "unit": unit, "parent": parent}
        case Archive(unit, on):
            return {"act": "archive", "unit": unit, "on": on.isoformat()}
        case _:
            assert_never(change)


def _change_in(data: dict[str, Any]) -> Change:
    match data["act"]:
        case "create":
            until = date.fromisoformat(data["until"]) if data["until"] else None
            return Create(data["parent"], data["name"], UnitKind(data["kind"]), Form(data["form"]), until)
        case "rename":
            return Rename(data["unit"], data["name"])
        case "move":
            return Move(data["unit"], data["parent"])
        case _:
            return Archive(data["unit"], date.fromisoformat(data["on"]))
