"""/units: the tree below mine, a page at a time, and what may change in it."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, assert_never

from aiogram.filters.callback_data import CallbackData
from aiogram.types import InlineKeyboardButton
from aiogram.utils.formatting import Bold, Text, as_list

from domain.ids import UnitId
from domain.roles import Act
from domain.unit_changes import (
    Archive,
    Create,
    Found,
    Move,
    Rename,
    UnitPage,
    Weighed,
    choices_below,
)
from domain.units import FORMS, Form, Matter, Unit, UnitKind
from messages.home import home_button
from messages.keys import KEY
from messages.moments import day
from messages.outgoing import Outgoing, keyboard, rows
from messages.speech import N_, _, ngettext

NAME_SHOWN = 40  # characters of a unit's name in a line
BUTTON_SHOWN = 16  # and on a button

KINDS: Mapping[UnitKind, str] = {
    UnitKind.COMMITTEE: N_("Party committee"),
    UnitKind.GENERAL_BRANCH: N_("General branch"),
    UnitKind.BRANCH: N_("Party branch"),
    UnitKind.GROUP: N_("Party group"),
    UnitKind.OTHER: N_("Other unit"),
}
FORM_NAMES: Mapping[Form, str] = {
    Form.REGULAR: N_("Party branch"),
    Form.TEMPORARY: N_("Temporary branch"),
    Form.RETIRED: N_("Retired members' branch"),
    Form.JOINT: N_("Joint branch"),
    Form.STUDY_GROUP: N_("Study group"),
}
MATTERS: Mapping[Matter, str] = {
    Matter.DUES: N_("dues"),
    Matter.ELECTIONS: N_("elections"),
    Matter.TRANSFERS: N_("transfers"),
}


class UnitsTap(CallbackData, prefix="units"):
    """What I look after, at a page of it."""

    page: int = 0


class UnitTap(CallbackData, prefix="unit"):
    """A unit, at a page of those below it."""

    unit: Annotated[UnitId, KEY]
    page: int = 0


class RolesTap(CallbackData, prefix="roles"):
    """Who holds what on a unit."""

    unit: Annotated[UnitId, KEY]


class SettingsTap(CallbackData, prefix="uset"):
    """All settings of a unit."""

    unit: Annotated[UnitId, KEY]


class GuestsTap(CallbackData, prefix="guests"):
    """Who is a guest of a branch; a page of them."""

    unit: Annotated[UnitId, KEY]
    page: int = 0


class FindUnitTap(CallbackData, prefix="unitfind"):
    """Ask for a name to look for."""


class NewUnitTap(CallbackData, prefix="unitnew"):
    """What could be made below the unit; with `kind` and `form` chosen, ask for its name."""

    unit: Annotated[UnitId, KEY]
    kind: UnitKind | None = None
    form: Form = Form.REGULAR


class RenameUnitTap(CallbackData, prefix="unitname"):
    """Ask for a new name."""

    unit: Annotated[UnitId, KEY]


class MoveUnitTap(CallbackData, prefix="unitmove"):
    """Ask below which unit; with `parent`, weigh it."""

    unit: Annotated[UnitId, KEY]
    parent: Annotated[UnitId | None, KEY] = None


class ArchiveUnitTap(CallbackData, prefix="unitend"):
    """Weigh archiving it today; `later`: ask for the day."""

    unit: Annotated[UnitId, KEY]
    later: bool = False


class SureUnitTap(CallbackData, prefix="unitsure"):
    """Make the change that was weighed. `once` is good for one press."""

    once: str


def screen(page: UnitPage, toast: str | None = None) -> Outgoing:
    """A unit, or the list of those one looks after."""
    down = [_button(one.name, UnitTap(unit=one.id)) for one in page.below]
    find = [_button(_("🔎 Find a unit"), FindUnitTap())]
    if page.unit is None:
        text = as_list(Bold(_("Units")), _("Which unit?"), _paged(page))
        return Outgoing(text, keyboard(*rows(*down), _turns(page), find, [home_button()]))
    lines = (toast, *_heading(page.unit), *_figures(page))
    return Outgoing(
        as_list(*(line for line in lines if line)),
        keyboard(*rows(*down), _turns(page), find, *rows(*_acts(page, page.unit)), _ways_out(page)),
    )


def found_screen(found: Found) -> Outgoing:
    """What a search has found; the next name typed looks again."""
    opens = [_button(" / ".join(one.path[-2:]), UnitTap(unit=one.id), 2) for one in found.units]
    text = as_list(*_found_lines(found))
    return Outgoing(text, keyboard(*rows(*opens, width=1), [_button(_("Back"), UnitsTap()), home_button()]))


def name_to_find() -> Outgoing:
    """Asks what to look for."""
    return _asking(_("Which name? A part of it will do."), UnitsTap())


def kinds_below(unit: Unit) -> Outgoing:
    """What may be made below a unit."""
    offered = [
        _button(kind_name(kind, form), NewUnitTap(unit=unit.id, kind=kind, form=form))
        for kind, form in choices_below(unit.kind)
    ]
    text = as_list(
        Bold(_short(unit.name)),
        _("What is to be created below it?"),
        *(_form_line(form) for form in Form if form is not Form.REGULAR and offered),
    )
    return Outgoing(text, keyboard(*rows(*offered), [_back(unit.id), home_button()]))


def name_wanted(unit: UnitId, kind: UnitKind | None = None, form: Form = Form.REGULAR) -> Outgoing:
    """Asks for the name of a new unit, or for a new name."""
    asked = _("What is the new name?") if kind is None else _("What is it called? ({kind})")
    return _asking(asked.format(kind=kind_name(kind, form) if kind else ""), UnitTap(unit=unit))


def day_wanted(unit: UnitId) -> Outgoing:
    """Asks for the day from which a unit is no more."""
    return _asking(_("From which day is it no more? For example 2026-12-31."), UnitTap(unit=unit))


def parent_wanted(unit: UnitId) -> Outgoing:
    """Asks below which unit another is to move."""
    return _asking(_("Below which unit? Send me a part of its name."), UnitTap(unit=unit))


def parents_found(unit: UnitId, found: Found) -> Outgoing:
    """Where the unit could move."""
    opens = [
        _button(" / ".join(one.path[-2:]), MoveUnitTap(unit=unit, parent=one.id), 2) for one in found.units
    ]
    text = as_list(*_found_lines(found), _("Only units below which it can stand are shown."))
    return Outgoing(text, keyboard(*rows(*opens, width=1), [_back(unit), home_button()]))


def sure(weighed: Weighed, once: str) -> Outgoing:
    """The change in words, with how many people it concerns."""
    change, unit = weighed.change, weighed.unit
    concerned = ngettext("Concerns {n} person.", "Concerns {n} people.", weighed.people)
    other: list[list[InlineKeyboardButton]] = []
    match change:
        case Create():
            lines = [
                _("Create {kind} “{name}” below {unit}?").format(
                    kind=kind_name(change.kind, change.form), name=change.name.strip(), unit=_short(unit.name)
                ),
                *_until(change.until),
                *([_form_line(change.form)] if change.form is not Form.REGULAR else []),
            ]
        case Rename():
            lines = [_("Rename {unit} to “{name}”?").format(unit=_short(unit.name), name=change.name.strip())]
        case Move():
            target = _short(weighed.target.name) if weighed.target else ""
            lines = [
                _("Move {unit} below {target} from today on?").format(unit=_short(unit.name), target=target),
                _("Past periods keep the tree as it stood."),
            ]
        case Archive():
            lines = [
                _("Archive {unit} from {day} on?").format(unit=_short(unit.name), day=day(change.on)),
                _("Roles on it end and no chat stands for it any more; its record stays."),
            ]
            other = [[_button(_("Another day…"), ArchiveUnitTap(unit=unit.id, later=True))]]
        case _:
            assert_never(change)
    text = as_list(*lines, concerned.format(n=weighed.people))
    confirm = [_button(_("Confirm"), SureUnitTap(once=once)), _button(_("Cancel"), UnitTap(unit=unit.id))]
    return Outgoing(text, keyboard(confirm, *other, [home_button()]))


def done() -> str:
    """After a change was made."""
    return _("Done.")


def kind_name(kind: UnitKind, form: Form = Form.REGULAR) -> str:
    """What a unit is called by its kind, or a branch by its form."""
    return _(FORM_NAMES[form] if kind is UnitKind.BRANCH else KINDS[kind])


def unit_line(unit: Unit) -> Text:
    """A unit's name over the way to it from the root."""
    return as_list(*_heading(unit))


