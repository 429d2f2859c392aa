"""The words people write in a roster's cells, and what they mean; None where a word is not known."""

import re
import unicodedata
from datetime import date, timedelta
from functools import lru_cache

from domain.people import Standing
from domain.roles import Role
from domain.units import UnitKind

_NOTHING = frozenset({"", "-", "--", "—", "——", "/", "\\", "无", "none", "n/a", "null"})
_NOT_EXEMPT = _NOTHING | {"否", "no", "0", "不免"}
# Reasons as the rules name them. Anything else could be a diagnosis, and is kept as "exempt" only.
_REASON_WORDS = (
    "年老 年老体弱 年高体弱 高龄 体弱 体弱多病 重病 身患重病 行动不便 失能"
    " 退休 离退休 流动党员 长期外出 驻外 长期驻外"
    " aged frail agedandfrail seriouslyill immobile retired abroad"
)
_REASONS_KEPT = frozenset(_REASON_WORDS.split())
EXEMPT = "exempt"

_ROLES = {
    Role.GROUP_LEADER: "组长 小组长 党小组长 党小组组长 groupleader",
    Role.ORGANISATION: "组织委员 支部组织委员 organisationcommitteemember organizationcommitteemember"
    " organisation organization",
    Role.PUBLICITY: "宣传委员 支部宣传委员 publicitycommitteemember publicity",
    Role.DISCIPLINE: "纪检委员 支部纪检委员 纪律检查委员 纪检监察委员 disciplinecommitteemember discipline",
    Role.DEPUTY: "副书记 支部副书记 党支部副书记 deputy deputysecretary",
    Role.SECRETARY: "书记 支书 支部书记 党支部书记 secretary branchsecretary",
    Role.COORDINATOR: "联络员 coordinator",
    Role.ADMINISTRATOR: "管理员 administrator admin",
}
_ROLE_WORDS = {word: role for role, words in _ROLES.items() for word in words.split()}
_PLAIN_MEMBER = frozenset({"党员", "普通党员", "member", "partymember"})
_COMMITTEE_WORDS = (
    "委员 支委 支部委员 支委委员 青年委员 统战委员 群工委员 群众委员 保密委员 文体委员 生活委员"
    " committeemember committee"
)
_COMMITTEE_MEMBER = frozenset(_COMMITTEE_WORDS.split())

_STANDINGS = {
    Standing.FULL: "正式 正式党员 full fullmember",
    Standing.PROBATIONARY: "预备 预备党员 probationary probationarymember",
    Standing.APPLICANT: "积极分子 入党积极分子 发展对象 applicant",
}
_STANDING_WORDS = {word: standing for standing, words in _STANDINGS.items() for word in words.split()}

_KINDS = {
    UnitKind.COMMITTEE: "党委 机关党委 党工委 工委 committee partycommittee",
    UnitKind.GENERAL_BRANCH: "总支 党总支 总支部 generalbranch",
    UnitKind.BRANCH: "支部 党支部 branch",
    UnitKind.GROUP: "小组 党小组 group",
    UnitKind.OTHER: "其他 其它 other",
}
_KIND_WORDS = {word: kind for kind, words in _KINDS.items() for word in words.split()}

_BETWEEN_ROLES = re.compile(r"[、,;/\n兼]+")
_DAY = re.compile(r"([0-9]{4})[-./年]([0-9]{1,2})[-./月]([0-9]{1,2})日?")
_MONTH = re.compile(r"([0-9]{4})[-./年]([0-9]{1,2})月?")
_RUN_TOGETHER = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})?")
_YEAR = re.compile(r"([0-9]{4})年?")
_SERIAL = re.compile(r"([0-9]{5})(?:\.[0-9]+)?")
_SERIAL_ZERO = date(1899, 12, 30)  # Excel's day 0, counted with its leap day of 1900
_MIDNIGHT = re.compile(r"[T ]+0?0:00(?::00)?$")
_YEARS = range(1900, 2100)
_MAYBE_OCTOBER = re.compile(r"[0-9]{4}\.1")

_TELEGRAM_ID = re.compile(r"[1-9][0-9]{4,12}")
_USERNAME = re.compile(r"@([A-Za-z][A-Za-z0-9_]{3,31})")


def says_nothing(text: str) -> bool:
    """Whether a cell holds no more than a dash or a word for "none"."""
    return text.strip().casefold() in _NOTHING


@lru_cache(maxsize=4096)
def roles_in(text: str) -> tuple[tuple[Role, ...], bool, bool]:
    """The roles of a cell; whether any word was not known; whether one was some other "committee member".

    That one is read as the discipline member, the committee role with the fewest rights.
    """
    found: list[Role] = []
    unknown = unspecified = False
    for part in _BETWEEN_ROLES.split(unicodedata.normalize("NFKC", text)):
        word = _plain(part)
        if word in _ROLE_WORDS:
            found.append(_ROLE_WORDS[word])
        elif word in _COMMITTEE_MEMBER:
            unspecified = True
            found.append(Role.DISCIPLINE)
        elif word not in _PLAIN_MEMBER and word not in _NOTHING:
            unknown = True
    return tuple(dict.fromkeys(found)), unknown, unspecified


@lru_cache(maxsize=4096)
def standing_of(text: str) -> Standing | None:
    """正式, 预备, 积极分子 or their English."""
    return _STANDING_WORDS.get(_plain(text))


@lru_cache(maxsize=4096)
def kind_of(text: str) -> UnitKind | None:
    """党委, 总支, 支部, 小组 or their English."""
    return _KIND_WORDS.get(_plain(text))


@lru_cache(maxsize=4096)
def joining_date(text: str) -> str | None:
    """The date as exactly as it is given: "2015", "2015-07" or "2015-07-01"."""
    plain = _plain(_MIDNIGHT.sub("", text.strip()))
    if match := _DAY.fullmatch(plain) or _MONTH.fullmatch(plain) or _RUN_TOGETHER.fullmatch(plain):
        return _iso(*(int(part) for part in match.groups() if part))
    if match := _YEAR.fullmatch(plain):
        return _iso(int(match[1]))
    if match := _SERIAL.fullmatch(plain):
        return (_SERIAL_ZERO + timedelta(days=int(match[1]))).isoformat()
    return None


def may_be_october(text: str) -> bool:
    """Whether this is "2015.1", which a spreadsheet also makes of 2015.10 typed as a number."""
    return bool(_MAYBE_OCTOBER.fullmatch(_plain(text)))


def exempt_reason(text: str) -> str:
    """The reason where it is one of the rules' own, else no more than "exempt"; empty for a plain "no"."""
    word = _plain(text)
    if word in _NOT_EXEMPT:
        return ""
    return text.strip() if word in _REASONS_KEPT else EXEMPT


def telegram_of(text: str) -> tuple[int | None, str] | None:
    """A numeric id, or a username without its @; None where it is neither."""
    plain = unicodedata.normalize("NFKC", text).strip()
    if _TELEGRAM_ID.fullmatch(plain):
        return int(plain), ""
    if match := _USERNAME.fullmatch(plain):
        return None, match[1]
    return None


def _iso(year: int, month: int | None = None, day: int | None = None) -> str | None:
    try:
        date(year, month or 1, day or 1)
    except ValueError:
        return None
    if year not in _YEARS or month == 0 or day == 0:
        return None
    return "-".join(f"{part:02d}" for part in (year, month, day) if part is not None)


def _plain(text: str) -> str:
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text)).casefold()
