"""Which column of an office's sheet means what, and where its header stands."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from itertools import zip_longest

from domain.roster_privacy import without_personal_data

HEADER_WITHIN_ROWS = 10  # offices put titles, dates and remarks above the header

_BRACKETED = re.compile(r"\(.*?\)|\[.*?\]|【.*?】")


class Column(StrEnum):
    """The meanings a column can have."""

    UNIT = "unit"
    BRANCH = "branch"  # 所在支部: a name rather than a path
    KIND = "kind"
    NAME = "name"
    PARTY_ROLE = "party_role"  # 党内职务; where it stands, 职务 is the office's own rank
    ROLE = "role"
    STANDING = "standing"
    JOINED = "joined"
    EXEMPT = "exempt"
    TELEGRAM = "telegram"
    NUMBER = "number"
    SEQUENCE = "sequence"  # 序号: known, and of no interest


_WORDS = {
    Column.UNIT: "组织 组织路径 党组织 所在党组织 所属党组织 组织名称 unit unitpath",
    Column.BRANCH: "所在支部 所属支部 所在党支部 所属党支部 支部名称 党支部名称 党支部 支部 branch",
    Column.KIND: "类别 组织类别 kind unitkind",
    Column.NAME: "姓名 党员姓名 name fullname",
    Column.PARTY_ROLE: "党内职务 党内任职 党务职务 partyrole partypost",
    Column.ROLE: "职务 role",
    Column.STANDING: "身份 党员身份 党员类别 人员类别 standing",
    Column.JOINED: "入党日期 入党时间 入党年月 加入党组织日期 joined joinedon joiningdate datejoined",
    Column.EXEMPT: "免考勤 免考勤原因 exempt exemptreason",
    Column.TELEGRAM: "telegram telegramid telegram账号 telegram号 telegram用户名 telegramaccount tg",
    Column.NUMBER: "编号 党员编号 人员编号 id memberid",
    Column.SEQUENCE: "序号 序 no no. # index",
}
# Titles that stand in the lower of two rows, under one that joins several columns (党内情况).
_LOWER = frozenset(
    {
        Column.PARTY_ROLE,
        Column.ROLE,
        Column.STANDING,
        Column.JOINED,
        Column.EXEMPT,
        Column.TELEGRAM,
        Column.NUMBER,
    }
)
_MEANINGS = {word: column for column, words in _WORDS.items() for word in words.split()}

_MAY_TITLE_NAMES = re.compile(r"[名eE\uff25\uff45]")  # 姓名, name: told apart from most cells at once

_PERSONAL = re.compile(
    r"身份证|证件|公民身份|护照|手机|电话|联系方式|联系号码|住址|地址|住所|户籍|户口|银行|卡号|账号|帐号|账户|帐户|开户"
    r"|phone|mobile|\bcell\b|\btel\b|address|bank|account|passport|identity|\bcard\b"
    r"|\bid (?:no|number|card)\b|national id"
)


@dataclass(frozen=True)
class Header:
    """The header of a sheet: `row` is the index of its last row; `titles` are as typed."""

    row: int
    columns: tuple[tuple[int, Column], ...]
    titles: dict[Column, str]
    unread: tuple[str, ...]
    personal: tuple[str, ...]


def find_header(rows: Sequence[Sequence[str]]) -> Header | None:
    """The header, sought in the first ten rows: the row that has a column of names."""
    for index, row in enumerate(rows[:HEADER_WITHIN_ROWS]):
        if is_header(row):
            last = index
            # A header of two rows, its cells merged downwards, repeats the names' title in the lower one.
            while last + 1 < len(rows) and is_header(rows[last + 1]):
                last += 1
            below = rows[last + 1] if last + 1 < len(rows) else ()
            if _completes(rows[last], below):
                return _read(last + 1, _joined(rows[last], below))
            return _read(last, rows[last])
    return None


def is_header(row: Sequence[str]) -> bool:
    """Whether this is a header, be it the first or one repeated at the top of a printed page."""
    return any(_MAY_TITLE_NAMES.search(cell) and _meaning(cell) is Column.NAME for cell in row)


def _completes(upper: Sequence[str], lower: Sequence[str]) -> bool:
    """Whether the lower row has more titles and no name: a header of two rows, not merged downwards."""
    names = [at for at, cell in enumerate(upper) if _meaning(cell) is Column.NAME]
    nameless = all(at >= len(lower) or not lower[at].strip() for at in names)
    return nameless and any(_meaning(cell) in _LOWER for cell in lower)


def _joined(upper: Sequence[str], lower: Sequence[str]) -> list[str]:
    return [below if below.strip() else above for above, below in zip_longest(upper, lower, fillvalue="")]


def _read(index: int, row: Sequence[str]) -> Header:
    meanings = [(position, _meaning(cell)) for position, cell in enumerate(row)]
    known = [(position, column) for position, column in meanings if column]
    if any(column is Column.PARTY_ROLE for _, column in known):
        known = [(position, column) for position, column in known if column is not Column.ROLE]
    read = {position for position, _ in known}
    others = [
        (cell, _is_personal(cell))
        for position, cell in enumerate(row)
        if cell.strip() and position not in read
    ]
    titles: dict[Column, str] = {}
    for position, column in known:
        titles.setdefault(column, _as_typed(row[position]))
    return Header(
        row=index,
        columns=tuple(known),
        titles=titles,
        unread=_once(_as_typed(cell) for cell, personal in others if not personal),
        personal=_once(_as_typed(cell) for cell, personal in others if personal),
    )


@lru_cache(maxsize=4096)
def _meaning(title: str) -> Column | None:
    plain = unicodedata.normalize("NFKC", title).casefold()
    whole = _squeezed(plain)
    if whole in _MEANINGS:
        return _MEANINGS[whole]
    return None if _is_personal(title) else _MEANINGS.get(_squeezed(_BRACKETED.sub("", plain)))


def _is_personal(title: str) -> bool:
    plain = " ".join(unicodedata.normalize("NFKC", title).casefold().replace("_", " ").split())
    return bool(_PERSONAL.search(plain) or _PERSONAL.search(plain.replace(" ", "")))


def _squeezed(text: str) -> str:
    return re.sub(r"[\s_*:-]+", "", text)


def _as_typed(title: str) -> str:
    return " ".join(without_personal_data(title).split())


def _once(titles: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(titles))
