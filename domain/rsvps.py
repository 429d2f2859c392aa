"""RSVPs: what saying that one comes amounts to."""

from dataclasses import dataclass

from domain.activities import Notice


@dataclass(frozen=True)
class RsvpReceipt:
    """The card as it stands for the member afterwards; `already` when nothing changed."""

    notice: Notice
    already: bool
