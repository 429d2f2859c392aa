"""Leave for a span of days in one message: `/leave 11-20 至 12-05 出差`."""

from dataclasses import dataclass
from datetime import date

from domain.moments import Span, read_span
from domain.participation import LeaveKind

KINDS = {
    "公务": LeaveKind.OFFICIAL,
    "official duty": LeaveKind.OFFICIAL,
    "official": LeaveKind.OFFICIAL,
    "出差": LeaveKind.TRIP,
    "trip": LeaveKind.TRIP,
    "个人": LeaveKind.PERSONAL,
    "事假": LeaveKind.PERSONAL,
    "personal": LeaveKind.PERSONAL,
    "其他": LeaveKind.OTHER,
    "other": LeaveKind.OTHER,
}


@dataclass(frozen=True)
class SpanAsked:
    """Days, the kind where one was named, and whatever else was said."""

    span: Span
    kind: LeaveKind | None
    reason: str | None


def read_leave(text: str, today: date) -> SpanAsked:
    """Days first, then the kind, then a reason. Raises UnreadableTime."""
    typed = text.strip()
    lowered = typed.casefold()
    found = [(lowered.find(word), -len(word), word) for word in KINDS if word in lowered]
    if not found:
        return SpanAsked(read_span(typed, today), None, None)
    at, _, word = min(found)
    reason = typed[at + len(word) :].strip(" :,。、…")
    return SpanAsked(read_span(typed[:at], today), KINDS[word], reason or None)
