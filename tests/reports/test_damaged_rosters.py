"""Rosters as they must not be: each is refused with its reason and, where there is one, its row."""

import io
import struct
import time
import zipfile
from collections.abc import Callable, Sequence
from datetime import date

import pytest
import xlsxwriter

from domain.organisation import Organisation
from domain.roster_plans import plan_of
from domain.rosters import Reason
from messages.rosters import problem_line
from messages.speech import speaking
from reports.rosters import read_file
from reports.workbook_guard import MOST_RATIO, SMALL, looked_into

HEADER = ("组织", "姓名", "党内职务", "身份", "入党日期", "免考勤", "编号")
PATH = "机关党委/第一党支部"
SHEET = "xl/worksheets/sheet1.xml"
MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
NOBODY = Organisation((), (), (), (), ())


def workbook(*rows: Sequence[object], sheets: Sequence[str] = ("名册",)) -> bytes:
    """The rows on the first sheet, written cell by cell; a text beginning with = is a formula."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        pages = [book.add_worksheet(name) for name in sheets]
        for number, row in enumerate(rows):
            pages[0].write_row(number, 0, row)
    return out.getvalue()


def text(*rows: Sequence[str], encoding: str = "utf-8") -> bytes:
    return "\n".join(",".join(row) for row in rows).encode(encoding)


def person(name: str = "王芳", unit: str = PATH, **cells: str) -> tuple[str, ...]:
    named = dict.fromkeys(HEADER, "") | {"组织": unit, "姓名": name} | cells
    return tuple(named.values())


GOOD = workbook(HEADER, person("王芳", 党内职务="书记", 入党日期="2001-07-01"), person("张伟", 编号="A2"))


def repacked(data: bytes, **changed: bytes | None) -> bytes:
    """The same archive with parts replaced, added or (None) left out; `sheet` is the first sheet."""
    parts = {SHEET if name == "sheet" else name: content for name, content in changed.items()}
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in dict.fromkeys([*old.namelist(), *parts]):
            content = parts.get(name, old.read(name) if name in old.namelist() else None)
            if content is not None:
                new.writestr(name, content)
    return out.getvalue()


def sheet(cells: str) -> bytes:
    return f"<worksheet {MAIN}><sheetData>{cells}</sheetData></worksheet>".encode()


def inline(place: str, words: str) -> str:
    return f'<c r="{place}" t="inlineStr"><is><t>{words}</t></is></c>'


TITLES = f'<row r="1">{inline("A1", "组织")}{inline("B1", "姓名")}</row>'


def macros() -> bytes:
    return repacked(GOOD, **{"xl/vbaProject.bin": b"\xd0\xcf\x11\xe0" + bytes(100)})


def bomb_by_ratio() -> bytes:
    """Two million spaces in a part that no reader of cells would even look at."""
    return repacked(GOOD, **{"xl/media/image1.bin": b" " * (2 * SMALL)})


def bomb_of_many_parts() -> bytes:
    return repacked(GOOD, **{f"xl/media/{number}.bin": b"" for number in range(1001)})


def bomb_by_size() -> bytes:
    """Three hundred million bytes in parts each of which packs no better than a sheet does."""
    out = io.BytesIO(GOOD)
    piece = b"".join(struct.pack(">I", number * 2654435761 % 2**32) + bytes(60) for number in range(62_500))
    with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as book:
        for number in range(80):
            book.writestr(f"xl/media/{number}.bin", piece)
    assert len(out.getvalue()) * MOST_RATIO > 80 * len(piece)
    return out.getvalue()


def bomb_that_lies() -> bytes:
    """The archive's list says that the sheet is small; unpacked it is not."""
    good = repacked(GOOD, sheet=sheet(TITLES + "<!--" + " " * (3 * SMALL) + "-->"))
    with zipfile.ZipFile(io.BytesIO(good)) as archive:
        size = struct.pack("<I", archive.getinfo(SHEET).file_size)
    assert good.count(size) >= 1
    return good.replace(size, struct.pack("<I", 500))


def far_cell() -> bytes:
    return repacked(GOOD, sheet=sheet(f'{TITLES}<row r="1048576">{inline("XFD1048576", "王芳")}</row>'))


