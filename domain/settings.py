"""What a unit can set, with the value where nobody above it set anything."""

from collections.abc import Mapping
from dataclasses import dataclass

from domain.burden import MOST_UNASKED

# A fresh installation's values; a unit inherits each from above and may override it.
DEFAULTS: Mapping[str, str] = {
    "timezone": "Asia/Shanghai",
    "locale": "zh",
    "study_rule": "FREQ=WEEKLY;BYDAY=FR",  # the weekly study slot
    "study_time": "09:00",
    "quiet_hours": "22:00-07:00",
    "weekly_asks": str(MOST_UNASKED),  # what is written to a member unasked in seven days; more waits
    "texts_kept": "always",  # reflections: months, or as long as the record itself
    "checkin": "voluntary",  # off | voluntary: 国办函〔2026〕12号 disfavours compulsory check-ins
}
TEXTS, ALWAYS = "texts_kept", "always"  # or for how many months


@dataclass(frozen=True)
class UnitSettings:
    """The settings in force at one unit."""

    values: Mapping[str, str]

    @property
    def zone(self) -> str:
        """IANA name of the unit's zone."""
        return self.values["timezone"]

    @property
    def checkins(self) -> bool:
        """Whether the unit uses check-ins."""
        return self.values["checkin"] != "off"

    @property
    def weekly_asks(self) -> int:
        """How many messages a member gets unasked in seven days before what repeats has to wait."""
        return int(self.values["weekly_asks"])

    @property
    def locale(self) -> str:
        """The unit's language, for those who chose none."""
        return self.values["locale"]


def in_force(own: Mapping[str, str], fallback: Mapping[str, str]) -> UnitSettings:
    """What holds at a unit: its own and inherited values over the deployment's over the defaults."""
    return UnitSettings({**DEFAULTS, **fallback, **own})
