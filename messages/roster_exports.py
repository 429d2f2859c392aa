"""A roster as it is handed out: in words that the reader of rosters knows."""

from collections.abc import Iterable

from aiogram.filters.callback_data import CallbackData
from aiogram.types import InlineKeyboardButton

from domain.roster_exports import ExportedRow
from domain.units import UnitKind
from messages.roles import role_name, standing_name
from messages.roster_plans import KINDS
from messages.speech import _


class ExportTap(CallbackData, prefix="rosx"):
    """Send the roster of the units whose rosters I may export."""


def export_button() -> InlineKeyboardButton:
    """Asks for the roster as a file."""
    return InlineKeyboardButton(text=_("Export"), callback_data=ExportTap().pack())


def export_name() -> str:
    """What the file is called."""
    return _("roster.xlsx")


def exported_line(count: int) -> str:
    """What the command line says."""
    return _("{count} rows written.").format(count=f"{count:,}")


def cells(rows: Iterable[ExportedRow]) -> tuple[tuple[str, ...], ...]:
    """A line each, in the columns of the template."""
    return tuple(
        (
            "/".join(row.path),
            "" if row.kind is UnitKind.OTHER else _(KINDS[row.kind]),
            row.name,
            "、".join(role_name(role) for role in row.roles),
            standing_name(row.standing) if row.standing else "",
            row.joined,
            row.exempt,
            row.telegram,
            row.number,
        )
        for row in rows
    )
