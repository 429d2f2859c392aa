"""/invite: personal and shared links for those who are not linked yet."""

import asyncio
import secrets
from datetime import datetime
from functools import partial

from aiogram import Router
from aiogram.filters import Command
from aiogram.filters.callback_data import CallbackData
from aiogram.types import BufferedInputFile, CallbackQuery, Message

from domain.actors import Actor
from domain.invites import PersonalSheet
from domain.joining import TOKEN_BYTES
from handlers.database import UpdateDatabase
from handlers.screens import said_in_private, shown_in_place
from handlers.words import MenuTo
from messages import invites
from messages.invites import InvitePersonTap, InviteTap, OtherAccountTap, ShareTap, SheetTap
from messages.members import MemberTap
from messages.speech import _, language
from services import invites as services

router = Router(name="invites")
SEED_BYTES = 32


@router.message(Command("invite"))
async def invite(
    message: Message, actor: Actor, db: UpdateDatabase, now: datetime, bot_username: str
) -> None:
    found = await db.read(services.inviting, actor, None, 0, now)
    await said_in_private(message, invites.screen(found), bot_username)


@router.callback_query(MenuTo("invite"))
async def chosen(query: CallbackQuery, actor: Actor, db: UpdateDatabase, now: datetime) -> None:
    found = await db.read(services.inviting, actor, None, 0, now)
    await shown_in_place(query, invites.screen(found))


@router.callback_query(InviteTap.filter())
async def lists(
    query: CallbackQuery, callback_data: InviteTap, actor: Actor, db: UpdateDatabase, now: datetime
) -> None:
    found = await db.read(services.inviting, actor, callback_data.unit, callback_data.page, now)
    await shown_in_place(query, invites.screen(found))


@router.callback_query(ShareTap.filter())
async def shares(
    query: CallbackQuery,
    callback_data: ShareTap,
    actor: Actor,
    db: UpdateDatabase,
    now: datetime,
    bot_username: str,
) -> None:
    token = secrets.token_urlsafe(TOKEN_BYTES)
    link = await db.write(services.share, actor, callback_data.unit, token, now)
    await shown_in_place(query, invites.shared(link, bot_username, actor.zone))
    picture = await asyncio.to_thread(_code, invites.address(bot_username, token))
    if query.bot is not None:
        caption = invites.shared_caption(link, actor.zone)
        await query.bot.send_photo(actor.account.user_id, picture, caption=caption)


@router.callback_query(SheetTap.filter())
async def makes_sheet(
    query: CallbackQuery,
    callback_data: SheetTap,
    actor: Actor,
    db: UpdateDatabase,
    now: datetime,
    bot_username: str,
) -> None:
    seed = secrets.token_bytes(SEED_BYTES)
    sheet = await db.write(services.invite_all, actor, callback_data.unit, seed, now)
    await query.answer()
    files = await asyncio.to_thread(_files, sheet, bot_username)
    for file in files:
        caption = invites.sheet_made(sheet) if file is files[-1] else None
        if query.bot is not None:
            await query.bot.send_document(actor.account.user_id, file, caption=caption)


@router.callback_query(InvitePersonTap.filter())
async def invites_person(
    query: CallbackQuery,
    callback_data: InvitePersonTap,
    actor: Actor,
    db: UpdateDatabase,
    now: datetime,
    bot_username: str,
) -> None:
    unit, seed = callback_data.unit, secrets.token_bytes(SEED_BYTES)
    link = await db.write(services.invite_person, actor, unit, callback_data.person, seed, now)
    await shown_in_place(query, invites.personal(link, _whence(callback_data), bot_username, actor.zone))


@router.callback_query(OtherAccountTap.filter())
async def invites_again(
    query: CallbackQuery,
    callback_data: OtherAccountTap,
    actor: Actor,
    db: UpdateDatabase,
    now: datetime,
    bot_username: str,
) -> None:
    unit, seed = callback_data.unit, secrets.token_bytes(SEED_BYTES)
    again = partial(services.invite_person, again=True)
    link = await db.write(again, actor, unit, callback_data.person, seed, now)
    await shown_in_place(query, invites.anew(link, _whence(callback_data), bot_username, actor.zone))


def _whence(tap: InvitePersonTap | OtherAccountTap) -> CallbackData:
    """The screen whose button it was: a member's page, or those who are not linked yet."""
    return InviteTap(unit=tap.unit) if tap.membership is None else MemberTap(membership=tap.membership)


def _code(link: str) -> BufferedInputFile:
    from reports.invites import to_png  # noqa: PLC0415 - a library loaded where it is used

    return BufferedInputFile(to_png(link), "join.png")


def _files(sheet: PersonalSheet, bot_username: str) -> tuple[BufferedInputFile, BufferedInputFile]:
    from reports.invites import PersonalLink, to_csv, to_sheet  # noqa: PLC0415 - as above

    links = [
        PersonalLink(one.person.name, one.person.where, invites.address(bot_username, one.token))
        for one in sheet.links
    ]
    page, table = invites.file_names()
    return (
        BufferedInputFile(to_csv(links, _), table),
        BufferedInputFile(to_sheet(links, _, language()), page),
    )
