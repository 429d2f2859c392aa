"""Updates that failed three times: of what kind, when, and the class of the fault; never a text."""

from aiogram.filters.callback_data import CallbackData
from aiogram.utils.formatting import Bold, Text, as_list
from pydantic import Field

from domain.held import PAGE, Decision
from domain.parked import Parked, ParkedPage
from messages.admin import back, tap, turns
from messages.moments import moment
from messages.outgoing import Outgoing, keyboard
from messages.speech import _, ngettext


class ParkedTap(CallbackData, prefix="parked"):
    """A decision about one update, and the page it was shown on."""

    do: Decision
    update: int = Field(ge=0, lt=2**63)
    page: int


def told(row: Parked, zone: str) -> str:
    """A line of a terminal: the number to name, then kind, when and the class of the fault."""
    return f"{row.update_id}  {row.kind} · {moment(row.received_at, zone)} · {row.error}"


def screen(page: ParkedPage) -> Outgoing:
    """A page of them."""
    heading = ngettext("{n} update failed three times", "{n} updates failed three times", page.total)
    lines: list[Text] = [Bold(heading.format(n=page.total)) if page.total else Text(_("Nothing is parked."))]
    buttons = []
    for n, row in enumerate(page.rows, page.number * PAGE + 1):
        lines.append(Text(f"{n}. {row.kind} · {moment(row.received_at, page.zone)} · {row.error}"))
        tries = ((_("Try again {n}"), Decision.RESEND), (_("Drop {n}"), Decision.DROP))
        buttons.append(
            [
                tap(words.format(n=n), ParkedTap(do=do, update=row.update_id, page=page.number))
                for words, do in tries
            ]
        )
    return Outgoing(as_list(*lines), keyboard(*buttons, turns("parked", page.number, page.pages), back()))
