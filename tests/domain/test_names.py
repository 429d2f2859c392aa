"""One person, one spelling; a unit's name says what it is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.names import infer_unit_kind, name_key, parse_unit_path, person_name
from domain.units import UnitKind


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("张 伟", "张伟"),
        (" 张\u3000伟\n", "张伟"),
        ("王\u200b芳", "王芳"),
        ("阿卜杜拉 • 买买提", "阿卜杜拉·买买提"),
        ("阿卜杜拉・买买提", "阿卜杜拉·买买提"),
        ("Ｌｉ  Ｗｅｉ", "Li Wei"),
        ("𠮷 野", "𠮷野"),
        ("李 Wei", "李 Wei"),
        ("<b>&*_", "<b>&*_"),
    ],
)
def test_a_name_is_kept_in_one_form(typed: str, kept: str) -> None:
    assert person_name(typed) == kept


def test_a_rare_character_of_a_name_is_not_replaced() -> None:
    assert person_name("\ufa11") == "\ufa11"


def test_names_that_differ_in_case_only_are_one() -> None:
    assert name_key("LI wei") == name_key("Li  Wei")
    assert name_key("张伟") != name_key("张玮")


@given(st.text())
def test_a_kept_name_stays_as_it_is(text: str) -> None:
    assert person_name(person_name(text)) == person_name(text)


def test_a_path_is_read_with_either_slash() -> None:
    path = ("区直机关工委", "发改委机关党委", "第一党支部", "第一党小组")
    assert parse_unit_path("区直机关工委/发改委机关党委／第一党支部 / 第一党小组/") == path
    assert parse_unit_path(" ") == ()


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("区直机关工委", UnitKind.COMMITTEE),
        ("发改委机关党委", UnitKind.COMMITTEE),
        ("中共某区委员会", UnitKind.COMMITTEE),
        ("第三党总支", UnitKind.GENERAL_BRANCH),
        ("机关党总支部", UnitKind.GENERAL_BRANCH),
        ("机关党委第一党支部", UnitKind.BRANCH),
        ("第二总支第一支部", UnitKind.BRANCH),
        ("中共某处支部委员会", UnitKind.BRANCH),
        ("退休党支部(东城)", UnitKind.BRANCH),
        ("第一党支部第一党小组", UnitKind.GROUP),
        ("District Committee", UnitKind.COMMITTEE),
        ("East General Branch", UnitKind.GENERAL_BRANCH),
        ("East branch", UnitKind.BRANCH),
        ("Group 2", UnitKind.GROUP),
        ("发改委", None),
        ("Grouping", None),
    ],
)
def test_a_units_kind_is_what_its_name_says_last(name: str, kind: UnitKind | None) -> None:
    assert infer_unit_kind(name) is kind
