"""What is kept of a person, for themselves: JSON for machines, a document to read."""

import json
from collections.abc import Callable, Mapping

from domain.erasures import OwnData
from reports import N_
from reports.documents import Section, to_docx

TITLE = N_("What Banxue keeps of me")
TABLES: Mapping[str, str] = {
    "person": N_("Who I am"),
    "accounts": N_("Accounts"),
    "preferences": N_("Settings of mine"),
    "mutes": N_("Kinds of message I muted"),
    "memberships": N_("Where I belong"),
    "standings": N_("Standing and exemption"),
    "appointments": N_("Roles"),
    "transfers": N_("My transfers"),
    "claims": N_("How I joined"),
    "topics": N_("Topics given to me"),
    "checkins": N_("Check-ins of mine"),
    "reflections": N_("Reflections of mine"),
    "files": N_("Files of mine"),
    "leaves": N_("Leaves of mine"),
    "answers": N_("My answers to activities"),
    "attendance": N_("Attendance of mine"),
    "topic_drafts": N_("Topics I have not posted yet"),
    "activity_drafts": N_("Activities I have not announced yet"),
    "audit": N_("What I did, and what was done about me"),
}
COLUMNS: Mapping[str, str] = {
    "name": N_("Name"),
    "number": N_("Number"),
    "joined": N_("Joined the Party"),
    "created_at": N_("On record since"),
    "platform": N_("Platform"),
    "user_id": N_("Account number"),
    "username": N_("Username"),
    "linked_at": N_("Linked at"),
    "unlinked_at": N_("Unlinked at"),
    "locale": N_("Language chosen"),
    "quiet_from": N_("Quiet from"),
    "quiet_until": N_("Quiet until"),
    "private_push": N_("Also in private"),
    "kind": N_("Kind"),
    "branch": N_("Branch"),
    "since": N_("Since"),
    "until": N_("Up to"),
    "standing": N_("Standing"),
    "exempt": N_("Exempt because of"),
    "unit": N_("Unit"),
    "role": N_("Role"),
    "to": N_("To"),
    "effective_on": N_("Effective on"),
    "state": N_("State"),
    "asked_at": N_("Asked at"),
    "typed_name": N_("Name typed"),
    "title": N_("Title"),
    "recorded_at": N_("Recorded at"),
    "late": N_("Late check-in"),
    "visibility": N_("Visible to"),
    "text": N_("Text"),
    "comment": N_("Comment"),
    "handed_in_at": N_("Handed in at"),
    "size": N_("Size"),
    "starts_at": N_("Starts at"),
    "ends_at": N_("Ends at"),
    "reason": N_("Reason"),
    "going": N_("Going"),
    "answered_at": N_("Answered at"),
    "counted_as": N_("Counted as"),
    "outcome": N_("Outcome"),
    "leave_kind": N_("Kind of leave"),
    "made_up_at": N_("Made up at"),
    "place": N_("Venue"),
    "agenda": N_("Agenda"),
    "at": N_("Time"),
    "act": N_("Act"),
    "subject_kind": N_("On what"),
}


def to_json(data: OwnData) -> bytes:
    """Every table by its English name; instants are ISO 8601, as they are kept."""
    return json.dumps(data.tables, ensure_ascii=False, indent=1).encode()


def to_document(data: OwnData, speak: Callable[[str], str], said: Callable[[str, str], str]) -> bytes:
    """Every table that has a row, in the language being spoken; `said` words codes and instants."""
    sections = [
        Section(
            speak(TABLES[name]),
            tuple(speak(COLUMNS[column]) for column in rows[0]),
            tuple(
                tuple(
                    said(column, value) if isinstance(value, str) else _cell(value, speak)
                    for column, value in row.items()
                )
                for row in rows
            ),
        )
        for name, rows in data.tables.items()
        if rows
    ]
    return to_docx(speak(TITLE), sections)


def _cell(value: int | bool | None, speak: Callable[[str], str]) -> str:
    if isinstance(value, bool):
        return speak(N_("yes")) if value else speak(N_("no"))
    return "" if value is None else str(value)
