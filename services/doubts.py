"""What becomes of a message of which nobody knows whether it arrived."""

from domain.deliveries import ON_DOUBT, Kind, OnDoubt, State


def after_doubt(kind: Kind, repeated: bool) -> State:
    """Sent once more as a possible repeat where its class allows, else held for a person to decide."""
    again = ON_DOUBT[kind] is OnDoubt.RESEND_ONCE and not repeated
    return State.READY if again else State.AMBIGUOUS
