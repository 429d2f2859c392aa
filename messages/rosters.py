"""What an office reads about the roster it handed in. No cell is ever quoted: columns and row numbers are."""

from domain.rosters import Note, Problem, Reason, Remark
from messages.speech import N_, _

_REASONS = {
    Reason.FILE_UNREADABLE: N_("The file is damaged and cannot be read."),
    Reason.FILE_LOCKED: N_("The file has a password. Save it without one."),
    Reason.FILE_OF_OTHER_TYPE: N_("This is neither an XLSX nor a CSV file."),
    Reason.FILE_TOO_LARGE: N_("The file is too large unpacked. Keep only the sheet with the roster."),
    Reason.FILE_IS_BOMB: N_("The file unpacks to far more than it is, as no office's file does."),
    Reason.FILE_HAS_MACROS: N_("The file holds macros. Save it as a workbook without them (.xlsx)."),
    Reason.CELLS_TOO_FAR: N_("A cell stands far away from all others. Delete the empty rows and columns."),
    Reason.ENCODING_UNKNOWN: N_("The text is neither UTF-8 nor GB18030. Save it as one of them."),
    Reason.HEADER_MISSING: N_("No header with a column 姓名 or name stands in the first ten rows."),
    Reason.NO_ROWS: N_("There is nobody below the header."),
    Reason.TWO_VALUES: N_("Two columns of this meaning hold different things."),
    Reason.FORMULA: N_("A formula without a result stands here. Put in what it should say."),
    Reason.NAME_MISSING: N_("The name is missing."),
    Reason.NAME_TOO_LONG: N_("This is too long for a name."),
    Reason.UNIT_MISSING: N_(
        "The unit is missing: give a column 组织 or unit, or --unit (in a chat: the file's caption),"
        " or name the sheet after it."
    ),
    Reason.UNIT_UNREADABLE: N_("The unit cannot be read; a path looks like 机关党委/第一党支部."),
    Reason.UNIT_BELOW_ITSELF: N_("The path names the same unit twice; nothing stands below itself."),
    Reason.UNIT_ELSEWHERE: N_("This unit does not lie below the one given with --unit or in the caption."),
    Reason.KIND_UNKNOWN: N_(
        "The kind is not known: 党委/committee, 总支/general branch, 支部/branch or 小组/group."
    ),
    Reason.KIND_DIFFERS: N_("The same unit has another kind in {other}."),
    Reason.ROLE_UNKNOWN: N_("The role is not known."),
    Reason.STANDING_UNKNOWN: N_(
        "The standing is not known: 正式/full, 预备/probationary or 积极分子/applicant."
    ),
    Reason.DATE_UNREADABLE: N_("The date cannot be read; 2015-07-01, 2015年7月1日, 2015.7 or 201507 can."),
    Reason.DATE_TOO_EARLY: N_("Nobody joined before July 1921; an empty date often shows as 1900."),
    Reason.TELEGRAM_UNREADABLE: N_("This is neither a numeric Telegram id nor an @username."),
    Reason.INDISTINGUISHABLE: N_(
        "Nothing tells this person apart from {other}: give both a 编号 or full joining date, or drop one."
    ),
    Reason.SAME_PERSON_DIFFERS: N_(
        "By its 编号 or Telegram id this is the person of {other}, but name, date or number differ."
    ),
    Reason.UNIT_AMBIGUOUS: N_(
        "More than one unit on record has this name; give its path from the root down."
    ),
    Reason.GUESTS_ONLY: N_("Nobody belongs to this unit, only guests come; members stay with their branch."),
    Reason.GROUP_WITHOUT_BRANCH: N_("A group stands in a branch; this one has none above it."),
    Reason.KIND_STANDS_OTHERWISE: N_("The unit is on record with another kind."),
    Reason.MARK_UNKNOWN: N_(
        "Nobody on record bears this mark of an export. For a new person, leave it empty."
    ),
    Reason.NUMBERS_OF_TWO: N_("Its 编号 belongs to one person on record, its Telegram id to another."),
    Reason.RECORD_DIFFERS: N_("The Telegram id belongs to somebody of another name on record."),
    Reason.SEVERAL_ON_RECORD: N_(
        "More than one person on record could be meant: give a 编号 or the full joining date."
    ),
    Reason.UNIT_NOT_YOURS: N_("This unit does not lie below one that you administer."),
    Reason.PERSON_NOT_YOURS: N_(
        "This person stands on record in a unit that you do not administer;"
        " whoever administers both can do it."
    ),
}
_REMARKS = {
    Remark.ROLE_IGNORED: N_("Not a role here, so it was ignored."),
    Remark.COMMITTEE_ROLE_UNSPECIFIED: N_(
        "Read as 纪检委员, the committee role with the fewest rights; no other fits what stands here."
    ),
    Remark.MONTH_MAY_BE_OCTOBER: N_("Read as January; if October is meant, write 2015-10."),
    Remark.PERSONAL_COLUMN_DROPPED: N_("A column of personal data; it was not read."),
    Remark.PERSONAL_DATA_DROPPED: N_("A personal number or address stood here; it was dropped."),
    Remark.SHEET_SKIPPED: N_("No header in the first ten rows, so this sheet was skipped."),
    Remark.ROW_SKIPPED: N_("Not a person, so this row was skipped."),
    Remark.UNIT_KIND_UNKNOWN: N_("The unit's name does not tell its kind; give it in a column 类别."),
    Remark.NO_PLACE: N_("Neither in a branch nor with a role, so nothing is recorded."),
    Remark.ERASED: N_("This person had their data deleted, so the row was skipped."),
    Remark.NAMESAKES: N_(
        "Read as a namesake of {other}; if they are one person, give both the same 编号 or full joining date."
    ),
}


def problem_line(problem: Problem) -> str:
    """Where, and why it cannot be taken."""
    return _line(problem, _REASONS[problem.reason])


def note_line(note: Note) -> str:
    """Where, and what the office should know."""
    return _line(note, _REMARKS[note.remark])


def unread_line(titles: tuple[str, ...]) -> str:
    """The columns that were not read."""
    return _("Columns not read: {columns}").format(columns=_(", ").join(titles))


def _line(finding: Problem | Note, sentence: str) -> str:
    other = _where(finding.other_sheet, finding.other_row or 0, "")
    said = _(sentence).format(other=other)
    where = _where(finding.sheet, finding.row, finding.column)
    return _("{where}: {what}").format(where=where, what=said) if where else said


def _where(sheet: str, row: int, column: str) -> str:
    if not row:
        return sheet
    if not column:
        return _("{sheet} row {row}").format(sheet=sheet, row=row)
    return _("{sheet} row {row}, {column}").format(sheet=sheet, row=row, column=column)
