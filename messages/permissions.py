"""The permission table in words, for `docs/permissions.md`: `python -m messages.permissions` rewrites it."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from domain.roles import RIGHTS, Act, Reach, Role
from messages.roles import role_name
from messages.speech import speaking

PAGE = Path(__file__).parents[1] / "docs" / "permissions.md"

# The page is in English, as all of docs/ is; so these are no sentences of the bot.
ACTS: Mapping[Act, str] = {
    Act.POST_TOPIC: "post a study topic, change and withdraw it",
    Act.PLAN_ACTIVITY: "plan an activity, change it, call it off",
    Act.TAKE_ATTENDANCE: "take and confirm attendance",
    Act.DECIDE_LEAVE: "answer a leave",
    Act.SEE_OUTSTANDING: "see who has not checked in; remind them",
    Act.READ_REFLECTIONS: "read reflections meant for the secretary; return or accept them",
    Act.INVITE: "make personal and shared links",
    Act.DECIDE_JOIN: "say who a newcomer is",
    Act.BIND_CHAT: "link a group with a unit, or undo it",
    Act.SEE_UNITS: "look at units, who is appointed there, and what is set",
    Act.CHANGE_SETTINGS: "change what is set on a unit",
    Act.ADD_UNIT: "create a unit below it, or move one there",
    Act.CHANGE_UNIT: "rename, move or archive it",
    Act.APPOINT: "appoint there and end appointments, administrators excepted",
    Act.APPOINT_ADMINISTRATOR: "appoint an administrator there, and end that",
    Act.HAND_OVER: "hand one's own role over to a successor",
    Act.CONFIRM_HANDOVER: "confirm a hand-over there, administrators' excepted",
    Act.RECORD_STANDING: "record how members stand: full, probationary, applicant; exempt",
    Act.RECORD_STAY: "record that members of other branches are guests there",
    Act.MOVE_MEMBER: "ask for and answer transfers; record who left and who came back",
    Act.IMPORT_ROSTER: "import a roster",
    Act.EXPORT_ROSTER: "export a roster",
    Act.SEE_SUMMARY: "see figures of a period",
    Act.SEE_NAMES: "see the names behind figures",
    Act.OPEN_NAMES: "open names from above, which leaves a trace",
    Act.SEE_AUDIT: "search the trail of who changed what",
    Act.ADMINISTER: "messages held or dead, parked updates, health (asked of a topmost unit)",
}
SIGNS: Mapping[Reach, str] = {Reach.HERE: "here", Reach.DOWN: "here, below", Reach.UNDER: "below"}
HEAD = """\
# Who may do what

Printed from the table in `domain/roles.py` by `python -m messages.permissions`; a test holds the two equal.

A role is an appointment on a unit, from a date to a date; a person may hold several. What it allows is told
by where the act's unit stands from there:

- **here**: on the unit of the appointment itself
- **here, below**: there and on everything below it
- **below**: on what lies below it, not on it
- nothing: not at all

No right reaches a unit above, or one beside. Those named in `ADMIN_IDS` may do everything that an
administrator may, everywhere. A plain member needs no right for what concerns themselves: checking in,
writing, answering, asking for leave, their own record and settings.

Rights are looked up at each press, never taken from a button. An act without its right is refused in words,
changes nothing, and leaves one line in the trail: who, which act, on which unit.

"""


def page() -> str:
    """The whole page."""
    with speaking("en"):
        return HEAD + "\n".join(_table()) + "\n"


def _table() -> Iterator[str]:
    yield "| | " + " | ".join(role_name(role) for role in Role) + " |"
    yield "|---|" + "---|" * len(Role)
    for act, held in RIGHTS.items():
        signs = (SIGNS[held[role]] if role in held else "" for role in Role)
        yield f"| {ACTS[act]} | " + " | ".join(signs) + " |"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
