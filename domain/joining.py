"""Joining: links, who a newcomer says they are, and what comes of it."""

import re
from base64 import urlsafe_b64encode
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import sha256
from hmac import digest

from domain.actors import Account, Actor
from domain.errors import Refusal
from domain.ids import ClaimId, LinkId, PersonId, UnitId
from domain.roles import Act, Role, may

TOKEN_BYTES = 16  # 128 bits: nobody guesses one
PERSONAL_LIFE = timedelta(days=30)  # sheets are handed out at the next meeting, once a month
SHARED_LIFE = timedelta(days=7)
SHARED_USES = 50  # a branch has at most 50 members
ADMIN_LIFE = timedelta(hours=24)
GUESSES = 10  # wrong payloads and names of one account within GUESSING_SPAN; then it must wait
GUESSING_SPAN = timedelta(hours=1)
MOST_NAMESAKES = 20  # on one card; of more, each needs their own link
LONGEST_NAME = 64  # characters; longer is no name
LONGEST_PAYLOAD = 64  # characters of a deep link's payload, by the platform's rule

_INTENT = re.compile(r"(checkin|reflect|going|leave|arrive)-([0-9]{1,18})")
AT_ACTIVITY = frozenset({"going", "leave", "arrive"})  # the others are about a topic


class LinkKind(StrEnum):
    """What a link lets its holder be."""

    PERSONAL = "personal"  # one row of the roster, once
    SHARED = "shared"  # a row of the unit without a role, by typing its name
    ADMIN = "admin"  # the first administrator, once


class ClaimState(StrEnum):
    """What became of "this row is me"."""

    LINKED = "linked"  # by name through a shared link; the secretary may say 不是本人
    WAITING = "waiting"
    APPROVED = "approved"
    DECLINED = "declined"
    FROZEN = "frozen"  # two accounts claimed one row: neither has it until somebody decides
    DISOWNED = "disowned"
    WITHDRAWN = "withdrawn"  # the account came in by another way


UNDECIDED = frozenset({ClaimState.WAITING, ClaimState.FROZEN})

# Among those appointed on one unit; only who stands higher vouches for a row with a role.
RANK = {
    Role.GROUP_LEADER: 0,
    Role.ORGANISATION: 1,
    Role.PUBLICITY: 1,
    Role.DISCIPLINE: 1,
    Role.DEPUTY: 2,
    Role.SECRETARY: 3,
    Role.COORDINATOR: 3,
    Role.ADMINISTRATOR: 4,
}


@dataclass(frozen=True)
class Link:
    """An invitation as it stands."""

    id: LinkId
    kind: LinkKind
    unit: UnitId | None
    person: PersonId | None
    uses_left: int
    expires_at: datetime
    revoked: bool
    by: PersonId | None = None  # who made it; None: whoever holds the machine

    def usable(self, now: datetime) -> bool:
        """Whether it still lets somebody in."""
        return self.uses_left > 0 and now < self.expires_at and not self.revoked


@dataclass(frozen=True)
class Newcomer:
    """Whoever stands at the door. `intent` is what they were about to do, such as "checkin-12"."""

    account: Account
    client_name: str
    bot_id: int
    admin_ids: frozenset[int] = frozenset()
    intent: str | None = None


@dataclass(frozen=True)
class Candidate:
    """A row of the roster; `where` tells namesakes apart."""

    person: PersonId
    name: str
    where: str
    roles: tuple[Role, ...] = ()
    linked: bool = False


@dataclass(frozen=True)
class Claim:
    """Somebody's word that a row is theirs."""

    id: ClaimId
    person: PersonId | None  # None: several rows bear the name
    unit: UnitId
    link: LinkId | None
    account: Account
    typed: str | None
    intent: str | None
    state: ClaimState
    asked_at: datetime


@dataclass(frozen=True)
class Welcome:
    """In. `done` is what completed itself; `refused` says why what they wanted could not be done."""

    actor: Actor
    name: str
    unit: str
    done: object | None = None
    refused: Refusal | None = None


