"""Who may do what: one table of acts by roles, with how far down the tree each right reaches.

`docs/permissions.md` is this table in words; `python -m messages.permissions` rewrites it.
"""

from collections.abc import Mapping
from enum import StrEnum


class Role(StrEnum):
    """An appointment on a unit. A plain member holds none."""

    GROUP_LEADER = "group_leader"
    ORGANISATION = "organisation"  # 组织委员
    PUBLICITY = "publicity"  # 宣传委员
    DISCIPLINE = "discipline"  # 纪检委员
    DEPUTY = "deputy"
    SECRETARY = "secretary"
    COORDINATOR = "coordinator"
    ADMINISTRATOR = "administrator"


class Act(StrEnum):
    """What somebody wants to do to, or see of, a unit."""

    POST_TOPIC = "post_topic"
    PLAN_ACTIVITY = "plan_activity"
    TAKE_ATTENDANCE = "take_attendance"
    DECIDE_LEAVE = "decide_leave"
    SEE_OUTSTANDING = "see_outstanding"
    READ_REFLECTIONS = "read_reflections"
    INVITE = "invite"
    DECIDE_JOIN = "decide_join"
    BIND_CHAT = "bind_chat"
    SEE_UNITS = "see_units"
    CHANGE_SETTINGS = "change_settings"
    ADD_UNIT = "add_unit"  # a new one, or one moved there, directly below the unit
    CHANGE_UNIT = "change_unit"  # rename, move, archive
    APPOINT = "appoint"  # any role but an administrator's
    APPOINT_ADMINISTRATOR = "appoint_administrator"
    HAND_OVER = "hand_over"  # a role of one's own
    CONFIRM_HANDOVER = "confirm_handover"  # any but an administrator's
    RECORD_STANDING = "record_standing"  # full, probationary, applicant; exempt
    RECORD_STAY = "record_stay"  # who is a guest of the unit: floating, or in a temporary branch
    MOVE_MEMBER = "move_member"  # transfers, leaving, coming back
    IMPORT_ROSTER = "import_roster"
    EXPORT_ROSTER = "export_roster"
    SEE_SUMMARY = "see_summary"
    SEE_NAMES = "see_names"
    OPEN_NAMES = "open_names"  # from above, which leaves a trace
    SEE_AUDIT = "see_audit"
    ADMINISTER = "administer"  # messages held or dead, parked updates, health


class Relation(StrEnum):
    """Where the unit a role is held on stands, seen from the unit an act is about."""

    ON = "on"
    ABOVE = "above"
    BELOW = "below"
    OUTSIDE = "outside"


class Reach(StrEnum):
    """How far a right goes from the unit its role is held on. None goes up, none goes sideways."""

    HERE = "here"  # on that unit only
    DOWN = "down"  # there and on all below
    UNDER = "under"  # on what is below only


COVERS: Mapping[Reach, frozenset[Relation]] = {
    Reach.HERE: frozenset({Relation.ON}),
    Reach.DOWN: frozenset({Relation.ON, Relation.ABOVE}),
    Reach.UNDER: frozenset({Relation.ABOVE}),
}

LEADS = frozenset({Role.SECRETARY, Role.DEPUTY})
COMMITTEE = LEADS | {Role.ORGANISATION, Role.PUBLICITY, Role.DISCIPLINE}
_COORDINATOR, _ADMINISTRATOR = frozenset({Role.COORDINATOR}), frozenset({Role.ADMINISTRATOR})
_LEADER = frozenset({Role.GROUP_LEADER})


def _rights(
    here: frozenset[Role] = frozenset(),
    down: frozenset[Role] = frozenset(),
    under: frozenset[Role] = frozenset(),
) -> Mapping[Role, Reach]:
    held = ((Reach.HERE, here), (Reach.DOWN, down), (Reach.UNDER, under))
    return {role: reach for reach, roles in held for role in Role if role in roles}


