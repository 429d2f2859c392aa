"""Links and claims, and the rows of the roster that a newcomer may be."""

from collections.abc import Iterable
from datetime import date, datetime

from sqlalchemy import and_, func, insert, literal, or_, select, update

from domain.actors import Account
from domain.ids import AccountId, ClaimId, LinkId, PersonId, UnitId
from domain.joining import UNDECIDED, Claim, ClaimState, Link, LinkKind
from storage.database import Transaction
from storage.tables import Account as accounts
from storage.tables import Appointment as appointments
from storage.tables import AuditEntry as audit
from storage.tables import Claim as claims
from storage.tables import Link as links
from storage.tables import Membership as memberships
from storage.tables import Person as people
from storage.units import below


def add_link(
    tx: Transaction,
    token_hash: str,
    kind: LinkKind,
    unit: UnitId | None,
    person: PersonId | None,
    uses: int,
    expires_at: datetime,
    by: PersonId | None,
    now: datetime,
) -> LinkId:
    """Set an invitation down; its token itself is kept nowhere."""
    made: LinkId = tx.execute(
        insert(links)
        .values(
            token_hash=token_hash,
            kind=kind,
            unit_id=unit,
            person_id=person,
            uses_left=uses,
            created_at=now,
            created_by=by,
            expires_at=expires_at,
        )
        .returning(links.id)
    ).scalar_one()
    return made


def link_with(tx: Transaction, token_hash: str) -> Link | None:
    """The link of a token."""
    return _link(tx, links.token_hash == token_hash)


def link_at(tx: Transaction, link: LinkId) -> Link | None:
    """The link of an id."""
    return _link(tx, links.id == link)


def _link(tx: Transaction, which) -> Link | None:  # type: ignore[no-untyped-def]  # a SQL condition
    row = tx.execute(select(links).where(which)).first()
    if row is None:
        return None
    return Link(
        row.id,
        LinkKind(row.kind),
        row.unit_id,
        row.person_id,
        row.uses_left,
        row.expires_at,
        row.revoked_at is not None,
        row.created_by,
    )


def use(tx: Transaction, link: LinkId) -> bool:
    """Count one use; False when somebody took the last one first."""
    left = update(links).where(links.id == link, links.uses_left > 0).values(uses_left=links.uses_left - 1)
    return tx.execute(left).rowcount == 1


def revoke_personal(tx: Transaction, persons: Iterable[PersonId], now: datetime) -> None:
    """Earlier links of these people let nobody in any more."""
    tx.execute(
        update(links)
        .where(links.person_id.in_(list(persons)), links.revoked_at.is_(None), links.uses_left > 0)
        .values(revoked_at=now)
    )


def rows_named(tx: Transaction, unit: UnitId, key: str, on: date) -> list[PersonId]:
    """Who of that name belongs to, or is appointed on, the unit or one below it."""
    under = below(unit, on)
    belongs = (
        select(memberships.person_id)
        .join(under, under.c.unit_id == memberships.branch_id)
        .where(memberships.since <= on, or_(memberships.until.is_(None), memberships.until > on))
    )
    grouped = (
        select(memberships.person_id)
        .join(under, under.c.unit_id == memberships.group_id)
        .where(memberships.since <= on, or_(memberships.until.is_(None), memberships.until > on))
    )
    appointed = (
        select(appointments.person_id)
        .join(under, under.c.unit_id == appointments.unit_id)
        .where(appointments.since <= on, or_(appointments.until.is_(None), appointments.until > on))
    )
    found = tx.execute(
        select(people.id)
        .where(
            people.name_key == key,
            or_(people.id.in_(belongs), people.id.in_(grouped), people.id.in_(appointed)),
        )
        .order_by(people.id)
    ).scalars()
    return list(found)


def unlinked_members(tx: Transaction, unit: UnitId, on: date) -> list[PersonId]:
    """Who belongs to or is appointed on the unit or below it and has no account yet."""
    under = below(unit, on)
    belongs = (
        select(memberships.person_id)
        .join(under, under.c.unit_id == memberships.branch_id)
        .where(memberships.since <= on, or_(memberships.until.is_(None), memberships.until > on))
    )
    appointed = (
        select(appointments.person_id)
        .join(under, under.c.unit_id == appointments.unit_id)
        .where(appointments.since <= on, or_(appointments.until.is_(None), appointments.until > on))
    )
    linked = select(accounts.person_id).where(accounts.unlinked_at.is_(None), accounts.user_id.is_not(None))
    return list(
        tx.execute(
            select(people.id)
            .where(
                or_(people.id.in_(belongs), people.id.in_(appointed)),
                people.id.not_in(linked),
            )
            .order_by(people.id)
        ).scalars()
    )


def hold(tx: Transaction, persons: Iterable[PersonId]) -> None:
    """Let nobody else claim these rows until this transaction ends."""
    tx.execute(select(people.id).where(people.id.in_(list(persons))).order_by(people.id).with_for_update())


def decider_of(tx: Transaction, claim: ClaimId) -> PersonId | None:
    """Who answered it."""
    return tx.execute(select(claims.decided_by).where(claims.id == claim)).scalar()


