"""A period's figures as a chart: its words, and the caption that repeats it as text."""

from collections.abc import Iterator, Sequence
from datetime import date
from unicodedata import east_asian_width

from aiogram.utils.formatting import Bold, Text, as_list

from domain.charts import Bar, Chart
from domain.participation import Tally
from domain.summaries import Summary, UnitLine
from domain.texts import utf16_length
from messages.outgoing import Charted
from messages.speech import _
from messages.summaries import (
    NAME_SHOWN,
    PAGE,
    attended,
    caption,
    figures,
    formula,
    heading,
    more,
    page_of,
    rate_lines,
    short,
    unit_line,
    unit_name,
    ways,
    ways_below,
)

CAPTION_UNITS = 1024  # UTF-16 code units under a photo, as Telegram counts them
LABEL_WIDTH = 40  # two lines beside the figures; a Han character is as wide as two others
LENGTHS = (NAME_SHOWN, 24, 16, 10)  # of a name in the caption, as far as needed


def is_drawn(summary: Summary) -> bool:
    """Whether there is anything to draw: a unit below in which somebody was expected."""
    return any(line.tally.expected for line in summary.children)


def screen(summary: Summary, today: date) -> Charted:
    """The totals and the first units below, under their chart."""
    text = _fitting(_captions(summary, summary.children[:PAGE]))
    return Charted(_chart(summary, 0), text, ways(summary, today))


def below_screen(summary: Summary, page: int) -> Charted:
    """A page of the units below, under their chart."""
    first, shown, paged = page_of(summary, page)
    text = _fitting(_lists(summary, shown, first, paged))
    return Charted(_chart(summary, page), text, ways_below(summary, page))


def _chart(summary: Summary, page: int) -> Chart:
    """The units of a page of the list; a unit with none below it is a bar itself."""
    first, shown, _paged = page_of(summary, page)
    bars = [_bar(number, line) for number, line in enumerate(shown or [summary.totals], first)]
    return Chart(caption(summary), formula(), tuple(bars))


def _captions(summary: Summary, shown: Sequence[UnitLine]) -> Iterator[Text]:
    """From the fullest to the shortest."""
    left = [said] if (said := more(summary)) else []
    below = [_("Below:")] if shown else []
    full = [_numbered(number, unit_line(line)) for number, line in enumerate(shown, 1)]
    yield as_list(*heading(summary), *figures(summary), *below, *full, *left)
    for length in LENGTHS:
        lines = _short_lines(shown, 1, length)
        yield as_list(*heading(summary), *figures(summary), *below, *lines, *left)
    totals = [attended(summary.totals.tally), *rate_lines(summary.totals.tally)]
    yield as_list(Bold(caption(summary)), *totals, *below, *_short_lines(shown, 1, LENGTHS[-1]), *left)


def _lists(summary: Summary, shown: Sequence[UnitLine], first: int, paged: list[str]) -> Iterator[Text]:
    full = [_numbered(number, unit_line(line)) for number, line in enumerate(shown, first)]
    yield as_list(*heading(summary), *full, *paged)
    for length in LENGTHS:
        yield as_list(*heading(summary), *_short_lines(shown, first, length), *paged)
    yield as_list(Bold(caption(summary)), *_short_lines(shown, first, LENGTHS[-1]), *paged)


def _fitting(texts: Iterator[Text]) -> Text:
    """The first that fits under a photo; the last fits whatever the names and figures."""
    text = next(texts)
    for shorter in texts:
        if utf16_length(text.as_kwargs()["text"]) <= CAPTION_UNITS:
            break
        text = shorter
    return text


def _short_lines(lines: Sequence[UnitLine], first: int, length: int) -> list[Text]:
    return [
        _numbered(number, Text(unit_name(line, length), "  ", _words(line.tally)))
        for number, line in enumerate(lines, first)
    ]


def _numbered(number: int, line: Text) -> Text:
    """With the number of its bar, which is all that a chart without fonts can say."""
    return Text(f"{number}. ", line)


def _bar(number: int, line: UnitLine) -> Bar:
    tally = line.tally
    plain = f"{tally.attended}/{tally.expected} · {tally.rate_text}" if tally.expected else "–"
    return Bar(number, _label(unit_name(line, NAME_SHOWN)), tally.rate, _words(tally), plain)


def _words(tally: Tally) -> str:
    if tally.rate_text is None:
        return _("nobody expected")
    return _("{attended} of {expected} · {rate}").format(
        attended=tally.attended, expected=tally.expected, rate=tally.rate_text
    )


def _label(name: str) -> str:
    """As much of a name as two lines take."""
    width = 0
    for length, mark in enumerate(name):
        width += 1 + (east_asian_width(mark) in "WF")
        if width > LABEL_WIDTH:
            return short(name, length)
    return name
