"""What is set on a unit: shown with where it comes from, changed, or left to the units above."""

from collections.abc import Mapping
from datetime import datetime

from domain.actors import Actor
from domain.errors import AlreadySo, NotASetting
from domain.ids import UnitId
from domain.roles import Act
from domain.settings import in_force
from domain.unit_settings import READERS, SettingLine, UnitSettingsPage, read_setting
from services.actors import allows, permit, today
from storage import audit, unit_changes, units
from storage.database import Transaction


def settings_page(
    tx: Transaction, actor: Actor, unit: UnitId, now: datetime, fallback: Mapping[str, str]
) -> UnitSettingsPage:
    """Every setting in force at the unit, and which unit sets it. Raises Gone, Stranger, NotForYou."""
    found = permit(tx, actor, Act.SEE_UNITS, unit, now)
    on = today(now, actor.zone)
    stated = units.settings_with_source(tx, unit, on)
    default = in_force({}, fallback).values
    line = units.line_above(tx, unit, on)
    return UnitSettingsPage(
        found,
        tuple(_line(tx, name, stated.get(name), default[name], unit, now) for name in READERS),
        frozenset(act for act in Act if allows(actor, act, line)),
        unit_changes.people_below(tx, found, on),
    )


def choose(
    tx: Transaction,
    actor: Actor,
    unit: UnitId,
    name: str,
    typed: str,
    now: datetime,
    fallback: Mapping[str, str],
) -> UnitSettingsPage:
    """Let the unit, and what inherits from it, have this value from now on.

    What was planned before keeps its times. Raises NotASetting, AlreadySo and what `permit` raises.
    """
    permit(tx, actor, Act.CHANGE_SETTINGS, unit, now)
    value = read_setting(name, typed)
    before = units.settings_with_source(tx, unit, today(now, actor.zone)).get(name)
    if before == (value, unit):
        raise AlreadySo
    units.set_setting(tx, unit, name, value)
    _note(tx, actor, unit, name, value, now)
    return settings_page(tx, actor, unit, now, fallback)


def inherit(
    tx: Transaction, actor: Actor, unit: UnitId, name: str, now: datetime, fallback: Mapping[str, str]
) -> UnitSettingsPage:
    """沿用上级: the unit has no value of its own any more. Raises NotASetting, AlreadySo and as `permit`."""
    permit(tx, actor, Act.CHANGE_SETTINGS, unit, now)
    if name not in READERS:
        raise NotASetting
    before = units.settings_with_source(tx, unit, today(now, actor.zone)).get(name)
    if before is None or before[1] != unit:
        raise AlreadySo
    units.drop_setting(tx, unit, name)
    _note(tx, actor, unit, name, None, now)
    return settings_page(tx, actor, unit, now, fallback)


def _line(
    tx: Transaction, name: str, stated: tuple[str, UnitId] | None, default: str, unit: UnitId, now: datetime
) -> SettingLine:
    if stated is None:
        return SettingLine(name, default, None, None, own=False)
    value, source = stated
    setter = units.unit_with(tx, source, now.date())
    return SettingLine(name, value, source, setter.name if setter else None, own=source == unit)


def _note(tx: Transaction, actor: Actor, unit: UnitId, name: str, value: str | None, now: datetime) -> None:
    detail = {"setting": name, "value": value}
    audit.note(tx, actor.person, "setting_changed", "unit", unit, now, unit, detail)
