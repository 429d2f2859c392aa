"""The members of a branch, before those who lead it; always in private."""

from typing import Annotated

from aiogram.filters.callback_data import CallbackData
from aiogram.types import InlineKeyboardButton
from aiogram.utils.formatting import Bold, Text, as_list

from domain.ids import MembershipId, UnitId
from domain.members import Member, MemberPage, Members
from domain.roles import Act
from messages.home import home_button
from messages.invites import InvitePersonTap, OtherAccountTap
from messages.keys import KEY
from messages.moments import full_day
from messages.outgoing import Outgoing, keyboard, rows
from messages.roles import standing_name
from messages.roster_exports import export_button
from messages.roster_files import template_button
from messages.speech import _

NAME_SHOWN = 16  # characters of a unit's name on a button


class MembersTap(CallbackData, prefix="members"):
    """A page of a unit's members."""

    unit: Annotated[UnitId, KEY]
    page: int = 0


class MemberTap(CallbackData, prefix="member"):
    """One member."""

    membership: Annotated[MembershipId, KEY]


class MoveTap(CallbackData, prefix="move"):
    """Ask where a member goes; with the branch chosen, weigh it. `taken`: that branch asks."""

    membership: Annotated[MembershipId, KEY]
    target: Annotated[UnitId | None, KEY] = None
    taken: bool = False


class StandingTap(CallbackData, prefix="standing"):
    """How they stand, and what may change of it."""

    membership: Annotated[MembershipId, KEY]


class LeftTap(CallbackData, prefix="left"):
    """Weigh that a member has left; `sure`: record it."""

    membership: Annotated[MembershipId, KEY]
    sure: bool = False


def screen(found: Members) -> Outgoing:
    """Who belongs there, a line each."""
    head = _("{unit}: {total} members, {linked} linked").format(
        unit=found.unit.name, total=found.total, linked=found.linked
    )
    paged = _("Page {page} of {pages}").format(page=found.page + 1, pages=found.pages)
    text = as_list(Bold(head), *map(_line, found.shown), *([paged] if found.pages > 1 else []))
    opened = [_open(one) for one in found.shown] if found.opens else []
    others = [_button(one.name[:NAME_SHOWN], one.id) for one in found.others]
    files = [template_button()] if found.hands_in else []
    files += [export_button()] if found.exports else []
    return Outgoing(text, keyboard(*rows(*opened), _turns(found), *rows(*others), files, [home_button()]))


def page(found: MemberPage) -> Outgoing:
    """One member, with what can be done about their belonging."""
    unit, member = found.unit.id, found.member
    dates = [_("since {day}").format(day=full_day(found.since))]
    if found.until is not None:
        dates.append(_("until {day}").format(day=full_day(found.until)))
    lines: list[Text] = [_line(member), Text(found.unit.name, "  ", " · ".join(dates))]
    if found.guest:
        lines.append(Text(_("A guest here; they belong to another branch.")))
    buttons = []
    if Act.INVITE in found.acts:
        words, link = (
            (_("Other account"), OtherAccountTap) if member.linked else (_("Own link"), InvitePersonTap)
        )
        tap = link(unit=unit, person=found.person, membership=member.membership)
        buttons.append(InlineKeyboardButton(text=words, callback_data=tap.pack()))
    if Act.RECORD_STANDING in found.acts:
        tapped = StandingTap(membership=member.membership)
        buttons.append(InlineKeyboardButton(text=_("Standing…"), callback_data=tapped.pack()))
    if Act.MOVE_MEMBER in found.acts:
        moves = ((_("Transfer…"), MoveTap), (_("Has left…"), LeftTap))
        buttons += [
            InlineKeyboardButton(text=words, callback_data=tap(membership=member.membership).pack())
            for words, tap in moves
        ]
    return Outgoing(as_list(*lines), keyboard(*rows(*buttons), [_button(_("Back"), unit), home_button()]))


def _open(one: Member) -> InlineKeyboardButton:
    return InlineKeyboardButton(
        text=one.name[:NAME_SHOWN], callback_data=MemberTap(membership=one.membership).pack()
    )


def _line(one: Member) -> Text:
    parts = [standing_name(one.standing)]
    if one.exempt:
        parts.append(_("exempt"))
    if one.group:
        parts.append(one.group)
    parts.append(_("linked") if one.linked else _("not linked yet"))
    return Text(Bold(one.name), "  ", " · ".join(parts))


def _turns(found: Members) -> list[InlineKeyboardButton]:
    return [
        _button(words, found.unit.id, to)
        for words, to in ((_("◂ Earlier"), found.page - 1), (_("Further ▸"), found.page + 1))
        if 0 <= to < found.pages
    ]


def _button(words: str, unit: UnitId, page: int = 0) -> InlineKeyboardButton:
    return InlineKeyboardButton(text=words, callback_data=MembersTap(unit=unit, page=page).pack())
