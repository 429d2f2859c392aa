"""Every problem and note of a roster has its words, in both languages, and names its place."""

import pytest

from domain.rosters import Note, Problem, Reason, Remark
from messages.rosters import note_line, problem_line, unread_line
from messages.speech import speaking


def test_a_problem_names_sheet_row_column_and_the_other_row() -> None:
    problem = Problem("名册", 7, "姓 名", Reason.INDISTINGUISHABLE, "名册", 5)
    with speaking("zh"):
        assert problem_line(problem).startswith("名册 第7行“姓 名”:与名册 第5行同名,无法区分")
    with speaking("en"):
        assert problem_line(problem).startswith(
            "名册 row 7, 姓 名: Nothing tells this person apart from 名册 row 5"
        )


def test_columns_not_read_are_listed() -> None:
    with speaking("zh"):
        assert unread_line(("性别", "民族")) == "未读取的列:性别、民族"


@pytest.mark.parametrize("locale", ["zh", "en"])
def test_every_code_has_words_and_braces_in_a_title_do_no_harm(locale: str) -> None:
    with speaking(locale):
        lines = [problem_line(Problem("{x}", 2, "{0}", reason, "{y}", 3)) for reason in Reason]
        lines += [note_line(Note("{x}", 2, "{0}", remark, "{y}", 3)) for remark in Remark]
    assert len(set(lines)) == len(lines)
    assert all("{x}" in line and "{0}" in line for line in lines)
