"""A person's own settings: language, quiet hours, pushes in private."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from domain.actors import Actor
from domain.burden import REPEATS
from domain.deliveries import Kind
from domain.errors import Gone
from domain.preferences import Preferences
from domain.quiet import QuietHours, parse_quiet_hours
from domain.settings import UnitSettings, in_force
from services.actors import known, settings_at
from storage import preferences
from storage.database import Transaction
from storage.preferences import Chosen


def preferences_of(tx: Transaction, actor: Actor, now: datetime, fallback: Mapping[str, str]) -> Preferences:
    """What holds for the actor, and what of it they chose themselves."""
    return _shown(tx, actor, preferences.chosen_by(tx, known(actor)), now, fallback)


def choose_language(
    tx: Transaction, actor: Actor, locale: str | None, now: datetime, fallback: Mapping[str, str]
) -> Preferences:
    """Speak this language to the actor; None: the one of their client."""
    chosen = replace(preferences.chosen_by(tx, known(actor)), locale=locale)
    return _keep(tx, actor, chosen, now, fallback)


def choose_quiet(
    tx: Transaction, actor: Actor, quiet: QuietHours | None, now: datetime, fallback: Mapping[str, str]
) -> Preferences:
    """Write to the actor unasked only outside these hours; None: the hours of their unit."""
    start, end = (quiet.start, quiet.end) if quiet else (None, None)
    chosen = replace(preferences.chosen_by(tx, known(actor)), quiet_from=start, quiet_until=end)
    return _keep(tx, actor, chosen, now, fallback)


def choose_private(
    tx: Transaction, actor: Actor, wanted: bool, now: datetime, fallback: Mapping[str, str]
) -> Preferences:
    """Push topics and notices to the actor's private chat as well as to the group."""
    chosen = replace(preferences.chosen_by(tx, known(actor)), private_push=wanted)
    return _keep(tx, actor, chosen, now, fallback)


def choose_muted(
    tx: Transaction, actor: Actor, kind: Kind, wanted: bool, now: datetime, fallback: Mapping[str, str]
) -> Preferences:
    """Leave this kind of reminder unsaid to the actor, or say it again. Raises Gone for any other kind."""
    if kind not in REPEATS:
        raise Gone
    (preferences.unmute if wanted else preferences.mute)(tx, known(actor), kind)
    return preferences_of(tx, actor, now, fallback)


def _keep(
    tx: Transaction, actor: Actor, chosen: Chosen, now: datetime, fallback: Mapping[str, str]
) -> Preferences:
    preferences.keep(tx, known(actor), chosen)
    return _shown(tx, actor, chosen, now, fallback)


def _shown(
    tx: Transaction, actor: Actor, chosen: Chosen, now: datetime, fallback: Mapping[str, str]
) -> Preferences:
    held = _unit_settings(tx, actor, now, fallback)
    quiet = None
    if chosen.quiet_from is not None and chosen.quiet_until is not None:
        quiet = QuietHours(chosen.quiet_from, chosen.quiet_until)
    return Preferences(
        chosen.locale,
        quiet,
        chosen.private_push,
        chosen.locale or actor.account.language or held.locale,
        parse_quiet_hours(held.values["quiet_hours"]),
        preferences.muted_by(tx, known(actor)),
    )


def _unit_settings(tx: Transaction, actor: Actor, now: datetime, fallback: Mapping[str, str]) -> UnitSettings:
    homes = [own.branch for own in actor.belongings] + [held.unit for held in actor.appointments]
    return settings_at(tx, homes[0], now, fallback) if homes else in_force({}, fallback)
