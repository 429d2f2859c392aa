"""What people chose for themselves."""

from dataclasses import dataclass
from datetime import time

from sqlalchemy import delete, select

from domain.deliveries import Kind
from domain.ids import PersonId
from storage.database import Transaction
from storage.tables import Mute
from storage.tables import Preference as preferences
from storage.upserts import upsert


@dataclass(frozen=True)
class Chosen:
    """A person's row; everything is unset where there is none."""

    locale: str | None = None
    quiet_from: time | None = None
    quiet_until: time | None = None
    private_push: bool = False


def chosen_by(tx: Transaction, person: PersonId) -> Chosen:
    """What a person chose."""
    row = tx.execute(select(preferences).where(preferences.person_id == person)).first()
    if row is None:
        return Chosen()
    return Chosen(row.locale, row.quiet_from, row.quiet_until, row.private_push)


def keep(tx: Transaction, person: PersonId, chosen: Chosen) -> None:
    """Set down what a person chose, in place of what they chose before."""
    values = {
        "locale": chosen.locale,
        "quiet_from": chosen.quiet_from,
        "quiet_until": chosen.quiet_until,
        "private_push": chosen.private_push,
    }
    tx.execute(
        upsert(tx, preferences)
        .values(person_id=person, **values)
        .on_conflict_do_update(index_elements=["person_id"], set_=values)
    )


def muted_by(tx: Transaction, person: PersonId) -> frozenset[Kind]:
    """The kinds that a person does not want unasked."""
    found = tx.execute(select(Mute.kind).where(Mute.person_id == person)).scalars()
    return frozenset(Kind(kind) for kind in found)


def mutes(tx: Transaction, person: PersonId, kind: Kind) -> bool:
    """Whether a person has muted the kind."""
    asked = select(Mute.kind).where(Mute.person_id == person, Mute.kind == kind)
    return tx.execute(asked).first() is not None


def mute(tx: Transaction, person: PersonId, kind: Kind) -> None:
    """Write no more of the kind to the person unasked."""
    tx.execute(upsert(tx, Mute).values(person_id=person, kind=kind).on_conflict_do_nothing())


def unmute(tx: Transaction, person: PersonId, kind: Kind) -> None:
    """Write of it again."""
    tx.execute(delete(Mute).where(Mute.person_id == person, Mute.kind == kind))
