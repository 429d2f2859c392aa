"""Who on record each person of a roster is: by number, Telegram id, name and date, or name and unit."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from domain.ids import PersonId, UnitId
from domain.names import name_key
from domain.organisation import KnownPerson, Organisation
from domain.roster_tree import Tree
from domain.rosters import Problem, Reason, Roster, RosterRow

_MARK = "#"
_FULL_DATE = len("2015-07-01")


@dataclass(frozen=True)
class Index:
    """People on record by what tells them apart."""

    people: Mapping[PersonId, KnownPerson]
    by_number: Mapping[str, PersonId]
    by_user_id: Mapping[int, PersonId]
    by_name: Mapping[str, Sequence[PersonId]]
    stands_in: Mapping[PersonId, frozenset[UnitId]]
    stood_in: Mapping[PersonId, frozenset[UnitId]]


def index_of(organisation: Organisation) -> Index:
    """The people of an organisation, to be looked up."""
    stands = _places((m.person, m.branch) for m in organisation.memberships)
    for held in organisation.appointments:
        stands[held.person] = stands.get(held.person, frozenset()) | {held.unit}
    by_name: dict[str, list[PersonId]] = defaultdict(list)
    for person in organisation.people:
        by_name[name_key(person.name)].append(person.id)
    return Index(
        {person.id: person for person in organisation.people},
        {person.number: person.id for person in organisation.people if person.number},
        {user_id: person.id for person in organisation.people for user_id in person.user_ids},
        by_name,
        stands,
        _places(organisation.former),
    )


def _places(found: Iterable[tuple[PersonId, UnitId]]) -> dict[PersonId, frozenset[UnitId]]:
    """Where each person is; those of one unit share what says so, or it would fill the memory."""
    places: dict[PersonId, frozenset[UnitId]] = {}
    alone: dict[UnitId, frozenset[UnitId]] = {}
    for person, unit in found:
        here = alone.setdefault(unit, frozenset({unit}))
        places[person] = places[person] | here if person in places else here
    return places


def matched(roster: Roster, tree: Tree, index: Index) -> tuple[dict[int, PersonId], list[Problem]]:
    """By position in `roster.persons`, less those on no record; and rows that could be several people."""
    found: dict[int, PersonId] = {}
    taken: set[PersonId] = set()
    problems: list[Problem] = []
    for who, indexes in enumerate(roster.persons):
        rows = [roster.rows[i] for i in indexes]
        units = {unit for i in indexes for unit in _units(tree, i)}
        person, reason = _one(rows, units, index)
        if person is not None and person in taken:
            person, reason = None, Reason.SEVERAL_ON_RECORD
        if reason is not None:
            problems.append(Problem(rows[0].sheet, rows[0].number, "", reason))
        elif person is not None:
            found[who] = person
            taken.add(person)
    return found, problems


def _units(tree: Tree, row: int) -> Iterable[UnitId]:
    seat = tree.seats[row]
    return (unit for unit in (tree.unit(seat.path), tree.unit(seat.branch)) if unit is not None)


def record_mark(person: PersonId) -> str:
    """What an exported roster writes for 编号 where a person has none: it tells whom the row means."""
    return f"{_MARK}{person}"


def is_mark(number: str) -> bool:
    """Whether this is no number of the organisation's own."""
    return number.startswith(_MARK) and number[1:].isdecimal()


def _marked(number: str, index: Index) -> PersonId | None:
    """The person on record whom a mark means."""
    found = PersonId(int(number[1:])) if is_mark(number) else None
    return found if found in index.people else None


def _one(
    rows: Sequence[RosterRow], units: set[UnitId], index: Index
) -> tuple[PersonId | None, Reason | None]:
    if any(is_mark(r.number_id) and _marked(r.number_id, index) is None for r in rows):
        return None, Reason.MARK_UNKNOWN
    numbered = {index.by_number[r.number_id] for r in rows if r.number_id in index.by_number}
    numbered |= {person for r in rows if (person := _marked(r.number_id, index)) is not None}
    linked = {p for r in rows if r.telegram_id and (p := index.by_user_id.get(r.telegram_id)) is not None}
    sure = numbered | linked
    if len(sure) > 1:
        return None, Reason.NUMBERS_OF_TWO
    if sure:
        (person,) = sure
        differs = not numbered and name_key(index.people[person].name) != name_key(rows[0].name)
        return (None, Reason.RECORD_DIFFERS) if differs else (person, None)
    namesakes = [p for p in index.by_name.get(name_key(rows[0].name), ()) if _fits(rows, index.people[p])]
    same_day = [p for p in namesakes if _same_day(rows, index.people[p])]
    here = [p for p in namesakes if index.stands_in.get(p, frozenset()) & units]
    # Who comes back to a unit is who they were: their record and account go on.
    likely = same_day or here or [p for p in namesakes if index.stood_in.get(p, frozenset()) & units]
    if len(likely) > 1:
        return None, Reason.SEVERAL_ON_RECORD
    return (likely[0] if likely else None), None


def _fits(rows: Sequence[RosterRow], person: KnownPerson) -> bool:
    """Whether nothing is stated on both sides and stated differently."""
    if person.number and any(row.number_id for row in rows):
        return False  # an equal number would have been found
    stated, known = joined_of(rows), person.joined or ""
    shorter = min(len(stated), len(known))
    return stated[:shorter] == known[:shorter]


def _same_day(rows: Sequence[RosterRow], person: KnownPerson) -> bool:
    stated = joined_of(rows)
    return len(stated) == _FULL_DATE and stated == person.joined


def joined_of(rows: Sequence[RosterRow]) -> str:
    """The joining date of a person, as exactly as any of their rows has it."""
    return max((row.joined for row in rows), key=len, default="")
