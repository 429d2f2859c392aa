"""An activity with the people it is for and what each has said: what every act on it begins with."""

from dataclasses import dataclass
from datetime import date, datetime

from domain.activities import Activity, Answer, Counts, State
from domain.actors import Actor, Belonging
from domain.errors import CalledOff, Gone, NotForYou, Stranger
from domain.ids import ActivityId, MembershipId, PersonId, UnitId
from domain.leaves import Leave, LeaveState
from domain.participation import CountedAs
from domain.roles import LEADS, Act, Role
from domain.units import FORMS, UnitKind
from services.actors import allows
from storage import activities, leaves, rsvps, units
from storage.actors import holders_of
from storage.audiences import Participant, audience
from storage.database import Transaction


@dataclass(frozen=True)
class Gathering:
    """An activity, the branch whose roster it uses, and the answers so far."""

    activity: Activity
    branch: UnitId
    participants: tuple[Participant, ...]
    answers: dict[MembershipId, Answer]
    leaves: dict[MembershipId, Leave]  # the leave an answer of leave rests on
    credits_home: bool = False  # attendance counts in each guest's own branch

    def credited(self, one: Participant) -> UnitId:
        """The branch in which somebody's attendance counts."""
        return one.home if self.credits_home and one.home is not None else self.branch

    def answer_of(self, membership: MembershipId) -> Answer:
        """What a member has said."""
        return self.answers.get(membership, Answer.NONE)

    def participant(self, person: PersonId) -> Participant | None:
        """The person, if the activity is for them."""
        return next((one for one in self.participants if one.person == person), None)

    def asked_of(self, person: PersonId | None) -> Answer | None:
        """What somebody expected has said, or anybody who said something; None where nothing is asked."""
        place = self.participant(person) if person is not None else None
        answer = self.answer_of(place.membership) if place else Answer.NONE
        asked = place is not None and place.part is CountedAs.EXPECTED
        return answer if asked or answer is not Answer.NONE else None

    @property
    def expected(self) -> tuple[Participant, ...]:
        """Those who should come."""
        return tuple(one for one in self.participants if one.part is CountedAs.EXPECTED)

    @property
    def counts(self) -> Counts:
        """What the card counts: those going are everybody who said so, whether expected or not."""
        said = [self.answer_of(one.membership) for one in self.participants]
        excused = [self.answer_of(one.membership).on_leave for one in self.expected]
        return Counts(len(self.expected), said.count(Answer.GOING), sum(excused))


def branch_of(tx: Transaction, unit: UnitId, on: date) -> UnitId | None:
    """The branch that a unit is, or is a part of."""
    for above in units.line_above(tx, unit, on):
        found = units.unit_with(tx, above, on)
        if found is not None and found.kind is UnitKind.BRANCH:
            return above
    return None


def planned(tx: Transaction, activity: ActivityId) -> Activity:
    """The activity, in any state but a draft's. Raises Gone."""
    found = activities.activity_with(tx, activity)
    if found is None:
        raise Gone
    return found


def standing(tx: Transaction, activity: ActivityId) -> Activity:
    """The activity, unless it was called off. Raises Gone, CalledOff."""
    found = planned(tx, activity)
    if found.state in {State.CANCELLED, State.NOT_HELD}:
        raise CalledOff
    return found


def gathered(tx: Transaction, activity: Activity) -> Gathering:
    """The activity with its people, as they belonged on its day. Raises Gone where its branch is no more."""
    on = activity.local_date
    branch = branch_of(tx, activity.unit, on)
    if branch is None:
        raise Gone
    people = audience(tx, activity.kind, activity.unit, branch, on)
    said = rsvps.answers_to(tx, activity.id)
    asked: dict[MembershipId, tuple[Leave, datetime]] = {}
    for leave, at in leaves.covering(tx, branch, activity):
        asked[leave.membership] = _weightier(asked.get(leave.membership), (leave, at))
    answers = {one.membership: _latest(said.get(one.membership), asked.get(one.membership)) for one in people}
    resting = {member: leave for member, (leave, _) in asked.items() if member in answers}
    here = units.unit_with(tx, branch, on)
    credits_home = here is not None and FORMS[here.form].credited_home
    return Gathering(activity, branch, tuple(people), answers, resting, credits_home)


def _weightier(held: tuple[Leave, datetime] | None, new: tuple[Leave, datetime]) -> tuple[Leave, datetime]:
    """Of two leaves for one day, approved goes before asked and asked before declined; else the later."""
    rank = {LeaveState.APPROVED: 2, LeaveState.ASKED: 1}
    if held is None or rank.get(new[0].state, 0) >= rank.get(held[0].state, 0):
        return new
    return held


def _latest(said: tuple[bool, datetime] | None, asked: tuple[Leave, datetime] | None) -> Answer:
    """The latest word counts: who is on leave may still come, and who was coming may ask for leave."""
    if said is not None and (asked is None or said[1] > asked[1]):
        return Answer.GOING if said[0] else Answer.NOT_GOING
    if asked is None:
        return Answer.NONE
    match asked[0].state:
        case LeaveState.APPROVED:
            return Answer.LEAVE_APPROVED
        case LeaveState.ASKED:
            return Answer.LEAVE_ASKED
        case LeaveState.DECLINED | LeaveState.WITHDRAWN:
            return Answer.LEAVE_DECLINED


def own_place(actor: Actor, gathering: Gathering) -> Participant:
    """The actor's place at the activity. Raises Stranger, or NotForYou where it is not for them."""
    if actor.person is None:
        raise Stranger
    found = gathering.participant(actor.person)
    if found is None:
        raise NotForYou
    return found


def belonging_to(actor: Actor, branch: UnitId) -> Belonging | None:
    """The actor's membership in a branch."""
    return next((one for one in actor.belongings if one.branch == branch), None)


def permit_inside(tx: Transaction, actor: Actor, act: Act, activity: Activity) -> None:
    """Let an act pass that belongs to the branch, or to the group that holds the activity.

    Raises Stranger or NotForYou.
    """
    on = activity.local_date
    branch = branch_of(tx, activity.unit, on)
    for unit in {activity.unit, branch} - {None}:
        if unit is not None and allows(actor, act, units.line_above(tx, unit, on)):
            return
    if actor.known or actor.root:
        raise NotForYou(act, activity.unit)
    raise Stranger


def keepers_of(tx: Transaction, activity: Activity) -> tuple[PersonId, ...]:
    """Who keeps the roster: the group's leader for a group's meeting, else secretary and deputy."""
    on = activity.local_date
    branch = branch_of(tx, activity.unit, on)
    leaders = holders_of(tx, activity.unit, frozenset({Role.GROUP_LEADER}), on)
    if activity.unit != branch and leaders:
        return leaders
    return holders_of(tx, branch, LEADS, on) if branch is not None else ()
