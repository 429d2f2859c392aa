"""A roster's changes in one shape, to be set down aside in chunks and published together."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import assert_never

from domain.ids import PersonId, UnitId
from domain.names import name_key
from domain.organisation import Path
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
from domain.roster_tree import key_of


class Step(StrEnum):
    """What publishing does with a staged change."""

    UNIT = "unit"
    KIND = "kind"
    PERSON = "person"
    IDENTITY = "identity"
    MEMBER = "member"
    GROUP = "group"
    STANDING = "standing"
    ROLE = "role"
    ACCOUNT = "account"
    USERNAME = "username"
    LEFT = "left"
    ROLE_ENDED = "role_ended"


@dataclass(frozen=True, slots=True)
class Staged:
    """One change, by numbers; which of the fields a step has, its function below tells."""

    change: Step
    subject_id: int
    unit_id: int | None = None
    group_id: int | None = None
    name: str | None = None
    name_key: str | None = None
    number: str | None = None
    joined: str | None = None
    user_id: int | None = None
    word: str | None = None
    exempt: str | None = None


class Numbers:
    """Which number each unit and person of a roster has: those on record their own, new ones the given."""

    def __init__(
        self,
        units: Mapping[Path, UnitId],
        people: Mapping[int, PersonId],
        changes: Iterable[Change],
        new_units: Sequence[int],
        new_people: Sequence[int],
    ) -> None:
        self._units: dict[Path, int] = dict(units)
        self._people: dict[int, int] = dict(people)
        unit_numbers, person_numbers = iter(new_units), iter(new_people)
        for change in changes:
            if isinstance(change, NewUnit):
                self._units[key_of(change.path)] = next(unit_numbers)
            elif isinstance(change, NewPerson):
                self._people[change.who] = next(person_numbers)

    def person(self, who: int) -> int:
        """The person at this position of the roster."""
        return self._people[who]

    def unit(self, path: Path) -> int:
        """The unit at this path."""
        return self._units[key_of(path)]

    def unit_or_none(self, path: Path | None) -> int | None:
        """The same, where there may be none."""
        return self.unit(path) if path else None


def new_in(changes: Iterable[Change]) -> tuple[int, int]:
    """How many units and how many people are new."""
    kinds = [type(change) for change in changes]
    return kinds.count(NewUnit), kinds.count(NewPerson)


def staged(changes: Iterable[Change], ended: Iterable[Absence], numbers: Numbers) -> Iterator[Staged]:
    """Every change, and the end of every absence that is to be ended."""
    for change in changes:
        yield _STAGED[type(change)](change, numbers)
    for absence in ended:
        match absence:
            case NoMember():
                yield Staged(Step.LEFT, absence.membership)
            case NoRole():
                yield Staged(Step.ROLE_ENDED, absence.appointment)
            case _:
                assert_never(absence)


def _unit(change: NewUnit, numbers: Numbers) -> Staged:
    above = numbers.unit_or_none(change.path[:-1])
    return Staged(Step.UNIT, numbers.unit(change.path), above, name=change.path[-1], word=change.kind)


def _kind(change: KindLearnt, _: Numbers) -> Staged:
    return Staged(Step.KIND, change.unit, word=change.kind)


def _person(change: NewPerson, numbers: Numbers) -> Staged:
    key, who = name_key(change.name), numbers.person(change.who)
    return Staged(
        Step.PERSON, who, name=change.name, name_key=key, number=change.number, joined=change.joined
    )


def _identity(change: PersonChanged, _: Numbers) -> Staged:
    key = name_key(change.name)
    return Staged(
        Step.IDENTITY,
        change.person,
        name=change.name,
        name_key=key,
        number=change.number,
        joined=change.joined,
    )


def _member(change: Enrolled, numbers: Numbers) -> Staged:
    return Staged(
        Step.MEMBER,
        numbers.person(change.who),
        numbers.unit(change.branch),
        numbers.unit_or_none(change.group),
        word=change.standing,
        exempt=change.exempt,
    )


def _group(change: Regrouped, numbers: Numbers) -> Staged:
    return Staged(Step.GROUP, change.membership, group_id=numbers.unit(change.group))


def _standing(change: StandingChanged, _: Numbers) -> Staged:
    return Staged(Step.STANDING, change.membership, word=change.standing, exempt=change.exempt)


def _role(change: Appointed, numbers: Numbers) -> Staged:
    return Staged(Step.ROLE, numbers.person(change.who), numbers.unit(change.unit), word=change.role)


def _account(change: AccountKnown, numbers: Numbers) -> Staged:
    return Staged(Step.ACCOUNT, numbers.person(change.who), user_id=change.user_id)


def _username(change: UsernameKnown, numbers: Numbers) -> Staged:
    return Staged(Step.USERNAME, numbers.person(change.who), name=change.username)


_STAGED: Mapping[type, Callable[..., Staged]] = {
    NewUnit: _unit,
    KindLearnt: _kind,
    NewPerson: _person,
    PersonChanged: _identity,
    Enrolled: _member,
    Regrouped: _group,
    StandingChanged: _standing,
    Appointed: _role,
    AccountKnown: _account,
    UsernameKnown: _username,
}
