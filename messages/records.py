"""/me: a person's own record of the year."""

from aiogram.utils.formatting import Bold, as_list

from domain.records import Record
from messages.attendance import line_of
from messages.erasures import own_buttons
from messages.home import home_button
from messages.outgoing import Outgoing, keyboard
from messages.speech import _


def screen(record: Record) -> Outgoing:
    """Figures in words; what is voluntary says so."""
    late = _(" ({count} late)").format(count=record.late_checkins) if record.late_checkins else ""
    text = as_list(
        Bold(_("My record of {year}").format(year=record.year)),
        _("Study topics: {count}").format(count=record.topics),
        _("Check-ins (voluntary): {count}{late}").format(count=record.checkins, late=late),
        _("Reflections: {count}").format(count=record.reflections),
        _("Activities: {line}").format(line=line_of(record.attendance)),
        _("Only you see this page."),
    )
    return Outgoing(text, keyboard(*own_buttons(), [home_button()]))
