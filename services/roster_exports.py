"""A roster handed out: to those who may, and never without a line in the trail."""

from datetime import date, datetime

from domain.actors import Actor
from domain.errors import ExportTooLong
from domain.roles import Act
from domain.roster_exports import ExportedRow, exported
from services.actors import today, units_where
from services.rosters import units_for
from storage import audit, rosters
from storage.database import Transaction

MOST_ROWS = 20_000  # in a chat; the file of more is made on the server


def export_for(tx: Transaction, actor: Actor, now: datetime) -> tuple[ExportedRow, ...]:
    """Everybody where the actor may export. Raises Stranger, RosterNotYours, ExportTooLong."""
    within = units_for(tx, actor, Act.EXPORT_ROSTER, now)
    rows = exported(rosters.organisation_on(tx, today(now, actor.zone)), within)
    if len(rows) > MOST_ROWS:
        raise ExportTooLong(MOST_ROWS)
    return rows


def note_taken(tx: Transaction, actor: Actor, rows: int, now: datetime) -> None:
    """Who took it, and how much."""
    place = next(iter(units_where(actor, Act.EXPORT_ROSTER)), None)
    audit.note(tx, actor.person, "exported", "roster", None, now, place, {"rows": rows})


def export_at(tx: Transaction, path: tuple[str, ...], on: date) -> tuple[ExportedRow, ...]:
    """The same for the command line; everywhere, where no unit is named."""
    return exported(rosters.organisation_on(tx, on), [path] if path else None)


def note_taken_by_owner(tx: Transaction, rows: int, now: datetime) -> None:
    """Whoever runs the server took it."""
    audit.note(tx, None, "exported", "roster", None, now, detail={"rows": rows})
