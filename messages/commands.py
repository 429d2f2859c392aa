"""The commands a client lists. Only decoration: rights are checked on every update."""

from aiogram.types import BotCommand

from messages.speech import N_, _

PRIVATE = (
    ("topic", N_("Open topics: check in, reflect")),
    ("checkin", N_("Check in to the open topic")),
    ("reflect", N_("Write a reflection")),
    ("agenda", N_("Coming activities: going or on leave")),
    ("leave", N_("Ask for leave")),
    ("me", N_("My record this year")),
    ("newtopic", N_("Post a study topic")),
    ("topics", N_("Topics of my branch")),
    ("missing", N_("Who is outstanding")),
    ("newactivity", N_("Plan an activity")),
    ("activities", N_("Activities of my branch")),
    ("requests", N_("Requests that wait for me")),
    ("roster", N_("Members of my branch")),
    ("transfer", N_("Transfers, coming and going")),
    ("invite", N_("Invitation links")),
    ("summary", N_("Figures of a period")),
    ("burden", N_("How often members are written to")),
    ("handover", N_("Hand my role over")),
    ("units", N_("Units I look after")),
    ("settings", N_("Language and quiet hours")),
    ("help", N_("What I can do")),
)
ADMIN = (  # in the chats of those who administer
    ("admin", N_("The bot at work: messages held or dead")),
    ("audit", N_("The trail of who changed what")),
)
GROUP = (
    ("topic", N_("Open topics: check in, reflect")),
    ("checkin", N_("Check in to the open topic")),
    ("agenda", N_("Coming activities: going or on leave")),
    ("bind", N_("Link this chat with my branch")),
    ("unbind", N_("Let this chat stand for no branch")),
)


def private_commands() -> list[BotCommand]:
    """For private chats, in the language being spoken."""
    return [BotCommand(command=name, description=_(words)) for name, words in PRIVATE]


def admin_commands() -> list[BotCommand]:
    """For the private chat of an administrator: everybody's, and theirs."""
    own = [BotCommand(command=name, description=_(words)) for name, words in ADMIN]
    return [*private_commands(), *own]


def group_commands() -> list[BotCommand]:
    """For groups, in the language being spoken."""
    return [BotCommand(command=name, description=_(words)) for name, words in GROUP]
