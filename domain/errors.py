"""Refusals: what the product will not do, one class each. Their words are in `messages/refusals.py`."""

from domain.ids import UnitId


class Refusal(Exception):  # noqa: N818 - people read these as sentences, not as errors
    """Something a person may not or cannot do now; nothing has changed."""


class NotForYou(Refusal):
    """The subject exists, but this person has no right to this act on it; both are noted in the trail."""

    def __init__(self, act: str | None = None, unit: UnitId | None = None) -> None:
        super().__init__()
        self.act, self.unit = act, unit


class Stranger(Refusal):
    """The account is not linked with anybody on a roster."""


class Gone(Refusal):
    """The subject of a button or command is not there any more."""


class Unreadable(Refusal):
    """What was typed could not be understood as what was asked for."""


class TitleMissing(Refusal):
    """A topic has no title."""


class TooLong(Refusal):
    """A text is longer than may be kept or shown; both figures are in UTF-16 units."""

    def __init__(self, length: int, limit: int) -> None:
        super().__init__(length, limit)
        self.length, self.limit = length, limit


class TooLongInAll(TooLong):
    """A text that a client cut into messages; how long it is in all is not known yet."""


class TooManyFiles(Refusal):
    """More files than one piece may carry."""

    def __init__(self, limit: int) -> None:
        super().__init__(limit)
        self.limit = limit


class UnknownAudience(Refusal):
    """The audience asked for is none the person may post to."""


class NoBranchThere(Refusal):
    """Nobody would get the topic: there is no branch in the audience."""


class NobodyNamed(Refusal):
    """No member of the audience has the name given."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


class SeveralNamed(Refusal):
    """More than one member of the audience has the name given."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


class ClosesTooSoon(Refusal):
    """A topic would close before, or as, it opens."""


class TopicOpened(Refusal):
    """A topic's times cannot change once a branch has it."""


class TopicPublished(Refusal):
    """A published topic is no draft to be thrown away any more."""


class TopicClosed(Refusal):
    """The deadline is past; what could be done until then cannot be done any more."""


class TopicWithdrawn(Refusal):
    """The topic was taken back by those who posted it."""


class NothingOpen(Refusal):
    """No topic is open for this person now."""


class CheckInOff(Refusal):
    """The branch has switched checking in off."""


class NobodyElse(Refusal):
    """Nobody but the person asking has not checked in."""


class NotThatMany(Refusal):
    """There is no n-th open topic."""

    def __init__(self, n: int, count: int) -> None:
        super().__init__(n, count)
        self.n, self.count = n, count


class NotCheckedIn(Refusal):
    """There is no check-in to take back."""


class EmptyReflection(Refusal):
    """A reflection has neither words nor a file."""


class ReflectionAccepted(Refusal):
    """An accepted reflection does not change any more."""


class PieceWanted(Refusal):
    """A reflection takes text and files; this is neither."""


class TextWanted(Refusal):
    """Words were asked for, and something else came."""


class UnreadableTime(Unreadable):
    """The words are no date, time, span of dates or hours that can be understood."""


class UnreadableDate(UnreadableTime):
    """The words are no day, where only a day is asked for."""


class PastTime(Refusal):
    """The time has passed already."""


class TooFarAhead(Refusal):
    """The day is further ahead than anything of its kind is set down."""


class UnknownPeriod(Refusal):
    """The words name no month, quarter or year."""


class UnknownUnit(Refusal):
    """No unit of that name or path is among those the person may see figures of."""


class BadRule(Refusal):
    """The text is no recurrence rule that a calendar of days could follow."""


class NotYetOpen(Refusal):
    """The topic is announced; its window has not opened."""


class NobodyToPlanFor(Refusal):
    """The person may plan activities nowhere, or holds their role on a unit that holds none itself."""


class TimeMissing(Refusal):
    """A plan has no time yet."""


class NeverOccurs(Refusal):
    """A rule has no day left to happen on."""


class CalledOff(Refusal):
    """The activity was called off, or did not take place."""


class AlreadyStarted(Refusal):
    """What is done before an activity starts cannot be done after."""


class NotStartedYet(Refusal):
    """What is done after an activity starts cannot be done before."""


class NotYetStarting(Refusal):
    """Attendance is tapped from half an hour before the start."""


class RosterClosed(Refusal):
    """The activity is over, so attendance is the secretary's to correct."""


class TooLateForLeave(Refusal):
    """Leave is asked beforehand; afterwards the secretary records it."""


class NoLeaveNeeded(Refusal):
    """The person is not expected there, so there is nothing to be excused from."""


class LeaveDecidedAlready(Refusal):
    """Somebody else answered this leave first, or it was withdrawn."""