def far_cell_hidden(before: str) -> bytes:
    """Where it stands is said behind what makes its tag look over, or far into it."""
    cell = inline("XFD1048576", "王芳").replace("<c ", f"<c {before} ")
    assert before in cell
    return repacked(GOOD, sheet=sheet(f'{TITLES}<row {before} r="1048576">{cell}</row>'))


def far_cell_spaced() -> bytes:
    cell = inline("XFD1048576", "王芳").replace("r=", f"r{' ' * 400}= ")
    return repacked(GOOD, sheet=sheet(f'{TITLES}<row r = "1048576">{cell}</row>'))


def far_cell_without_place() -> bytes:
    """The cell leaves its place to its row and to those before it."""
    many = "<c><v>1</v></c>" * 16_000
    return repacked(
        GOOD, sheet=sheet(f'{TITLES}<row r="2">{many}</row><row r="1048000"><c><v>1</v></c></row>')
    )


def formula_without_result() -> bytes:
    row = f'<row r="2">{inline("A2", PATH)}<c r="B2"><f>C9</f></c></row>'
    return repacked(GOOD, sheet=sheet(TITLES + row))


def formula_in_error() -> bytes:
    row = f'<row r="2">{inline("A2", PATH)}<c r="B2" t="e"><f>VLOOKUP(1,D:D,1)</f><v>#N/A</v></c></row>'
    return repacked(GOOD, sheet=sheet(TITLES + row))


def locked() -> bytes:
    """A part of the archive asks for a password."""
    data = bytearray(GOOD)
    for mark, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(mark) + flags] |= 1
    return bytes(data)


def ole_locked() -> bytes:
    """How a workbook with a password begins: an OLE file that holds an EncryptedPackage."""
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)


def open_quote() -> bytes:
    return text(HEADER) + b'\n"' + b"x" * 140_000


def other_archive() -> bytes:
    return repacked(GOOD, **{"xl/workbook.xml": None})


ROWS_OF_MANY_TITLES = [("区直机关党员名册",), *[("填表说明",)] * 10, HEADER, person()]
LONG_WORD = f"x='{'y' * 900}'"
NEAR = "x='r=\"A1\"'"
PERSON_1900 = person(入党日期="1900-01-00")

