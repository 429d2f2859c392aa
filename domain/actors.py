"""Who is acting: the person behind an update, with what they hold today."""

from dataclasses import dataclass

from domain.ids import MembershipId, PersonId, UnitId
from domain.people import Standing
from domain.roles import Role


@dataclass(frozen=True)
class Belonging:
    """A membership that is active today, with the branch's IANA zone and whether it uses check-ins."""

    id: MembershipId
    branch: UnitId
    group: UnitId | None
    standing: Standing
    exempt: bool
    zone: str
    checkins: bool = True


@dataclass(frozen=True)
class Appointment:
    """A role held today on a unit."""

    unit: UnitId
    role: Role


@dataclass(frozen=True)
class Account:
    """The platform account an update came from, linked with a person or not yet."""

    platform: str
    user_id: int
    username: str | None
    language: str | None


@dataclass(frozen=True)
class Actor:
    """A person acting now. `root` marks those named in ADMIN_IDS, who administer everything."""

    account: Account
    person: PersonId | None
    belongings: tuple[Belonging, ...]
    appointments: tuple[Appointment, ...]
    locale: str
    zone: str
    root: bool = False

    @property
    def known(self) -> bool:
        """Whether the account is linked with a person on a roster."""
        return self.person is not None
