"""What passes between the sender and the record of what it sends."""

from dataclasses import dataclass
from datetime import datetime

from domain.deliveries import Destination, Due, Kind, Op
from domain.ids import CardId, ChatId, DeliveryId, UnitId


class LeaseLost(Exception):  # noqa: N818 - it says what happened
    """Another process sends for this bot now; nothing may be written under the old epoch."""


@dataclass(frozen=True)
class Lease:
    """Leave to send for a bot; every step checks the epoch."""

    bot_id: int
    owner: str
    epoch: int


@dataclass(frozen=True)
class Claimed:
    """A delivery that is ours to send. `platform_chat_id` paces it; threads of a forum share one."""

    id: DeliveryId
    chat: ChatId
    platform_chat_id: int
    private: bool


@dataclass(frozen=True)
class Place:
    """A chat as it stands: what it is called by the platform, whether it can be spoken in, and for whom."""

    chat: ChatId
    platform: str
    platform_chat_id: int
    thread_id: int
    private: bool
    reachable: bool
    unit: UnitId | None


@dataclass(frozen=True)
class Leased:
    """A delivery that is leased, as it stands in the record."""

    id: DeliveryId
    bot_id: int
    kind: Kind
    op: Op
    subject: int
    part: int
    version: int
    attempts: int
    maybe_repeat: bool
    expires_at: datetime | None
    cause_paused: bool  # refused too often; an administrator looks at it first
    place: Place


@dataclass(frozen=True)
class LeftBehind:
    """A delivery that another sender had in hand when it stopped."""

    id: DeliveryId
    kind: Kind
    maybe_repeat: bool


@dataclass(frozen=True)
class Begun:
    """A delivery marked `sending`: what it says, and the attempt that says it."""

    due: Due
    facts: object
    attempt: int


@dataclass(frozen=True)
class Sent:
    """What the platform took. `more` says that another part follows, `card` that this part is the card."""

    message_id: int
    digest: str
    more: bool
    card: bool


@dataclass(frozen=True)
class StaleCard:
    """A card that shows old figures."""

    id: CardId
    kind: Kind  # of the delivery it was made by: it says the same facts, with today's figures
    subject: int
    chat: ChatId
    platform_chat_id: int
    message_id: int
    shown: str | None
    pinned: bool


@dataclass(frozen=True)
class CardEdit:
    """What a card should show; no facts: its moment has passed and its buttons go."""

    card: StaleCard
    facts: object | None
    to: Destination


@dataclass(frozen=True)
class Past:
    """What a sender that takes over must know: pauses asked for, and what groups were just sent."""

    bot_paused: float  # seconds still to wait
    chats_paused: tuple[tuple[int, float], ...]  # the platform's number, seconds
    sent: tuple[tuple[int, float], ...]  # the platform's number, seconds ago


@dataclass(frozen=True)
class Recovered:
    """What a crash left behind."""

    ready: int
    doubtful: int
    at: datetime
