"""Every expected person has one outcome, and figures add up the same in any order."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.participation import (
    Attended,
    CountedAs,
    LeaveByKind,
    LeaveKind,
    Line,
    Outcome,
    Tally,
    percent,
    quorum,
    tally,
)

NOT_LEAVE = [outcome for outcome in Outcome if outcome is not Outcome.LEAVE]
expected_rows = st.builds(Attended, st.just(CountedAs.EXPECTED), st.sampled_from(NOT_LEAVE)) | st.builds(
    Attended,
    st.just(CountedAs.EXPECTED),
    st.just(Outcome.LEAVE),
    st.sampled_from(LeaveKind),
    st.booleans(),
    st.booleans(),
)
other_rows = st.builds(
    Attended, st.sampled_from([CountedAs.EXEMPT, CountedAs.OBSERVER]), st.sampled_from([None, *NOT_LEAVE])
)
rosters = st.lists(expected_rows | other_rows, max_size=40)


def came(number: int, outcome: Outcome = Outcome.PRESENT) -> list[Attended]:
    return [Attended(CountedAs.EXPECTED, outcome)] * number


def test_the_line_of_a_branch() -> None:
    """应到12 实到9 请假2 缺席1;免1."""
    roster = [
        *came(6),
        *came(2, Outcome.LATE),
        *came(1, Outcome.ONLINE),
        Attended(CountedAs.EXPECTED, Outcome.LEAVE, LeaveKind.TRIP, made_up=True),
        Attended(CountedAs.EXPECTED, Outcome.LEAVE, LeaveKind.PERSONAL, approved=False),
        *came(1, Outcome.ABSENT),
        Attended(CountedAs.EXEMPT, None),
        Attended(CountedAs.OBSERVER, Outcome.PRESENT),
    ]
    counted = tally(roster)
    assert counted.line == Line(expected=12, attended=9, leave=2, absent=1, exempt=1)
    assert counted.leave_by_kind == LeaveByKind(trip=1, personal=1)
    assert (counted.unapproved, counted.made_up, counted.observers) == (1, 1, 1)
    assert counted.rate == Fraction(9, 12)
    assert counted.rate_text == "75.0%"


def test_where_nobody_is_expected_there_is_no_rate() -> None:
    nobody = tally([Attended(CountedAs.EXEMPT, Outcome.PRESENT)])
    assert (nobody.rate, nobody.rate_text, nobody.exempt) == (None, None, 1)


def test_an_observer_who_stayed_away_is_not_counted() -> None:
    assert tally([Attended(CountedAs.OBSERVER, None)]).observers == 0


@given(rosters)
def test_every_expected_person_is_counted_once(rows: list[Attended]) -> None:
    counted = tally(rows)
    assert counted.expected == sum(row.counted_as is CountedAs.EXPECTED for row in rows)
    assert counted.expected == (
        counted.present + counted.late + counted.online + counted.leave + counted.absent
    )
    kinds = counted.leave_by_kind
    assert counted.leave == kinds.official + kinds.trip + kinds.personal + kinds.other
    assert max(counted.unapproved, counted.made_up) <= counted.leave
    if counted.rate is not None:
        assert 0 <= counted.rate <= 1
        assert counted.rate * counted.expected == counted.attended


@given(rosters, rosters, rosters)
def test_tallies_add_up_however_branches_are_grouped(
    one: list[Attended], two: list[Attended], three: list[Attended]
) -> None:
    assert tally(one) + tally(two) == tally([*two, *one])
    assert (tally(one) + tally(two)) + tally(three) == tally(one) + (tally(two) + tally(three))
    assert tally(one) + Tally() == tally(one)


@given(rosters.filter(bool), rosters.filter(bool))
def test_a_rate_of_two_branches_lies_between_theirs(one: list[Attended], two: list[Attended]) -> None:
    rates = [rate for rate in (tally(one).rate, tally(two).rate) if rate is not None]
    together = (tally(one) + tally(two)).rate
    assert (together is None) == (not rates)
    assert together is None or min(rates) <= together <= max(rates)


@pytest.mark.parametrize(
    ("part", "whole", "text"),
    [
        (1, 1, "100.0%"),
        (0, 7, "0.0%"),
        (2, 3, "66.7%"),
        (1, 2000, "0.1%"),
        (1, 2001, "0.0%"),
        (1249, 2000, "62.5%"),
    ],
)
def test_a_rate_is_rounded_half_up(part: int, whole: int, text: str) -> None:
    assert percent(Fraction(part, whole)) == text


@given(st.integers(0, 10_000), st.integers(1, 10_000))
def test_a_rounded_rate_is_never_more_than_half_a_tenth_off(part: int, whole: int) -> None:
    shown = Fraction(percent(Fraction(part, whole)).removesuffix("%"))
    off = shown - Fraction(100 * part, whole)
    assert Fraction(-1, 20) < off <= Fraction(1, 20)


@pytest.mark.parametrize(
    ("counted_as", "outcome", "leave", "made_up"),
    [
        (CountedAs.EXPECTED, None, None, False),
        (CountedAs.EXPECTED, Outcome.LEAVE, None, False),
        (CountedAs.EXPECTED, Outcome.PRESENT, LeaveKind.TRIP, False),
        (CountedAs.EXPECTED, Outcome.ABSENT, None, True),
    ],
)
def test_a_row_that_contradicts_itself_cannot_be_counted(
    counted_as: CountedAs, outcome: Outcome | None, leave: LeaveKind | None, made_up: bool
) -> None:
    with pytest.raises(ValueError, match=r"leave|outcome"):
        Attended(counted_as, outcome, leave, made_up=made_up)


def test_figures_that_do_not_add_up_cannot_be_a_tally() -> None:
    with pytest.raises(ValueError, match="one outcome"):
        Tally(expected=3, present=1, absent=1)


def test_a_quorum_is_more_than_half() -> None:
    assert [quorum(present, 10) for present in (4, 5, 6)] == [False, False, True]
    assert quorum(5, 9)
    assert not quorum(0, 0)
