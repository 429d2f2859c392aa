"""Faults that a test orders in advance: the next call of a method goes wrong in a given way."""

import math
from collections import Counter, deque
from dataclasses import dataclass
from enum import StrEnum

from simulator.errors import ConnectionLostError, GatewayError, PlatformError, too_many

BAD_GATEWAY = b"<html><head><title>502 Bad Gateway</title></head><body>nginx</body></html>"
IN_GBK = "<html><body>网关错误，请稍后再试</body></html>".encode("gbk")
NO_TEXT = "hex"  # a codec, though none of text


class Fault(StrEnum):
    """How a call can go wrong. Only the last three kinds happen after the platform did what was asked."""

    TOO_MANY = "429 with retry_after"
    TOO_MANY_BARE = "429 without parameters"
    SERVER_ERROR = "500 in JSON"
    NO_CONNECTION = "connection refused, nothing written"
    DROP_BEFORE = "written, connection lost, not accepted"
    HTML_BEFORE = "502 in HTML, not accepted"
    MISLABELLED = "502 in HTML that is not of the charset it says, not accepted"
    NO_CHARSET = "502 in HTML of a charset that nobody can read, not accepted"
    REFUSED = "the platform says no, in words the test gives"
    HTML_AFTER = "502 in HTML, yet accepted"
    DROP_AFTER = "accepted, connection lost before the answer"
    SLOW = "accepted, answered late"


@dataclass(frozen=True)
class PlannedFault:
    method: str  # lower case; "*" for any method but getUpdates
    kind: Fault
    seconds: float
    chat_id: int | None
    refusal: PlatformError | None

    def concerns(self, method: str, chat_id: object) -> bool:
        named = self.method == method or (self.method == "*" and method != "getupdates")
        return named and (self.chat_id is None or str(self.chat_id) == str(chat_id))

    def before_accepting(self) -> None:
        """Raise what the client meets when the platform never did the thing."""
        match self.kind:
            case Fault.TOO_MANY:
                raise too_many(int(self.seconds))
            case Fault.TOO_MANY_BARE:
                raise PlatformError(429, "Too Many Requests")
            case Fault.SERVER_ERROR:
                raise PlatformError(500, "Internal Server Error")
            case Fault.NO_CONNECTION:
                raise ConnectionLostError(written=False)
            case Fault.DROP_BEFORE:
                raise ConnectionLostError(written=True)
            case Fault.HTML_BEFORE | Fault.MISLABELLED | Fault.NO_CHARSET:
                page = IN_GBK if self.kind is Fault.MISLABELLED else BAD_GATEWAY
                raise GatewayError(502, page, NO_TEXT if self.kind is Fault.NO_CHARSET else "utf-8")
            case Fault.REFUSED:
                raise self.refusal or PlatformError(400, "Bad Request")
            case Fault.HTML_AFTER | Fault.DROP_AFTER | Fault.SLOW:
                return

    def after_accepting(self) -> None:
        if self.kind is Fault.DROP_AFTER:
            raise ConnectionLostError(written=True)
        if self.kind is Fault.HTML_AFTER:
            raise GatewayError(502, BAD_GATEWAY)


class Faults:
    """The queue of faults still to happen, in the order they were asked for, and spells of bad weather."""

    def __init__(self) -> None:
        self._planned: deque[PlannedFault] = deque()
        self._spells: dict[Fault, tuple[float, float]] = {}

    def plan(self, fault: PlannedFault, times: int) -> None:
        self._planned.extend([fault] * times)

    def begin_spell(self, kind: Fault, until: float, seconds: float = 0) -> None:
        """Let every call go wrong until a moment of the monotonic clock; `seconds` delays slow answers."""
        self._spells[kind] = (until, seconds)

    def end_spell(self, kind: Fault) -> None:
        self._spells.pop(kind, None)

    def spells(self, moment: float) -> dict[Fault, float]:
        """The spells that last, and until when."""
        self._spells = {kind: spell for kind, spell in self._spells.items() if spell[0] > moment}
        return {kind: until for kind, (until, _) in self._spells.items()}

    def planned(self) -> dict[Fault, int]:
        """How many of each kind are still to happen."""
        return dict(Counter(fault.kind for fault in self._planned))

    def next_for(self, method: str, chat_id: object, moment: float) -> PlannedFault | None:
        """What happens to this call."""
        for fault in self._planned:
            if fault.concerns(method, chat_id):
                self._planned.remove(fault)
                return fault
        for kind, until in self.spells(moment).items() if method != "getupdates" else ():
            seconds = until - moment if kind is Fault.TOO_MANY else self._spells[kind][1]
            return PlannedFault("*", kind, math.ceil(seconds), None, None)
        return None
