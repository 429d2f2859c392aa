"""Headings and tables as a DOCX: the few parts of the format that Word, WPS and LibreOffice need."""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from xml.etree.ElementTree import Element, SubElement, tostring
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_XML_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
_ALWAYS = (2020, 1, 1, 0, 0, 0)  # a date in the archive: the bytes depend on the content alone
_TITLE, _HEADING, _BODY = 32, 26, 21  # half points
# What XML cannot hold at all; a text that somebody pasted may.
_UNPRINTABLE = dict.fromkeys([*range(9), 11, 12, *range(14, 32), *range(0xD800, 0xE000), 0xFFFE, 0xFFFF])
_TYPES = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Override PartName="/word/document.xml" ContentType='
    '"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>'
)
_RELATIONS = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="r1" Type='
    '"http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"'
    ' Target="word/document.xml"/></Relationships>'
)


@dataclass(frozen=True)
class Section:
    """A heading with a table below it."""

    heading: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def to_docx(title: str, sections: Sequence[Section]) -> bytes:
    """The document, in bytes that depend on nothing but what is handed in."""
    document = Element(f"{{{_W}}}document")
    body = _in(document, "body")
    _paragraph(body, title, _TITLE, bold=True)
    for section in sections:
        _paragraph(body, section.heading, _HEADING, bold=True)
        _table(body, section)
    _in(body, "sectPr")
    parts = {
        "[Content_Types].xml": _TYPES.encode(),
        "_rels/.rels": _RELATIONS.encode(),
        "word/document.xml": tostring(document, encoding="UTF-8", xml_declaration=True),
    }
    out = io.BytesIO()
    with ZipFile(out, "w", ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(ZipInfo(name, _ALWAYS), content, ZIP_DEFLATED)
    return out.getvalue()


def _table(body: Element, section: Section) -> None:
    table = _in(body, "tbl")
    properties = _in(table, "tblPr")
    _in(properties, "tblW", w="5000", type="pct")
    borders = _in(properties, "tblBorders")
    for side in ("top", "left", "bottom", "right", "insideH", "insideV"):
        _in(borders, side, val="single", sz="4")
    grid = _in(table, "tblGrid")
    for _ in section.columns:
        _in(grid, "gridCol")
    _row(table, section.columns, bold=True)
    for row in section.rows:
        _row(table, row, bold=False)


def _row(table: Element, cells: Sequence[str], *, bold: bool) -> None:
    row = _in(table, "tr")
    for cell in cells:
        _paragraph(_in(row, "tc"), cell, _BODY, bold=bold)


def _paragraph(within: Element, text: str, size: int, *, bold: bool) -> None:
    run = _in(_in(within, "p"), "r")
    looks = _in(run, "rPr")
    if bold:
        _in(looks, "b")
    _in(looks, "sz", val=str(size))
    for number, line in enumerate(text.translate(_UNPRINTABLE).splitlines()):
        if number:
            _in(run, "br")
        said = _in(run, "t")
        said.set(_XML_SPACE, "preserve")
        said.text = line


def _in(parent: Element, name: str, **attributes: str) -> Element:
    return SubElement(
        parent, f"{{{_W}}}{name}", {f"{{{_W}}}{key}": value for key, value in attributes.items()}
    )
