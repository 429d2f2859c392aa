"""By what an erased person would be known again: keyed digests, from which nobody reads a name."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from hmac import new as hmac

from domain.ids import PersonId, UnitId

_DATE_LENGTHS = (4, 7, 10)  # "2015", "2015-07", "2015-07-01"


class Mark(StrEnum):
    """What a digest is of."""

    NUMBER = "number"  # 编号
    ACCOUNT = "account"
    USERNAME = "username"
    NAMED = "named"  # the name in one unit
    JOINED = "joined"  # the joining date, at each exactness that was known


@dataclass(frozen=True)
class Traits:
    """What is stated of somebody. Empty where it is not said."""

    name_key: str
    number: str | None = None
    joined: str | None = None
    user_ids: frozenset[int] = frozenset()
    usernames: frozenset[str] = frozenset()
    units: frozenset[UnitId] = frozenset()


@dataclass(frozen=True)
class Stone:
    """What is left of one person."""

    person: PersonId
    digests: frozenset[str]


def digest(key: str, mark: Mark, words: str) -> str:
    """The same for the same words, for who holds the key alone."""
    return hmac(bytes.fromhex(key), f"{mark}\n{words}".encode(), "sha256").hexdigest()


def marks_of(traits: Traits, key: str) -> Iterator[tuple[Mark, str]]:
    """Every digest that is kept of somebody."""
    if traits.number:
        yield Mark.NUMBER, digest(key, Mark.NUMBER, traits.number)
    yield from ((Mark.ACCOUNT, digest(key, Mark.ACCOUNT, str(user))) for user in traits.user_ids)
    yield from ((Mark.USERNAME, digest(key, Mark.USERNAME, name.casefold())) for name in traits.usernames)
    yield from ((Mark.NAMED, digest(key, Mark.NAMED, f"{unit} {traits.name_key}")) for unit in traits.units)
    yield from ((Mark.JOINED, digest(key, Mark.JOINED, part)) for part in _parts(traits.joined))


def _parts(joined: str | None) -> list[str]:
    return [joined[:length] for length in _DATE_LENGTHS if joined and len(joined) >= length]


@dataclass(frozen=True)
class Graveyard:
    """Every tombstone, to be asked about many people: an import of 160,000 makes no query for each."""

    key: str
    stones: frozenset[tuple[PersonId, Mark, str]]

    def __bool__(self) -> bool:
        return bool(self.stones)

    def knows(self, traits: Traits) -> bool:
        """Whether this is somebody who was erased.

        A number or an account says so alone; a name only where the person stood, and where nothing that is
        stated on both sides is stated differently: a namesake who comes later is let in.
        """
        if not self.stones:
            return False
        mine: dict[Mark, set[str]] = {mark: set() for mark in Mark}
        for mark, said in marks_of(traits, self.key):
            mine[mark].add(said)
        if any((mark, said) in self._with for mark in _SURE for said in mine[mark]):
            return True
        named = {person for said in mine[Mark.NAMED] for person in self._with.get((Mark.NAMED, said), ())}
        return any(self._fits(person, mine) for person in named)

    @cached_property
    def _with(self) -> Mapping[tuple[Mark, str], set[PersonId]]:
        found: dict[tuple[Mark, str], set[PersonId]] = {}
        for person, mark, said in self.stones:
            found.setdefault((mark, said), set()).add(person)
        return found

    @cached_property
    def _of(self) -> Mapping[tuple[PersonId, Mark], set[str]]:
        found: dict[tuple[PersonId, Mark], set[str]] = {}
        for person, mark, said in self.stones:
            found.setdefault((person, mark), set()).add(said)
        return found

    def _fits(self, person: PersonId, mine: Mapping[Mark, set[str]]) -> bool:
        if mine[Mark.NUMBER] and self._of.get((person, Mark.NUMBER)):
            return False  # an equal number would have been found
        stated, known = mine[Mark.JOINED], self._of.get((person, Mark.JOINED), set())
        return len(stated & known) == min(len(stated), len(known))


_SURE = (Mark.NUMBER, Mark.ACCOUNT, Mark.USERNAME)
