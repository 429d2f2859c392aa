"""What is told of claims: to the secretary, to whoever decides, and to the one who asked."""

from collections.abc import Iterable
from datetime import date, datetime
from itertools import islice

from domain.actors import Actor
from domain.ids import AccountId, ActivityId, ClaimId, MembershipId, PersonId, TopicId
from domain.joining import (
    MOST_NAMESAKES,
    UNDECIDED,
    AccountReplaced,
    Candidate,
    Claim,
    ClaimState,
    JoinAsked,
    JoinDecided,
    Joined,
    intent_in,
)
from domain.roles import ALLOWED, Act, Role
from domain.zones import latest_date
from services.actors import today
from services.vouching import home_of, may_decide, rows_of
from storage import actors, checkins, joining, people, rsvps, units
from storage.database import Transaction

MOST_WAITING = 50  # requests for one person: each takes a dozen questions


def waiting_for(tx: Transaction, actor: Actor, now: datetime) -> tuple[JoinAsked, ...]:
    """The joins that wait for this person, oldest first; as many as one could ever look through."""
    on = today(now, actor.zone)
    if actor.root:
        claims = joining.undecided(tx)
    else:
        deciding = ALLOWED[Act.DECIDE_JOIN]
        seats = {held.unit for held in actor.appointments if held.role in deciding}
        found = [claim for unit in sorted(seats) for claim in joining.undecided_below(tx, unit, on)]
        claims = sorted(dict.fromkeys(found), key=lambda claim: claim.id)
    asked = (_asked(tx, claim, on) for claim in claims if may_decide(tx, actor, claim, on))
    return tuple(islice((question for question in asked if question), MOST_WAITING))


def joined_facts(tx: Transaction, claim_id: int) -> Joined | None:
    """What the secretary is told; None once the claim is something else."""
    claim = joining.claim_at(tx, ClaimId(claim_id))
    if claim is None or claim.state is not ClaimState.LINKED or claim.person is None:
        return None
    return Joined(claim.id, people.names_of(tx, [claim.person])[claim.person])


def asked_facts(tx: Transaction, claim_id: int, now: datetime) -> JoinAsked | None:
    """What the decider is asked; None once somebody answered."""
    claim = joining.claim_at(tx, ClaimId(claim_id))
    return _asked(tx, claim, latest_date(now)) if claim and claim.state in UNDECIDED else None


def decided_facts(tx: Transaction, claim_id: int, now: datetime) -> JoinDecided | None:
    """What the one who asked is told."""
    claim = joining.claim_at(tx, ClaimId(claim_id))
    if claim is None or claim.state is ClaimState.WAITING:
        return None
    unit = units.unit_with(tx, claim.unit, latest_date(now))
    name = people.names_of(tx, [claim.person])[claim.person] if claim.person else claim.typed or ""
    where = unit.name if unit else ""
    on = latest_date(now)
    return JoinDecided(claim.state, name, where, _checked_in(tx, claim, on), _signed_up(tx, claim, on))


def replaced_facts(tx: Transaction, account: int) -> AccountReplaced | None:
    """What an account is told that stands for its person no longer."""
    name = joining.replaced(tx, AccountId(account))
    return None if name is None else AccountReplaced(name)


def candidates_of(tx: Transaction, rows: Iterable[PersonId], on: date) -> tuple[Candidate, ...]:
    """These rows as people see them, told apart by where they stand."""
    listed = list(rows)
    names = people.names_of(tx, listed)
    linked = joining.linked_of(tx, listed)
    return tuple(
        Candidate(row, names[row], _where(tx, row, on), _roles(tx, row, on), row in linked) for row in listed
    )


def _checked_in(tx: Transaction, claim: Claim, on: date) -> bool:
    topic = _wanted(claim, "checkin")
    return topic is not None and any(
        checkins.recorded_at(tx, TopicId(topic), one) for one in _memberships(tx, claim, on)
    )


def _signed_up(tx: Transaction, claim: Claim, on: date) -> bool:
    activity = _wanted(claim, "going")
    if activity is None:
        return False
    said = rsvps.answers_to(tx, ActivityId(activity))
    return any(said[one][0] for one in _memberships(tx, claim, on) if one in said)


def _wanted(claim: Claim, word: str) -> int | None:
    """The topic or activity with which one who was let in wanted to do this."""
    wanted = intent_in(claim.intent or "") if claim.state is ClaimState.APPROVED else None
    return wanted[1] if wanted and wanted[0] == word else None


def _memberships(tx: Transaction, claim: Claim, on: date) -> list[MembershipId]:
    return [one.id for one in actors.belongings_of(tx, claim.person, on, "")] if claim.person else []


def _asked(tx: Transaction, claim: Claim, on: date) -> JoinAsked | None:
    rows = rows_of(tx, claim, on)
    candidates = candidates_of(tx, rows[:MOST_NAMESAKES], on)
    typed = claim.typed or (candidates[0].name if candidates else "")
    frozen, more = claim.state is ClaimState.FROZEN, len(rows) - len(candidates)
    return JoinAsked(claim.id, typed, claim.account.user_id, candidates, frozen, more)


def _where(tx: Transaction, person: PersonId, on: date) -> str:
    belongings = actors.belongings_of(tx, person, on, "")
    unit = (belongings[0].group or belongings[0].branch) if belongings else home_of(tx, person, on)
    found = units.unit_with(tx, unit, on) if unit else None
    return found.name if found else ""


def _roles(tx: Transaction, person: PersonId, on: date) -> tuple[Role, ...]:
    return tuple(dict.fromkeys(held.role for held in actors.appointments_of(tx, person, on)))
