"""What a roster may hold and Banxue must not: identity and bank numbers, phones, addresses."""

import re

_NUMBERS = re.compile(
    r"(?<![0-9])(?:"
    r"[0-9]{6}[ -]?[0-9]{8}[ -]?[0-9]{3}[0-9Xx]"  # identity number of today
    r"|[0-9]{15}"  # identity number until 1999
    r"|[0-9]{4}(?:[ -]?[0-9]{4}){3}(?:[ -]?[0-9]{1,3})?"  # bank card, 16 to 19 digits
    r"|[0-9]{16,30}"  # and any account's number
    r"|(?:\+?86[ -]?)?1[3-9][0-9][ -]?[0-9]{4}[ -]?[0-9]{4}"  # mobile phone
    r"|(?:\(0[0-9]{2,3}\)[ -]?|0[0-9]{2,3}[ -])[0-9]{7,8}"  # landline, area code set apart
    r"|(?:010|02[0-9])[0-9]{8}|0[3-9][0-9]{2}[0-9]{7,8}"  # landline in one
    r")(?![0-9])"
)

# A road or a village with a house number. Branches are named after streets, so unit names are spared.
_WITHIN_PHRASE = r"[^\s,;:()\uff08\uff09\uff0c\uff1b\uff1a\u3001\u3002]{0,30}"
_ADDRESS = re.compile(
    _WITHIN_PHRASE
    + r"(?:路|街|巷|弄|道|村|小区|花园|大厦|公寓|栋|幢|号楼)\s*"
    + r"[0-9一二三四五六七八九十百]+\s*(?:号|弄|栋|幢|室|单元|楼|组|-)"
    + _WITHIN_PHRASE
    + r"|\b[0-9]+ [A-Z][a-z]+ (?:Street|Road|Avenue|Lane|St|Rd|Ave)\b\.?"
)
_SHORTEST_NUMBER = 11  # characters of a phone number, the shortest of them
_MAY_BE_ADDRESS = re.compile(r"[路街巷弄道村区园厦寓栋幢楼]|[0-9] [A-Z]")  # asked first: it is quick
_EMPTY_BRACKETS = re.compile(r"[(\uff08\[【]\s*[)\uff09\]】]")
_HALF_WIDTH = {
    full: full - 0xFEE0 for full in (*range(0xFF10, 0xFF1A), *map(ord, "\uff38\uff58\uff0b\uff0d"))
}


def without_personal_data(text: str, *, addresses: bool = True) -> str:
    """The text less every number or address that looks personal; the same text if there is none."""
    plain = text.translate(_HALF_WIDTH)
    kept = plain if len(plain) < _SHORTEST_NUMBER else _NUMBERS.sub("", plain)
    if addresses and _MAY_BE_ADDRESS.search(kept):
        kept = _ADDRESS.sub("", kept)
    return text if kept == plain else _EMPTY_BRACKETS.sub("", kept).strip()
