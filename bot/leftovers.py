"""Updates that no handler takes, or that none should see."""

import re

from aiogram.types import Update

from messages import refusals

NO_ID = re.compile(r"\d{19}")  # as many digits as the largest number a database counts to


def impossible(update: Update) -> bool:
    """Whether a button names a number no row can have: no button of ours ever did."""
    query = update.callback_query
    return query is not None and NO_ID.search(query.data or "") is not None


def unanswered(update: Update) -> str | None:
    """Kind words for what no handler takes; silence for the talk of a group."""
    if update.callback_query is not None:
        return refusals.stale_button()
    changed = update.edited_message
    if changed is not None:
        addressed = changed.chat.type == "private" or (changed.text or "").startswith("/")
        return refusals.edited() if addressed else None
    message = update.message
    if message is not None and message.chat.type == "private" and message.pinned_message is None:
        return refusals.not_understood()
    return None
