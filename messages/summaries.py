"""A period's figures in a chat, with ways down the tree, up again, and to other periods."""

from datetime import date
from typing import Annotated

from aiogram.filters.callback_data import CallbackData
from aiogram.types import InlineKeyboardButton
from aiogram.utils.formatting import Bold, Text, as_list
from pydantic import Field

from domain.participation import Tally
from domain.periods import Period, parse_period
from domain.summaries import Choice, Summary, UnitLine
from messages.home import home_button
from messages.outgoing import Outgoing, keyboard, rows
from messages.speech import N_, _, ngettext

PAGE = 12  # units on one screen
NAME_SHOWN = 40  # characters of a unit's name in a line
BUTTON_SHOWN = 16  # characters of a unit's name on a button
Key = Annotated[int, Field(ge=1, lt=2**63)]  # what a database takes for one; callback data may be forged
CHIPS = (
    ("this-month", N_("This month")),
    ("last-month", N_("Last month")),
    ("this-quarter", N_("This quarter")),
    ("last-quarter", N_("Last quarter")),
    ("this-year", N_("This year")),
)


class SummaryTap(CallbackData, prefix="sum"):
    """The figures of a unit and period; the period's key is "2026-11", "2026-Q4" or "2026"."""

    unit: Key
    period: str


class BelowTap(CallbackData, prefix="sumb"):
    """A page of the units below, each with its button."""

    unit: Key
    period: str
    page: int


class SummaryFile(CallbackData, prefix="sumx"):
    """The same as a workbook."""

    unit: Key
    period: str


def screen(summary: Summary, today: date) -> Outgoing:
    """The figures, the first units below, and where to go from here."""
    below = [_("Below:"), *map(_line, summary.children[:PAGE]), _more(summary)] if summary.children else []
    text = as_list(*_heading(summary), *figures(summary), *filter(None, below))
    down = [_down(summary)] if any(not line.groupless for line in summary.children) else []
    file = _button(_("XLSX"), SummaryFile(unit=summary.unit_id, period=summary.period.key))
    up = [] if summary.parent is None else [_tap(_("Back"), summary.parent, summary.period.key)]
    return Outgoing(text, keyboard(*_chips(summary, today), [*down, file], [*up, home_button()]))


