"""Files that go with a message: made where it is sent, of the facts it speaks of."""

from dataclasses import replace

from domain.handovers import HandedOver
from messages.handover_sheets import duty_names, sheet_name, subjects
from messages.outgoing import Outgoing, Upload
from messages.speech import _


def with_sheet(facts: object, message: Outgoing) -> Outgoing:
    """The message, with the sheet of open duties where a role was handed over."""
    if not isinstance(facts, HandedOver):
        return message
    from reports.handovers import to_xlsx  # noqa: PLC0415 - a heavy library, loaded where it is used

    content = to_xlsx(facts, duty_names(), subjects(facts), _)
    sheet = Upload("document", content=content, name=sheet_name(facts))
    return replace(message, uploads=(*message.uploads, sheet))
