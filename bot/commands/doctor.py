"""`python -m bot doctor`: what an administrator checks first, a line each."""

import asyncio
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path

import aiohttp
from sqlalchemy import make_url

from bot import logs
from bot.settings import Settings, WrongSetting, load
from storage.database import Database
from storage.migrate import current_revision, head_revision

SKEW = 60  # seconds the machine's clock may differ from the platform's before deadlines slip visibly
PATIENCE = aiohttp.ClientTimeout(total=10)


class Fault(Exception):  # noqa: N818 - a finding, not a failure of the check
    """A check that did not pass; its text is the finding."""


def doctor() -> int:
    """Print a line for each check; 1 when one found a fault."""
    try:
        settings = load()
    except WrongSetting as wrong:
        _line("settings", good=False, finding=str(wrong))
        return 1
    _line("settings", good=True, finding="complete")
    answer: dict[str, str] = {}
    checks: dict[str, Callable[[], str]] = {
        "database": lambda: _database(settings),
        "migrations": lambda: _migrations(settings),
        "token": lambda: _token(settings, answer),
        "clock": lambda: _clock(answer),
        "fonts": _fonts,
    }
    passed = [_passes(name, check) for name, check in checks.items()]
    return 0 if all(passed) else 1


def _passes(name: str, check: Callable[[], str]) -> bool:
    try:
        finding = check()
    except Fault as fault:
        _line(name, good=False, finding=str(fault))
        return False
    except Exception as error:  # noqa: BLE001 - whatever stops a check is what it found
        _line(name, good=False, finding=logs.briefly(error))
        return False
    _line(name, good=True, finding=finding)
    return True


def _line(name: str, *, good: bool, finding: str) -> None:
    sys.stdout.write(f"{'ok   ' if good else 'FAULT'} {name}: {finding}\n")


def _database(settings: Settings) -> str:
    address = make_url(settings.database_url)
    if address.get_backend_name() == "sqlite" and not Path(address.database or "").is_file():
        raise Fault(f"no file {address.database} yet: run `python -m bot migrate`")
    with Database.connect(settings.database_url) as database:
        database.ping_now()
        return f"{database.dialect} answers"


def _migrations(settings: Settings) -> str:
    at, newest = current_revision(settings.database_url), head_revision()
    if at != newest:
        raise Fault(f"at {at or 'nothing'}, newest is {newest}: run `python -m bot migrate`")
    return f"at {at}, the newest"


def _token(settings: Settings, answer: dict[str, str]) -> str:
    status, name, date = asyncio.run(_me(settings))
    answer["date"] = date
    if status != 200:
        raise Fault(f"{settings.telegram_api_url} answers {status}: is BOT_TOKEN right?")
    return f"is @{name}'s"


async def _me(settings: Settings) -> tuple[int, str, str]:
    url = f"{settings.telegram_api_url}/bot{settings.token}/getMe"
    async with aiohttp.ClientSession(timeout=PATIENCE) as session, session.get(url) as response:
        body = await response.json(content_type=None)
        name = body.get("result", {}).get("username", "") if isinstance(body, dict) else ""
        return response.status, name, response.headers.get("Date", "")


def _clock(answer: dict[str, str]) -> str:
    now = datetime.now(UTC)
    if not answer.get("date"):
        return f"{now:%Y-%m-%d %H:%M:%S} UTC, not compared: the platform told no time"
    skew = (now - parsedate_to_datetime(answer["date"])).total_seconds()
    if abs(skew) > SKEW:
        raise Fault(f"{skew:+.0f} s from the platform's: set the machine's time")
    return f"{now:%Y-%m-%d %H:%M:%S} UTC, {skew:+.0f} s from the platform's"


def _fonts() -> str:
    """Nothing fails without one, so this is never a fault."""
    from reports.charts import chinese_font  # noqa: PLC0415 - a heavy library, loaded where it is used

    family = chinese_font()
    return family or "none has Chinese, so charts number their bars: install one, such as fonts-noto-cjk"
