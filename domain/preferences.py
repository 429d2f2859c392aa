"""What a person chose for themselves, over what their client and unit give."""

from dataclasses import dataclass

from domain.deliveries import Kind
from domain.quiet import QuietHours


@dataclass(frozen=True)
class Preferences:
    """None leaves it to the client (language) or the unit (quiet hours); `speaks` is what is in force."""

    locale: str | None
    quiet: QuietHours | None
    private_push: bool
    speaks: str
    unit_quiet: QuietHours
    muted: frozenset[Kind] = frozenset()
