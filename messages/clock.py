"""What administrators hear of a clock that went wrong: said at once, since what is owed is held."""

from messages.speech import _


def doubted() -> str:
    """Everything is held."""
    return _(
        "⚠️ The clock of this machine went forward by more than ten minutes. Nothing is planned or sent "
        "until it is right again; people who write are still answered."
    )


def believed() -> str:
    """It goes on."""
    return _("The clock of this machine is right again. Planning and sending go on.")
