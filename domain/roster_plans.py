"""What a roster changes of the organisation on record: a list of changes, to be shown and to be made."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256

from domain.ids import PersonId, UnitId
from domain.names import name_key
from domain.organisation import KnownMembership, Organisation, Path
from domain.people import Standing
from domain.roles import Role
from domain.roster_changes import (
    Absence,
    AccountKnown,
    Appointed,
    Change,
    Enrolled,
    KindLearnt,
    NewPerson,
    NewUnit,
    NoMember,
    NoRole,
    PersonChanged,
    Regrouped,
    StandingChanged,
    UsernameKnown,
)
from domain.roster_matching import Index, index_of, is_mark, joined_of, matched
from domain.roster_scope import outside
from domain.roster_tree import Tree, new_units, tree_of, units_with_new_kind
from domain.rosters import Note, Problem, Remark, Roster, RosterRow
from domain.tombstones import Traits


@dataclass(frozen=True)
class RosterPlan:
    """With any problem nothing is imported. `matched` tells who of the roster is on record already."""

    changes: tuple[Change, ...]
    absent: tuple[Absence, ...]
    problems: tuple[Problem, ...]
    matched: Mapping[int, PersonId]
    skipped: tuple[Note, ...] = ()  # those who had their data deleted are not brought back by a file

    @property
    def digest(self) -> str:
        """The same for the same difference: what was shown is what is made."""
        return sha256(repr((self.changes, self.absent, self.problems)).encode()).hexdigest()


@dataclass(frozen=True)
class Imported:
    """What became of a difference that was shown: made, or another by now and not made."""

    plan: RosterPlan
    done: bool


def plan_of(roster: Roster, organisation: Organisation, within: Sequence[Path] | None = None) -> RosterPlan:
    """What importing the roster would change; nothing when it was imported just before.

    `within` are the units at and below which alone it may change anything; None means everywhere.
    """
    if roster.problems:
        return RosterPlan((), (), roster.problems, {})
    tree = tree_of(roster, organisation)
    index = index_of(organisation)
    who_is, problems = matched(roster, tree, index)
    problems = [*tree.problems, *problems]
    if not problems and within is not None:
        problems.extend(outside(roster, tree, who_is, organisation, within))
    if problems:
        return RosterPlan((), (), tuple(problems), who_is)
    changes: list[Change] = [NewUnit(path, kind) for path, kind in new_units(tree)]
    changes.extend(KindLearnt(unit.id, unit.path, kind) for unit, kind in units_with_new_kind(tree))
    members = {(m.person, m.branch): m for m in organisation.memberships}
    held = {(a.person, a.unit, a.role) for a in organisation.appointments}
    namesakes = _namesakes(organisation, index, who_is.values())
    erased = _erased(roster, tree, organisation, who_is)
    for who, indexes in enumerate(roster.persons):
        if who in erased:
            continue
        placed = [i for i in indexes if tree.seats[i].branch or roster.rows[i].roles]
        if placed:
            rows = [roster.rows[i] for i in indexes]
            person = who_is.get(who)
            changes.extend(_identity(who, rows, person, index, namesakes.get(name_key(rows[0].name))))
            changes.extend(_belonging(who, placed, person, roster, tree, members))
            changes.extend(_roles(who, placed, person, roster, tree, held))
    absent: tuple[Absence, ...] = (
        *_absent_members(roster, tree, organisation, who_is, index),
        *_absent_roles(roster, tree, organisation, who_is, index),
    )
    skipped = [
        Note(roster.rows[i].sheet, roster.rows[i].number, "", Remark.ERASED)
        for who in sorted(erased)
        for i in roster.persons[who]
    ]
    return RosterPlan(tuple(changes), absent, (), who_is, tuple(skipped))


def _erased(
    roster: Roster, tree: Tree, organisation: Organisation, known: Mapping[int, PersonId]
) -> set[int]:
    """Who of the roster had their data deleted, by position; somebody on record is not dead."""
    if not organisation.erased:
        return set()
    return {
        who
        for who, indexes in enumerate(roster.persons)
        if who not in known and organisation.erased.knows(_traits(roster, tree, indexes))
    }


def _traits(roster: Roster, tree: Tree, indexes: Sequence[int]) -> Traits:
    rows = [roster.rows[i] for i in indexes]
    units = {tree.unit(path) for i in indexes for path in (tree.seats[i].path, tree.seats[i].branch)}
    return Traits(
        name_key(rows[0].name),
        next((row.number_id for row in rows if row.number_id), None),
        joined_of(rows) or None,
        frozenset(row.telegram_id for row in rows if row.telegram_id is not None),
        frozenset(row.username for row in rows if row.username),
        frozenset(unit for unit in units if unit is not None),
    )


def _namesakes(organisation: Organisation, index: Index, known: Iterable[PersonId]) -> dict[str, Path]:
    """Where those on record stand whom the file does not know, by name."""
    paths = {unit.id: unit.path for unit in organisation.units}
    others = index.stands_in.keys() - set(known)
    return {
        name_key(index.people[person].name): paths[min(index.stands_in[person])]
        for person in others
        if person in index.people and min(index.stands_in[person]) in paths
    }


def _identity(
    who: int, rows: Sequence[RosterRow], person: PersonId | None, index: Index, namesake: Path | None
) -> Iterator[Change]:
    name, joined = rows[0].name, joined_of(rows) or None
    number = next((row.number_id for row in rows if row.number_id and not is_mark(row.number_id)), None)
    user_ids = dict.fromkeys(row.telegram_id for row in rows if row.telegram_id is not None)
    usernames = dict.fromkeys(row.username for row in rows if row.username)
    if person is None:
        yield NewPerson(who, name, number, joined, namesake)
        yield from (AccountKnown(who, name, user_id) for user_id in user_ids)
        yield from (UsernameKnown(who, name, username) for username in usernames)
        return
    known = index.people[person]
    exact = joined if len(joined or "") >= len(known.joined or "") else known.joined
    renamed = name if name_key(name) != name_key(known.name) else known.name
    if (renamed, number or known.number, exact) != (known.name, known.number, known.joined):
        yield PersonChanged(person, renamed, known.name, number or known.number, exact)
    yield from (AccountKnown(who, name, user) for user in user_ids if user not in known.user_ids)
    yield from (UsernameKnown(who, name, u) for u in usernames if u not in known.usernames)


def _belonging(
    who: int,
    placed: Sequence[int],
    person: PersonId | None,
    roster: Roster,
    tree: Tree,
    members: Mapping[tuple[PersonId, UnitId], KnownMembership],
) -> Iterator[Change]:
    for branch in dict.fromkeys(tree.seats[i].branch for i in placed):
        if branch is None:
            continue
        here = [i for i in placed if tree.seats[i].branch == branch]
        name = roster.rows[here[0]].name
        group = next((tree.seats[i].group for i in here if tree.seats[i].group), None)
        stated = next((roster.rows[i].standing for i in here if roster.rows[i].standing), None)
        exempt = next((roster.rows[i].exempt for i in here if roster.rows[i].exempt), None)
        unit = tree.unit(branch)
        known = members.get((person, unit)) if person is not None and unit is not None else None
        if known is None:
            yield Enrolled(who, name, branch, group, stated or Standing.FULL, exempt)
            continue
        if group is not None and (tree.unit(group) is None or tree.unit(group) != known.group):
            yield Regrouped(known.id, name, group)
        standing = stated or known.standing
        excused = exempt if roster.says_exempt else known.exempt
        if (standing, excused) != (known.standing, known.exempt):
            yield StandingChanged(known.id, name, standing, excused)


def _roles(
    who: int,
    placed: Sequence[int],
    person: PersonId | None,
    roster: Roster,
    tree: Tree,
    held: set[tuple[PersonId, UnitId, Role]],
) -> Iterator[Change]:
    given = dict.fromkeys((tree.seats[i].path, role) for i in placed for role in roster.rows[i].roles)
    for path, role in given:
        unit = tree.unit(path)
        if person is None or unit is None or (person, unit, role) not in held:
            yield Appointed(who, roster.rows[placed[0]].name, path, role)


def _absent_members(
    roster: Roster,
    tree: Tree,
    organisation: Organisation,
    who_is: Mapping[int, PersonId],
    index: Index,
) -> Iterator[NoMember]:
    """Only branches that the file speaks of are asked; others are another office's business."""
    paths = {unit.id: unit.path for unit in organisation.units}
    present = {
        (who_is[who], tree.unit(tree.seats[i].branch))
        for who, indexes in enumerate(roster.persons)
        if who in who_is
        for i in indexes
    }
    covered = {tree.unit(seat.branch) for seat in tree.seats if seat.branch}
    for membership in organisation.memberships:
        if membership.guest:
            continue
        if membership.branch in covered and (membership.person, membership.branch) not in present:
            yield NoMember(membership.id, index.people[membership.person].name, paths[membership.branch])


def _absent_roles(
    roster: Roster,
    tree: Tree,
    organisation: Organisation,
    who_is: Mapping[int, PersonId],
    index: Index,
) -> Iterator[NoRole]:
    """An administrator is made by code or by hand, so a file that does not know them does not end them."""
    if not roster.says_roles:
        return
    paths = {unit.id: unit.path for unit in organisation.units}
    given = {
        (who_is[who], tree.unit(tree.seats[i].path), role)
        for who, indexes in enumerate(roster.persons)
        if who in who_is
        for i in indexes
        for role in roster.rows[i].roles
    }
    covered = {tree.unit(seat.path) for seat in tree.seats}
    for held in organisation.appointments:
        listed = held.unit in covered and held.role is not Role.ADMINISTRATOR
        if listed and (held.person, held.unit, held.role) not in given:
            yield NoRole(held.id, index.people[held.person].name, paths[held.unit], held.role)
