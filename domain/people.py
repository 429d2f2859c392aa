"""People and how they belong."""

from enum import StrEnum


class Standing(StrEnum):
    """A membership's standing; only full members vote (2020 election rules, art. 5)."""

    FULL = "full"
    PROBATIONARY = "probationary"
    APPLICANT = "applicant"
