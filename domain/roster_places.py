"""Which unit a roster's row belongs to, and what kind of unit that is."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from domain.names import infer_unit_kind, name_key
from domain.rosters import Note, Problem, Reason, Remark, RosterRow
from domain.units import UnitKind

_NAMES_ONE_UNIT = re.compile(
    r"(?!各|全).*(?:党委|工委|委员会|总支|总支部|支部|小组|branch|committee|group)", re.IGNORECASE
)
_LISTS = ("党员花名册", "党员名册", "党员名单", "花名册", "名册", "名单", "党员信息表", "党员")


def placed(path: tuple[str, ...], default: tuple[str, ...]) -> tuple[str, ...] | None:
    """The full path: a single name stands below the default unit, a longer path stands as it is.

    None when the name cannot be below the default unit: another branch than the one handed in for.
    """
    if len(path) != 1 or not default:
        return path or default
    if name_key(path[0]) in map(name_key, default):
        return default
    inside, above = infer_unit_kind(path[0]), infer_unit_kind(default[-1])
    if above is UnitKind.GROUP or (above is UnitKind.BRANCH and inside is not UnitKind.GROUP):
        return None
    return (*default, path[0])


def unit_in_title(sheet: str) -> tuple[str, ...]:
    """The unit a sheet is named after; "Sheet1" and "名册" name none."""
    name = sheet.strip()
    for word in _LISTS:
        name = name.removesuffix(word).strip()
    return (name,) if _NAMES_ONE_UNIT.fullmatch(name) else ()


def with_kinds(rows: Sequence[RosterRow]) -> list[RosterRow]:
    """Each row with its unit's kind: as some row states it, else as the unit's name tells it."""
    stated = {_key(row): row.unit_kind for row in rows if row.unit_kind}
    return [
        replace(row, unit_kind=row.unit_kind or stated.get(_key(row)) or infer_unit_kind(row.unit_path[-1]))
        for row in rows
    ]


def kinds_that_differ(rows: Sequence[RosterRow], titles: dict[str, str]) -> Iterator[Problem]:
    """Rows that call one unit by two kinds; `titles` gives each sheet's title of the column."""
    first: dict[tuple[str, ...], RosterRow] = {}
    for row in rows:
        earlier = first.setdefault(_key(row), row)
        if earlier.unit_kind is not row.unit_kind:
            title = titles.get(row.sheet, "")
            yield Problem(row.sheet, row.number, title, Reason.KIND_DIFFERS, earlier.sheet, earlier.number)


def without_place(rows: Sequence[RosterRow], titles: dict[str, str]) -> Iterator[Note]:
    """Units whose kind nobody can tell, once each, and people who would be recorded nowhere."""
    told: set[tuple[str, ...]] = set()
    for row in rows:
        title = titles.get(row.sheet, "")
        if row.unit_kind is None:
            if _key(row) not in told:
                yield Note(row.sheet, row.number, title, Remark.UNIT_KIND_UNKNOWN)
            told.add(_key(row))
        elif row.unit_kind not in (UnitKind.BRANCH, UnitKind.GROUP) and not row.roles:
            yield Note(row.sheet, row.number, title, Remark.NO_PLACE)


def _key(row: RosterRow) -> tuple[str, ...]:
    return tuple(map(name_key, row.unit_path))
