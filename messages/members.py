"""The members of a branch, before those who lead it; always in private."""

from typing import Annotated

from aiogram.filters.callback_data import CallbackData
from aiogram.types import InlineKeyboardButton
from aiogram.utils.formatting import Bold, Text, as_list

from domain.ids import UnitId
from domain.members import Member, Members
from messages.home import home_button
from messages.keys import KEY
from messages.outgoing import Outgoing, keyboard, rows
from messages.roles import standing_name
from messages.roster_files import template_button
from messages.speech import _

NAME_SHOWN = 16  # characters of a unit's name on a button


class MembersTap(CallbackData, prefix="members"):
    """A page of a unit's members."""

    unit: Annotated[UnitId, KEY]
    page: int = 0


def screen(found: Members) -> Outgoing:
    """Who belongs there, a line each."""
    head = _("{unit}: {total} members, {linked} linked").format(
        unit=found.unit.name, total=found.total, linked=found.linked
    )
    paged = _("Page {page} of {pages}").format(page=found.page + 1, pages=found.pages)
    text = as_list(Bold(head), *map(_line, found.shown), *([paged] if found.pages > 1 else []))
    others = [_button(one.name[:NAME_SHOWN], one.id) for one in found.others]
    template = [template_button()] if found.hands_in else []
    return Outgoing(text, keyboard(_turns(found), *rows(*others), template, [home_button()]))


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
