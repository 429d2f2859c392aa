"""Where a delivery goes, and how to speak there at this hour."""

from collections.abc import Mapping
from datetime import datetime

from domain.deliveries import Destination
from domain.quiet import QuietHours, next_allowed, parse_quiet_hours
from domain.sending import Place
from domain.settings import in_force
from services.actors import settings_at
from storage import places
from storage.database import Transaction


def destination_of(
    tx: Transaction, place: Place, now: datetime, fallback: Mapping[str, str]
) -> tuple[Destination, datetime]:
    """How to speak in a chat now, and from when a message there may make a sound."""
    reader = places.reader_of(tx, place.platform, place.platform_chat_id) if place.private else None
    unit = reader.branch if reader else place.unit
    held = settings_at(tx, unit, now, fallback) if unit else in_force({}, fallback)
    quiet = parse_quiet_hours(held.values["quiet_hours"])
    locale = held.locale
    if reader:
        locale = reader.locale or locale
        if reader.quiet_from is not None and reader.quiet_until is not None:
            quiet = QuietHours(reader.quiet_from, reader.quiet_until)
    elif place.private:  # linked with nobody, or no longer
        locale = places.language_of(tx, place.chat) or locale
    wakes = next_allowed(now, held.zone, quiet)
    to = Destination(
        place.chat,
        place.platform_chat_id,
        place.thread_id,
        place.private,
        locale,
        held.zone,
        quiet=wakes > now,
        person=reader.person if reader else None,
        most_unasked=held.weekly_asks,
    )
    return to, wakes
