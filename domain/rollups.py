"""What is counted per branch and month, so that a year is summed and never recounted."""

from enum import StrEnum


class Counted(StrEnum):
    """One thing counted. The month is local to the branch: of a topic's opening, of an activity's start."""

    TOPICS = "topics"
    CHECKINS = "checkins"
    LATE_CHECKINS = "late_checkins"  # also counted among CHECKINS
    REFLECTIONS = "reflections"  # handed in or accepted
    ACTIVITIES = "activities"  # confirmed
    EXPECTED = "expected"
    PRESENT = "present"
    LATE = "late"
    ONLINE = "online"
    LEAVE_OFFICIAL = "leave_official"
    LEAVE_TRIP = "leave_trip"
    LEAVE_PERSONAL = "leave_personal"
    LEAVE_OTHER = "leave_other"
    LEAVE_UNAPPROVED = "leave_unapproved"  # also counted under its kind
    ABSENT = "absent"
    EXEMPT = "exempt"
    OBSERVERS = "observers"
    MADE_UP = "made_up"
