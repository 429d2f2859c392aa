"""Where the rows of a roster stand in the tree on record, and which units are new."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from domain.ids import UnitId
from domain.names import infer_unit_kind, name_key
from domain.organisation import KnownUnit, Organisation, Path
from domain.rosters import Problem, Reason, Roster, RosterRow
from domain.units import UnitKind

Key = tuple[str, ...]


@lru_cache(maxsize=16_384)  # a roster names its few units again on every row
def key_of(path: Path) -> Key:
    """What two spellings of one path share."""
    return tuple(map(name_key, path))


@dataclass(frozen=True, slots=True)
class Seat:
    """A row's unit, and the branch it takes part in; None above branches."""

    path: Path
    branch: Path | None
    group: Path | None


@dataclass
class Tree:
    """The units on record and those the roster adds, by path."""

    known: dict[Key, KnownUnit]
    kinds: dict[Key, UnitKind] = field(default_factory=dict)
    paths: dict[Key, Path] = field(default_factory=dict)
    seats: list[Seat] = field(default_factory=list)  # one for each row of the roster
    problems: list[Problem] = field(default_factory=list)

    def unit(self, path: Path | None) -> UnitId | None:
        """The unit on record; None for a new one."""
        found = self.known.get(key_of(path)) if path else None
        return found.id if found else None


def tree_of(roster: Roster, organisation: Organisation) -> Tree:
    """Place every row; a path that does not begin at a root may begin at the one unit of that name."""
    tree = Tree({key_of(unit.path): unit for unit in organisation.units})
    named: dict[str, list[KnownUnit]] = defaultdict(list)
    for key, unit in tree.known.items():
        named[key[-1]].append(unit)
    paths = [_full(row, tree, named) for row in roster.rows]
    seen: set[tuple[Path, UnitKind | None]] = set()  # what was said of a unit and was no problem
    for row, path in zip(roster.rows, paths, strict=True):
        if (path, row.unit_kind) in seen:
            continue
        before = len(tree.problems)
        for depth in range(1, len(path) + 1):
            part, is_last = path[:depth], depth == len(path)
            tree.paths.setdefault(
                key_of(part), tree.known[key_of(part)].path if key_of(part) in tree.known else part
            )
            kind = row.unit_kind if is_last else None
            tree.kinds[key_of(part)] = _kind(tree, part, kind, row)
        if len(tree.problems) == before:
            seen.add((path, row.unit_kind))
    seats: dict[Path, Seat] = {}
    for row, path in zip(roster.rows, paths, strict=True):
        before = len(tree.problems)
        seat = seats.get(path) or _seat(tree, path, row)
        tree.seats.append(seat)
        if len(tree.problems) == before:
            seats[path] = seat
    return tree


def new_units(tree: Tree) -> Iterator[tuple[Path, UnitKind]]:
    """The units that are not on record, parents first."""
    for key in sorted(tree.kinds, key=len):
        if key not in tree.known:
            yield tree.paths[key], tree.kinds[key]


def units_with_new_kind(tree: Tree) -> Iterator[tuple[KnownUnit, UnitKind]]:
    """Units on record of no certain kind, which the roster tells."""
    for key, kind in tree.kinds.items():
        if key in tree.known and tree.known[key].kind is not kind:
            yield tree.known[key], kind


def _full(row: RosterRow, tree: Tree, by_name: Mapping[str, Sequence[KnownUnit]]) -> Path:
    path = row.unit_path
    first = name_key(path[0])
    if (first,) in tree.known:
        return path
    named = by_name.get(first, ())
    if len(named) > 1:  # a new root of that name is hardly what is meant
        tree.problems.append(Problem(row.sheet, row.number, "", Reason.UNIT_AMBIGUOUS))
    return (*named[0].path, *path[1:]) if len(named) == 1 else path


def _kind(tree: Tree, path: Path, stated: UnitKind | None, row: RosterRow) -> UnitKind:
    """A unit keeps the kind on record; only OTHER gives way. What its name tells contradicts nothing."""
    known = tree.known.get(key_of(path))
    inferred = infer_unit_kind(path[-1])
    if known is None:
        return stated or tree.kinds.get(key_of(path)) or inferred or UnitKind.OTHER
    if known.kind is UnitKind.OTHER:
        return stated or tree.kinds.get(key_of(path), UnitKind.OTHER)
    if stated not in (None, known.kind, inferred):
        tree.problems.append(Problem(row.sheet, row.number, "", Reason.KIND_STANDS_OTHERWISE))
    return known.kind


def _seat(tree: Tree, path: Path, row: RosterRow) -> Seat:
    full = tree.paths[key_of(path)]
    if any(_guests_only(tree, path[:depth]) for depth in range(1, len(path) + 1)):
        tree.problems.append(Problem(row.sheet, row.number, "", Reason.GUESTS_ONLY))
    kind = tree.kinds[key_of(path)]
    if kind is UnitKind.BRANCH:
        return Seat(full, full, None)
    if kind is not UnitKind.GROUP:
        return Seat(full, None, None)
    for depth in range(len(path) - 1, 0, -1):
        if tree.kinds[key_of(path[:depth])] is UnitKind.BRANCH:
            return Seat(full, tree.paths[key_of(path[:depth])], full)
    tree.problems.append(Problem(row.sheet, row.number, "", Reason.GROUP_WITHOUT_BRANCH))
    return Seat(full, None, None)


def _guests_only(tree: Tree, path: Path) -> bool:
    known = tree.known.get(key_of(path))
    return known is not None and known.guests_only
