"""Personal links leave as a list and as a page to cut up; nothing typed as a name runs anywhere."""

import csv
import io
import re

import segno

from messages.speech import _, speaking
from reports.invites import PersonalLink, to_csv, to_sheet

LINK = "https://t.me/banxue_bot?start=p_9zQ-x_Y"
WANG = PersonalLink("王芳", "机关党委/第一党支部", LINK)


def test_the_list_opens_in_a_spreadsheet_and_runs_no_cell() -> None:
    names = ["王芳", "=1+1", "+86", "-2", "@sum", "\tx", "\uff1d1+1"]
    with speaking("zh"):
        data = to_csv([PersonalLink(name, "第一党支部", LINK) for name in names], _)
    assert data.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))
    assert rows[0] == ["姓名", "组织", "专属链接(仅可使用一次)"]
    assert rows[1] == ["王芳", "第一党支部", LINK]
    assert [row[0] for row in rows[2:]] == [f"'{name}" for name in names[1:]]


def test_the_page_has_a_code_for_each_person_and_shows_names_as_typed() -> None:
    with speaking("zh"):
        page = to_sheet([WANG, PersonalLink("<b>&*_", "第二党支部", LINK)], _, "zh").decode()
    assert page.startswith('<!DOCTYPE html>\n<html lang="zh">')
    assert "<h2>王芳</h2><p>机关党委/第一党支部</p>" in page
    assert "<h2>&lt;b&gt;&amp;*_</h2>" in page
    assert page.count("<svg ") == 2
    assert "size: A4" in page
    assert "t.me/banxue_bot?start=p_9zQ-x_Y</p>" in page


def test_the_page_needs_nothing_from_anywhere() -> None:
    page = to_sheet([WANG], str, "en").decode()
    assert not re.search(r"(?:src|href)=|url\(|@import", page)


def test_the_code_drawn_is_the_links_own() -> None:
    page = to_sheet([WANG], str, "en").decode()
    drawn = {(int(x), int(y)) for x, y in re.findall(r"M(\d+) (\d+)h1v1h-1z", page)}
    code = segno.make(LINK, error="m", micro=False)
    assert drawn == {
        (x + 4, y + 4) for y, row in enumerate(code.matrix) for x, dark in enumerate(row) if dark
    }
