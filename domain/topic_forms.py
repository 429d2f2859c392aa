"""A topic in one message: the title, then optional lines in any order, then the text."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime

from domain.errors import ClosesTooSoon, PastTime, TitleMissing, UnknownAudience
from domain.moments import read_moment
from domain.topics import Audience

_KEYS = {
    "发布": "publish",
    "publish": "publish",
    "截止": "closes",
    "closes": "closes",
    "领学": "lead",
    "领学人": "lead",
    "lead": "lead",
    "范围": "audience",
    "audience": "audience",
}
_AUDIENCES = {
    "本支部": Audience.BRANCH,
    "支部": Audience.BRANCH,
    "branch": Audience.BRANCH,
    "下级": Audience.BELOW,
    "below": Audience.BELOW,
}
_LINE = re.compile(r"\s*(?P<key>\w+)\s*[:：]\s*(?P<value>.*)")


@dataclass(frozen=True)
class TopicForm:
    """What one message asks for; None where it leaves something to the defaults."""

    title: str
    text: str = ""
    publish_at: datetime | None = None
    closes_at: datetime | None = None
    lead: str | None = None
    audience: Audience | None = None


def read_form(message: str, now: datetime, zone: str) -> TopicForm:
    """What stands behind `/newtopic`, times read in `zone`. The optional lines end at the first other line.

    Raises TitleMissing, UnreadableTime, PastTime, ClosesTooSoon, UnknownAudience.
    """
    first, _, rest = message.strip().partition("\n")
    if not first.strip() or _optional(first):
        raise TitleMissing
    given: dict[str, str] = {}
    lines = rest.split("\n")
    while lines and (not lines[0].strip() or _optional(lines[0])):
        given |= _optional(lines.pop(0))
    publish_at, closes_at = read_times(given.get("publish"), given.get("closes"), now, zone)
    return TopicForm(
        " ".join(first.split()),
        "\n".join(lines).strip(),
        publish_at,
        closes_at,
        given.get("lead") or None,
        _audience(given["audience"]) if given.get("audience") else None,
    )


def read_times(
    publish: str | None, closes: str | None, now: datetime, zone: str
) -> tuple[datetime | None, datetime | None]:
    """The two moments as typed; a bare weekday to close on is the one after publishing.

    Raises UnreadableTime, PastTime, ClosesTooSoon.
    """
    publish_at = read_moment(publish, now, zone) if publish else None
    closes_at = read_moment(closes, now, zone) if closes else None
    if publish_at is not None and publish_at < now:
        raise PastTime
    if closes and publish_at and closes_at and now <= closes_at <= publish_at:
        closes_at = read_moment(closes, publish_at, zone)
    if closes_at is not None and closes_at <= now:
        raise PastTime
    if publish_at is not None and closes_at is not None and closes_at <= publish_at:
        raise ClosesTooSoon
    return publish_at, closes_at


def _optional(line: str) -> dict[str, str]:
    found = _LINE.fullmatch(line)
    key = _KEYS.get(unicodedata.normalize("NFKC", found["key"]).lower()) if found else None
    return {key: found["value"].strip()} if found and key else {}


def _audience(words: str) -> Audience:
    audience = _AUDIENCES.get(unicodedata.normalize("NFKC", words).strip().lower())
    if audience is None:
        raise UnknownAudience
    return audience
