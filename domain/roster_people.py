"""Which rows of a roster are one person, and which cannot be told apart."""

from collections import defaultdict
from collections.abc import Iterator, Sequence

from domain.names import name_key
from domain.rosters import Note, Problem, Reason, Remark, RosterRow

_FULL_DATE = len("2015-07-01")


def persons_in(rows: Sequence[RosterRow]) -> tuple[tuple[int, ...], ...]:
    """The rows of each person: equal 编号 or Telegram id, or equal name and full joining date."""
    person = list(range(len(rows)))

    def of(index: int) -> int:
        while person[index] != index:
            person[index] = person[person[index]]
            index = person[index]
        return index

    known: dict[object, int] = {}
    for index, row in enumerate(rows):
        for key in _sure_keys(row):
            person[of(index)] = of(known.setdefault(key, index))
    # A date joins rows only after the numbers have spoken: two numbers are two people, whatever the day.
    for same_day in _by_name_and_day(rows).values():
        for position, index in enumerate(same_day):
            for earlier in same_day[:position]:
                if not _differ(rows[earlier], rows[index]):
                    person[of(index)] = of(earlier)
                    break
    groups: dict[int, list[int]] = defaultdict(list)
    for index in range(len(rows)):
        groups[of(index)].append(index)
    return tuple(sorted(tuple(group) for group in groups.values()))


def contradictions(
    rows: Sequence[RosterRow], persons: Sequence[tuple[int, ...]], name_titles: dict[str, str]
) -> Iterator[Problem]:
    """Rows that are one person by their numbers and yet differ in what nobody has two of."""
    for first, *others in persons:
        for index in others:
            one, two = rows[first], rows[index]
            if name_key(one.name) != name_key(two.name) or _differ(one, two):
                title = name_titles.get(two.sheet, "")
                yield Problem(two.sheet, two.number, title, Reason.SAME_PERSON_DIFFERS, one.sheet, one.number)


def indistinguishable(
    rows: Sequence[RosterRow], persons: Sequence[tuple[int, ...]], name_titles: dict[str, str]
) -> Iterator[Problem]:
    """Two rows of one name in one unit that nothing tells apart: one person twice, or two people."""
    person_of = {index: number for number, group in enumerate(persons) for index in group}
    together: dict[object, list[int]] = defaultdict(list)
    for index, row in enumerate(rows):
        together[name_key(row.name), tuple(map(name_key, row.unit_path))].append(index)
    for indexes in together.values():
        for position, later in enumerate(indexes):
            for earlier in indexes[:position]:
                if person_of[earlier] != person_of[later] and not _differ(rows[earlier], rows[later]):
                    one, two = rows[earlier], rows[later]
                    title = name_titles.get(two.sheet, "")
                    yield Problem(
                        two.sheet, two.number, title, Reason.INDISTINGUISHABLE, one.sheet, one.number
                    )
                    break


def namesakes(
    rows: Sequence[RosterRow], persons: Sequence[tuple[int, ...]], name_titles: dict[str, str]
) -> Iterator[Note]:
    """Rows read as another person of the same name only because their units differ."""
    first_of: dict[str, int] = {}
    for group in persons:
        row = rows[group[0]]
        earlier = rows[first_of.setdefault(name_key(row.name), group[0])]
        if earlier.unit_path != row.unit_path and not _differ(earlier, row):
            title = name_titles.get(row.sheet, "")
            yield Note(row.sheet, row.number, title, Remark.NAMESAKES, earlier.sheet, earlier.number)


def _sure_keys(row: RosterRow) -> Iterator[tuple[str, str | int]]:
    if row.number_id:
        yield "number", row.number_id
    if row.telegram_id is not None:
        yield "telegram", row.telegram_id


def _by_name_and_day(rows: Sequence[RosterRow]) -> dict[tuple[str, str], list[int]]:
    found: dict[tuple[str, str], list[int]] = defaultdict(list)
    for index, row in enumerate(rows):
        if len(row.joined) == _FULL_DATE:
            found[name_key(row.name), row.joined].append(index)
    return found


def _differ(one: RosterRow, two: RosterRow) -> bool:
    """Whether both rows state something of which a person has only one, and state it differently."""
    if one.number_id and two.number_id and one.number_id != two.number_id:
        return True
    if one.telegram_id and two.telegram_id and one.telegram_id != two.telegram_id:
        return True
    shorter = min(len(one.joined), len(two.joined))
    return one.joined[:shorter] != two.joined[:shorter]
