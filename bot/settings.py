"""The deployment's settings, read from the environment and `.env`; nowhere else are they read."""

from typing import Annotated, Any, Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from pydantic import SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict
from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

# What each variable expects, as the administrator reads it after a wrong value.
EXPECTED = {
    "BOT_TOKEN": "the token @BotFather gave, such as 123456:ABC-DEF…",
    "TELEGRAM_API_URL": "an address such as https://api.telegram.org",
    "DATABASE_URL": "sqlite:///path/to/file.db or postgresql://user:password@host/name",
    "WEBHOOK_URL": "an address such as https://bot.example.org/telegram, or nothing for polling",
    "WEBHOOK_SECRET": "1 to 256 of A-Z a-z 0-9 _ -, required with WEBHOOK_URL",
    "LISTEN": "host:port, such as 127.0.0.1:8080",
    "ADMIN_IDS": "numeric Telegram ids separated by commas",
    "DEFAULT_TIMEZONE": "an IANA zone such as Asia/Shanghai",
    "DEFAULT_LOCALE": "zh or en",
    "LOG_LEVEL": "DEBUG, INFO, WARNING or ERROR",
    "LOG_FORMAT": "console or json",
}
SECRETS = frozenset({"BOT_TOKEN", "WEBHOOK_SECRET", "DATABASE_URL"})


class WrongSetting(Exception):  # noqa: N818 - it reads as a sentence
    """One line for the administrator: the variable, what was given, what is expected."""


class Settings(BaseSettings):
    """Every variable stands in `.env.example` with a comment."""

    model_config = SettingsConfigDict(env_file=".env", extra="ignore", env_ignore_empty=True)

    bot_token: SecretStr
    telegram_api_url: str = "https://api.telegram.org"
    database_url: str = "sqlite:///data/banxue.db"
    webhook_url: str = ""
    webhook_secret: SecretStr = SecretStr("")
    listen: str = "127.0.0.1:8080"
    admin_ids: Annotated[frozenset[int], NoDecode] = frozenset()
    default_timezone: str = "Asia/Shanghai"
    default_locale: Literal["zh", "en"] = "zh"
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    log_format: Literal["console", "json"] = "console"

    @property
    def token(self) -> str:
        return self.bot_token.get_secret_value()

    @property
    def bot_id(self) -> int:
        """The token's numeric prefix."""
        return int(self.token.partition(":")[0])

    @property
    def address(self) -> tuple[str, int]:
        """Where to listen."""
        host, _, port = self.listen.rpartition(":")
        return host, int(port)

    @property
    def fallback(self) -> dict[str, str]:
        """What holds where no unit set anything."""
        return {"timezone": self.default_timezone, "locale": self.default_locale}

    @field_validator("bot_token")
    @classmethod
    def _token_has_its_parts(cls, given: SecretStr) -> SecretStr:
        number, _, secret = given.get_secret_value().partition(":")
        if not (number.isascii() and number.isdigit() and secret) or any(c.isspace() for c in secret):
            raise ValueError
        return given

    @field_validator("telegram_api_url", "webhook_url")
    @classmethod
    def _address_is_whole(cls, given: str) -> str:
        if given and (urlsplit(given).scheme not in {"http", "https"} or not urlsplit(given).hostname):
            raise ValueError
        return given.rstrip("/")

    @field_validator("database_url")
    @classmethod
    def _database_is_known(cls, given: str) -> str:
        scheme, mark, rest = given.partition("://")
        if not mark or scheme not in {"sqlite", "postgresql"} or not rest.strip("/"):
            raise ValueError
        try:
            address = make_url(given)
        except ArgumentError as error:
            raise ValueError from error
        if scheme == "sqlite" and address.database in {None, "", ":memory:"}:
            raise ValueError  # readers and the writer share a file
        return given

    @field_validator("webhook_secret")
    @classmethod
    def _secret_can_be_sent(cls, given: SecretStr) -> SecretStr:
        secret = given.get_secret_value()
        if len(secret) > 256 or not all(c.isascii() and (c.isalnum() or c in "_-") for c in secret):
            raise ValueError
        return given

    @field_validator("listen")
    @classmethod
    def _listen_is_host_and_port(cls, given: str) -> str:
        host, _, port = given.rpartition(":")
        if not (host and port.isascii() and port.isdigit() and int(port) < 65536):
            raise ValueError
        return given

    @field_validator("admin_ids", mode="before")
    @classmethod
    def _ids_are_numbers(cls, given: Any) -> Any:
        return (
            frozenset(int(part) for part in given.split(",") if part.strip())
            if isinstance(given, str)
            else given
        )

    @field_validator("default_timezone")
    @classmethod
    def _zone_exists(cls, given: str) -> str:
        try:
            ZoneInfo(given)
        except (OSError, KeyError) as error:  # an absent zone is a KeyError, a folder's name an OSError
            raise ValueError from error
        return given

    @field_validator("default_locale", mode="before")
    @classmethod
    def _locale_in_small_letters(cls, given: Any) -> Any:
        return given.lower() if isinstance(given, str) else given

    @field_validator("log_level", mode="before")
    @classmethod
    def _level_in_capitals(cls, given: Any) -> Any:
        return given.upper() if isinstance(given, str) else given

    @field_validator("log_format", mode="before")
    @classmethod
    def _format_in_small_letters(cls, given: Any) -> Any:
        return given.lower() if isinstance(given, str) else given

    @model_validator(mode="after")
    def _webhook_is_guarded(self) -> "Settings":
        if self.webhook_url and not self.webhook_secret.get_secret_value():
            raise _MissingError("WEBHOOK_SECRET")
        return self


class _MissingError(ValueError):
    """A variable that another one makes necessary."""


def load(**given: Any) -> Settings:
    """The settings in force. Raises WrongSetting with one line about the first wrong value."""
    try:
        return Settings(**given)
    except ValidationError as error:
        raise WrongSetting(_line(error)) from None
    except UnicodeDecodeError:
        raise WrongSetting(".env: given bytes that are no text, expected UTF-8") from None


def wrong(name: str, value: object) -> str:
    """One line: the variable, what was given unless it is a secret, and what is expected."""
    shown = "nothing" if value in {None, ""} else "a value not shown here" if name in SECRETS else repr(value)
    return f"{name}: given {shown}, expected {EXPECTED[name]}"


def _line(error: ValidationError) -> str:
    first = error.errors()[0]
    cause = first.get("ctx", {}).get("error")
    if isinstance(cause, _MissingError):
        name, value = str(cause), None
    else:
        name = str(first["loc"][0]).upper()
        value = None if first["type"] == "missing" else first["input"]
    return wrong(name, value)
