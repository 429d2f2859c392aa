"""All that is kept of one person, as they may take it away: rows by column, texts included."""

from datetime import date, datetime, time
from typing import Any

from sqlalchemy import Select, or_, select

from domain.erasures import OwnData
from domain.ids import PersonId
from storage.database import Transaction
from storage.erasures import drafts_of, memberships_of, pieces_of
from storage.tables import Account as accounts
from storage.tables import Activity as activities
from storage.tables import Appointment as appointments
from storage.tables import Attendance as attendance
from storage.tables import AuditEntry as audit
from storage.tables import CheckIn as checkins
from storage.tables import Claim as claims
from storage.tables import Leave as leaves
from storage.tables import Material as materials
from storage.tables import Membership as memberships
from storage.tables import MembershipStanding as standings
from storage.tables import Mute as mutes
from storage.tables import Person as people
from storage.tables import Preference as preferences
from storage.tables import Reflection as reflections
from storage.tables import Rsvp as rsvps
from storage.tables import Topic as topics
from storage.tables import TopicExpected as expected
from storage.tables import Transfer as transfers
from storage.tables import Unit as units

Value = str | int | bool | None


def own_data(tx: Transaction, person: PersonId) -> OwnData:
    """Every table that says something about the person."""
    topic_drafts, activity_drafts = drafts_of(person)
    drafts = {
        "topic_drafts": select(topics.title, topics.text).where(topic_drafts).order_by(topics.id),
        "activity_drafts": select(activities.title, activities.place, activities.agenda)
        .where(activity_drafts)
        .order_by(activities.id),
    }
    asked = _belonging(person) | _participation(person) | drafts | {"audit": _trail(person)}
    return OwnData({name: tuple(_row(row) for row in tx.execute(q).mappings()) for name, q in asked.items()})


def _row(row: Any) -> dict[str, Value]:
    return {str(name): _plain(value) for name, value in row.items()}


def _plain(value: Any) -> Value:
    return value.isoformat() if isinstance(value, datetime | date | time) else value


def _belonging(person: PersonId) -> dict[str, Select[*tuple[Any, ...]]]:
    mine = memberships_of(person)
    return {
        "person": select(people.name, people.number, people.joined, people.created_at).where(
            people.id == person
        ),
        "accounts": select(
            accounts.platform, accounts.user_id, accounts.username, accounts.linked_at, accounts.unlinked_at
        ).where(accounts.person_id == person),
        "preferences": select(
            preferences.locale, preferences.quiet_from, preferences.quiet_until, preferences.private_push
        ).where(preferences.person_id == person),
        "mutes": select(mutes.kind).where(mutes.person_id == person),
        "memberships": select(units.name.label("branch"), memberships.since, memberships.until)
        .join(units, units.id == memberships.branch_id)
        .where(memberships.person_id == person)
        .order_by(memberships.id),
        "standings": select(standings.standing, standings.exempt, standings.since, standings.until)
        .where(standings.membership_id.in_(mine))
        .order_by(standings.id),
        "appointments": select(
            units.name.label("unit"), appointments.role, appointments.since, appointments.until
        )
        .join(units, units.id == appointments.unit_id)
        .where(appointments.person_id == person)
        .order_by(appointments.id),
        "transfers": select(
            units.name.label("to"), transfers.effective_on, transfers.state, transfers.asked_at
        )
        .join(units, units.id == transfers.to_id)
        .where(transfers.membership_id.in_(mine))
        .order_by(transfers.id),
        "claims": select(claims.typed_name, claims.state, claims.asked_at)
        .where(
            or_(
                claims.person_id == person,
                claims.user_id.in_(
                    select(accounts.user_id).where(
                        accounts.person_id == person, accounts.unlinked_at.is_(None)
                    )
                ),
            )
        )
        .order_by(claims.id),
    }


def _participation(person: PersonId) -> dict[str, Select[*tuple[Any, ...]]]:
    mine = memberships_of(person)
    pieces = select(reflections.id).where(pieces_of(person))
    return {
        "topics": select(topics.title, expected.standing, expected.exempt)
        .join(topics, topics.id == expected.topic_id)
        .where(expected.person_id == person)
        .order_by(topics.id),
        "checkins": select(topics.title, checkins.recorded_at, checkins.late)
        .join(topics, topics.id == checkins.topic_id)
        .where(checkins.membership_id.in_(mine))
        .order_by(checkins.recorded_at),
        "reflections": select(
            topics.title,
            reflections.state,
            reflections.visibility,
            reflections.text,
            reflections.comment,
            reflections.handed_in_at,
        )
        .join(topics, topics.id == reflections.topic_id)
        .where(pieces_of(person))
        .order_by(reflections.id),
        "files": select(materials.kind, materials.name, materials.size)
        .where(materials.reflection_id.in_(pieces))
        .order_by(materials.id),
        "leaves": select(
            leaves.starts_at, leaves.ends_at, leaves.kind, leaves.reason, leaves.state, leaves.asked_at
        )
        .where(leaves.membership_id.in_(mine))
        .order_by(leaves.id),
        "answers": select(activities.title, activities.starts_at, rsvps.going, rsvps.answered_at)
        .join(activities, activities.id == rsvps.activity_id)
        .where(rsvps.membership_id.in_(mine))
        .order_by(rsvps.answered_at),
        "attendance": select(
            activities.title,
            activities.starts_at,
            attendance.counted_as,
            attendance.outcome,
            attendance.leave_kind,
            attendance.made_up_at,
        )
        .join(activities, activities.id == attendance.activity_id)
        .where(attendance.person_id == person)
        .order_by(activities.starts_at),
    }


def _trail(person: PersonId) -> Select[*tuple[Any, ...]]:
    about = (audit.subject_kind == "person") & (audit.subject_id == person)
    return (
        select(audit.at, audit.act, audit.subject_kind)
        .where(or_(audit.person_id == person, about))
        .order_by(audit.id)
    )
