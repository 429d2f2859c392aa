"""Whether a roster keeps within what the person who hands it in may change."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from domain.ids import PersonId
from domain.organisation import Organisation, Path
from domain.roster_tree import Tree, key_of
from domain.rosters import Problem, Reason, Roster


def outside(
    roster: Roster,
    tree: Tree,
    who_is: Mapping[int, PersonId],
    organisation: Organisation,
    within: Sequence[Path],
) -> Iterator[Problem]:
    """A row in a unit elsewhere, and a row of somebody who stands elsewhere, whom it could rename or link."""
    standing = _places(organisation)
    for who, indexes in enumerate(roster.persons):
        person = who_is.get(who)
        strange = person is not None and not _all_within(standing.get(person, ()), within)
        for index in indexes:
            row = roster.rows[index]
            if not is_within(tree.seats[index].path, within):
                yield Problem(row.sheet, row.number, "", Reason.UNIT_NOT_YOURS)
            elif strange:
                yield Problem(row.sheet, row.number, "", Reason.PERSON_NOT_YOURS)


def _places(organisation: Organisation) -> dict[PersonId, list[Path]]:
    """Where everybody on record stands; of those who stand nowhere any more, where they last did."""
    paths = {unit.id: unit.path for unit in organisation.units}
    places: dict[PersonId, list[Path]] = {}
    for membership in organisation.memberships:
        places.setdefault(membership.person, []).append(paths.get(membership.branch, ()))
    for held in organisation.appointments:
        places.setdefault(held.person, []).append(paths.get(held.unit, ()))
    former = [(person, unit) for person, unit in organisation.former if person not in places]
    for person, unit in former:
        places.setdefault(person, []).append(paths.get(unit, ()))
    return places


def _all_within(places: Iterable[Path], within: Sequence[Path]) -> bool:
    found = list(places)
    return bool(found) and all(is_within(path, within) for path in found)


def is_within(path: Path, within: Sequence[Path]) -> bool:
    """Whether the unit is one of these, or lies below one."""
    key = key_of(path)
    return any(key[: len(root)] == key_of(root) for root in within)
