"""The erased in words, without a chat's library: the console says them too."""

from messages.speech import _, ngettext


def anonymous() -> str:
    """What an erased person is called from then on, with its number to be filled in."""
    return _("Anonymous #{number}")


def erased_again(people: int) -> str:
    """After an older copy was restored."""
    return ngettext("{n} person erased once more.", "{n} people erased once more.", people).format(n=people)
