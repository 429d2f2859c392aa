"""A sheet of units: one a row, made where it is not on record, else renamed, moved or archived."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from domain.errors import Refusal, Unreadable
from domain.moments import read_date
from domain.names import infer_unit_kind, parse_unit_path
from domain.roster_columns import HEADER_WITHIN_ROWS
from domain.rosters import Sheet
from domain.units import Form, UnitKind

MOST_ROWS = 300  # made in one act, and every other act waits for it

_TITLES: Mapping[str, frozenset[str]] = {
    "name": frozenset({"名称", "组织", "组织名称", "unit", "name"}),
    "above": frozenset({"上级", "上级组织", "parent", "above"}),
    "kind": frozenset({"种类", "类别", "kind"}),
    "rename": frozenset({"新名称", "改名", "new name"}),
    "move": frozenset({"移到", "新上级", "move to"}),
    "ends": frozenset({"撤销日期", "归档日期", "截止日期", "ends"}),
}
_KNOWN = frozenset().union(*_TITLES.values())
KIND_WORDS: Mapping[str, tuple[UnitKind, Form]] = {
    "党委": (UnitKind.COMMITTEE, Form.REGULAR),
    "committee": (UnitKind.COMMITTEE, Form.REGULAR),
    "党总支": (UnitKind.GENERAL_BRANCH, Form.REGULAR),
    "general branch": (UnitKind.GENERAL_BRANCH, Form.REGULAR),
    "党支部": (UnitKind.BRANCH, Form.REGULAR),
    "支部": (UnitKind.BRANCH, Form.REGULAR),
    "branch": (UnitKind.BRANCH, Form.REGULAR),
    "党小组": (UnitKind.GROUP, Form.REGULAR),
    "group": (UnitKind.GROUP, Form.REGULAR),
    "其他": (UnitKind.OTHER, Form.REGULAR),
    "other": (UnitKind.OTHER, Form.REGULAR),
    "临时党支部": (UnitKind.BRANCH, Form.TEMPORARY),
    "temporary branch": (UnitKind.BRANCH, Form.TEMPORARY),
    "离退休党支部": (UnitKind.BRANCH, Form.RETIRED),
    "retired members' branch": (UnitKind.BRANCH, Form.RETIRED),
    "联合党支部": (UnitKind.BRANCH, Form.JOINT),
    "joint branch": (UnitKind.BRANCH, Form.JOINT),
    "学习小组": (UnitKind.BRANCH, Form.STUDY_GROUP),
    "study group": (UnitKind.BRANCH, Form.STUDY_GROUP),
}


@dataclass(frozen=True)
class UnitRow:
    """What a row asks for; `number` is the spreadsheet's."""

    number: int
    path: tuple[str, ...]
    kind: UnitKind
    form: Form
    rename: str
    move: tuple[str, ...]
    ends: date | None


@dataclass(frozen=True)
class RowProblem:
    """A row that cannot be taken, and why; 0 stands for the whole file."""

    number: int
    refusal: Refusal


@dataclass(frozen=True)
class UnitsDone:
    """What the file changed, or would: the audit's words for each change, and the unit's path."""

    changes: tuple[tuple[str, tuple[str, ...]], ...]
    unchanged: int
    problems: tuple[RowProblem, ...] = ()
    ignored: tuple[str, ...] = ()  # titles of columns that nothing is read from


class UnitsRehearsed(Exception):  # noqa: N818 - no error: it takes an act back
    """Carries what a file would come to out of an act that is taken back."""

    def __init__(self, done: UnitsDone) -> None:
        super().__init__()
        self.done = done


@dataclass(frozen=True)
class UnitsRead:
    """The rows of a file, those that cannot be read, and the titles of columns that are not."""

    rows: tuple[UnitRow, ...]
    problems: tuple[RowProblem, ...]
    ignored: tuple[str, ...]


def read_units(sheets: Sequence[Sheet], today: date) -> UnitsRead:
    """What every sheet with a column of names holds."""
    ignored: dict[str, None] = {}
    rows: list[UnitRow] = []
    problems: list[RowProblem] = []
    for sheet in sheets:
        columns, first = _header(sheet)
        if columns:
            ignored |= dict.fromkeys(_unknown(sheet.rows[first - 1]))
        for number, cells in enumerate(sheet.rows[first:], start=first + 1):
            said = {column: _cell(cells, at) for column, at in columns.items()}
            if not said.get("name"):
                continue
            try:
                rows.append(_row(number, said, today))
            except Refusal as refusal:
                problems.append(RowProblem(number, refusal))
    if not rows and not problems:
        problems.append(RowProblem(0, Unreadable()))
    return UnitsRead(tuple(rows), tuple(problems), tuple(ignored))


def _unknown(header: Sequence[str]) -> list[str]:
    titles = (" ".join(cell.split()) for cell in header)
    return [one for one in titles if one and one.casefold() not in _KNOWN]


def _header(sheet: Sheet) -> tuple[dict[str, int], int]:
    for index, row in enumerate(sheet.rows[:HEADER_WITHIN_ROWS]):
        plain = [" ".join(cell.split()).casefold() for cell in row]
        columns = {
            column: at
            for column, titles in _TITLES.items()
            for at, cell in reversed(list(enumerate(plain)))
            if cell in titles
        }
        if "name" in columns and len(columns) > 1:
            return columns, index + 1
    return {}, len(sheet.rows)


def _cell(cells: Sequence[str], at: int) -> str:
    return " ".join(cells[at].split()) if at < len(cells) else ""


def _row(number: int, said: Mapping[str, str], today: date) -> UnitRow:
    path = (*parse_unit_path(said.get("above", "")), *parse_unit_path(said["name"]))
    word = said.get("kind", "").casefold()
    if word and word not in KIND_WORDS:
        raise Unreadable
    kind, form = KIND_WORDS.get(word, (infer_unit_kind(path[-1]) or UnitKind.OTHER, Form.REGULAR))
    ends = read_date(said["ends"], today) if said.get("ends") else None
    move = parse_unit_path(said.get("move", ""))
    return UnitRow(number, path, kind, form, said.get("rename", ""), move, ends)
