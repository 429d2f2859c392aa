"""Going away: the account alone, or everything by which a person is known. Past figures hold."""

from datetime import date, datetime

from domain.actors import Actor
from domain.erasures import Going
from domain.errors import LastAdministrator
from domain.ids import PersonId
from domain.joining import ClaimState
from domain.tombstones import Stone
from services.actors import known, today
from storage import appointments, audit, erasing, erasures, joining, units
from storage.database import Transaction


def look(tx: Transaction, actor: Actor, now: datetime) -> Going:
    """What would go. Raises Stranger, LastAdministrator."""
    person, on = known(actor), today(now, actor.zone)
    _must_not_be_last(tx, person, on)
    return erasures.going(tx, person, on, now)


def unlink(tx: Transaction, actor: Actor, now: datetime) -> None:
    """停用机器人: the account is let go, and nothing else changes. Raises Stranger, LastAdministrator."""
    person, on = known(actor), today(now, actor.zone)
    _must_not_be_last(tx, person, on, hold=True)
    audit.note(tx, person, "unlinked", "person", person, now)
    erasing.silence(tx, erasing.private_chats(tx, [actor.account.user_id]), now)
    joining.unlink(tx, person, actor.account, now)
    for claim in joining.claims_on(tx, person, [ClaimState.LINKED]):
        joining.settle(tx, claim.id, ClaimState.WITHDRAWN, person, person, now, [ClaimState.LINKED])


def erase(tx: Transaction, actor: Actor, form: str, now: datetime) -> str:
    """删除我的数据: blank whatever says who they are or what they wrote; the name that is left.

    `form` is that name, with "{number}" in it. Raises Stranger, LastAdministrator.
    """
    person, on = known(actor), today(now, actor.zone)
    _must_not_be_last(tx, person, on, hold=True)
    return _erase(tx, person, person, form, on, now)


def stones(tx: Transaction) -> list[Stone]:
    """Everybody who was erased, by digests alone, for who runs a command on the machine."""
    return erasures.stones(tx)


def erase_again(tx: Transaction, stone: Stone, form: str, on: date, now: datetime) -> bool:
    """After an older copy was restored: erase the person of a tombstone once more; False if there is none.

    The digests have to be of the very person, or a copy of another deployment would blank a stranger.
    """
    if erasing.is_erased(tx, stone.person):
        return False
    mine = set(erasures.digests_of(tx, erasures.traits_of(tx, stone.person)))
    if not mine & stone.digests:
        return False
    _erase(tx, stone.person, None, form, on, now)
    return True


def _erase(tx: Transaction, person: PersonId, by: PersonId | None, form: str, on: date, now: datetime) -> str:
    audit.note(tx, by, "erased", "person", person, now)  # first: it is said in a chat that goes as well
    traits = erasures.traits_of(tx, person)
    rooms = erasing.private_chats(tx, traits.user_ids)
    name = form.format(number=erasures.next_number(tx, person))
    erasures.bury(tx, person, traits, now)
    erasing.take_back(tx, person, rooms, now)
    erasing.silence(tx, rooms, now)
    erasing.forget_texts(tx, person, now)
    erasing.forget_ways_in(tx, person, traits.user_ids, now)
    erasing.forget_updates(tx, traits.user_ids)
    erasing.forget_chats(tx, rooms, now)
    erasing.end_all(tx, person, on, now)
    erasing.blank(tx, person, name, now)
    return name


def _must_not_be_last(tx: Transaction, person: PersonId, on: date, *, hold: bool = False) -> None:
    for unit in erasures.administers(tx, person, on):
        line = units.line_above(tx, unit, on)
        if hold:
            appointments.hold_administrators(tx, line)
        if not erasures.others_administer(tx, line, person, on):
            raise LastAdministrator
