"""Taking one's data away, going, and being forgotten: said before it is done."""

from typing import Literal

from aiogram.filters.callback_data import CallbackData
from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup
from aiogram.utils.formatting import Bold, Text, as_list, as_marked_list

from domain.erasures import Going
from messages.home import MenuTap, home_button
from messages.outgoing import Outgoing, keyboard
from messages.speech import _, ngettext


class OwnDataTap(CallbackData, prefix="mydata"):
    """My data as a file."""

    form: Literal["json", "docx"]


class UnlinkTap(CallbackData, prefix="unlink"):
    """停用机器人: say what it means; with `once`, the one press that does it."""

    once: str | None = None


class EraseTap(CallbackData, prefix="erase"):
    """删除我的数据: list what goes; with `once`, the one press that does it."""

    once: str | None = None


def own_buttons() -> list[list[InlineKeyboardButton]]:
    """Below one's record."""
    return [
        [
            _button(_("My data (JSON)"), OwnDataTap(form="json")),
            _button(_("My data (Word)"), OwnDataTap(form="docx")),
        ],
        [_button(_("Stop the bot"), UnlinkTap()), _button(_("Delete my data"), EraseTap())],
    ]


def preparing() -> str:
    """While the file is made."""
    return _("Your file is being made…")


def file_name(form: str) -> str:
    """Without a name in it: it may lie on a shared machine."""
    return f"banxue-my-data.{form}"


def sure_to_unlink(once: str) -> Outgoing:
    """What stopping means."""
    text = as_list(
        Bold(_("Stop the bot?")),
        _("This account is unlinked: I write to you no more and no longer know you."),
        _("Where you belong, your record and your roles stay as they are; your secretary keeps them."),
        _("To come back, ask your secretary for a new personal link."),
    )
    return Outgoing(text, _confirm(_("Stop now"), UnlinkTap(once=once)))


def unlinked() -> Outgoing:
    """Done."""
    return Outgoing(Text(_("Done. This account is unlinked; nothing else has changed.")))


def sure_to_erase(going: Going, once: str) -> Outgoing:
    """What goes, by how much, and what stays."""
    text = as_list(
        Bold(_("Delete my data? This cannot be undone.")),
        Bold(_("What goes")),
        as_marked_list(*_goes(going), marker="· "),
        Bold(_("What stays")),
        as_marked_list(*_stays(), marker="· "),
        _("The person concerned: 1, you."),
    )
    return Outgoing(text, _confirm(_("Delete for good"), EraseTap(once=once)))


def erased(name: str) -> Outgoing:
    """Done; the name is what is left."""
    return Outgoing(
        Text(
            _("Done. Past figures count you as {name}; nothing else of you is kept. Goodbye.").format(
                name=name
            )
        )
    )


def _goes(n: Going) -> list[str]:
    counted = (
        (n.accounts, ngettext("the link with {n} account", "the links with {n} accounts", n.accounts)),
        (n.drafts, ngettext("{n} draft", "{n} drafts", n.drafts)),
        (n.pieces, ngettext("the text of {n} reflection", "the texts of {n} reflections", n.pieces)),
        (n.files, ngettext("{n} voice note, photo or file", "{n} voice notes, photos and files", n.files)),
        (n.reasons, ngettext("the reason of {n} leave", "the reasons of {n} leaves", n.reasons)),
        (
            n.answers,
            ngettext("{n} answer to a coming activity", "{n} answers to coming activities", n.answers),
        ),
        (n.roles, ngettext("{n} role: it ends today", "{n} roles: they end today", n.roles)),
    )
    return [
        _("your name, number and joining date"),
        *(said.format(n=count) for count, said in counted if count),
        _("your settings, and what you wrote to me as it came in"),
        _("messages of the last 48 hours in which I passed your words on"),
        _("your place on the roster; a file handed in later does not bring you back"),
    ]


def _stays() -> list[str]:
    return [
        _("attendance and check-ins of the past, under a number in place of your name"),
        _("topics and activities that you posted for your branch, without your name"),
        _("the trail of who changed what, which holds numbers and no names"),
        _("what others have seen, copied or printed already"),
    ]


def _confirm(words: str, yes: CallbackData) -> InlineKeyboardMarkup:
    back = InlineKeyboardButton(text=_("Cancel"), callback_data=MenuTap(to="me").pack())
    return keyboard([_button(words, yes)], [back, home_button()])


def _button(words: str, data: CallbackData) -> InlineKeyboardButton:
    return InlineKeyboardButton(text=words, callback_data=data.pack())
