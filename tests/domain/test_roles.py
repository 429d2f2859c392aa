"""What the table of rights must say whatever else changes in it, spelled by hand."""

import pytest

from domain.roles import RIGHTS, Act, Reach, Relation, Role, covers, may

INSIDE = (Act.TAKE_ATTENDANCE, Act.DECIDE_LEAVE, Act.SEE_OUTSTANDING, Act.READ_REFLECTIONS, Act.SEE_NAMES)


@pytest.mark.parametrize("act", Act)
@pytest.mark.parametrize("role", Role)
def test_no_right_goes_up_or_sideways(act: Act, role: Role) -> None:
    assert not covers(role, act, Relation.BELOW)
    assert not covers(role, act, Relation.OUTSIDE)


@pytest.mark.parametrize("act", INSIDE)
def test_what_belongs_to_the_branch_is_given_by_no_role_above_it(act: Act) -> None:
    assert not any(may(role, act, above=True) for role in Role)
    assert may(Role.SECRETARY, act, above=False)
    assert not may(Role.COORDINATOR, act, above=False)
    assert not may(Role.ADMINISTRATOR, act, above=False)


@pytest.mark.parametrize("act", [Act.CHANGE_UNIT, Act.APPOINT, Act.CHANGE_SETTINGS])
def test_a_coordinator_changes_what_is_below_and_not_their_own_unit(act: Act) -> None:
    assert covers(Role.COORDINATOR, act, Relation.ABOVE)
    assert not covers(Role.COORDINATOR, act, Relation.ON)


def test_only_administrators_make_administrators_and_look_after_the_whole() -> None:
    for act in (Act.APPOINT_ADMINISTRATOR, Act.ADMINISTER, Act.SEE_AUDIT, Act.IMPORT_ROSTER):
        assert set(RIGHTS[act]) == {Role.ADMINISTRATOR}
    assert RIGHTS[Act.ADMINISTER][Role.ADMINISTRATOR] is Reach.HERE