def _heading(unit: Unit) -> list[Text | str]:
    crumbs = " › ".join(_short(name) for name in unit.path)
    kind = kind_name(unit.kind, unit.form)
    return [Bold(_short(unit.name)), *([crumbs] if len(unit.path) > 1 else []), kind]


def _figures(page: UnitPage) -> list[str]:
    assert page.unit is not None
    unit, lines = page.unit, []
    if unit.kind in (UnitKind.BRANCH, UnitKind.GROUP):
        lines.append(ngettext("{n} member", "{n} members", page.members).format(n=page.members))
    if page.guests:
        lines.append(ngettext("{n} guest", "{n} guests", page.guests).format(n=page.guests))
    if page.total:
        lines.append(ngettext("{n} unit below", "{n} units below", page.total).format(n=page.total))
    if unit.archived_on is not None:
        over = _("Archived since {day}.") if unit.is_over(page.on) else _("Ends on {day}.")
        lines.append(over.format(day=day(unit.archived_on)))
    if unit.form is not Form.REGULAR:
        lines.append(_form_line(unit.form))
    return [*lines, _paged(page)]


def _form_line(form: Form) -> str:
    """What is special about a form of branch."""
    rules = FORMS[form]
    parts = [
        *([_("for a time, until a date")] if rules.ends else []),
        *([_("its people are members elsewhere")] if rules.guests_only else []),
        *([_("attendance counts in each one's own branch")] if rules.credited_home else []),
        *([_("a lighter study rhythm, no check-ins")] if form is Form.RETIRED else []),
        *([_("members of several small organisations")] if form is Form.JOINT else []),
        *(_("no {matter}").format(matter=_(MATTERS[one])) for one in Matter if one in rules.without),
    ]
    return _("{form}: {rules}").format(form=_(FORM_NAMES[form]), rules=_(", ").join(parts))