class LeaveAnswered(LeaveDecidedAlready):
    """Somebody answered this leave first; the second sees who."""

    def __init__(self, by: str) -> None:
        super().__init__()
        self.by = by


class OwnLeave(Refusal):
    """Nobody decides their own leave."""


class SpanTooLong(Refusal):
    """A span of leave is longer than a year, or ends before it starts."""


class NothingToMakeUp(Refusal):
    """Only a leave can be made up."""


class ClaimSettled(Refusal):
    """Somebody else has answered this request to join, or it was taken back."""


class ClaimAnswered(ClaimSettled):
    """Somebody answered this request first; the second sees who."""

    def __init__(self, by: str) -> None:
        super().__init__()
        self.by = by


class OtherUnitBound(Refusal):
    """The chat stands for another branch already: several in one group would mix their records."""

    def __init__(self, unit: str) -> None:
        super().__init__()
        self.unit = unit


class NotBound(Refusal):
    """The chat stands for no branch."""


class GroupWanted(Refusal):
    """What is done in a group was asked in private."""


class NothingToBind(Refusal):
    """The person may bind a group for no branch."""


class NobodyToInvite(Refusal):
    """Everybody on this roster is linked already."""


class TooManyToInvite(Refusal):
    """More people than a chat makes links for at once."""

    def __init__(self, limit: int) -> None:
        super().__init__(limit)
        self.limit = limit


class NothingToInvite(Refusal):
    """The person may invite for no unit."""


class NoOrganisation(Refusal):
    """No unit exists yet; a roster has to be imported first."""


class RosterNotYours(NotForYou):
    """The person may hand in a roster for no unit."""

    def __init__(self) -> None:
        super().__init__("import_roster")


class RosterTooLarge(Refusal):
    """A roster is more than a chat should carry; `limit` is in megabytes."""

    def __init__(self, limit: int) -> None:
        super().__init__(limit)
        self.limit = limit


class RosterTooLong(Refusal):
    """A roster has more rows than the bot can take without keeping others waiting."""

    def __init__(self, limit: int) -> None:
        super().__init__(limit)
        self.limit = limit


class ExportTooLong(Refusal):
    """More people than a file in a chat is made for."""

    def __init__(self, limit: int) -> None:
        super().__init__(limit)
        self.limit = limit


class RosterNotPending(Refusal):
    """The difference shown under this button was imported, cancelled or replaced."""


class RosterOvertaken(Refusal):
    """What the roster was compared with changed again and again before it could be published."""


class UnreadableRepeat(Unreadable):
    """The words name no way in which a day could recur."""


class UnitMisplaced(Refusal):
    """A unit of that kind cannot stand there: a group outside a branch, a branch inside one."""


class BelowItself(Refusal):
    """A unit would stand below itself."""


class NameTaken(Refusal):
    """A unit of that name stands there already."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


class UnitInUse(Refusal):
    """A unit that has members or units below it is not archived."""

    def __init__(self, members: int, below: int) -> None:
        super().__init__(members, below)
        self.members, self.below = members, below


class GroupHasMembers(Refusal):
    """A group's members belong to its branch, so it cannot move to another one."""

    def __init__(self, members: int) -> None:
        super().__init__(members)
        self.members = members


class UnitArchived(Refusal):
    """Nothing new begins in a unit that is archived."""


class NothingToLookAfter(Refusal):
    """The person looks after no unit."""


class AlreadySo(Refusal):
    """It stands like that already, so there is nothing to change."""


class Spent(Refusal):
    """What a button was to confirm was done already, or has been left since."""


class NotASetting(Refusal):
    """The value is none that this setting could have."""


class LastAdministrator(Refusal):
    """Nobody else who can be reached would administer the unit."""


class NothingToHandOver(Refusal):
    """The person holds no role."""


class HandoverSettled(Refusal):
    """Somebody answered the hand-over first (`by`, empty where it was taken back)."""

    def __init__(self, by: str) -> None:
        super().__init__()
        self.by = by


class NotMeantForYou(Refusal):
    """A piece for the secretary only, of a time before the reader's; its author has not agreed."""


class GuestsOnly(Refusal):
    """Nobody belongs to such a unit: its people are members elsewhere."""


class HoldsRoles(Refusal):
    """Who holds a role in a branch cannot leave it before the role has ended or passed on."""


class OnTheWay(Refusal):
    """A transfer of that member is open already."""


class NotTheirBranch(Refusal):
    """Nobody of that name belongs to a branch of that name."""


class ToOneBranch(Refusal):
    """A transfer leads from one branch to another, both of which have members of their own."""


class HasNoPartIn(Refusal):
    """Units of that form know no dues, elections or transfers."""

    def __init__(self, matter: str) -> None:
        super().__init__(matter)
        self.matter = matter
