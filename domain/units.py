"""Units of the organisation's tree: their kinds, and the special forms of a branch with what they bring."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from domain.ids import UnitId


class UnitKind(StrEnum):
    """What a unit is; members take part in a BRANCH, and a GROUP is a part of one."""

    COMMITTEE = "committee"
    GENERAL_BRANCH = "general_branch"
    BRANCH = "branch"
    GROUP = "group"
    OTHER = "other"


class Form(StrEnum):
    """What kind of branch a branch is; every other unit is REGULAR."""

    REGULAR = "regular"
    TEMPORARY = "temporary"  # 临时党支部: for a task, until a date
    RETIRED = "retired"  # 离退休党支部
    JOINT = "joint"  # 联合党支部
    STUDY_GROUP = "study_group"  # 学习小组、中心组、青年理论学习小组


@dataclass(frozen=True)
class Unit:
    """A unit as it stands now; `path` holds the names from the root down to it."""

    id: UnitId
    name: str
    kind: UnitKind
    parent: UnitId | None
    path: tuple[str, ...]
    form: Form = Form.REGULAR
    archived_on: date | None = None  # the first day it is no more; may lie ahead

    def is_over(self, on: date) -> bool:
        """Whether it is archived by that day."""
        return self.archived_on is not None and self.archived_on <= on


class Matter(StrEnum):
    """What a form of unit may have no part in."""

    DUES = "dues"
    ELECTIONS = "elections"
    TRANSFERS = "transfers"


@dataclass(frozen=True)
class FormRules:
    """What a form of unit brings along."""

    without: frozenset[Matter] = frozenset()
    ends: bool = False  # it is made for a time, and archived when that is over
    guests_only: bool = False  # nobody belongs there: its people are members elsewhere
    credited_home: bool = False  # attendance there counts in each guest's own branch
    beside_home: bool = False  # its guests go on taking part at home as well, and are expected there
    preset: Mapping[str, str] = field(default_factory=dict)  # settings it begins with


_ALL_MATTERS = frozenset(Matter)
FORMS: Mapping[Form, FormRules] = {
    Form.REGULAR: FormRules(),
    Form.TEMPORARY: FormRules(_ALL_MATTERS, ends=True, guests_only=True, credited_home=True),
    # Little is asked of them: a topic a month, nobody asked to tap, a long night.
    Form.RETIRED: FormRules(
        preset={
            "study_rule": "FREQ=MONTHLY;BYDAY=1FR",
            "checkin": "off",
            "quiet_hours": "20:00-08:00",
        }
    ),
    Form.JOINT: FormRules(),  # members of several small organisations, who belong to it
    Form.STUDY_GROUP: FormRules(_ALL_MATTERS, guests_only=True, beside_home=True),
}

# Under which kinds each may stand. A branch inside a branch would belong to two records.
PARENTS: Mapping[UnitKind, frozenset[UnitKind]] = {
    UnitKind.COMMITTEE: frozenset({UnitKind.COMMITTEE, UnitKind.OTHER}),
    UnitKind.GENERAL_BRANCH: frozenset({UnitKind.COMMITTEE, UnitKind.OTHER}),
    UnitKind.BRANCH: frozenset({UnitKind.COMMITTEE, UnitKind.GENERAL_BRANCH, UnitKind.OTHER}),
    UnitKind.GROUP: frozenset({UnitKind.BRANCH}),
    UnitKind.OTHER: frozenset({UnitKind.COMMITTEE, UnitKind.GENERAL_BRANCH, UnitKind.OTHER}),
}
