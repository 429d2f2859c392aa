"""Half a year of past topics and theme days, set down as the bot would have, without playing any chat."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

from domain.activities import CATALOGUE, Kind, State
from domain.attendance import Row as Attended
from domain.attendance import counted
from domain.ids import ActivityId, MembershipId, PersonId, TopicId, UnitId
from domain.participation import CountedAs, LeaveKind, Outcome
from domain.people import Standing
from domain.reflections import ReflectionState
from domain.rollups import Counted
from domain.topics import Audience, BranchWindow, TopicState, month_of
from simulator.seed_words import OWN_TOPICS, REFLECTIONS, REFLECTIONS_EN, THEME_DAYS, TOPICS
from storage import activities, attendance, checkins, outstanding, reflections, rollups, topics
from storage.database import Transaction

ZONE = "Asia/Shanghai"
SLOT = time(9, 0)  # the weekly study slot, on a Friday
WEEK = timedelta(days=7)
OWN_EVERY = 5  # weeks between topics of a branch's own
WRITERS = 14  # in a hundred of those who checked in also wrote


@dataclass(frozen=True)
class Member:
    """Somebody of a branch, as the rows know them."""

    person: PersonId
    membership: MembershipId
    standing: Standing
    exempt: bool
    language: str = "zh"


@dataclass(frozen=True)
class Home:
    """A branch with its people; the first is its secretary."""

    unit: UnitId
    name: str
    keenness: int  # how many in a hundred check in of a week
    members: tuple[Member, ...]
    waits: bool  # its latest theme day is still to come

    @property
    def secretary(self) -> PersonId:
        return self.members[0].person


def local(day: date, at: time) -> datetime:
    """A wall-clock time of the organisation."""
    return datetime.combine(day, at, ZoneInfo(ZONE))


class History:
    """Writes the past of some branches up to, and not including, the day `today` (a Friday)."""

    def __init__(self, tx: Transaction, homes: Sequence[Home], today: date) -> None:
        self._tx = tx
        self._homes = homes
        self._today = today
        self._chance = Random(20261120)  # noqa: S311 - the same past at every start
        self._sums: defaultdict[tuple[UnitId, str], Counter[Counted]] = defaultdict(Counter)

    def write(self, committee: UnitId, coordinator: PersonId) -> None:
        """A topic from above each week, now and then one of a branch's own, a theme day each month."""
        fridays = [self._today - WEEK * ago for ago in range(len(TOPICS), 0, -1)]
        for week, (friday, words) in enumerate(zip(fridays, TOPICS, strict=True)):
            self._topic(words, committee, Audience.BELOW, coordinator, friday, self._homes)
            if week % OWN_EVERY == OWN_EVERY - 1:
                home = self._homes[week // OWN_EVERY]
                self._topic(OWN_TOPICS[home.name], home.unit, Audience.BRANCH, home.secretary, friday, [home])
        for home, day, programme in self._theme_days(fridays[0] + timedelta(days=3)):
            self._theme_day(home, day, programme)
        for (branch, month), sums in self._sums.items():
            rollups.move_all(self._tx, branch, month, sums)

    def _theme_days(self, monday: date) -> Iterator[tuple[Home, date, tuple[str, str, str]]]:
        """Every fourth week, each branch on a day of its own; some have the latest still before them."""
        for n, words in enumerate(THEME_DAYS):
            for at, home in enumerate(self._homes):
                if home.waits and words is THEME_DAYS[-1]:
                    continue
                yield home, monday + n * 4 * WEEK + timedelta(days=at), words

    # --- study -----------------------------------------------------------------------------------

    def _topic(
        self,
        words: tuple[str, str],
        unit: UnitId,
        audience: Audience,
        by: PersonId,
        friday: date,
        homes: Sequence[Home],
    ) -> None:
        tx, opens = self._tx, local(friday, SLOT)
        posted = opens - WEEK - timedelta(hours=1)
        draft = topics.begin_draft(tx, unit, audience, by, f"seed:{friday}:{unit}", posted)
        found = topics.topic_with(tx, draft)
        if found is None:
            raise LookupError("a draft just begun is there")
        written = replace(found, title=words[0], text=words[1], state=TopicState.SCHEDULED)
        topics.save(tx, written, scheduled_at=posted)
        windows = [self._window(home.unit, opens) for home in homes]
        topics.give(tx, draft, windows)
        for home in homes:
            outstanding.snapshot(tx, draft, [home.unit], friday)
            topics.mark_announced(tx, draft, home.unit, opens - WEEK)
            topics.mark_pushed(tx, draft, home.unit, opens)
            topics.mark_closed(tx, draft, home.unit, opens + WEEK)
            self._study(draft, home, opens)

    def _window(self, branch: UnitId, opens: datetime) -> BranchWindow:
        year, week, _ = opens.isocalendar()
        return BranchWindow(branch, f"{year}-W{week:02d}", opens - WEEK, opens, opens + WEEK, ZONE)

    def _study(self, topic: TopicId, home: Home, opens: datetime) -> None:
        """Check-ins and reflections on one topic in one branch."""
        sums = self._sums[home.unit, month_of(opens, ZONE)]
        sums[Counted.TOPICS] += 1
        for member in home.members:
            if member.exempt or not self._happens(home.keenness):
                continue
            at = opens + timedelta(minutes=self._chance.randrange(5, 6 * 24 * 60))
            late = self._happens(6)
            at += WEEK if late else timedelta(0)
            if at >= local(self._today, SLOT):
                continue
            checkins.record(self._tx, topic, member.membership, home.unit, at, late, member.person)
            sums[Counted.CHECKINS] += 1
            sums[Counted.LATE_CHECKINS] += late
            if not late and self._happens(WRITERS):
                self._reflection(topic, home, member, at + timedelta(minutes=20))
                sums[Counted.REFLECTIONS] += 1

    def _reflection(self, topic: TopicId, home: Home, member: Member, at: datetime) -> None:
        piece = reflections.begin(self._tx, topic, member.membership, home.unit, at)
        text = self._chance.choice(REFLECTIONS_EN if member.language == "en" else REFLECTIONS)
        accepted = self._happens(60)
        state = ReflectionState.ACCEPTED if accepted else ReflectionState.HANDED_IN
        piece = replace(piece, text=text, state=state, handed_in_at=at)
        reflections.save(self._tx, piece, at, home.secretary if accepted else None)

    # --- theme days ------------------------------------------------------------------------------

    def _theme_day(self, home: Home, day: date, words: tuple[str, str, str]) -> None:
        tx, starts = self._tx, local(day, time(15, 0))
        ends = starts + timedelta(minutes=CATALOGUE[Kind.THEME_DAY].minutes)
        planned = starts - WEEK
        activity = activities.add_draft(
            tx, home.unit, Kind.THEME_DAY, ZONE, f"seed:{day}", home.secretary, planned
        )
        activities.change(
            tx, activity, title=words[0], place=words[1], agenda=words[2], starts_at=starts, ends_at=ends
        )
        activities.publish(tx, activity, None, day.isoformat(), planned)
        self._roster(activity, home, ends)
        activities.change(
            tx,
            activity,
            state=State.CONFIRMED,
            snapshot_at=starts,
            confirmed_at=ends,
            confirmed_by=home.secretary,
        )
        self._sums[home.unit, f"{day:%Y-%m}"].update(counted(attendance.rows_of(tx, activity)))

    def _roster(self, activity: ActivityId, home: Home, ends: datetime) -> None:
        rows = [
            (self._came(home, member), member.standing)
            for member in home.members
            if member.standing is not Standing.APPLICANT
        ]
        attendance.set_down(self._tx, activity, rows, ends)
        for row, _standing in rows:
            if row.outcome is Outcome.LEAVE and self._happens(55):
                attendance.stamp_made_up(self._tx, activity, row.person, ends + timedelta(days=3))

    def _came(self, home: Home, member: Member) -> Attended:
        if member.exempt:
            part, outcome = CountedAs.EXEMPT, None
        else:
            part = CountedAs.EXPECTED
            outcome = self._chance.choices(tuple(Outcome), (80, 5, 2, 9, 4))[0]
        leave = outcome is Outcome.LEAVE
        kind = self._chance.choice(tuple(LeaveKind)) if leave else None
        approved = self._happens(90) if leave else None
        return Attended(
            member.person,
            member.membership,
            home.unit,
            part,
            outcome,
            kind,
            approved,
            None,
            home.secretary if outcome else None,
        )

    def _happens(self, in_a_hundred: int) -> bool:
        return self._chance.randrange(100) < in_a_hundred
