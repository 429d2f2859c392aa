"""How names of people and units are brought to one form."""

import re
from functools import lru_cache

from domain.units import UnitKind

_DOTS = "·•・･‧∙⋅"  # typed interchangeably between the parts of a name
_INVISIBLE = "\u200b\u200c\u200d\u200e\u200f\u2060\ufeff"
# Only the full-width ASCII block: NFKC would also rewrite rare ideographs that people bear as names.
_TO_HALF_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_ONE_FORM = _TO_HALF_WIDTH | dict.fromkeys(map(ord, _DOTS), "·") | dict.fromkeys(map(ord, _INVISIBLE), "")
_HAN = r"[·\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]"
_INSIDE_HAN = re.compile(rf"(?<={_HAN})\s+(?={_HAN})")
_IN_ONE_FORM = re.compile(r"[0-9\u4e00-\u9fff]*")  # as nearly every name is: nothing to be done
_AROUND_DOT = re.compile(r"\s*·\s*")

# A unit's name ends in its kind; a kind named earlier says whose it is (机关党委第一党支部).
_KIND_WORDS = re.compile(
    r"(?P<general_branch>总支部?(?:委员会)?|general\s+branch(?:\s+committee)?)"
    r"|(?P<branch>支部(?:委员会)?|\bbranch\b)"
    r"|(?P<group>小组|\bgroup\b)"
    r"|(?P<committee>党委|工委|委员会|\bcommittee\b)",
    re.IGNORECASE,
)


def person_name(text: str) -> str:
    """The name as it is kept: `张 伟` is 张伟, and · • ・ are one character."""
    if _IN_ONE_FORM.fullmatch(text):
        return text
    one = " ".join(text.translate(_ONE_FORM).split())
    return _INSIDE_HAN.sub("", _AROUND_DOT.sub("·", one))


def name_key(text: str) -> str:
    """What two spellings of one name share."""
    return person_name(text).casefold()


@lru_cache(maxsize=4096)  # a roster names a unit again on every row
def parse_unit_path(text: str) -> tuple[str, ...]:
    """The names from the root down; half- and full-width slashes part them, empty ones are dropped."""
    return tuple(name for part in re.split(r"[/／]", text) if (name := person_name(part)))


@lru_cache(maxsize=16_384)
def infer_unit_kind(name: str) -> UnitKind | None:
    """The kind a unit's name states last, or None when it states none."""
    found = [match.lastgroup for match in _KIND_WORDS.finditer(name.translate(_ONE_FORM))]
    return UnitKind(found[-1]) if found and found[-1] else None
