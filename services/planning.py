"""What the clock asks of each noun: set down what has come due, and say when something next will."""

from collections.abc import Callable, Mapping
from datetime import datetime

from services import activity_plans, deliveries, handover_plans, topic_plans, transfer_plans, unit_ends
from storage.database import Transaction

Plan = Callable[[Transaction, datetime, Mapping[str, str]], int]
Next = Callable[[Transaction, datetime, Mapping[str, str]], datetime | None]

# Each does a bounded amount at a call and returns how much; 0 when nothing is due. Repeatable through causes.
PLANS: tuple[Plan, ...] = (
    transfer_plans.plan_due,  # first: who belongs where on the day, before rosters are taken
    unit_ends.plan_due,
    topic_plans.plan_due,
    activity_plans.plan_due,
    handover_plans.plan_due,
    deliveries.expire,
)

NEXT: tuple[Next, ...] = (
    deliveries.next_due,
    topic_plans.next_due,
    activity_plans.next_due,
    handover_plans.next_due,
    unit_ends.next_due,
    transfer_plans.next_due,
)


def next_due(tx: Transaction, now: datetime, fallback: Mapping[str, str]) -> datetime | None:
    """The next moment after `now` at which anything comes due; None when nothing is planned."""
    moments = (ask(tx, now, fallback) for ask in NEXT)
    return min((moment for moment in moments if moment is not None), default=None)
