"""What is read from a roster an office hands in: rows, problems and notes, told as codes without words."""

from dataclasses import dataclass
from enum import StrEnum

from domain.people import Standing
from domain.roles import Role
from domain.units import UnitKind


@dataclass(frozen=True)
class Sheet:
    """A grid of cell text; row i of it is the one the spreadsheet numbers i + 1."""

    name: str
    rows: tuple[tuple[str, ...], ...]


class Reason(StrEnum):
    """Why a row, a sheet or a file cannot be taken; one is enough that nothing is imported."""

    FILE_UNREADABLE = "file_unreadable"
    FILE_LOCKED = "file_locked"
    FILE_OF_OTHER_TYPE = "file_of_other_type"
    FILE_TOO_LARGE = "file_too_large"
    FILE_IS_BOMB = "file_is_bomb"  # unpacks to far more than it is
    FILE_HAS_MACROS = "file_has_macros"
    CELLS_TOO_FAR = "cells_too_far"  # so far apart that the emptiness between would fill the memory
    ENCODING_UNKNOWN = "encoding_unknown"
    HEADER_MISSING = "header_missing"
    NO_ROWS = "no_rows"
    TWO_VALUES = "two_values"  # two columns of one meaning disagree
    FORMULA = "formula"  # one that nobody has worked out, or that came out as an error
    NAME_MISSING = "name_missing"
    NAME_TOO_LONG = "name_too_long"
    UNIT_MISSING = "unit_missing"
    UNIT_UNREADABLE = "unit_unreadable"
    UNIT_BELOW_ITSELF = "unit_below_itself"
    UNIT_ELSEWHERE = "unit_elsewhere"  # not within the unit the file was handed in for
    KIND_UNKNOWN = "kind_unknown"
    KIND_DIFFERS = "kind_differs"
    ROLE_UNKNOWN = "role_unknown"
    STANDING_UNKNOWN = "standing_unknown"
    DATE_UNREADABLE = "date_unreadable"
    DATE_TOO_EARLY = "date_too_early"
    TELEGRAM_UNREADABLE = "telegram_unreadable"
    INDISTINGUISHABLE = "indistinguishable"
    SAME_PERSON_DIFFERS = "same_person_differs"
    # Found against what is on record:
    UNIT_AMBIGUOUS = "unit_ambiguous"  # a name that several units bear
    GROUP_WITHOUT_BRANCH = "group_without_branch"
    GUESTS_ONLY = "guests_only"  # a temporary branch or study group has no members of its own
    KIND_STANDS_OTHERWISE = "kind_stands_otherwise"
    MARK_UNKNOWN = "mark_unknown"  # what an export wrote for 编号 means nobody here
    NUMBERS_OF_TWO = "numbers_of_two"  # 编号 and Telegram id belong to two people on record
    RECORD_DIFFERS = "record_differs"  # the Telegram id belongs to somebody of another name
    SEVERAL_ON_RECORD = "several_on_record"
    # Found against what the person handing it in may change:
    UNIT_NOT_YOURS = "unit_not_yours"
    PERSON_NOT_YOURS = "person_not_yours"


class Remark(StrEnum):
    """What the office should know of its file although the row is taken."""

    ROLE_IGNORED = "role_ignored"
    COMMITTEE_ROLE_UNSPECIFIED = "committee_role_unspecified"
    MONTH_MAY_BE_OCTOBER = "month_may_be_october"
    PERSONAL_COLUMN_DROPPED = "personal_column_dropped"
    PERSONAL_DATA_DROPPED = "personal_data_dropped"
    SHEET_SKIPPED = "sheet_skipped"
    ROW_SKIPPED = "row_skipped"
    UNIT_KIND_UNKNOWN = "unit_kind_unknown"
    NO_PLACE = "no_place"  # neither a member of a branch nor appointed
    NAMESAKES = "namesakes"  # told apart by their units alone
    ERASED = "erased"  # had their data deleted


@dataclass(frozen=True, slots=True)
class Problem:
    """A reason at its place; `column` is the header as typed, row 0 the whole sheet. Never quotes a cell."""

    sheet: str
    row: int
    column: str
    reason: Reason
    other_sheet: str = ""
    other_row: int | None = None


@dataclass(frozen=True, slots=True)
class Note:
    """A remark at its place, like a Problem's."""

    sheet: str
    row: int
    column: str
    remark: Remark
    other_sheet: str = ""
    other_row: int | None = None


@dataclass(frozen=True, slots=True)
class RosterRow:
    """A person's place in a unit. None and "" mean that the file does not say, not that it says no."""

    sheet: str
    number: int
    unit_path: tuple[str, ...]
    unit_kind: UnitKind | None
    name: str
    roles: tuple[Role, ...]
    standing: Standing | None
    joined: str  # "2015", "2015-07" or "2015-07-01", as exactly as the file has it
    exempt: str
    telegram_id: int | None
    username: str  # without its @; tells whom to ask, never grants a role
    number_id: str


@dataclass(frozen=True)
class Roster:
    """A file as read; `persons` groups the indexes of `rows` that are one person, in file order."""

    rows: tuple[RosterRow, ...]
    problems: tuple[Problem, ...]
    notes: tuple[Note, ...]
    unread: tuple[str, ...]
    persons: tuple[tuple[int, ...], ...]
    says_roles: bool = False  # there is such a column, so an empty cell says "none"
    says_exempt: bool = False
