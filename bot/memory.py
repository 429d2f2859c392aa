"""What the garbage collector is spared."""

import gc


def freeze() -> None:
    """What has been built by now stays until the end, so it is not walked through again.

    Libraries and handlers are some hundred thousand objects; walking through them took a third of the
    event loop's time while a crowd was answered.
    """
    gc.collect()
    gc.freeze()
