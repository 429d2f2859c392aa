"""Refusals: what the product will not do, one class each. Their words are in `messages/refusals.py`."""


class Refusal(Exception):  # noqa: N818 - people read these as sentences, not as errors
    """Something a person may not or cannot do now; nothing has changed."""


class NotForYou(Refusal):
    """The subject exists, but this person has no right to this act on it."""


class Stranger(Refusal):
    """The account is not linked with anybody on a roster."""


class Gone(Refusal):
    """The subject of a button or command is not there any more."""


class Unreadable(Refusal):
    """What was typed could not be understood as what was asked for."""
