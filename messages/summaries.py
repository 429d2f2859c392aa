"""A period's figures in a chat, with ways down the tree, up again, and to other periods."""

from datetime import date
from typing import Annotated

from aiogram.filters.callback_data import CallbackData
from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup
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
NAMES_SHOWN = 80  # people of one branch; a message holds no more lines
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


class OpenNamesTap(CallbackData, prefix="sumn"):
    """The names behind the figures, from above; it is noted who opened them."""

    unit: Key
    period: str


class SummaryFile(CallbackData, prefix="sumx"):
    """The same as a workbook."""

    unit: Key
    period: str


def screen(summary: Summary, today: date) -> Outgoing:
    """The figures, the first units below, and where to go from here."""
    below = [_("Below:"), *map(unit_line, summary.children[:PAGE]), more(summary)] if summary.children else []
    text = as_list(*heading(summary), *figures(summary), *filter(None, below))
    return Outgoing(text, ways(summary, today))


def ways(summary: Summary, today: date) -> InlineKeyboardMarkup:
    """Where to go from a unit's figures."""
    down = [_down(summary)] if any(not line.groupless for line in summary.children) else []
    file = _button(_("XLSX"), SummaryFile(unit=summary.unit_id, period=summary.period.key))
    up = [] if summary.parent is None else [_tap(_("Back"), summary.parent, summary.period.key)]
    tap = OpenNamesTap(unit=summary.unit_id, period=summary.period.key)
    names = [_button(_("Open names (noted)"), tap)] if summary.openable else []
    return keyboard(*_chips(summary, today), [*down, file], names, [*up, home_button()])


def below_screen(summary: Summary, page: int) -> Outgoing:
    """The units below, a page at a time, each to be opened; Back leads to the figures above them."""
    _first, shown, paged = page_of(summary, page)
    return Outgoing(as_list(*heading(summary), *map(unit_line, shown), *paged), ways_below(summary, page))


def names_screen(summary: Summary) -> Outgoing:
    """Names opened from above, with what each took part in."""
    lines = [
        _("{name}: expected {expected}, attended {attended}, leave {leave}, absent {absent}").format(
            name=one.name,
            expected=one.expected,
            attended=one.attended,
            leave=one.leave,
            absent=one.absent,
        )
        for one in (summary.names or ())[:NAMES_SHOWN]
    ]
    noted = _("That you opened these names is noted in the trail.")
    text = as_list(*heading(summary), *lines, noted)
    return Outgoing(text, keyboard([_tap(_("Back"), summary.unit_id, summary.period.key), home_button()]))


def page_of(summary: Summary, page: int) -> tuple[int, tuple[UnitLine, ...], list[str]]:
    """The number of the first unit of a page, its units, and which page it is where there are several."""
    at, pages = _page(summary, page)
    shown = summary.children[at * PAGE : (at + 1) * PAGE]
    paged = [_("Page {page} of {pages}").format(page=at + 1, pages=pages)] if pages > 1 else []
    return at * PAGE + 1, shown, paged


def ways_below(summary: Summary, page: int) -> InlineKeyboardMarkup:
    """A button for each unit of a page, and the way back."""
    at, pages = _page(summary, page)
    shown = summary.children[at * PAGE : (at + 1) * PAGE]
    key = summary.period.key
    opens = [_tap(short(one.name, BUTTON_SHOWN), one.unit_id, key) for one in shown if not one.groupless]
    turns = [
        _button(words, BelowTap(unit=summary.unit_id, period=key, page=to))
        for words, to in ((_("◂ Earlier"), at - 1), (_("Further ▸"), at + 1))
        if 0 <= to < pages
    ]
    back = _tap(_("Back"), summary.unit_id, key)
    return keyboard(*rows(*opens), turns, [back, home_button()])


def choice(asked: Choice) -> Outgoing:
    """Which of several units is meant."""
    key = asked.period.key
    opens = [_tap(short(" / ".join(unit.path[-2:]), 2 * BUTTON_SHOWN), unit.id, key) for unit in asked.units]
    return Outgoing(Text(_("Which unit?")), keyboard(*rows(*opens, width=1), [home_button()]))


