"""/invite: personal and shared links for those who are not linked yet."""

import secrets
from datetime import datetime

from aiogram import Router
from aiogram.filters import Command
from aiogram.types import CallbackQuery, Message

from domain.actors import Actor
from domain.joining import TOKEN_BYTES
from handlers.database import UpdateDatabase
from handlers.screens import said_in_private, shown_in_place
from handlers.words import MenuTo
from messages import invites
from messages.invites import InvitePersonTap, InviteTap, ShareTap
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
    await shown_in_place(query, invites.personal(link, unit, bot_username, actor.zone))
