"""Check-ins: voluntary, by one tap, once for each membership the topic was given to."""

from collections.abc import Mapping
from datetime import datetime

from domain.actors import Actor, Belonging
from domain.checkins import Outcome, Receipt, Window, judge
from domain.errors import CheckInOff, Gone, NotCheckedIn, NotForYou, TopicClosed, TopicWithdrawn
from domain.ids import MembershipId, PersonId, TopicId
from domain.rollups import Counted
from domain.topics import Given, TopicState, month_of
from services import cards
from services.actors import known
from services.outstanding import checkins_on, membership_seen
from storage import audit, checkins, rollups, topics
from storage.database import Transaction


def check_in(tx: Transaction, actor: Actor, topic_id: TopicId, now: datetime) -> Receipt:
    """The actor says they studied the topic, in each branch of theirs that has it. Again changes nothing.

    Raises Stranger, NotForYou where no branch of theirs has it, NotYetOpen, TopicWithdrawn, CheckInOff.
    """
    person = known(actor)
    receipts = [
        _record(tx, given, own.id, own.zone, person, now)
        for given, own in _wanted(_given(tx, actor, topic_id))
        if given.opens_at <= now
    ] or [_too_early(tx, actor, topic_id, now)]
    fresh = [receipt for receipt in receipts if receipt.outcome is not Outcome.ALREADY]
    return min(fresh or receipts, key=lambda receipt: receipt.outcome is Outcome.LATE)


def check_in_for(
    tx: Transaction,
    actor: Actor,
    topic_id: TopicId,
    membership: MembershipId,
    now: datetime,
    fallback: Mapping[str, str],
) -> Receipt:
    """A secretary checks a member in who cannot do it here; the row says by whom.

    Raises NotForYou, CheckInOff, Gone where the member is not of a branch that has the topic.
    """
    branch, zone = membership_seen(tx, actor, membership, now, fallback)
    given = topics.given_to(tx, topic_id, [branch])
    if not given:
        raise Gone
    if not checkins_on(tx, branch, now):
        raise CheckInOff
    receipt = _record(tx, _standing(given[0]), membership, zone, known(actor), now)
    if receipt.outcome is not Outcome.ALREADY:
        detail = {"topic": topic_id}
        audit.note(tx, known(actor), "checked_in_for", "membership", membership, now, branch, detail)
    return receipt


def undo(tx: Transaction, actor: Actor, topic_id: TopicId, now: datetime) -> None:
    """The actor takes their check-in back, wherever it still can be.

    Raises TopicClosed after the deadline, NotCheckedIn where there is nothing to take back.
    """
    known(actor)
    given = _given(tx, actor, topic_id)
    open_still = [(one, own) for one, own in given if now <= one.closes_at]
    if not open_still:
        raise TopicClosed
    if not [own for one, own in open_still if _taken_back(tx, one, own)]:
        raise NotCheckedIn


def _given(tx: Transaction, actor: Actor, topic_id: TopicId) -> list[tuple[Given, Belonging]]:
    found = topics.given_to(tx, topic_id, [own.branch for own in actor.belongings])
    if not found:
        raise NotForYou
    by_branch = {own.branch: own for own in actor.belongings}
    return [(_standing(given), by_branch[given.branch]) for given in found]


def _wanted(given: list[tuple[Given, Belonging]]) -> list[tuple[Given, Belonging]]:
    """Where check-ins are in use: an old card's button may outlive them."""
    wanted = [(one, own) for one, own in given if own.checkins]
    if not wanted:
        raise CheckInOff
    return wanted


def _standing(given: Given) -> Given:
    if given.state is TopicState.WITHDRAWN:
        raise TopicWithdrawn
    return given


def _too_early(tx: Transaction, actor: Actor, topic_id: TopicId, now: datetime) -> Receipt:
    given, own = _given(tx, actor, topic_id)[0]
    return Receipt(judge(Window(given.opens_at, given.closes_at), None, now), now, own.zone)


def _record(
    tx: Transaction, given: Given, membership: MembershipId, zone: str, by: PersonId, now: datetime
) -> Receipt:
    outcome = judge(Window(given.opens_at, given.closes_at), None, now)
    late = outcome is Outcome.LATE
    if not checkins.record(tx, given.topic, membership, given.branch, now, late, by):
        at = checkins.recorded_at(tx, given.topic, membership)
        return Receipt(Outcome.ALREADY, at or now, zone)
    _count(tx, given, zone, 1, late)
    return Receipt(outcome, now, zone)


def _taken_back(tx: Transaction, given: Given, own: Belonging) -> bool:
    late = checkins.take_back(tx, given.topic, own.id)
    if late is None:
        return False
    _count(tx, given, own.zone, -1, late)
    return True


def _count(tx: Transaction, given: Given, zone: str, by: int, late: bool) -> None:
    changes = {Counted.CHECKINS: by, Counted.LATE_CHECKINS: by if late else 0}
    rollups.move_all(tx, given.branch, month_of(given.opens_at, zone), changes)
    cards.mark_stale(tx, "topic", given.topic, given.branch)
