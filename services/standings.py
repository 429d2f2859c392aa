"""Recording how a member stands: full, probationary, applicant; exempt with a reason. From today on."""

from datetime import datetime

from domain.actors import Actor
from domain.errors import AlreadySo, TooLong
from domain.ids import MembershipId
from domain.roles import Act
from domain.standings import LONGEST_REASON, NewStanding, StandingPage
from services.actors import allows, permit, today
from services.stays import member_at_home
from storage import audit, people, standings, units
from storage.database import Transaction


def page(tx: Transaction, actor: Actor, membership: MembershipId, now: datetime) -> StandingPage:
    """How a member stands, and stood. Raises Gone for a guest or one who left, and as `permit`."""
    on = today(now, actor.zone)
    member = member_at_home(tx, membership, on)
    unit = permit(tx, actor, Act.RECORD_STANDING, member.branch, now)
    history = standings.stood(tx, membership)
    current = next(one for one in history if one.until is None or one.until > on)
    appoints = allows(actor, Act.APPOINT, units.line_above(tx, unit.id, on))
    return StandingPage(
        unit,
        membership,
        member.person,
        member.name,
        current,
        tuple(one for one in history if one is not current),
        tuple(standings.roles_in(tx, member.person, unit.id, on)),
        tuple(standings.stays_of(tx, membership, on)),
        unit.id if appoints else None,
    )


def weigh(tx: Transaction, actor: Actor, new: NewStanding, now: datetime) -> StandingPage:
    """Whether it can be recorded; nothing is changed. Raises AlreadySo, TooLong, and as `page`."""
    found = page(tx, actor, new.membership, now)
    if new.exempt is not None and len(new.exempt) > LONGEST_REASON:
        raise TooLong(len(new.exempt), LONGEST_REASON)
    if (found.now.standing, found.now.exempt) == (new.standing, new.exempt):
        raise AlreadySo
    return found


def record(tx: Transaction, actor: Actor, new: NewStanding, now: datetime) -> StandingPage:
    """From today on they stand so; rosters taken before keep what they were. Raises what `weigh` raises."""
    people.hold(tx, new.membership)
    found = weigh(tx, actor, new, now)
    on = today(now, actor.zone)
    standings.stand_from(tx, new, on)
    detail: dict[str, int | str | None] = {
        "standing": new.standing,
        "exempt": int(new.exempt is not None),
        "on": on.isoformat(),
    }
    audit.note(
        tx, actor.person, "standing_recorded", "membership", new.membership, now, found.unit.id, detail
    )
    return page(tx, actor, new.membership, now)