def told(summary: Summary) -> str:
    """Everything as plain text, for the command line."""
    lines = as_list(*heading(summary), *figures(summary), *map(unit_line, summary.children))
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
    return f"{short(summary.totals.name, NAME_SHOWN)}  {period_words(summary.period)}"


def file_name(summary: Summary) -> str:
    """The workbook's name, safe on every disk."""
    unit = "".join(mark if mark.isalnum() else "_" for mark in short(summary.totals.name, NAME_SHOWN))
    return f"{unit}-{summary.period.key}.xlsx"


def period_words(period: Period) -> str:
    """A period as people say it."""
    year, _dash, part = period.key.partition("-")
    if part.startswith("Q"):
        return _("Q{quarter} {year}").format(quarter=part[1:], year=year)
    if part:
        return _("{year}-{month}").format(year=year, month=part)
    return _("Year {year}").format(year=year)


def heading(summary: Summary) -> list[Text | str]:
    """Which unit and period, and where the unit stands."""
    crumbs = " › ".join(short(name, NAME_SHOWN) for name in summary.unit_path)
    return [Bold(caption(summary)), *([crumbs] if len(summary.unit_path) > 1 else [])]


def _attendance(tally: Tally, *, kinds: bool) -> list[str]:
    by_kind = tally.leave_by_kind
    leave = (
        _("Leave: official {official}, trip {trip}, personal {personal}, other {other}; not approved {open}")
        if kinds
        else _("Kinds of leave are not shown where fewer than five people are concerned.")
    )
    return [
        attended(tally),
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
        *rate_lines(tally),
    ]


def rate_lines(tally: Tally) -> list[str]:
    """The rate with the formula under it."""
    return [_("Attendance rate {rate}").format(rate=_rate(tally)), formula()]


def formula() -> str:
    """What a rate is."""
    return _("Attendance rate = (present + late + online) ÷ expected. Leave stays in the expected.")


def attended(tally: Tally) -> str:
    """应到12 实到9 请假2 缺席1;免1."""
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


def unit_line(one: UnitLine) -> Text:
    """One unit below, in a line."""
    said = _("{attended}; rate {rate}; check-ins (voluntary) {checkins}, reflections {reflections}").format(
        attended=attended(one.tally),
        rate=_rate(one.tally),
        checkins=one.checkins,
        reflections=one.reflections,
    )
    return Text(Bold(unit_name(one, NAME_SHOWN)), "  ", said)


def unit_name(one: UnitLine, length: int) -> str:
    """What a unit below is called."""
    return short(one.name, length) or _("In no group")


def _rate(tally: Tally) -> str:
    return tally.rate_text or "–"


def more(summary: Summary) -> str:
    """How many units below are not among the first; nothing where all are."""
    left = len(summary.children) - PAGE
    return ngettext("… and {n} more", "… and {n} more", left).format(n=left) if left > 0 else ""


def _chips(summary: Summary, today: date) -> list[list[InlineKeyboardButton]]:
    """The usual periods, but for the one being shown."""
    others = [(_(words), parse_period(key, today).key) for key, words in CHIPS]
    return rows(*(_tap(words, summary.unit_id, key) for words, key in others if key != summary.period.key))


def _page(summary: Summary, page: int) -> tuple[int, int]:
    """The page nearest to the one asked for, from 0, and how many there are."""
    pages = max(1, -(-len(summary.children) // PAGE))
    return min(max(page, 0), pages - 1), pages


def _down(summary: Summary) -> InlineKeyboardButton:
    return _button(_("Below ▸"), BelowTap(unit=summary.unit_id, period=summary.period.key, page=0))


def _tap(words: str, unit: int, period: str) -> InlineKeyboardButton:
    return _button(words, SummaryTap(unit=unit, period=period))


def _button(words: str, data: CallbackData) -> InlineKeyboardButton:
    return InlineKeyboardButton(text=words, callback_data=data.pack())


def short(name: str, length: int) -> str:
    """The name, or as much of it as there is room for."""
    return name if len(name) <= length else f"{name[: length - 1]}…"
