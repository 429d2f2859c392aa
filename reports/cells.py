"""Cells of text files that spreadsheet programs open: none of them is run."""

_RUN_BY_SPREADSHEETS = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
_PLAIN = "'"


def plain(cell: str) -> str:
    """The text, behind an apostrophe where a program would take it for a formula."""
    return f"{_PLAIN}{cell}" if cell.startswith(_RUN_BY_SPREADSHEETS) else cell


def meant(cell: str) -> str:
    """The text without such an apostrophe."""
    return cell[1:] if cell.startswith(_PLAIN) and cell[1:].startswith(_RUN_BY_SPREADSHEETS) else cell