def _until(until: date | None) -> list[str]:
    return [_("Ends on {day}.").format(day=day(until))] if until else []


def _acts(page: UnitPage, unit: Unit) -> list[InlineKeyboardButton]:
    """Only what the reader may do here; an archived unit changes no more."""
    over = unit.is_over(page.on)
    offered: list[tuple[Act, str, CallbackData]] = [
        (Act.SEE_UNITS, _("👤 Roles"), RolesTap(unit=unit.id)),
        (Act.SEE_UNITS, _("⚙️ Settings here"), SettingsTap(unit=unit.id)),
    ]
    if not over:
        offered += [
            (Act.RECORD_STAY, _("👥 Guests"), GuestsTap(unit=unit.id)),
            (Act.ADD_UNIT, _("➕ Create below"), NewUnitTap(unit=unit.id)),
            (Act.CHANGE_UNIT, _("Rename"), RenameUnitTap(unit=unit.id)),
            (Act.CHANGE_UNIT, _("Move"), MoveUnitTap(unit=unit.id)),
            (Act.CHANGE_UNIT, _("Archive"), ArchiveUnitTap(unit=unit.id)),
        ]
    possible = {
        Act.ADD_UNIT: bool(choices_below(unit.kind)),
        Act.RECORD_STAY: unit.kind is UnitKind.BRANCH,
    }
    return [
        _button(words, tap) for act, words, tap in offered if act in page.acts and possible.get(act, True)
    ]


def _ways_out(page: UnitPage) -> list[InlineKeyboardButton]:
    up = UnitTap(unit=page.up) if page.up else UnitsTap()
    return [_button(_("Back"), up), home_button()]


def _turns(page: UnitPage) -> list[InlineKeyboardButton]:
    steps = ((_("◂ Earlier"), page.page - 1), (_("Further ▸"), page.page + 1))
    return [
        _button(words, UnitsTap(page=to) if page.unit is None else UnitTap(unit=page.unit.id, page=to))
        for words, to in steps
        if 0 <= to <= page.last
    ]


def _paged(page: UnitPage) -> str:
    return _("Page {page} of {pages}").format(page=page.page + 1, pages=page.last + 1) if page.last else ""


def _found_lines(found: Found) -> list[str]:
    if not found.units:
        return [_("Nothing found for “{words}”. Send me another name.").format(words=_short(found.words))]
    lines = [_("Found for “{words}”:").format(words=_short(found.words))]
    return [*lines, *([_("There are more; a longer piece of the name finds fewer.")] if found.more else [])]


def _asking(words: str, back: CallbackData) -> Outgoing:
    return Outgoing(Text(words), keyboard([_button(_("Cancel"), back)]))


def _back(unit: UnitId) -> InlineKeyboardButton:
    return _button(_("Back"), UnitTap(unit=unit))


def _button(words: str, data: CallbackData, size: int = 1) -> InlineKeyboardButton:
    return InlineKeyboardButton(text=_short(words, BUTTON_SHOWN * size), callback_data=data.pack())


def _short(name: str, length: int = NAME_SHOWN) -> str:
    return name if len(name) <= length else f"{name[: length - 1]}…"
