"""`python -m bot invite` and `admin-code`."""

import asyncio
import secrets
import sys
from datetime import UTC, datetime
from pathlib import Path

import aiohttp

from bot.commands.opening import opened, plainly, ready
from bot.settings import Settings
from domain.errors import Refusal
from domain.ids import UnitId
from domain.joining import TOKEN_BYTES
from domain.names import parse_unit_path
from messages.invites import address, code_line, nameless, shared_line, sheet_line, unknown_unit
from messages.refusals import words
from messages.speech import _, speaking
from reports.invites import PersonalLink, to_csv, to_sheet
from services import invites
from services.actors import today
from storage import units
from storage.database import Database

PATIENCE = aiohttp.ClientTimeout(total=10)
SEED_BYTES = 32


@plainly
def invite(unit: str, *, personal: bool, out: Path | None, bot_username: str | None) -> int:
    """Print a shared link, or write a personal one for each person who is not linked yet."""
    settings = ready()
    now = datetime.now(UTC)
    with speaking(settings.default_locale), opened(settings) as database:
        on = today(now, settings.default_timezone)
        found = database.read_now(units.unit_at_path, parse_unit_path(unit), on)
        if found is None:
            sys.stderr.write(f"{unknown_unit(unit)}\n")
            return 1
        name = bot_username or asyncio.run(_username(settings))
        if name is None:
            sys.stderr.write(f"{nameless(settings.telegram_api_url)}\n")
            return 1
        try:
            if personal:
                return _personal(database, found, name, out or Path(), settings, now)
            link = database.write_now(invites.share_as_owner, found, secrets.token_urlsafe(TOKEN_BYTES), now)
        except Refusal as refusal:
            sys.stderr.write(f"{words(refusal)}\n")
            return 1
        sys.stdout.write(f"{address(name, link.token)}\n{shared_line(link, settings.default_timezone)}\n")
    return 0


def _personal(
    database: Database, unit: UnitId, bot_name: str, out: Path, settings: Settings, now: datetime
) -> int:
    seed = secrets.token_bytes(SEED_BYTES)
    made = database.write_now(invites.invite_everybody, unit, seed, now)
    links = [PersonalLink(one.person.name, one.person.where, address(bot_name, one.token)) for one in made]
    out.mkdir(parents=True, exist_ok=True)
    table, sheet = out / "invites.csv", out / "invites.html"
    for file, content in ((table, to_csv(links, _)), (sheet, to_sheet(links, _, settings.default_locale))):
        file.touch(mode=0o600)  # whoever reads a link can be that person
        file.write_bytes(content)
    sys.stdout.write(f"{sheet_line(len(links), table, sheet)}\n")
    return 0


@plainly
def admin_code(*, bot_username: str | None) -> int:
    """Print a code that makes its holder the administrator, once and within a day."""
    settings = ready()
    now = datetime.now(UTC)
    with speaking(settings.default_locale), opened(settings) as database:
        code = secrets.token_urlsafe(TOKEN_BYTES)
        try:
            expires = database.write_now(invites.admin_code, code, now)
        except Refusal as refusal:
            sys.stderr.write(f"{words(refusal)}\n")
            return 1
        sys.stdout.write(f"/start {code}\n")
        if bot_username:
            sys.stdout.write(f"{address(bot_username, code)}\n")
        sys.stdout.write(f"{code_line(expires, settings.default_timezone)}\n")
    return 0


async def _username(settings: Settings) -> str | None:
    """The bot's own name, which every link bears; None when the platform does not tell it."""
    url = f"{settings.telegram_api_url}/bot{settings.token}/getMe"
    try:
        async with aiohttp.ClientSession(timeout=PATIENCE) as session, session.get(url) as response:
            body = await response.json(content_type=None)
    except (aiohttp.ClientError, TimeoutError, ValueError):
        return None
    name = body.get("result", {}).get("username") if isinstance(body, dict) else None
    return name if isinstance(name, str) else None
