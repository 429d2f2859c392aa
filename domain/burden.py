"""How much the bot may write to a person who did not ask: at most five messages a week."""

from datetime import timedelta

from domain.deliveries import Kind

WEEK = timedelta(days=7)
MOST_UNASKED = 5  # in any seven days, for a person in private, where their unit sets nothing else

# What comes to a member by itself. Answers, and what a role has to deal with, are not counted.
UNASKED = frozenset(
    {
        Kind.TOPIC_NOTICE,
        Kind.TOPIC_PUSH,
        Kind.TOPIC_REMINDER,
        Kind.ACTIVITY_NOTICE,
        Kind.ACTIVITY_REMINDER,
        Kind.ACTIVITY_CANCELLED,
        Kind.DIGEST,
    }
)
# What says again what was said before: once the week is full it waits for a digest. A person may mute these.
REPEATS = frozenset({Kind.TOPIC_REMINDER, Kind.ACTIVITY_REMINDER, Kind.TOPIC_NOTICE})
ENOUGH = "enough this week"  # why it was held back
MUTED = "muted"
