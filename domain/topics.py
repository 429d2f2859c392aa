"""Study topics: what is posted, the window each branch gets, and what a chat is told of them."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from domain.ids import MaterialId, PersonId, TopicId, UnitId
from domain.zones import to_instant, to_local

TITLE_LIMIT = 120  # UTF-16 units: two lines on a phone, and room on every card
TEXT_LIMIT = 3_000  # UTF-16 units: with title and figures a card stays one message of 4096
NOTICE = timedelta(days=7)  # 提前一周预告学习主题
FILES_LIMIT = 10  # as many as a chat shows together
SHORTEST_OPEN = timedelta(days=1)  # a weekly slot sooner than that after the push would not close it
SHORTEST_NOTICE = timedelta(days=1)  # less than this ahead, a notice would only double the push


class Audience(StrEnum):
    """Whom a topic is given to: the unit, which is a branch, or every branch below it."""

    BRANCH = "branch"
    BELOW = "below"


class TopicState(StrEnum):
    """A topic's life; whether it is announced, open or closed is told by each branch's window."""

    DRAFT = "draft"
    SCHEDULED = "scheduled"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True)
class Topic:
    """A topic as it stands. In a draft no `publish_at` means each branch's usual slot."""

    id: TopicId
    unit: UnitId
    audience: Audience
    title: str
    text: str
    lead: PersonId | None
    state: TopicState
    publish_at: datetime | None
    closes_at: datetime | None
    version: int
    created_by: PersonId


@dataclass(frozen=True)
class Attachment:
    """A file, photo, video, voice note or link that goes with a topic or a reflection."""

    kind: str  # document, photo, video, voice, link
    file_id: str | None = None
    file_unique_id: str | None = None
    name: str | None = None
    size: int | None = None
    url: str | None = None
    bot_id: int | None = None
    id: MaterialId | None = None


@dataclass(frozen=True)
class BranchWindow:
    """When one branch has the topic. `announce_at` is None where no separate notice is possible."""

    branch: UnitId
    slot: str  # "2026-W48", or the local moment where times were given
    announce_at: datetime | None
    opens_at: datetime
    closes_at: datetime
    zone: str
    short_notice: bool = False  # less than a week ahead: 预告不足一周


@dataclass(frozen=True)
class Given:
    """A topic as one branch has it."""

    topic: TopicId
    branch: UnitId
    title: str
    state: TopicState
    slot: str
    opens_at: datetime
    closes_at: datetime
    pushed_at: datetime | None


@dataclass(frozen=True)
class Preview:
    """What publishing a draft now would do."""

    topic: Topic
    unit_name: str
    lead_name: str | None
    attachments: tuple[Attachment, ...]
    branches: int
    people: int
    opens_at: datetime  # of the branch that has it first
    closes_at: datetime
    zone: str
    same_times: bool  # for all branches
    short_notice: bool
    announce_at: datetime | None


@dataclass(frozen=True)
class Published:
    """A topic set on its way. `again` when it was so already."""

    preview: Preview
    again: bool


@dataclass(frozen=True)
class Progress:
    """Voluntary check-ins of a branch: those expected, and those beside them (applicants, newcomers)."""

    expected: int
    checked_in: int
    beside: int = 0


@dataclass(frozen=True)
class TopicCard:
    """A topic as it stands in a chat: in a group, or (`private`) before one person."""

    id: TopicId
    title: str
    text: str
    lead_name: str | None
    attachments: tuple[Attachment, ...]
    opens_at: datetime
    closes_at: datetime
    zone: str
    progress: Progress
    reflections: int
    open: bool
    closed: bool
    withdrawn: bool
    checkins_on: bool
    private: bool
    checked_in_at: datetime | None = None


@dataclass(frozen=True)
class TopicNotice:
    """The announcement a week ahead (预告)."""

    id: TopicId
    title: str
    text: str
    lead_name: str | None
    opens_at: datetime
    closes_at: datetime
    zone: str
    leads: bool = False  # whether it is told to the lead speaker


@dataclass(frozen=True)
class TopicReminder:
    """To one person who has not checked in yet, in private."""

    id: TopicId
    title: str
    closes_at: datetime
    zone: str


@dataclass(frozen=True)
class TopicLine:
    """A topic in a list."""

    id: TopicId
    title: str
    state: TopicState
    opens_at: datetime | None
    closes_at: datetime | None
    zone: str
    checked_in: bool = False


@dataclass(frozen=True)
class TopicPage:
    """A topic before those who post it."""

    line: TopicLine
    unit_name: str
    branches: int
    people: int
    pushed: int
    mine: tuple[UnitId, ...] = field(default=())  # branches whose names the viewer may see


def local_slot(moment: datetime, zone: str) -> str:
    """The slot key of a topic whose time was given rather than taken from the weekly slot."""
    return moment.astimezone(ZoneInfo(zone)).strftime("%Y-%m-%dT%H:%M")


def month_of(moment: datetime, zone: str) -> str:
    """The month in which something counts: the branch's own."""
    return moment.astimezone(ZoneInfo(zone)).strftime("%Y-%m")


def week_of(moment: datetime, zone: str) -> int:
    """The ISO week a card names: "第 47 周"."""
    return moment.astimezone(ZoneInfo(zone)).isocalendar().week


def announced_at(opens_at: datetime, zone: str, now: datetime) -> tuple[datetime | None, bool]:
    """When a topic that opens then is announced, and whether less than a week ahead (预告不足一周).

    A week ahead by the calendar; at once when that is past; not at all within the last day.
    """
    ahead = to_instant(to_local(opens_at, zone) - NOTICE, zone)
    if ahead >= now:
        return ahead, False
    return (now if opens_at - now >= SHORTEST_NOTICE else None), True
