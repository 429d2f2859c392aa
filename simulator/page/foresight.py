"""What comes due next, and for whom, if nobody does anything more."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from domain.activities import NOTICE_AHEAD, STAGES, Activity, reminds
from domain.deliveries import Kind
from messages.activities import heading
from messages.held import KINDS
from messages.speech import LOCALES, _, speaking
from services import gatherings
from services.activity_plans import ROSTER
from storage import activity_plans, deliveries, forthcoming
from storage.database import Transaction

SHOWN = 12  # lines in the list
FARTHEST = timedelta(days=15)  # two weeks and a day: the next push, and the one after it
MANY = 100  # activities looked at
NO_STAGE = "-"  # one that no activity has had
NAMED = 2  # recipients called by name; the others are counted

# What each line begins with, by language.
WORDS = {
    "notice": {"zh": "预告", "en": "Notice"},
    "push": {"zh": "推送", "en": "Push"},
    "reminder": {"zh": "提醒", "en": "Reminder"},
    "roster": {"zh": "名单", "en": "Roster"},
    "start": {"zh": "开始,点名", "en": "Starts, roll call"},
    "held": {"zh": "等时间到再发", "en": "Held until then"},
}


@dataclass
class Coming:
    """One message that will go out, perhaps to many."""

    at: datetime
    what: str  # a key of WORDS
    about: dict[str, str]  # the thing it is about, by language
    addresses: list[int] = field(default_factory=list)

    def shape(self, names: Mapping[int, str]) -> dict[str, object]:
        """As the browser lists it."""
        words = {locale: f"{WORDS[self.what][locale]} · {self.about[locale]}" for locale in LOCALES}
        known = [names.get(address, "…") for address in self.addresses]
        more = len(known) - NAMED
        to = "、".join(known[:NAMED]) + (f" +{more}" if more > 0 else "")
        return {"at": self.at.isoformat(), "what": words["zh"], "words": words, "to": to}


def foreseen(tx: Transaction, now: datetime) -> list[Coming]:
    """The messages that will go out, the next first; those to nobody are left out."""
    coming: dict[tuple[datetime, str, str], Coming] = {}
    for one in (*_topics(tx, now), *_activities(tx, now), *_held(tx, now)):
        if one.at > now and one.addresses:
            known = coming.setdefault((one.at, one.what, one.about["zh"]), one)
            if known is not one:
                known.addresses += one.addresses
    return sorted(coming.values(), key=lambda one: one.at)[:SHOWN]


def _topics(tx: Transaction, now: datetime) -> Iterator[Coming]:
    for window in forthcoming.windows(tx, now, now + FARTHEST):
        about = dict.fromkeys(LOCALES, f"《{window.title}》")
        for at, what in ((window.announced, "notice"), (window.opens, "push")):
            if at is not None:
                yield Coming(at, what, about, deliveries.addresses_in_branch(tx, window.branch, at.date()))


def _activities(tx: Transaction, now: datetime) -> Iterator[Coming]:
    horizon = FARTHEST + NOTICE_AHEAD
    unannounced = activity_plans.unannounced(tx, now, horizon, MANY)
    announced = activity_plans.coming_without(tx, NO_STAGE, now, horizon, timedelta(0), MANY)
    for activity in unannounced:
        at = activity.starts_at - NOTICE_AHEAD
        branch = gatherings.branch_of(tx, activity.unit, activity.local_date)
        if branch is not None:
            here = deliveries.addresses_in_branch(tx, branch, activity.local_date)
            yield Coming(at, "notice", _about(activity), here)
            yield from _stages(tx, activity, max(at, now))
    for activity, at in announced:
        if gatherings.branch_of(tx, activity.unit, activity.local_date) is not None:
            yield from _stages(tx, activity, at)


def _stages(tx: Transaction, activity: Activity, announced: datetime) -> Iterator[Coming]:
    """Reminders to those they concern, unless the notice has only just said the same."""
    about, gathering = _about(activity), gatherings.gathered(tx, activity)
    for stage in STAGES:
        if announced > activity.starts_at - stage.lead - stage.apart:
            continue
        people = [
            one.person for one in gathering.expected if reminds(stage, gathering.answer_of(one.membership))
        ]
        yield Coming(activity.starts_at - stage.lead, "reminder", about, deliveries.addresses_of(tx, people))
    keepers = deliveries.addresses_of(tx, gatherings.keepers_of(tx, activity))
    if announced <= activity.starts_at - ROSTER.lead - ROSTER.apart:
        yield Coming(activity.starts_at - ROSTER.lead, "roster", about, list(keepers))
    yield Coming(activity.starts_at, "start", about, list(keepers))


def _held(tx: Transaction, now: datetime) -> Iterator[Coming]:
    for one in forthcoming.held(tx, now):
        yield Coming(one.at, "held", _kind(one.kind), [one.address])


def _kind(kind: Kind) -> dict[str, str]:
    named = {}
    for locale in LOCALES:
        with speaking(locale):
            named[locale] = _(KINDS[kind])
    return named


def _about(activity: Activity) -> dict[str, str]:
    about = {}
    for locale in LOCALES:
        with speaking(locale):
            about[locale] = heading(activity)
    return about