Damage = tuple[str, Callable[[], bytes], str, Reason, int]
DAMAGES: tuple[Damage, ...] = (
    ("no header in ten rows", lambda: workbook(*ROWS_OF_MANY_TITLES), "a.xlsx", Reason.HEADER_MISSING, 0),
    ("an empty sheet", workbook, "a.xlsx", Reason.HEADER_MISSING, 0),
    ("nothing below the header", lambda: workbook(HEADER), "a.xlsx", Reason.NO_ROWS, 0),
    ("an empty file", lambda: b"", "a.csv", Reason.HEADER_MISSING, 0),
    (
        "two people whom nothing tells apart",
        lambda: workbook(HEADER, person("张伟"), person("李娜"), person("张伟")),
        "a.xlsx",
        Reason.INDISTINGUISHABLE,
        4,
    ),
    (
        "one number on two people",
        lambda: workbook(HEADER, person("张伟", 编号="A1"), person("李娜", 编号="A1")),
        "a.xlsx",
        Reason.SAME_PERSON_DIFFERS,
        3,
    ),
    (
        "a unit below itself",
        lambda: workbook(HEADER, person(), person("张伟", "机关党委/第一党支部/机关党委")),
        "a.xlsx",
        Reason.UNIT_BELOW_ITSELF,
        3,
    ),
    (
        "a group outside any branch",
        lambda: workbook(HEADER, person(), person("张伟", "机关党委/第一党小组")),
        "a.xlsx",
        Reason.GROUP_WITHOUT_BRANCH,
        3,
    ),
    (
        "an unknown 党内职务",
        lambda: workbook(HEADER, person(), person("张伟", 党内职务="大队长")),
        "a.xlsx",
        Reason.ROLE_UNKNOWN,
        3,
    ),
    (
        "an unknown standing",
        lambda: workbook(HEADER, person(), person("张伟", 身份="群众")),
        "a.xlsx",
        Reason.STANDING_UNKNOWN,
        3,
    ),
    (
        "an impossible date",
        lambda: workbook(HEADER, person(), person("张伟", 入党日期="2015-02-30")),
        "a.xlsx",
        Reason.DATE_UNREADABLE,
        3,
    ),
    (
        "the year 1900, which is an empty date",
        lambda: workbook(HEADER, person(), person("张伟", 入党日期="1900-01-01")),
        "a.xlsx",
        Reason.DATE_TOO_EARLY,
        3,
    ),
    (
        "day 0 of 1900",
        lambda: workbook(HEADER, person(), PERSON_1900),
        "a.xlsx",
        Reason.DATE_UNREADABLE,
        3,
    ),
    ("no name", lambda: workbook(HEADER, person("", 身份="正式")), "a.xlsx", Reason.NAME_MISSING, 2),
    (
        "a name as long as a sentence",
        lambda: workbook(HEADER, person("张伟" * 40)),
        "a.xlsx",
        Reason.NAME_TOO_LONG,
        2,
    ),
    ("no unit", lambda: workbook(HEADER, person(unit="")), "a.xlsx", Reason.UNIT_MISSING, 2),
    ("macros", macros, "a.xlsm", Reason.FILE_HAS_MACROS, 0),
    ("a zip bomb by its ratio", bomb_by_ratio, "a.xlsx", Reason.FILE_IS_BOMB, 0),
    ("a zip bomb by its parts", bomb_of_many_parts, "a.xlsx", Reason.FILE_IS_BOMB, 0),
    ("a zip bomb by its size", bomb_by_size, "a.xlsx", Reason.FILE_TOO_LARGE, 0),
    ("a zip bomb that lies about its size", bomb_that_lies, "a.xlsx", Reason.FILE_UNREADABLE, 0),
    ("a cell in the farthest corner", far_cell, "a.xlsx", Reason.CELLS_TOO_FAR, 0),
    ("a far cell behind a quoted sign", lambda: far_cell_hidden('x=">"'), "a.xlsx", Reason.CELLS_TOO_FAR, 0),
    ("a far cell behind a long word", lambda: far_cell_hidden(LONG_WORD), "a.xlsx", Reason.CELLS_TOO_FAR, 0),
    ("a far cell beside a nearer one", lambda: far_cell_hidden(NEAR), "a.xlsx", Reason.CELLS_TOO_FAR, 0),
    ("a far cell, two names", lambda: far_cell_hidden('x:r="A1" y-r="1"'), "a.xlsx", Reason.CELLS_TOO_FAR, 0),
    ("a far cell said with spaces", far_cell_spaced, "a.xlsx", Reason.CELLS_TOO_FAR, 0),
    ("far cells that say not where", far_cell_without_place, "a.xlsx", Reason.CELLS_TOO_FAR, 0),
    ("a formula nobody worked out", formula_without_result, "a.xlsx", Reason.FORMULA, 2),
    ("a formula that came out as an error", formula_in_error, "a.xlsx", Reason.FORMULA, 2),
    (
        "a formula in a text file",
        lambda: text(HEADER, person(), person('=HYPERLINK("http://x")')),
        "a.csv",
        Reason.FORMULA,
        3,
    ),
    (
        "an encoding that is none",
        lambda: text(HEADER, person()) + b"\n\xff\xfe\xff\x80,\x81\xff",
        "a.csv",
        Reason.ENCODING_UNKNOWN,
        0,
    ),
    ("a quote that is never closed", open_quote, "a.csv", Reason.FILE_UNREADABLE, 0),
    ("a password on the archive", locked, "a.xlsx", Reason.FILE_LOCKED, 0),
    ("an OLE file that is no workbook", ole_locked, "a.xlsx", Reason.FILE_UNREADABLE, 0),
    ("half of a workbook", lambda: GOOD[: len(GOOD) // 2], "a.xlsx", Reason.FILE_UNREADABLE, 0),
    ("a workbook without its last byte", lambda: GOOD[:-30], "a.xlsx", Reason.FILE_UNREADABLE, 0),
    ("an archive that is no workbook", other_archive, "a.xlsx", Reason.FILE_OF_OTHER_TYPE, 0),
    ("a picture", lambda: b"\x89PNG\r\n\x1a\n" + bytes(200), "a.xlsx", Reason.FILE_OF_OTHER_TYPE, 0),
)  # fmt: skip


@pytest.mark.parametrize(
    ("build", "filename", "reason", "row"),
    [damage[1:] for damage in DAMAGES],
    ids=[damage[0] for damage in DAMAGES],
)
def test_what_is_damaged_is_named_and_imports_nothing(
    build: Callable[[], bytes], filename: str, reason: Reason, row: int
) -> None:
    roster = read_file(build(), filename)
    plan = plan_of(roster, NOBODY)
    assert (reason, row) in {(problem.reason, problem.row) for problem in plan.problems}
    assert (plan.changes, plan.absent) == ((), ())
    for locale in ("zh", "en"):
        with speaking(locale):
            assert all(problem_line(problem) for problem in plan.problems)


def test_the_same_file_undamaged_is_taken() -> None:
    roster = read_file(GOOD, "a.xlsx")
    assert roster.problems == ()
    assert [person.name for person in roster.rows] == ["王芳", "张伟"]
    assert len(plan_of(roster, NOBODY).changes) == 7  # two units, two people, two memberships, a role


def test_cells_merged_beside_the_table_say_nothing() -> None:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        page = book.add_worksheet("名册")
        for number, row in enumerate((HEADER, person(), person("张伟"))):
            page.write_row(number, 0, row)
        page.merge_range(0, 25, 2, 25, "")
    roster = read_file(out.getvalue(), "a.xlsx")
    assert [one.name for one in roster.rows] == ["王芳", "张伟"]


def test_a_formula_with_a_result_says_what_it_came_to() -> None:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        page = book.add_worksheet("名册")
        page.write_row(0, 0, HEADER[:2])
        page.write_string(1, 0, PATH)
        page.write_formula(1, 1, "=C9", value="王芳")
        page.write_formula(1, 9, "=1/0", value="#DIV/0!")  # in a column that nobody reads
    assert [row.name for row in read_file(out.getvalue(), "a.xlsx").rows] == ["王芳"]


def test_a_date_cell_before_the_party_is_named_whatever_its_format() -> None:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        page = book.add_worksheet("名册")
        page.write_row(0, 0, ("组织", "姓名", "入党日期"))
        page.write_row(1, 0, (PATH, "王芳"))
        page.write_datetime(1, 2, date(1900, 1, 1), book.add_format({"num_format": "yyyy-mm-dd"}))
    assert [p.reason for p in read_file(out.getvalue(), "a.xlsx").problems] == [Reason.DATE_TOO_EARLY]


def test_a_picture_beside_the_table_is_no_table() -> None:
    assert looked_into(repacked(GOOD, **{"xl/media/image1.png": b'\x89PNG<c \x00=">'})) == {}


def test_a_large_and_honest_roster_is_no_bomb() -> None:
    rows = [person(f"党员{number}", 编号=f"A{number}") for number in range(20_000)]
    assert looked_into(workbook(HEADER, *rows)) == {}


@pytest.mark.parametrize(
    ("part", "piece"),
    [
        (SHEET, "<c "),
        (SHEET, "<row "),
        (SHEET, ' r="A1"'),
        (SHEET, ' r="1"'),
        ("xl/workbook.xml", "<sheet "),
        ("xl/workbook.xml", "a"),
        ("xl/_rels/workbook.xml.rels", "<Relationship "),
    ],
)
def test_tags_that_never_end_are_looked_through_once(part: str, piece: str) -> None:
    """Some hundred bytes as they come; looked through anew from each of them they would take minutes."""
    began = time.monotonic()
    many = piece.encode() * (120_000 // len(piece))
    for before, after in ((b"<sheet ", b">"), (b"<c ", b""), (b"<row ", b"")):
        looked_into(repacked(GOOD, **{part: before + many + after}))
    assert time.monotonic() - began < 3


def test_a_chat_takes_less_than_the_command_line() -> None:
    rows = [person(f"党员{number}") for number in range(2_000)]
    data = workbook(HEADER, *rows)
    assert read_file(data, "a.xlsx").problems == ()
    assert [p.reason for p in read_file(data, "a.xlsx", (), 100_000).problems] == [Reason.FILE_TOO_LARGE]


def test_damage_in_one_row_is_not_the_only_one_told() -> None:
    data = workbook(HEADER, person("张伟", 身份="群众"), person("李娜", 入党日期="2015-13"), person("赵敏"))
    found = [(problem.row, problem.reason) for problem in read_file(data, "a.xlsx").problems]
    assert found == [(2, Reason.STANDING_UNKNOWN), (3, Reason.DATE_UNREADABLE)]
