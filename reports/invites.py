"""Personal links to hand out: a CSV, and a sheet of QR codes to print and cut."""

import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from xml.etree.ElementTree import Element, SubElement, tostring

import segno

from reports import N_, cells

QR_SCALE = 10  # pixels a module: sharp on a projector
QUIET_ZONE = 4  # modules of white that a reader needs around a code
_STYLE = """
@page { size: A4; margin: 12mm }
body { font-family: "Noto Sans CJK SC", "Microsoft YaHei", "PingFang SC", sans-serif; margin: 0 }
main { display: grid; grid-template-columns: repeat(3, 1fr); gap: 4mm }
section { border: 0.3mm dashed #888; padding: 3mm; text-align: center; break-inside: avoid }
h1 { font-size: 14pt }
h2 { font-size: 13pt; margin: 1mm 0 }
p { font-size: 9pt; margin: 1mm 0; overflow-wrap: anywhere }
svg { width: 38mm; height: 38mm }
"""


@dataclass(frozen=True)
class PersonalLink:
    """Whom a one-use link is for."""

    name: str
    unit: str
    link: str


def to_csv(links: Sequence[PersonalLink], speak: Callable[[str], str]) -> bytes:
    """A CSV of which no spreadsheet program runs a cell."""
    headings = (speak(N_("Name")), speak(N_("Unit")), speak(N_("Personal link (works once)")))
    return cells.to_csv(headings, ((link.name, link.unit, link.link) for link in links))


def to_sheet(links: Sequence[PersonalLink], speak: Callable[[str], str], language: str) -> bytes:
    """An HTML page, complete in itself, with a QR code to cut out for each person."""
    html = Element("html", lang=language)
    head = SubElement(html, "head")
    SubElement(head, "meta", charset="utf-8")
    SubElement(head, "title").text = speak(N_("Personal links"))
    SubElement(head, "style").text = _STYLE
    body = SubElement(html, "body")
    SubElement(body, "h1").text = speak(N_("Personal links: hand each to its person only. Each works once."))
    grid = SubElement(body, "main")
    for link in links:
        card = SubElement(grid, "section")
        SubElement(card, "h2").text = link.name
        SubElement(card, "p").text = link.unit
        card.append(_qr(link.link))
        SubElement(card, "p").text = link.link.removeprefix("https://")
    page: bytes = tostring(html, encoding="utf-8", method="html")
    return b"<!DOCTYPE html>\n" + page


def to_png(link: str) -> bytes:
    """The QR code of one link as a picture."""
    out = io.BytesIO()
    segno.make(link, error="m", micro=False).save(out, kind="png", scale=QR_SCALE, border=QUIET_ZONE)
    return out.getvalue()


def _qr(link: str) -> Element:
    """The code as one path; medium correction survives a fold and a stain."""
    rows = list(segno.make(link, error="m", micro=False).matrix_iter(border=QUIET_ZONE))
    path = "".join(f"M{x} {y}h1v1h-1z" for y, row in enumerate(rows) for x, dark in enumerate(row) if dark)
    picture = Element("svg", viewBox=f"0 0 {len(rows)} {len(rows)}")
    SubElement(picture, "path", d=path)
    return picture
