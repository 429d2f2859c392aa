"""Words for what the bot will not or cannot do. Each noun adds its own refusals here."""

from collections.abc import Mapping

from domain.errors import (
    AlreadySo,
    AlreadyStarted,
    BadRule,
    BelowItself,
    CalledOff,
    CheckInOff,
    ClaimAnswered,
    ClaimSettled,
    ClosesTooSoon,
    EmptyReflection,
    ExportTooLong,
    Gone,
    GroupHasMembers,
    GroupWanted,
    GuestsOnly,
    HandoverSettled,
    HasNoPartIn,
    HoldsRoles,
    LastAdministrator,
    LeaveAnswered,
    LeaveDecidedAlready,
    NameTaken,
    NeverOccurs,
    NobodyElse,
    NobodyNamed,
    NobodyToInvite,
    NobodyToPlanFor,
    NoBranchThere,
    NoLeaveNeeded,
    NoOrganisation,
    NotASetting,
    NotBound,
    NotCheckedIn,
    NotForYou,
    NothingOpen,
    NothingToBind,
    NothingToHandOver,
    NothingToInvite,
    NothingToLookAfter,
    NothingToMakeUp,
    NotMeantForYou,
    NotStartedYet,
    NotThatMany,
    NotTheirBranch,
    NotYetOpen,
    NotYetStarting,
    OnTheWay,
    OtherUnitBound,
    OwnLeave,
    PastTime,
    PieceWanted,
    ReflectionAccepted,
    Refusal,
    RosterClosed,
    RosterNotPending,
    RosterNotYours,
    RosterOvertaken,
    RosterTooLarge,
    RosterTooLong,
    SeveralNamed,
    SpanTooLong,
    Spent,
    Stranger,
    TextWanted,
    TimeMissing,
    TitleMissing,
    TooFarAhead,
    TooLateForLeave,
    TooLong,
    TooLongInAll,
    TooManyFiles,
    TooManyToInvite,
    ToOneBranch,
    TopicClosed,
    TopicOpened,
    TopicPublished,
    TopicWithdrawn,
    UnitArchived,
    UnitInUse,
    UnitMisplaced,
    UnknownAudience,
    UnknownPeriod,
    UnknownUnit,
    Unreadable,
    UnreadableDate,
    UnreadableRepeat,
    UnreadableTime,
)
from messages.speech import N_, _