# What is HERE belongs to the branch alone: an appointment above it does not give it.
RIGHTS: Mapping[Act, Mapping[Role, Reach]] = {
    Act.POST_TOPIC: _rights(down=LEADS | {Role.PUBLICITY} | _COORDINATOR | _ADMINISTRATOR),
    Act.PLAN_ACTIVITY: _rights(down=COMMITTEE | _LEADER | _COORDINATOR | _ADMINISTRATOR),
    Act.TAKE_ATTENDANCE: _rights(here=COMMITTEE | _LEADER),
    Act.DECIDE_LEAVE: _rights(here=LEADS | {Role.ORGANISATION}),
    Act.SEE_OUTSTANDING: _rights(here=COMMITTEE | _LEADER),
    Act.READ_REFLECTIONS: _rights(here=LEADS | {Role.PUBLICITY}),
    Act.INVITE: _rights(down=LEADS | {Role.ORGANISATION} | _ADMINISTRATOR),
    Act.DECIDE_JOIN: _rights(down=LEADS | {Role.ORGANISATION} | _COORDINATOR | _ADMINISTRATOR),
    Act.BIND_CHAT: _rights(down=COMMITTEE | _ADMINISTRATOR),
    Act.SEE_UNITS: _rights(down=LEADS | _COORDINATOR | _ADMINISTRATOR),
    Act.CHANGE_SETTINGS: _rights(down=LEADS | _ADMINISTRATOR, under=_COORDINATOR),
    Act.ADD_UNIT: _rights(down=_COORDINATOR | _ADMINISTRATOR),
    Act.CHANGE_UNIT: _rights(down=_ADMINISTRATOR, under=_COORDINATOR),
    Act.APPOINT: _rights(down=_ADMINISTRATOR, under=_COORDINATOR),
    Act.APPOINT_ADMINISTRATOR: _rights(down=_ADMINISTRATOR),
    Act.HAND_OVER: _rights(here=frozenset(Role)),
    Act.CONFIRM_HANDOVER: _rights(down=_ADMINISTRATOR, under=LEADS | _COORDINATOR),
    Act.RECORD_STANDING: _rights(here=LEADS | {Role.ORGANISATION}, down=_ADMINISTRATOR),
    Act.RECORD_STAY: _rights(down=LEADS | {Role.ORGANISATION} | _ADMINISTRATOR),
    Act.MOVE_MEMBER: _rights(here=LEADS | {Role.ORGANISATION}, down=_ADMINISTRATOR),
    Act.IMPORT_ROSTER: _rights(down=_ADMINISTRATOR),
    Act.EXPORT_ROSTER: _rights(here=LEADS, down=_ADMINISTRATOR),
    Act.SEE_SUMMARY: _rights(down=COMMITTEE | _LEADER | _COORDINATOR | _ADMINISTRATOR),
    Act.SEE_NAMES: _rights(here=COMMITTEE | _LEADER),  # names stay in the branch
    Act.OPEN_NAMES: _rights(down=_COORDINATOR | _ADMINISTRATOR),
    Act.SEE_AUDIT: _rights(down=_ADMINISTRATOR),
    Act.ADMINISTER: _rights(here=_ADMINISTRATOR),  # asked of the topmost units: the outbox belongs to all
}

# The roles that allow an act anywhere at all, for finding people and showing buttons.
ALLOWED: Mapping[Act, frozenset[Role]] = {act: frozenset(held) for act, held in RIGHTS.items()}


def covers(role: Role, act: Act, relation: Relation) -> bool:
    """Whether a role held on a unit that stands so allows the act."""
    reach = RIGHTS[act].get(role)
    return reach is not None and relation in COVERS[reach]


def may(role: Role, act: Act, *, above: bool) -> bool:
    """Whether a role appointed on the unit itself, or (`above`) on one above it, allows the act."""
    return covers(role, act, Relation.ABOVE if above else Relation.ON)