def below_screen(summary: Summary, page: int) -> Outgoing:
    """The units below, a page at a time, each to be opened; Back leads to the figures above them."""
    pages = max(1, -(-len(summary.children) // PAGE))
    at = min(max(page, 0), pages - 1)
    shown = summary.children[at * PAGE : (at + 1) * PAGE]
    key = summary.period.key
    opens = [_tap(_short(one.name, BUTTON_SHOWN), one.unit_id, key) for one in shown if not one.groupless]
    turns = [
        _button(words, BelowTap(unit=summary.unit_id, period=key, page=to))
        for words, to in ((_("◂ Earlier"), at - 1), (_("Further ▸"), at + 1))
        if 0 <= to < pages
    ]
    paged = _("Page {page} of {pages}").format(page=at + 1, pages=pages)
    text = as_list(*_heading(summary), *map(_line, shown), *([paged] if pages > 1 else []))
    back = _tap(_("Back"), summary.unit_id, key)
    return Outgoing(text, keyboard(*rows(*opens), turns, [back, home_button()]))


def choice(asked: Choice) -> Outgoing:
    """Which of several units is meant."""
    key = asked.period.key
    opens = [_tap(_short(" / ".join(unit.path[-2:]), 2 * BUTTON_SHOWN), unit.id, key) for unit in asked.units]
    return Outgoing(Text(_("Which unit?")), keyboard(*rows(*opens, width=1), [home_button()]))


def told(summary: Summary) -> str:
    """Everything as plain text, for the command line."""
    lines = as_list(*_heading(summary), *figures(summary), *map(_line, summary.children))
    text: str = lines.as_kwargs()["text"]
    return text


def figures(summary: Summary) -> list[Text | str]:
    """A unit's figures, a line each; the formula stands under the rate."""
    total = summary.totals
    return [
        ngettext("{n} member", "{n} members", total.members).format(n=total.members),
        ngettext("{n} activity held", "{n} activities held", total.held).format(n=total.held),
        *_attendance(total.tally, kinds=summary.shows_leave_kinds(total.members)),
        _("Study topics {topics}; check-ins (voluntary) {checkins}, of these late {late}").format(
            topics=total.topics, checkins=total.checkins, late=total.late_checkins
        ),
        _("Reflections {n}").format(n=total.reflections),
    ]


def preparing() -> str:
    """While the workbook is made."""
    return _("Making the file…")


def caption(summary: Summary) -> str:
    """Above the workbook."""
    return f"{_short(summary.totals.name, NAME_SHOWN)}  {period_words(summary.period)}"


def file_name(summary: Summary) -> str:
    """The workbook's name, safe on every disk."""
    unit = "".join(mark if mark.isalnum() else "_" for mark in _short(summary.totals.name, NAME_SHOWN))
    return f"{unit}-{summary.period.key}.xlsx"


def period_words(period: Period) -> str:
    """A period as people say it."""
    year, _dash, part = period.key.partition("-")
    if part.startswith("Q"):
        return _("Q{quarter} {year}").format(quarter=part[1:], year=year)
    if part:
        return _("{year}-{month}").format(year=year, month=part)
    return _("Year {year}").format(year=year)


def _heading(summary: Summary) -> list[Text | str]:
    crumbs = " › ".join(_short(name, NAME_SHOWN) for name in summary.unit_path)
    return [Bold(caption(summary)), *([crumbs] if len(summary.unit_path) > 1 else [])]


def _attendance(tally: Tally, *, kinds: bool) -> list[str]:
    by_kind = tally.leave_by_kind
    leave = (
        _("Leave: official {official}, trip {trip}, personal {personal}, other {other}; not approved {open}")
        if kinds
        else _("Kinds of leave are not shown where fewer than five people are concerned.")
    )
    return [
        _attended(tally),
        _("Present {present}, late {late}, online {online}").format(
            present=tally.present, late=tally.late, online=tally.online
        ),
        leave.format(
            official=by_kind.official,
            trip=by_kind.trip,
            personal=by_kind.personal,
            other=by_kind.other,
            open=tally.unapproved,
        ),
        _("Observers {observers}, made up {made_up}").format(
            observers=tally.observers, made_up=tally.made_up
        ),
        _("Attendance rate {rate}").format(rate=_rate(tally)),
        _("Attendance rate = (present + late + online) ÷ expected. Leave stays in the expected."),
    ]


def _attended(tally: Tally) -> str:
    line = tally.line
    return _(
        "Expected {expected}, attended {attended}, leave {leave}, absent {absent}; exempt {exempt}"
    ).format(
        expected=line.expected,
        attended=line.attended,
        leave=line.leave,
        absent=line.absent,
        exempt=line.exempt,
    )


def _line(one: UnitLine) -> Text:
    """One unit below, in a line."""
    said = _("{attended}; rate {rate}; check-ins (voluntary) {checkins}, reflections {reflections}").format(
        attended=_attended(one.tally),
        rate=_rate(one.tally),
        checkins=one.checkins,
        reflections=one.reflections,
    )
    return Text(Bold(_short(one.name, NAME_SHOWN) or _("In no group")), "  ", said)


def _rate(tally: Tally) -> str:
    return tally.rate_text or "–"


def _more(summary: Summary) -> str:
    left = len(summary.children) - PAGE
    return ngettext("… and {n} more", "… and {n} more", left).format(n=left) if left > 0 else ""


def _chips(summary: Summary, today: date) -> list[list[InlineKeyboardButton]]:
    """The usual periods, but for the one being shown."""
    others = [(_(words), parse_period(key, today).key) for key, words in CHIPS]
    return rows(*(_tap(words, summary.unit_id, key) for words, key in others if key != summary.period.key))


def _down(summary: Summary) -> InlineKeyboardButton:
    return _button(_("Below ▸"), BelowTap(unit=summary.unit_id, period=summary.period.key, page=0))


def _tap(words: str, unit: int, period: str) -> InlineKeyboardButton:
    return _button(words, SummaryTap(unit=unit, period=period))


def _button(words: str, data: CallbackData) -> InlineKeyboardButton:
    return InlineKeyboardButton(text=words, callback_data=data.pack())


def _short(name: str, length: int) -> str:
    return name if len(name) <= length else f"{name[: length - 1]}…"
