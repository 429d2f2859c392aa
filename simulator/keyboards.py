"""Reply markups as the platform accepts them."""

import re
from typing import Any
from urllib.parse import urlsplit

from simulator.chats import JSON, ChatKind
from simulator.errors import bad_request

CALLBACK_DATA_LIMIT = 64  # bytes
ACTIONS = ("url", "callback_data", "web_app", "login_url", "switch_inline_query", "copy_text",
           "switch_inline_query_current_chat", "switch_inline_query_chosen_chat", "pay")  # fmt: skip
HOST = re.compile(r"^(?:[^\s.]+\.)+[^\s.]{2,}$|^\d{1,3}(?:\.\d{1,3}){3}$")
SENDABLE_SCHEMES = {"http", "https", "tg", "ton", "tonsite"}


def parse(markup: Any, kind: ChatKind) -> JSON | None:
    """The markup, checked; None when there is none."""
    if markup is None or markup == "":
        return None
    if not isinstance(markup, dict):
        raise bad_request("object expected as reply markup")
    for row in rows_of(markup, "inline_keyboard"):
        for button in row:
            check_inline_button(button, kind)
    for row in rows_of(markup, "keyboard"):
        for button in row:
            check_reply_button(button)
    if "inline_keyboard" in markup:
        rows = [[dict(button) for button in row] for row in markup["inline_keyboard"] if row]
        return {"inline_keyboard": rows} if rows else None
    return markup or None


def rows_of(markup: JSON, name: str) -> list[list[Any]]:
    rows = markup.get(name, [])
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        raise bad_request(f'field "{name}" must be an Array of Arrays')
    return rows


def check_inline_button(button: Any, kind: ChatKind) -> None:
    prefix = "can't parse inline keyboard button: "
    if not isinstance(button, dict):
        raise bad_request(prefix + "InlineKeyboardButton must be an Object")
    if not isinstance(button.get("text"), str):
        raise bad_request(prefix + 'Can\'t find field "text"')
    chosen = [name for name in ACTIONS if button.get(name)]
    if not chosen:
        raise bad_request(prefix + "Text buttons are unallowed in the inline keyboard")
    if not button["text"].strip():
        raise bad_request("inline keyboard button text must be non-empty")
    if "callback_data" in chosen and len(str(button["callback_data"]).encode()) > CALLBACK_DATA_LIMIT:
        raise bad_request("BUTTON_DATA_INVALID")
    if "url" in chosen:
        check_url("inline keyboard button URL", str(button["url"]))
    if "web_app" in chosen:
        app = button["web_app"]
        check_web_app(str(app.get("url", "")) if isinstance(app, dict) else "", kind)


def check_reply_button(button: Any) -> None:
    if not isinstance(button, (dict, str)):
        raise bad_request("can't parse keyboard button: KeyboardButton must be a String or an Object")
    text = button.get("text") if isinstance(button, dict) else button
    if not isinstance(text, str):
        raise bad_request("can't parse keyboard button: Can't find field \"text\"")
    if not text.strip():
        raise bad_request("keyboard button text must be non-empty")


def check_web_app(url: str, kind: ChatKind) -> None:
    if not url.startswith("https://"):
        raise bad_request(
            f"inline keyboard button Web App URL '{url}' is invalid: Only HTTPS links are allowed"
        )
    if kind != "private":
        raise bad_request("BUTTON_TYPE_INVALID")


def check_url(what: str, url: str) -> None:
    """Links need a host with a dot; a bare `localhost` is no link to the platform."""
    parts = urlsplit(url if "://" in url else f"http://{url}")
    if parts.scheme not in SENDABLE_SCHEMES:
        raise bad_request(f"{what} '{url}' is invalid: Unsupported URL protocol")
    if parts.scheme in {"http", "https"} and not HOST.match(parts.hostname or ""):
        raise bad_request(f"{what} '{url}' is invalid: Wrong HTTP URL")


def labels(markup: JSON) -> list[list[str]]:
    """The words on a reply keyboard."""
    return [[str(b["text"] if isinstance(b, dict) else b) for b in row] for row in markup.get("keyboard", [])]