@dataclass(frozen=True)
class BecameAdministrator:
    """The code made its holder the administrator of these units."""

    actor: Actor
    units: tuple[str, ...]


@dataclass(frozen=True)
class AlreadyIn:
    """The account is linked; nothing was used up."""


@dataclass(frozen=True)
class Door:
    """Where a newcomer may type their name: a unit. Without a usable link somebody vouches in any case."""

    unit: UnitId
    link: LinkId | None = None


@dataclass(frozen=True)
class NameWanted:
    """Which row of the unit they are, the newcomer types. `asking`: it can only be asked for."""

    door: Door
    unit: str
    asking: bool = False


@dataclass(frozen=True)
class LinkSpent:
    """Expired or used up; its unit can still be asked."""

    link: LinkId


@dataclass(frozen=True)
class NoSuchLink:
    """No link of ours, or one that was withdrawn."""


@dataclass(frozen=True)
class TooManyGuesses:
    """Nothing more is looked up for this account for a while."""


@dataclass(frozen=True)
class NameUnknown:
    """Nobody of that name is on the unit's roster."""


@dataclass(frozen=True)
class Waits:
    """Somebody has to vouch first. `asked` is False where nobody can be reached."""

    asked: bool


Outcome = (
    Welcome
    | BecameAdministrator
    | AlreadyIn
    | NameWanted
    | LinkSpent
    | NoSuchLink
    | TooManyGuesses
    | NameUnknown
    | Waits
)


@dataclass(frozen=True)
class Joined:
    """For the secretary: a row was claimed by name."""

    claim: ClaimId
    name: str


@dataclass(frozen=True)
class JoinAsked:
    """For who decides: somebody says they are one of these rows. `frozen`: not the only one who says so.

    `more`: rows of that name beyond those listed.
    """

    claim: ClaimId
    typed: str
    user_id: int
    candidates: tuple[Candidate, ...]
    frozen: bool
    more: int = 0


@dataclass(frozen=True)
class JoinDecided:
    """For who asked. `checked_in`: what they had tapped has completed itself."""

    state: ClaimState
    name: str
    unit: str
    checked_in: bool = False
    signed_up: bool = False


@dataclass(frozen=True)
class AccountReplaced:
    """For an account: another stands for its person now."""

    name: str


@dataclass(frozen=True)
class Place:
    """A unit that a row stands in, and what it is there; `line` is the unit, then its ancestors."""

    line: tuple[UnitId, ...]
    role: Role | None


def token(seed: bytes, subject: int) -> str:
    """The link token of a subject: 22 characters of A-Za-z0-9_- that only the seed's holder can make."""
    return urlsafe_b64encode(digest(seed, str(subject).encode(), "sha256")[:TOKEN_BYTES]).decode().rstrip("=")


def hashed(payload: str) -> str:
    """What is kept of a token."""
    return sha256(payload.encode()).hexdigest()


def stranger_number(account: Account) -> int:
    """A number for counting an unlinked account's guesses; the trail holds no platform ids."""
    return int(hashed(f"guess {account.platform} {account.user_id}")[:12], 16)


def intent_in(payload: str) -> tuple[str, int] | None:
    """What a payload asks to do with a topic or an activity; None if it asks for a way in."""
    found = _INTENT.fullmatch(payload)
    return (found[1], int(found[2])) if found else None


def may_hand_link(held: Collection[tuple[UnitId, Role]], places: Collection[Place]) -> bool:
    """Whether roles held let their holder make a row's own link, which whoever has it becomes that row by.

    A row with roles is above whoever stands no higher: a link would be a way to their rights.
    """
    roles = [place for place in places if place.role is not None]
    return not roles or vouches(held, roles)


def vouches(held: Collection[tuple[UnitId, Role]], places: Collection[Place]) -> bool:
    """Whether roles held let their holder say who a row with these places is: above each, or higher on it."""
    return bool(places) and all(
        any(
            unit in place.line
            and may(role, Act.DECIDE_JOIN, above=unit != place.line[0])
            and (place.role is None or unit != place.line[0] or RANK[role] > RANK[place.role])
            for unit, role in held
        )
        for place in places
    )
