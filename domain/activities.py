"""Theme days and meetings: the catalogue of kinds, and an activity as it stands."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from domain.ids import ActivityId, ScheduleId, UnitId

PLAN_AHEAD = timedelta(days=35)  # a monthly rule always has its next occurrence in view
NOTICE_AHEAD = timedelta(days=7)  # a week's notice
TITLE_LIMIT = 100  # characters: one line of a card
PLACE_LIMIT = 200  # characters: an address or a meeting link
AGENDA_LIMIT = 2000  # characters: the card stays one message


class Kind(StrEnum):
    """What an activity is."""

    THEME_DAY = "theme_day"
    MEMBERSHIP_MEETING = "membership_meeting"
    COMMITTEE_MEETING = "committee_meeting"
    GROUP_MEETING = "group_meeting"
    LECTURE = "lecture"
    ORGANISATIONAL_LIFE = "organisational_life"


class Audience(StrEnum):
    """Who is expected, within the branch or group that holds it."""

    ALL = "all"
    COMMITTEE = "committee"
    GROUP = "group"


@dataclass(frozen=True)
class KindRules:
    """What follows from a kind. `words` are what people type for it, in either language."""

    audience: Audience
    applicants: bool  # whether applicants are expected; elsewhere they may sit in
    minutes: int  # how long one usually takes
    words: tuple[str, ...]


CATALOGUE: Mapping[Kind, KindRules] = {
    Kind.THEME_DAY: KindRules(Audience.ALL, False, 120, ("主题党日", "党日", "theme day")),
    Kind.MEMBERSHIP_MEETING: KindRules(
        Audience.ALL, False, 90, ("支部党员大会", "党员大会", "membership meeting")
    ),
    Kind.COMMITTEE_MEETING: KindRules(
        Audience.COMMITTEE, False, 60, ("支委会", "支部委员会", "committee meeting")
    ),
    Kind.GROUP_MEETING: KindRules(Audience.GROUP, False, 60, ("党小组会", "小组会", "group meeting")),
    Kind.LECTURE: KindRules(Audience.ALL, True, 90, ("党课", "lecture")),
    Kind.ORGANISATIONAL_LIFE: KindRules(
        Audience.ALL, False, 120, ("组织生活会", "organisational life", "organizational life")
    ),
}


_BETWEEN = " :,\uff1a\uff0c\u3000"  # what may stand between a kind and a title


def kind_at_start(text: str) -> tuple[Kind | None, str]:
    """The kind whose words open the text, and what follows them; the longest words win."""
    typed = text.strip()
    words = sorted(
        ((word, kind) for kind, rules in CATALOGUE.items() for word in rules.words),
        key=lambda pair: -len(pair[0]),
    )
    for word, kind in words:
        if typed.casefold().startswith(word):
            return kind, typed[len(word) :].lstrip(_BETWEEN).strip()
    return None, typed


class State(StrEnum):
    """`draft → planned → started → confirmed`; or cancelled beforehand, or not held (未举行)."""

    DRAFT = "draft"
    PLANNED = "planned"
    STARTED = "started"
    CONFIRMED = "confirmed"
    NOT_HELD = "not_held"
    CANCELLED = "cancelled"


@dataclass(frozen=True)
class Activity:
    """An activity with its times set. `version` counts the times it was set for another time."""

    id: ActivityId
    unit: UnitId
    kind: Kind
    title: str
    place: str
    agenda: str
    starts_at: datetime
    ends_at: datetime
    zone: str
    state: State
    version: int
    schedule: ScheduleId | None

    @property
    def local_date(self) -> date:
        """The date of its start where it is held; the slot of what is owed about it."""
        return self.starts_at.astimezone(ZoneInfo(self.zone)).date()

    @property
    def month(self) -> str:
        """The month it is counted in."""
        return f"{self.local_date:%Y-%m}"


@dataclass(frozen=True)
class Draft:
    """A plan being made; what nobody said yet is None or empty."""

    id: ActivityId
    unit: UnitId
    unit_name: str
    kind: Kind
    title: str
    place: str
    agenda: str
    starts_at: datetime | None
    ends_at: datetime | None
    zone: str
    rule: str | None
    next_slots: tuple[datetime, ...]  # of the rule, the first few
    clashes: bool  # something of this kind already stands that day
    short_notice: bool  # less than a week ahead: 预告不足一周
    several_units: bool  # its maker plans for more than one unit


@dataclass(frozen=True)
class Planned:
    """A plan that stands; `again` when it did so already."""

    activity: Activity
    rule: str | None
    again: bool


class Answer(StrEnum):
    """What a member has said about coming."""

    NONE = "none"
    GOING = "going"
    NOT_GOING = "not_going"
    LEAVE_ASKED = "leave_asked"
    LEAVE_APPROVED = "leave_approved"
    LEAVE_DECLINED = "leave_declined"  # asked, and not excused: coming is expected again

    @property
    def on_leave(self) -> bool:
        """Leave asked silences reminders from the moment it is asked."""
        return self in {Answer.LEAVE_ASKED, Answer.LEAVE_APPROVED}


@dataclass(frozen=True)
class Counts:
    """What the card of an activity counts."""

    expected: int
    going: int
    on_leave: int


@dataclass(frozen=True)
class Notice:
    """The card: what a group sees, and with `answer` what one member sees."""

    activity: Activity
    unit_name: str
    counts: Counts
    rule: str | None
    answer: Answer | None  # None in a group
    private: bool
    now: datetime
    arriving: bool  # the tap 到场 stands open


@dataclass(frozen=True)
class Reminder:
    """A reminder to one member."""

    activity: Activity
    answer: Answer
    now: datetime

    @property
    def is_about_move(self) -> bool:
        """Whether what it says first is that the time has changed."""
        return self.activity.version > 1


@dataclass(frozen=True)
class Called:
    """An activity called off: to those who were going."""

    activity: Activity


@dataclass(frozen=True)
class AgendaLine:
    """A coming activity in one member's agenda; in a group the answer is left out."""

    activity: Activity
    unit_name: str
    answer: Answer | None
    counts: Counts


@dataclass(frozen=True)
class Stage:
    """A reminder: `lead` before the start; `until` is when it is pointless, `apart` from the notice."""

    name: str
    lead: timedelta
    until: timedelta
    apart: timedelta  # a notice given less than this before the moment is the reminder
    to_going: bool


STAGES = (
    Stage("remind-7d", timedelta(days=7), timedelta(days=1), timedelta(days=1), to_going=False),
    Stage("remind-1d", timedelta(days=1), timedelta(hours=2), timedelta(hours=6), to_going=True),
    Stage("remind-2h", timedelta(hours=2), timedelta(0), timedelta(hours=1), to_going=True),
)


def reminds(stage: Stage, answer: Answer) -> bool:
    """Whether somebody expected, with this answer, is reminded at this stage."""
    match answer:
        case Answer.NONE | Answer.LEAVE_DECLINED:
            return True
        case Answer.GOING:
            return stage.to_going
        case Answer.NOT_GOING | Answer.LEAVE_ASKED | Answer.LEAVE_APPROVED:
            return False
