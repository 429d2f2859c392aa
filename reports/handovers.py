"""The hand-over sheet: what was open on the day a role passed."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from domain.handovers import Duty, HandedOver
from reports import N_
from reports.tables import Cell, Table, to_workbook


def to_xlsx(
    facts: HandedOver, kinds: Mapping[Duty, str], subjects: Sequence[str], speak: Callable[[str], str]
) -> bytes:
    """A workbook of one sheet that can be printed and signed; what people wrote stays text.

    `subjects` says in words what each of the duties is about.
    """
    words = facts.words
    rows: list[tuple[Cell, ...]] = [
        (number, kinds[duty.duty], subject, _local(duty.until, facts.zone))
        for number, (duty, subject) in enumerate(zip(facts.duties, subjects, strict=True), start=1)
    ]
    said = (
        speak(N_("From: {name}")).format(name=words.giver),
        speak(N_("To: {name}")).format(name=words.successor),
        speak(N_("Effective: {day}")).format(day=words.on.isoformat()),
        speak(N_("Signatures:")),
    )
    table = Table(
        name=speak(N_("Hand-over")),
        title=speak(N_("Hand-over sheet: {unit}")).format(unit=words.unit),
        headings=tuple(speak(one) for one in (N_("No."), N_("Duty"), N_("What"), N_("Until"))),
        rows=tuple(rows),
        remarks=said,
    )
    return to_workbook([table], facts.at)


def _local(at: datetime | None, zone: str) -> Cell:
    return at.astimezone(ZoneInfo(zone)).replace(tzinfo=None) if at else ""
