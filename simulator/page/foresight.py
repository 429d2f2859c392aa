"""What comes due next: the planner itself is run ahead of time, in a transaction that is taken back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from domain.deliveries import Kind
from messages.deliveries import render
from messages.speech import LOCALES, speaking
from services import planning
from services.destinations import destination_of
from services.facts import facts_of
from storage.database import Database, Transaction
from storage.forthcoming import Owed, unsent
from storage.sending import place_of

SHOWN = 12  # messages in the list
FARTHEST = timedelta(days=15)  # beyond this nothing is looked for
STOPS = 40  # moments looked at; many pass without a message
NAMED = 2  # recipients called by name; the others are counted
TRIED = 3  # recipients asked for their words before a message is taken for one not owed any more


@dataclass
class Coming:
    """One message that will go out, perhaps to many."""

    at: datetime
    kind: Kind
    words: dict[str, str]  # its first line, by language
    addresses: list[int] = field(default_factory=list)

    def shape(self, names: Mapping[int, str]) -> dict[str, object]:
        """As the browser lists it."""
        known = [names.get(address, "…") for address in self.addresses]
        more = len(known) - NAMED
        to = "、".join(known[:NAMED]) + (f" +{more}" if more > 0 else "")
        return {
            "at": self.at.isoformat(),
            "what": self.words["zh"],
            "words": self.words,
            "to": to,
            "message": self.kind,
        }


class _Foreseen(Exception):  # noqa: N818 - no error: it carries the answer out, and nothing else
    """Takes the transaction back."""

    def __init__(self, coming: list[Coming]) -> None:
        super().__init__()
        self.coming = coming


async def foresee(db: Database, now: datetime, fallback: Mapping[str, str]) -> list[Coming]:
    """The messages that will go out if nobody does anything, the next first."""
    try:
        await db.write(_rehearse, now, fallback)
    except _Foreseen as seen:
        return seen.coming
    raise AssertionError("a rehearsal always ends in its answer")


def _rehearse(tx: Transaction, now: datetime, fallback: Mapping[str, str]) -> None:
    known = unsent(tx)
    coming = _described(tx, [one for one in known if one.not_before > now], now, fallback)
    moment = now
    seen = {one.id for one in known}
    for _ in range(STOPS):
        later = planning.next_due(tx, moment, fallback)
        if later is None or later > now + FARTHEST or len(coming) >= SHOWN:
            break
        moment = later
        for plan in planning.PLANS:
            while plan(tx, moment, fallback):
                pass
        fresh = [one for one in unsent(tx) if one.id not in seen]
        seen.update(one.id for one in fresh)
        coming += _described(tx, fresh, moment, fallback)
    raise _Foreseen(sorted(coming, key=lambda one: one.at)[:SHOWN])


def _described(
    tx: Transaction, owed: Sequence[Owed], moment: datetime, fallback: Mapping[str, str]
) -> list[Coming]:
    """Messages about the same thing at the same time are one line of the list."""
    alike: dict[tuple[datetime, Kind, int], list[Owed]] = {}
    for one in owed:
        alike.setdefault((max(one.not_before, moment), one.kind, one.subject), []).append(one)
    found = []
    for (at, kind, _), ones in alike.items():
        words = next((said for one in ones[:TRIED] if (said := _words(tx, one, at, fallback))), None)
        if words is not None:
            found.append(Coming(at, kind, words, [one.address for one in ones]))
    return found


def _words(tx: Transaction, one: Owed, at: datetime, fallback: Mapping[str, str]) -> dict[str, str] | None:
    """The first line of the message in each language; None where it is not owed any more."""
    to, _ = destination_of(tx, place_of(tx, one.chat), at, fallback)
    facts = facts_of(tx, one.kind, one.subject, to, at, fallback)
    if facts is None:
        return None
    words = {}
    for locale in LOCALES:
        with speaking(locale):
            words[locale] = str(render(facts).text.as_kwargs()["text"]).partition("\n")[0]
    return words
