"""/bind and /unbind, said in the group itself."""

from typing import Annotated, assert_never

from aiogram.filters.callback_data import CallbackData
from aiogram.types import InlineKeyboardButton
from aiogram.utils.formatting import Text

from domain.bindings import Bound, ChooseUnit
from domain.ids import UnitId
from domain.units import Unit
from messages.keys import KEY
from messages.outgoing import Outgoing, keyboard, rows
from messages.speech import _


class BindTap(CallbackData, prefix="bind"):
    """This chat stands for that unit."""

    unit: Annotated[UnitId, KEY]


def answer(outcome: Bound | ChooseUnit) -> Outgoing:
    """What became of /bind."""
    match outcome:
        case Bound(before=True):
            return _said(_("This chat is linked with {unit} already."), outcome.unit)
        case Bound():
            return _said(
                _("This chat is linked with {unit}. Topics, activities and reminders of it come here."),
                outcome.unit,
            )
        case ChooseUnit():
            buttons = (
                InlineKeyboardButton(text=unit.name, callback_data=BindTap(unit=unit.id).pack())
                for unit in outcome.units
            )
            said = _("Which branch is this chat to be linked with? Or name it: /bind followed by its name.")
            return Outgoing(Text(said), keyboard(*rows(*buttons)))
        case _:
            assert_never(outcome)


def unbound(unit: Unit) -> Outgoing:
    """What became of /unbind."""
    return _said(_("This chat is no longer linked with {unit}."), unit)


def _said(sentence: str, unit: Unit) -> Outgoing:
    return Outgoing(Text(sentence.format(unit=unit.name)), keyboard())
