"""Invitations: links in chat, and what the command line says of them."""

from datetime import datetime
from pathlib import Path
from typing import Annotated

from aiogram.filters.callback_data import CallbackData
from aiogram.types import InlineKeyboardButton
from aiogram.utils.formatting import Text, as_list

from domain.ids import MembershipId, PersonId, UnitId
from domain.invites import PAGE, Invitations, PersonalLink, PersonalSheet, SharedLink
from messages.home import home_button
from messages.keys import KEY
from messages.moments import moment
from messages.outgoing import Outgoing, keyboard, rows
from messages.speech import _, ngettext


class InviteTap(CallbackData, prefix="invite"):
    """A unit's invitations, at a page of those who are not linked yet."""

    unit: Annotated[UnitId, KEY]
    page: int = 0


class ShareTap(CallbackData, prefix="share"):
    """Make a shared link."""

    unit: Annotated[UnitId, KEY]


class InvitePersonTap(CallbackData, prefix="invitep"):
    """Make a personal link; with `membership` from that member's page."""

    unit: Annotated[UnitId, KEY]
    person: Annotated[PersonId, KEY]
    membership: Annotated[MembershipId | None, KEY] = None


class OtherAccountTap(CallbackData, prefix="inviteo"):
    """Make a personal link for somebody who is linked, and has another account now."""

    unit: Annotated[UnitId, KEY]
    person: Annotated[PersonId, KEY]
    membership: Annotated[MembershipId | None, KEY] = None


class SheetTap(CallbackData, prefix="invites"):
    """Make a personal link for everybody, as files."""

    unit: Annotated[UnitId, KEY]


def address(bot_username: str, token: str) -> str:
    """The deep link that carries a token."""
    return f"https://t.me/{bot_username}?start={token}"


def screen(found: Invitations) -> Outgoing:
    """Who still needs a link; a tap on a name makes theirs."""
    unit = found.unit.id
    head = _("{unit}: {count} not linked yet").format(unit=found.unit.name, count=found.total)
    how = _("Tap a name for that person's own link, which works once; or make a shared link for a group.")
    names = [
        InlineKeyboardButton(
            text=row.name, callback_data=InvitePersonTap(unit=unit, person=row.person).pack()
        )
        for row in found.unlinked
    ]
    others = [
        InlineKeyboardButton(text=one.name, callback_data=InviteTap(unit=one.id).pack())
        for one in found.units
        if one.id != unit
    ]
    share = InlineKeyboardButton(text=_("Shared link"), callback_data=ShareTap(unit=unit).pack())
    sheet = InlineKeyboardButton(text=_("Sheet to print"), callback_data=SheetTap(unit=unit).pack())
    ways = [share, sheet] if found.unlinked else [share]
    lines = [*rows(*names), _pages(found), ways, *rows(*others), [home_button()]]
    return Outgoing(as_list(head, how), keyboard(*lines))


def shared(link: SharedLink, bot_username: str, zone: str) -> Outgoing:
    """A shared link, to be handed on as it is."""
    back = InlineKeyboardButton(text=_("Back"), callback_data=InviteTap(unit=link.unit.id).pack())
    text = as_list(
        _("Join {unit}:").format(unit=link.unit.name),
        address(bot_username, link.token),
        shared_line(link, zone),
    )
    return Outgoing(text, keyboard([back, home_button()]))


def personal(link: PersonalLink, whence: CallbackData, bot_username: str, zone: str) -> Outgoing:
    """A personal link, to be given to its person only; `whence` opens the screen it was made on."""
    back = InlineKeyboardButton(text=_("Back"), callback_data=whence.pack())
    text = as_list(
        _("{name}'s own link; it works once, until {time}. Give it to nobody else.").format(
            name=link.person.name, time=moment(link.expires_at, zone)
        ),
        Text(address(bot_username, link.token)),
    )
    return Outgoing(text, keyboard([back, home_button()]))


def shared_caption(link: SharedLink, zone: str) -> str:
    """Below the QR code of a shared link."""
    return _("Join {unit}:").format(unit=link.unit.name) + "\n" + shared_line(link, zone)


def anew(link: PersonalLink, whence: CallbackData, bot_username: str, zone: str) -> Outgoing:
    """A personal link for somebody with another account."""
    made = personal(link, whence, bot_username, zone)
    warning = _("Whoever opens it takes the place of the account that is linked now, which is told.")
    return Outgoing(as_list(made.text, warning), made.keyboard)


def sheet_made(sheet: PersonalSheet) -> str:
    """Below the files with everybody's links."""
    count = len(sheet.links)
    said = ngettext(
        "{unit}: {n} personal link. Whoever reads it can be that person: print it, then delete this message.",
        "{unit}: {n} personal links. Whoever reads one can be that person: print them, then delete this "
        "message.",
        count,
    ).format(unit=sheet.unit.name, n=count)
    if sheet.left_out == 0:
        return said
    without = _("{count} hold a role that you do not stand above, and are not on it.")
    return f"{said}\n{without.format(count=sheet.left_out)}"


def file_names() -> tuple[str, str]:
    """Of the sheet and of the table."""
    words = _("Personal links")
    return f"{words}.html", f"{words}.csv"


def shared_line(link: SharedLink, zone: str) -> str:
    """How long and how often a shared link works."""
    return _("Works {uses} times, until {time}; whoever opens it types their name.").format(
        uses=link.uses, time=moment(link.expires_at, zone)
    )


def sheet_line(count: int, table: Path, sheet: Path) -> str:
    """Where the personal links were written."""
    return _("{count} personal links: {table}, and a sheet to print: {sheet}").format(
        count=count, table=table, sheet=sheet
    )


def code_line(expires: datetime, zone: str) -> str:
    """How the first administrator's code is used."""
    return _("Send this to the bot in private. It works once, until {time}.").format(
        time=moment(expires, zone)
    )


def unknown_unit(path: str) -> str:
    """For the command line."""
    return _("No unit at {path}; names from the root down, separated by /.").format(path=path)


def _pages(found: Invitations) -> list[InlineKeyboardButton]:
    last = max(found.total - 1, 0) // PAGE
    steps = ((_("◂ Earlier"), found.page - 1), (_("Further ▸"), found.page + 1))
    return [
        InlineKeyboardButton(text=word, callback_data=InviteTap(unit=found.unit.id, page=page).pack())
        for word, page in steps
        if 0 <= page <= last
    ]


def nameless(platform: str) -> str:
    """For the command line: a link cannot be made without the bot's name."""
    return _("{platform} does not tell the bot's name. Is BOT_TOKEN right? Or give --bot-username.").format(
        platform=platform
    )
