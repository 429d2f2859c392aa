"""A chart as a PNG for a phone, drawn with the fonts of the machine; what they lack is never drawn."""

import json
from collections.abc import Iterable
from functools import cache
from importlib.resources import files

import typst

from domain.charts import Chart

RESOLUTION = 180  # pixels an inch: 390 pt of width become 975 pixels, sharp on a phone and small to send
# Families that hold the Chinese characters, the best to read first; one of them is on most machines.
CHINESE = (
    "Noto Sans CJK SC",
    "Noto Sans SC",
    "Source Han Sans SC",
    "Source Han Sans CN",
    "PingFang SC",
    "Microsoft YaHei",
    "WenQuanYi Micro Hei",
    "WenQuanYi Zen Hei",
    "Hiragino Sans GB",
    "SimHei",
    "Noto Serif CJK SC",
    "SimSun",
)
LATIN = ("Liberation Sans", "Arial", "DejaVu Sans", "Libertinus Serif")  # the last comes with typst itself
_MARKS = "·–—…‹›“”‘’÷×"  # beside ASCII and Latin-1, in every family of LATIN
_HAN = ((0x4E00, 0x9FA5), (0x3001, 0x3002), (0x3008, 0x3011), (0xFF01, 0xFF5E))


def to_png(chart: Chart, language: str, fonts: typst.Fonts | None = None) -> bytes:
    """The chart with its words; where one of them cannot be written here, only numbers and figures."""
    fonts = fonts or machine_fonts()
    chinese = _present(CHINESE, fonts)
    written = all(_writable(text, chinese=bool(chinese)) for text in _texts(chart))
    data = {
        "title": chart.title if written else "",
        "measure": chart.measure if written else "",
        "lang": language,
        "font": [*_present(LATIN, fonts), *chinese],
        "bars": [
            {
                "number": bar.number,
                "label": bar.label if written else "",
                "words": bar.words if written else bar.figures,
                "share": None if bar.share is None else float(bar.share),
            }
            for bar in chart.bars
        ],
    }
    return typst.compile(
        _template(),
        font_paths=fonts,
        format="png",
        ppi=RESOLUTION,
        sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
    )


def chinese_font() -> str | None:
    """The family that Chinese is drawn with on this machine, if there is one."""
    return next(iter(_present(CHINESE, machine_fonts())), None)


@cache
def machine_fonts() -> typst.Fonts:
    """The fonts of the machine and those that come with typst; looking through the disk takes a while."""
    return typst.Fonts()


def _texts(chart: Chart) -> Iterable[str]:
    yield from (chart.title, chart.measure)
    for bar in chart.bars:
        yield from (bar.label, bar.words)


def _writable(text: str, *, chinese: bool) -> bool:
    """Whether every character is one that the families at hand are sure to have."""
    return all(
        " " <= mark <= "~"
        or "\u00a1" <= mark <= "\u00ff"
        or mark in _MARKS
        or (chinese and any(first <= ord(mark) <= last for first, last in _HAN))
        for mark in text
    )


def _present(families: tuple[str, ...], fonts: typst.Fonts) -> list[str]:
    here = set(fonts.families())
    return [family for family in families if family in here]


@cache
def _template() -> bytes:
    return (files("reports") / "typst" / "chart.typ").read_bytes()