# A sentence may name the refusal's own attributes: "{limit}".
SENTENCES: Mapping[type[Refusal], str] = {
    Refusal: N_("That cannot be done now; nothing has changed."),
    NotForYou: N_("That is not yours to do here; nothing has changed."),
    Stranger: N_("I do not know you yet. Please open the invitation link from your branch secretary first."),
    Gone: N_("That is not there any more. Please start again from /help."),
    Unreadable: N_("I could not read that. Please see /help for how to write it."),
    UnknownPeriod: N_(
        "There is no month, quarter or year by that name. Write 2026-11, 2026-Q4, 2026 or last-month."
    ),
    UnknownUnit: N_("No unit by that name is among those whose figures you may see."),
    TitleMissing: N_("The topic has no title. It stands on the same line as /newtopic."),
    TooLong: N_("That is too long: {length} characters, and {limit} are allowed. Nothing has changed."),
    TooLongInAll: N_("The whole text is too long: {limit} characters are allowed. Nothing has changed."),
    TooManyFiles: N_("At most {limit} files go with one piece. Nothing has changed."),
    UnknownAudience: N_("You cannot post to that audience. Nothing has changed."),
    NoBranchThere: N_("There is no branch there that would get the topic."),
    NobodyNamed: N_("Nobody in the audience is named {name}."),
    SeveralNamed: N_("Several people in the audience are named {name}. Please leave the lead speaker out."),
    ClosesTooSoon: N_("The topic would close before it opens. Please choose a later deadline."),
    TopicOpened: N_("Branches have the topic already, so its time cannot change."),
    TopicPublished: N_("The topic is published already. It can be withdrawn under /topics."),
    TopicClosed: N_("The topic has closed. Nothing has changed."),
    TopicWithdrawn: N_("The topic was withdrawn. Nothing has changed."),
    NothingOpen: N_("No topic is open now."),
    CheckInOff: N_("Your branch does not use check-ins now. Nothing has changed."),
    NobodyElse: N_("That would remind nobody but yourself, so nothing was sent."),
    NotThatMany: N_("There is no topic no. {n}; open topics: {count}."),
    NotCheckedIn: N_("You have not checked in, so there is nothing to take back."),
    EmptyReflection: N_("There is nothing in it yet. Please write a few words or send a file first."),
    ReflectionAccepted: N_("The secretary has accepted the piece; it does not change any more."),
    PieceWanted: N_("Please send text, a voice note, a photo, a video or a file. Nothing has changed."),
    TextWanted: N_("Please send that as text."),
    UnreadableTime: N_("I could not read that time. Write it like 2026-11-27 09:00."),
    UnreadableDate: N_("I could not read that date. Write it like 2026-11-27."),
    PastTime: N_("That time is past. Please choose a later one."),
    TooFarAhead: N_("That day is too far ahead. Please choose an earlier one."),
    NotYetOpen: N_("The topic is not open yet."),
    BadRule: N_("The weekly slot set for the branch never comes. Please set another one."),
    NobodyToPlanFor: N_("You plan activities for no branch or group, so there is nothing to plan here."),
    TimeMissing: N_("It has no time yet. Please say when, for example: 2026-11-20 15:00."),
    NeverOccurs: N_("By that rule it would never take place. Please choose another."),
    CalledOff: N_("It was called off, or did not take place. Nothing has changed."),
    AlreadyStarted: N_("That can be done only until it starts, or is published. Nothing has changed."),
    NotStartedYet: N_("That can be done only once it has started. Nothing has changed."),
    NotYetStarting: N_("Attendance opens half an hour before the start."),
    RosterClosed: N_("Attendance is closed. If something is wrong, please tell your secretary."),
    TooLateForLeave: N_("Leave is asked beforehand. Please tell your secretary, who can still record it."),
    NoLeaveNeeded: N_("You are not required to come, so you need no leave."),
    LeaveAnswered: N_("{by} has answered it already. Nothing has changed."),
    ClaimAnswered: N_("{by} has answered it already. Nothing has changed."),
    LeaveDecidedAlready: N_("Somebody has answered it already, or it was taken back. Nothing has changed."),
    OwnLeave: N_("Nobody decides their own leave. Another of the committee will."),
    SpanTooLong: N_("Leave ends on or after the day it begins, and lasts a year at most."),
    NothingToMakeUp: N_("You were not on leave there, so there is nothing to make up."),
    RosterNotYours: N_(
        "Only an administrator hands in a roster. A file for a reflection is sent after tapping Reflect."
    ),
    RosterTooLarge: N_(
        "The file is larger than {limit} MB. Please import it on the server: import-roster FILE."
    ),
    RosterTooLong: N_(
        "The file has more than {limit} rows. Please import it on the server: import-roster FILE."
    ),
    ExportTooLong: N_(
        "There are more than {limit} rows. Please make the file on the server: export-roster FILE."
    ),
    RosterOvertaken: N_(
        "The record kept changing while the roster was read; nothing was imported. Please try again."
    ),
    RosterNotPending: N_(
        "This difference was imported or cancelled already, or another one took its place."
        " Please send the file again."
    ),
    UnreadableRepeat: N_(
        "I could not read how it recurs. For example: every month on the 20th; every 2nd and 4th Thursday."
    ),
    ClaimSettled: N_("Somebody else has answered this request already."),
    OtherUnitBound: N_(
        "This chat is linked with {unit}. Two branches in one chat would mix their records; "
        "send /unbind first, or use another group or thread."
    ),
    NotBound: N_("This chat is linked with no branch."),
    GroupWanted: N_("Please send that in the group that is meant."),
    NothingToBind: N_("There is no branch that you may link a chat with, or none by that name."),
    NobodyToInvite: N_("Everybody on this roster is linked already."),
    TooManyToInvite: N_(
        "More than {limit} people there have no account yet. Please choose a unit below it, "
        "or make the sheet on the server: invite --personal."
    ),
    NothingToInvite: N_("There is no unit that you may invite to."),
    UnitMisplaced: N_("That cannot stand there: a group belongs in a branch, a branch under a committee."),
    BelowItself: N_("A unit cannot stand below itself. Nothing has changed."),
    NameTaken: N_("There is a unit named {name} there already. Nothing has changed."),
    UnitInUse: N_(
        "It still has members ({members}) or units below it ({below}), so it cannot be archived. "
        "Nothing has changed."
    ),
    GroupHasMembers: N_("The group has members ({members}), who belong to its branch, so it stays there."),
    UnitArchived: N_("That unit is archived; nothing new begins there."),
    NothingToLookAfter: N_("There is no unit that you look after."),
    AlreadySo: N_("It stands like that already. Nothing has changed."),
    Spent: N_("That was done already, or has been left since. Nothing has changed."),
    NotASetting: N_("I could not read that value. Nothing has changed."),
    GuestsOnly: N_("Nobody belongs to such a unit: its people are members elsewhere."),
    HoldsRoles: N_(
        "They still hold a role here. Please hand it over (/handover) or let it end (/units) first."
    ),
    OnTheWay: N_("A transfer of this member is under way already; see /transfer."),
    NotTheirBranch: N_("Nobody of that name belongs to a branch of exactly that name."),
    ToOneBranch: N_("A transfer leads to another branch, one with members of its own."),
    HasNoPartIn: N_("Such a unit does not deal with that. Nothing has changed."),
    LastAdministrator: N_(
        "Nobody else who can be reached would administer it. Please appoint another administrator first."
    ),
    NothingToHandOver: N_("You hold no role that could be handed over."),
    HandoverSettled: N_("That was answered or taken back already."),
    NotMeantForYou: N_(
        "That piece was for the secretary of its time. You may read it once its author agrees."
    ),
    NoOrganisation: N_("There is no unit yet. Please import a roster first: import-roster FILE."),
}


def words(refusal: Refusal) -> str:
    """What the person is told, in the language being spoken."""
    sentence = next(SENTENCES[kind] for kind in type(refusal).__mro__ if kind in SENTENCES)
    if isinstance(refusal, HandoverSettled) and refusal.by:
        sentence = SENTENCES[LeaveAnswered]
    return _(sentence).format(**vars(refusal))


def noted(number: int) -> str:
    """After a fault of ours; the number lets an administrator find it in the log."""
    return _("Something went wrong on our side. It has been noted (no. {number}); please try again.").format(
        number=number
    )


def stale_button() -> str:
    """For a button nobody answers to any more, or never did."""
    return _("This button has had its time. Please start again from /help.")


def not_understood() -> str:
    """For a message no part of the bot takes."""
    return _("I cannot do anything with that. /help shows what I can do.")


def edited() -> str:
    """For a message changed after it was sent."""
    return _("An edited message is not read again. Please send it as a new one.")


def act_in_private() -> str:
    """For an anonymous administrator or a channel, behind whom no person can be seen."""
    return _("I cannot see who you are here. Please write to me in private.")
