"""What the garbage collector is spared."""

import gc

YOUNG = 20_000  # objects made and not yet let go before rings are looked for: some hundred updates in hand


def freeze() -> None:
    """What has been built by now stays until the end, so it is not walked through again.

    Libraries and handlers are some hundred thousand objects; walking through them took a third of the
    event loop's time while a crowd was answered. An update in hand is a hundred more for as long as it is
    answered: with Python's own 700, a tenth of the time and more went into looking among them for rings.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG, *gc.get_threshold()[1:])
