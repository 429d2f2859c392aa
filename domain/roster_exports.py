"""The organisation on record as rows of a roster: handing them in again changes nothing."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from domain.ids import PersonId
from domain.organisation import KnownMembership, KnownPerson, Organisation, Path
from domain.people import Standing
from domain.roles import Role
from domain.roster_matching import record_mark
from domain.roster_scope import is_within
from domain.units import UnitKind


@dataclass(frozen=True, slots=True)
class ExportedRow:
    """A person's place in a unit; `standing` is None where they only hold a role there."""

    path: Path
    kind: UnitKind
    name: str
    roles: tuple[Role, ...]
    standing: Standing | None
    joined: str
    exempt: str
    telegram: str
    number: str


def exported(organisation: Organisation, within: Sequence[Path] | None) -> tuple[ExportedRow, ...]:
    """Everybody at and below these units (None: everywhere), by unit; guests stand with their own branch."""
    units = {unit.id: unit for unit in organisation.units if not unit.guests_only}
    people = {person.id: person for person in organisation.people}
    roles: dict[tuple[PersonId, Path], list[Role]] = defaultdict(list)
    for held in organisation.appointments:
        if held.unit in units and held.person in people:
            roles[held.person, units[held.unit].path].append(held.role)
    rows = [
        _row(people[member.person], path, units[at].kind, roles.pop((member.person, path), ()), member)
        for member in organisation.memberships
        if not member.guest and member.person in people
        if (at := member.group if member.group in units else member.branch) in units
        for path in (units[at].path,)
    ]
    kinds = {unit.path: unit.kind for unit in units.values()}
    rows += [_row(people[who], path, kinds[path], here, None) for (who, path), here in roles.items()]
    return tuple(
        sorted(
            (row for row in rows if within is None or is_within(row.path, within)), key=lambda row: row.path
        )
    )


def _row(
    person: KnownPerson, path: Path, kind: UnitKind, roles: Iterable[Role], member: KnownMembership | None
) -> ExportedRow:
    telegram = next((str(user) for user in sorted(person.user_ids)), "")
    return ExportedRow(
        path,
        kind,
        person.name,
        tuple(roles),
        member.standing if member else None,
        person.joined or "",
        (member.exempt or "") if member else "",
        telegram or next((f"@{name}" for name in sorted(person.usernames)), ""),
        person.number or record_mark(person.id),
    )
