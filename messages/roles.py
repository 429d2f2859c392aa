"""What roles and standings are called."""

from collections.abc import Iterable, Mapping

from domain.people import Standing
from domain.roles import Role
from messages.speech import N_, _

ROLES: Mapping[Role, str] = {
    Role.GROUP_LEADER: N_("group leader"),
    Role.ORGANISATION: N_("organisation committee member"),
    Role.PUBLICITY: N_("publicity committee member"),
    Role.DISCIPLINE: N_("discipline committee member"),
    Role.DEPUTY: N_("deputy secretary"),
    Role.SECRETARY: N_("secretary"),
    Role.COORDINATOR: N_("coordinator"),
    Role.ADMINISTRATOR: N_("administrator"),
}
STANDINGS: Mapping[Standing, str] = {
    Standing.FULL: N_("full member"),
    Standing.PROBATIONARY: N_("probationary member"),
    Standing.APPLICANT: N_("applicant"),
}


def role_name(role: Role) -> str:
    """The role in the language being spoken."""
    return _(ROLES[role])


def role_names(roles: Iterable[Role]) -> str:
    """Several roles in one line."""
    return _(", ").join(role_name(role) for role in roles)


def standing_name(standing: Standing) -> str:
    """The standing in the language being spoken."""
    return _(STANDINGS[standing])
