"""One line of an office's sheet: a person, or a title, a total or a blank to step over."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from domain.names import infer_unit_kind, name_key, parse_unit_path, person_name
from domain.people import Standing
from domain.roles import Role
from domain.roster_cells import (
    exempt_reason,
    joining_date,
    kind_of,
    may_be_october,
    roles_in,
    says_nothing,
    standing_of,
    telegram_of,
)
from domain.roster_columns import Column, Header
from domain.roster_places import placed, unit_in_title
from domain.roster_privacy import without_personal_data
from domain.rosters import Note, Problem, Reason, Remark, RosterRow
from domain.units import UnitKind

FOUNDED = "1921-07-01"  # earlier is a spreadsheet's zero, 1900-01-00, or a slip
LONGEST_NAME = 64  # characters; longer is a sentence that strayed into the column
_TOTALS = re.compile(r"(?:合计|总计|小计|共计).*|(?:grand|sub)?totals?:?", re.DOTALL)
# As a text file shows it, and as `reports.rosters` puts it where a workbook has no result to show.
_FORMULA = re.compile(r"=|#(?:REF!|N/A|VALUE!|NAME\?|DIV/0!|NULL!|NUM!)")
_LABEL = re.compile(r"[:\uff1a]|^[注备]")  # 填表人:…, 注:…
_KEYS = frozenset({Column.TELEGRAM, Column.NUMBER})  # the rest of one would be another's
_PLACES = frozenset({Column.UNIT, Column.BRANCH, Column.KIND, Column.SEQUENCE})


@dataclass
class Line:
    """A row under its header; reading it leaves its problems and notes behind."""

    sheet: str
    number: int
    header: Header
    cells: dict[Column, str] = field(default_factory=dict)
    has_more: bool = False  # something stands in a column that is not read
    is_total: bool = False
    problems: list[Problem] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)

    def person(self, default_unit: tuple[str, ...]) -> RosterRow | None:
        """The person of this line, or None with the reason in `problems` or `notes`; a blank has none."""
        if self._is_no_person():
            self.problems.clear()
            return None
        telegram_id, username = self._telegram()
        row = RosterRow(
            sheet=self.sheet,
            number=self.number,
            unit_path=self._unit(default_unit),
            unit_kind=self._kind(),
            name=self._name(),
            roles=self._roles(),
            standing=self._standing(),
            joined=self._joined(),
            exempt=exempt_reason(self.cells.get(Column.EXEMPT, "")),
            telegram_id=telegram_id,
            username=username,
            number_id=self._said(Column.NUMBER),
        )
        return None if self.problems else row

    def _is_no_person(self) -> bool:
        filled = [column for column in self.cells if column not in _PLACES]
        if self.is_total:
            return True
        if not filled:
            # A numbered line with more in it is a person whose name was forgotten, not a remark.
            forgotten = self.has_more and self.cells.get(Column.SEQUENCE, "").isdigit()
            if self.has_more and not forgotten:
                self._note(Column.NAME, Remark.ROW_SKIPPED)
            return not forgotten
        name = self.cells.get(Column.NAME, "")
        is_title = list(self.cells) == [Column.NAME] and (_LABEL.search(name) or infer_unit_kind(name))
        if is_title and len(self.header.columns) > 1:
            self._note(Column.NAME, Remark.ROW_SKIPPED)
            return True
        return False

    def _unit(self, default: tuple[str, ...]) -> tuple[str, ...]:
        column = Column.UNIT if Column.UNIT in self.cells else Column.BRANCH
        text = self.cells.get(column, "")
        path = parse_unit_path(text) if text else unit_in_title(self.sheet)
        full = placed(path, default)
        if text and not path:
            self._problem(column, Reason.UNIT_UNREADABLE)
        elif len(set(map(name_key, path))) < len(path):
            self._problem(column, Reason.UNIT_BELOW_ITSELF)
        elif full is None:
            self._problem(column, Reason.UNIT_ELSEWHERE)
        elif not full:
            self._problem(column, Reason.UNIT_MISSING)
        return full or ()

    def _kind(self) -> UnitKind | None:
        text = self._said(Column.KIND)
        kind = kind_of(text)
        if text and kind is None:
            self._problem(Column.KIND, Reason.KIND_UNKNOWN)
        return kind

    def _name(self) -> str:
        name = person_name(self.cells.get(Column.NAME, ""))
        if not name:
            self._problem(Column.NAME, Reason.NAME_MISSING)
        if len(name) > LONGEST_NAME:
            self._problem(Column.NAME, Reason.NAME_TOO_LONG)
        return name

    def _roles(self) -> tuple[Role, ...]:
        column = Column.PARTY_ROLE if Column.PARTY_ROLE in self.header.titles else Column.ROLE
        roles, unknown, unspecified = roles_in(self.cells.get(column, ""))
        if unknown and column is Column.PARTY_ROLE:
            self._problem(column, Reason.ROLE_UNKNOWN)
        elif unknown:
            self._note(column, Remark.ROLE_IGNORED)
        if unspecified:
            self._note(column, Remark.COMMITTEE_ROLE_UNSPECIFIED)
        return roles

    def _standing(self) -> Standing | None:
        text = self._said(Column.STANDING)
        standing = standing_of(text)
        if text and standing is None:
            self._problem(Column.STANDING, Reason.STANDING_UNKNOWN)
        return standing

    def _joined(self) -> str:
        text = self._said(Column.JOINED)
        joined = joining_date(text)
        if text and joined is None:
            self._problem(Column.JOINED, Reason.DATE_UNREADABLE)
        elif joined is not None and joined < FOUNDED[: len(joined)]:
            self._problem(Column.JOINED, Reason.DATE_TOO_EARLY)
        if may_be_october(text):
            self._note(Column.JOINED, Remark.MONTH_MAY_BE_OCTOBER)
        return joined or ""

    def _telegram(self) -> tuple[int | None, str]:
        text = self._said(Column.TELEGRAM)
        if not text:
            return None, ""
        found = telegram_of(text)
        if found is None:
            self._problem(Column.TELEGRAM, Reason.TELEGRAM_UNREADABLE)
        return found or (None, "")

    def _said(self, column: Column) -> str:
        text = self.cells.get(column, "").strip()
        return "" if says_nothing(text) else text

    def _problem(self, column: Column, reason: Reason) -> None:
        self.problems.append(Problem(self.sheet, self.number, self.header.titles.get(column, ""), reason))

    def _note(self, column: Column, remark: Remark) -> None:
        self.notes.append(Note(self.sheet, self.number, self.header.titles.get(column, ""), remark))


def line_of(sheet: str, number: int, header: Header, row: Sequence[str]) -> Line:
    """The row under its header, less every number and address that is personal."""
    line = Line(sheet, number, header)
    for position, column in header.columns:
        text = row[position].strip() if position < len(row) else ""
        kept = without_personal_data(text, addresses=column not in _PLACES)
        if kept != text:
            line.notes.append(Note(sheet, number, header.titles[column], Remark.PERSONAL_DATA_DROPPED))
            kept = "" if column in _KEYS else kept
        if not kept:
            continue
        if _FORMULA.match(kept):
            line.problems.append(Problem(sheet, number, header.titles[column], Reason.FORMULA))
        if line.cells.setdefault(column, kept) != kept:
            line.problems.append(Problem(sheet, number, header.titles[column], Reason.TWO_VALUES))
    read = {position for position, _ in header.columns}
    first = next((text for text in row if text.strip()), "")
    line.is_total = any(
        _TOTALS.fullmatch("".join(text.split()).casefold())
        for text in (first, line.cells.get(Column.NAME, ""))
    )
    line.has_more = any(text.strip() for position, text in enumerate(row) if position not in read)
    return line
