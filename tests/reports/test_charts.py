"""The chart of a period, read pixel by pixel: bars as long as they say, and never a box for a letter."""

import struct
import zlib
from collections.abc import Iterator
from fractions import Fraction

import pytest
import typst

from domain.charts import Bar, Chart
from reports.charts import chinese_font, to_png

FILL = bytes.fromhex("c8402f")
BARE = typst.Fonts(include_system_fonts=False)  # a machine without fonts of its own
needs_chinese = pytest.mark.skipif(chinese_font() is None, reason="no font with Chinese is installed here")


def chart(*shares: Fraction | None, label: str = "Branch", title: str = "Q4 2026") -> Chart:
    bars = (Bar(n, label, share, "9 of 12", "9/12") for n, share in enumerate(shares, 1))
    return Chart(title, "attended ÷ expected", tuple(bars))


def size(png: bytes) -> tuple[int, int]:
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    width, height = struct.unpack(">II", png[16:24])
    return width, height


def chunks(png: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = 8
    while at < len(png):
        (length,) = struct.unpack(">I", png[at : at + 4])
        yield png[at + 4 : at + 8], png[at + 8 : at + 8 + length]
        at += 12 + length


def pixels(png: bytes) -> list[list[bytes]]:
    """The rows of the picture, each pixel as red, green and blue."""
    width, height = size(png)
    depth, kind = png[24], png[25]
    assert (depth, kind) in {(8, 2), (8, 6)}
    step = 3 if kind == 2 else 4
    raw = zlib.decompress(b"".join(data for name, data in chunks(png) if name == b"IDAT"))
    before, rows = bytes(width * step), []
    for y in range(height):
        method, *coded = raw[y * (width * step + 1) : (y + 1) * (width * step + 1)]
        line = bytearray(step)  # what stands left of the first pixel
        for i, value in enumerate(coded):
            line.append(
                (value + predicted(method, line[i], before[i], before[i - step] if i >= step else 0)) & 255
            )
        before = bytes(line[step:])
        rows.append([before[i : i + 3] for i in range(0, len(before), step)])
    return rows


def predicted(method: int, left: int, up: int, corner: int) -> int:
    guess = left + up - corner
    near = min((left, up, corner), key=lambda one: abs(guess - one))
    return (0, left, up, (left + up) // 2, near)[method]


def bars(png: bytes) -> list[int]:
    """How long each filled bar is, from the top down."""
    lengths, inside = [], False
    for row in pixels(png):
        length = row.count(FILL)
        if length > 0 and not inside:
            lengths.append(length)
        elif inside and length:
            lengths[-1] = max(lengths[-1], length)
        inside = length > 0
    return lengths


def test_bars_are_as_long_as_their_shares() -> None:
    whole, half = bars(to_png(chart(Fraction(1), None, Fraction(1, 2), Fraction(0)), "en"))
    assert half == pytest.approx(whole / 2, abs=4)


def test_a_share_beyond_all_stays_on_the_paper() -> None:
    assert to_png(chart(Fraction(3)), "en") == to_png(chart(Fraction(1)), "en")


@pytest.mark.parametrize("many", [1, 5, 12])
def test_the_picture_suits_a_phone(many: int) -> None:
    width, height = size(to_png(chart(*[Fraction(1, 3)] * many), "en"))
    assert width == 975
    assert height < 3 * width  # the platform refuses what is more than twenty times as long as wide


def test_the_words_are_drawn_and_change_the_picture() -> None:
    one, other = chart(Fraction(1, 3)), chart(Fraction(1, 3), label="Harbour")
    assert to_png(one, "en") == to_png(one, "en")
    assert to_png(one, "en") != to_png(other, "en")


def test_names_are_not_markup() -> None:
    marks = r'#panic() <&*_$`@=/\ "]})'
    drawn = to_png(chart(Fraction(1, 3), label=marks, title=marks), "en")
    for mark in set(marks) - {" "}:  # each of them shows
        fewer = marks.replace(mark, "")
        assert drawn != to_png(chart(Fraction(1, 3), label=fewer, title=marks), "en"), mark


def test_a_name_without_a_space_does_not_run_into_its_figure() -> None:
    short, long = (size(to_png(chart(Fraction(1, 3), label="x" * n), "en"))[1] for n in (40, 120))
    assert long > short  # it takes another line


@needs_chinese
def test_chinese_is_written_where_a_font_has_it() -> None:
    with_names = to_png(chart(Fraction(1, 3), label="第一党支部"), "zh")
    assert with_names != to_png(chart(Fraction(1, 3), label="第二党支部"), "zh")


@pytest.mark.parametrize(
    ("label", "fonts"), [("第一党支部", BARE), ("🐉", None), ("\U00020bb7野家", None), ("ᠮᠣᠩᠭᠣᠯ", None)]
)
def test_what_no_font_has_is_left_to_the_numbers(label: str, fonts: typst.Fonts | None) -> None:
    """One such character anywhere, and only numbers and figures are drawn, whatever the words were."""
    numbers_only = Chart("", "", (Bar(1, "", Fraction(1, 3), "9/12", "9/12"),))
    assert to_png(chart(Fraction(1, 3), label=label), "zh", fonts) == to_png(numbers_only, "zh", fonts)
    assert to_png(chart(Fraction(1, 3), title=label), "zh", fonts) == to_png(numbers_only, "zh", fonts)


def test_a_machine_without_fonts_still_writes_english() -> None:
    assert to_png(chart(Fraction(1, 3)), "en", BARE) != to_png(chart(Fraction(1, 3), label=""), "en", BARE)