def linked_of(tx: Transaction, persons: Iterable[PersonId]) -> set[PersonId]:
    """Who of them has an account."""
    return set(
        tx.execute(
            select(accounts.person_id).where(
                accounts.person_id.in_(list(persons)),
                accounts.unlinked_at.is_(None),
                accounts.user_id.is_not(None),
            )
        ).scalars()
    )


def numbers_of(tx: Transaction, person: PersonId, platform: str) -> set[int]:
    """The platform's numbers of the person's accounts."""
    found = tx.execute(
        select(accounts.user_id).where(
            accounts.person_id == person, accounts.platform == platform, accounts.unlinked_at.is_(None)
        )
    ).scalars()
    return {number for number in found if number is not None}


def other_accounts(tx: Transaction, person: PersonId, account: Account) -> list[tuple[AccountId, Account]]:
    """The accounts on that platform that stand for the person, but for this one."""
    found = tx.execute(
        select(accounts.id, accounts.user_id, accounts.username).where(
            accounts.person_id == person,
            accounts.platform == account.platform,
            accounts.user_id.is_not(None),
            accounts.user_id != account.user_id,
            accounts.unlinked_at.is_(None),
        )
    )
    return [(row.id, Account(account.platform, row.user_id, row.username, None)) for row in found]


def replaced(tx: Transaction, account: AccountId) -> str | None:
    """The name of the person whom an account stood for; None where it stands for somebody again."""
    again = accounts.__table__.alias("again")
    standing = select(again.c.id).where(
        again.c.platform == accounts.platform,
        again.c.user_id == accounts.user_id,
        again.c.unlinked_at.is_(None),
    )
    return tx.execute(
        select(people.name)
        .join(accounts, accounts.person_id == people.id)
        .where(accounts.id == account, accounts.unlinked_at.is_not(None), ~standing.exists())
    ).scalar()


def unlink(tx: Transaction, person: PersonId, account: Account, now: datetime) -> None:
    """The account stands for that person no longer."""
    tx.execute(
        update(accounts)
        .where(
            accounts.person_id == person,
            accounts.platform == account.platform,
            accounts.user_id == account.user_id,
            accounts.unlinked_at.is_(None),
        )
        .values(unlinked_at=now)
    )


def add_claim(
    tx: Transaction,
    account: Account,
    person: PersonId | None,
    unit: UnitId,
    link: LinkId | None,
    typed: str | None,
    intent: str | None,
    state: ClaimState,
    now: datetime,
) -> ClaimId:
    """Set down who somebody says they are."""
    made: ClaimId = tx.execute(
        insert(claims)
        .values(
            person_id=person,
            unit_id=unit,
            link_id=link,
            platform=account.platform,
            user_id=account.user_id,
            typed_name=typed,
            intent=intent,
            state=state,
            asked_at=now,
        )
        .returning(claims.id)
    ).scalar_one()
    return made


def claim_at(tx: Transaction, claim: ClaimId) -> Claim | None:
    """A claim as it stands."""
    found = _claims(tx, claims.id == claim)
    return found[0] if found else None


def claims_on(tx: Transaction, person: PersonId, states: Iterable[ClaimState]) -> list[Claim]:
    """What was claimed of a row."""
    return _claims(tx, and_(claims.person_id == person, claims.state.in_(list(states))))


def undecided_of(tx: Transaction, account: Account) -> list[Claim]:
    """What an account has asked and nobody answered."""
    return _claims(
        tx,
        and_(
            claims.platform == account.platform,
            claims.user_id == account.user_id,
            claims.state.in_(list(UNDECIDED)),
        ),
    )


def undecided_below(tx: Transaction, unit: UnitId, on: date) -> list[Claim]:
    """What waits at the unit or below it."""
    under = select(below(unit, on).c.unit_id)
    return _claims(tx, and_(claims.unit_id.in_(under), claims.state.in_(list(UNDECIDED))))


def undecided(tx: Transaction) -> list[Claim]:
    """Everything that waits."""
    return _claims(tx, claims.state.in_(list(UNDECIDED)))


def _claims(tx: Transaction, which) -> list[Claim]:  # type: ignore[no-untyped-def]  # a SQL condition
    found = tx.execute(select(claims).where(which).order_by(claims.id)).all()
    return [
        Claim(
            row.id,
            row.person_id,
            row.unit_id,
            row.link_id,
            Account(row.platform, row.user_id, None, None),
            row.typed_name,
            row.intent,
            ClaimState(row.state),
            row.asked_at,
        )
        for row in found
    ]


def settle(
    tx: Transaction,
    claim: ClaimId,
    state: ClaimState,
    person: PersonId | None,
    by: PersonId | None,
    now: datetime,
    among: Iterable[ClaimState] = UNDECIDED,
) -> bool:
    """Set down what became of a claim that stands in one of these states; False when it does not any more."""
    decided = (
        update(claims)
        .where(claims.id == claim, claims.state.in_(list(among)))
        .values(state=state, person_id=person, decided_at=now, decided_by=by)
    )
    return tx.execute(decided).rowcount == 1


def guesses_since(tx: Transaction, stranger: int, since: datetime) -> int:
    """How often an account was wrong."""
    return tx.execute(
        select(func.count())
        .select_from(audit)
        .where(
            audit.subject_kind == literal("stranger"),
            audit.subject_id == stranger,
            audit.act == "guessed",
            audit.at > since,
        )
    ).scalar_one()
