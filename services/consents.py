"""What was meant for the secretary before: a later one reads it only with its author's consent."""

from datetime import UTC, date, datetime, time

from domain.actors import Actor
from domain.appointments import Held
from domain.consents import ConsentAsked, Terms
from domain.deliveries import Cause, Destination, Kind
from domain.errors import Gone, NotMeantForYou
from domain.ids import AppointmentId, PersonId, UnitId
from domain.reflections import Reflection, Visibility
from domain.roles import ALLOWED, Act
from domain.zones import latest_date
from services import deliveries
from services.actors import known, today
from storage import appointments, audit, consents, units
from storage.database import Transaction

READERS = ALLOWED[Act.READ_REFLECTIONS]


def terms_of(tx: Transaction, actor: Actor, branch: UnitId, now: datetime) -> Terms:
    """When the actor held the right to read in the branch, and who lets them read what is older."""
    return consents.terms_of(tx, known(actor), branch, READERS, today(now, actor.zone))


def handed_in_on(at: datetime | None, zone: str) -> date:
    """The day a piece was handed in, where the reader is."""
    return date.max if at is None else today(at, zone)


def must_be_meant(tx: Transaction, actor: Actor, piece: Reflection, now: datetime) -> None:
    """Let a piece for the secretary only pass to those it was handed in to. Raises NotMeantForYou."""
    if piece.visibility is not Visibility.SECRETARY:
        return
    terms = terms_of(tx, actor, piece.branch, now)
    if not terms.cover(piece.author, handed_in_on(piece.handed_in_at, actor.zone)):
        raise NotMeantForYou


def ask(tx: Transaction, held: Held, now: datetime) -> int:
    """Ask each author, once, whether who comes to this role may read what is older; how many are asked."""
    if held.role not in READERS:
        return 0
    reads = consents.terms_of(tx, held.person, held.unit, READERS, latest_date(now))
    before = [one for one in reads.spans if one[0] < held.since and (one[1] is None or one[1] >= held.since)]
    if before:  # they read them already, in a role they held before
        return 0
    authors = [one for one in consents.authors_in(tx, held.unit, now) if one != held.person]
    consents.ask(tx, held.id, authors, now)
    cause = Cause(f"consent:{held.id}", "-", "asked")
    begins = datetime.combine(held.since, time(), UTC)
    deliveries.owe_people(tx, cause, Kind.CONSENT_ASKED, held.id, authors, now, due_at=max(now, begins))
    return len(authors)


def answer(
    tx: Transaction, actor: Actor, appointment: AppointmentId, agreed: bool, now: datetime
) -> ConsentAsked:
    """The author's word; the last one counts. Raises Stranger, or Gone where they were not asked."""
    author = known(actor)
    asked, said = consents.asked_of(tx, appointment, author)
    held = appointments.appointment_with(tx, appointment)
    if not asked or held is None:
        raise Gone
    if said is not agreed:
        consents.answer(tx, appointment, author, agreed, now)
        audit.note(
            tx,
            author,
            "consented" if agreed else "refused_consent",
            "appointment",
            appointment,
            now,
            held.unit,
        )
    return _asked(tx, held, author, agreed, now)


def asked_facts(tx: Transaction, subject: int, to: Destination, now: datetime) -> ConsentAsked | None:
    """What an author is asked; None once they answered, or the role is held no more."""
    held = appointments.appointment_with(tx, AppointmentId(subject))
    if held is None or to.person is None or (held.until is not None and held.until <= now.date()):
        return None
    asked, said = consents.asked_of(tx, held.id, to.person)
    return _asked(tx, held, to.person, None, now) if asked and said is None else None


def _asked(tx: Transaction, held: Held, author: PersonId, agreed: bool | None, now: datetime) -> ConsentAsked:
    pieces = consents.authors_in(tx, held.unit, now).get(author, 0)
    unit = units.unit_with(tx, held.unit, latest_date(now))
    return ConsentAsked(held.id, held.name, held.role, unit.name if unit else "", pieces, agreed)
