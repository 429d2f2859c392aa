"""Who may do what: one table of roles by act. A right holds on the role's unit and all below it."""

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
    CHANGE_SETTINGS = "change_settings"
    SEE_SUMMARY = "see_summary"
    SEE_NAMES = "see_names"
    ADMINISTER = "administer"


LEADS = frozenset({Role.SECRETARY, Role.DEPUTY})
COMMITTEE = LEADS | {Role.ORGANISATION, Role.PUBLICITY, Role.DISCIPLINE}

ALLOWED: dict[Act, frozenset[Role]] = {
    Act.POST_TOPIC: LEADS | {Role.PUBLICITY, Role.COORDINATOR, Role.ADMINISTRATOR},
    Act.PLAN_ACTIVITY: COMMITTEE | {Role.GROUP_LEADER, Role.COORDINATOR, Role.ADMINISTRATOR},
    Act.TAKE_ATTENDANCE: COMMITTEE | {Role.GROUP_LEADER},
    Act.DECIDE_LEAVE: LEADS | {Role.ORGANISATION},
    Act.SEE_OUTSTANDING: COMMITTEE | {Role.GROUP_LEADER},
    Act.READ_REFLECTIONS: LEADS | {Role.PUBLICITY},
    Act.INVITE: LEADS | {Role.ORGANISATION, Role.ADMINISTRATOR},
    Act.DECIDE_JOIN: LEADS | {Role.ORGANISATION, Role.COORDINATOR, Role.ADMINISTRATOR},
    Act.BIND_CHAT: COMMITTEE | {Role.ADMINISTRATOR},
    Act.CHANGE_SETTINGS: LEADS | {Role.ADMINISTRATOR},
    Act.SEE_SUMMARY: COMMITTEE | {Role.GROUP_LEADER, Role.COORDINATOR, Role.ADMINISTRATOR},
    Act.SEE_NAMES: COMMITTEE | {Role.GROUP_LEADER},  # names stay in the branch
    Act.ADMINISTER: frozenset({Role.ADMINISTRATOR}),
}

# Acts that belong to the branch alone: an appointment on a unit above the branch does not give them.
INSIDE_ONLY = frozenset(
    {Act.TAKE_ATTENDANCE, Act.DECIDE_LEAVE, Act.SEE_OUTSTANDING, Act.READ_REFLECTIONS, Act.SEE_NAMES}
)


def may(role: Role, act: Act, *, above: bool) -> bool:
    """Whether a role appointed on the unit itself, or (`above`) on one above it, allows the act."""
    return role in ALLOWED[act] and not (above and act in INSIDE_ONLY)
