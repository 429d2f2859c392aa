"""Parameters of a request: strings from a form, or values from JSON."""

import json
from typing import Any

from simulator.chats import JSON
from simulator.errors import bad_request
from simulator.world import Upload

NAMES = {"reply_markup": "reply keyboard markup"}  # where the platform calls a parameter something else


class Params:
    """Reads what a method needs, with the platform's complaints."""

    def __init__(self, raw: JSON, files: dict[str, Upload]) -> None:
        self.raw = raw
        self.files = files

    def text(self, name: str) -> str:
        value = self.raw.get(name)
        return "" if value is None else str(value)

    def integer(self, name: str, default: int = 0) -> int:
        value = self.raw.get(name)
        return default if value in (None, "") else whole(value, name)

    def flag(self, name: str) -> bool:
        return str(self.raw.get(name, "")).lower() in {"true", "1", "yes"}

    def json(self, name: str) -> Any:
        """A value that a form carries as JSON."""
        value = self.raw.get(name)
        if not isinstance(value, str) or not value:
            return value
        try:
            return json.loads(value)
        except (ValueError, RecursionError):
            what = NAMES.get(name, name)
            raise bad_request(f"can't parse {what} JSON object") from None

    def object(self, name: str) -> JSON:
        """A structure; an empty one where none is given."""
        value = self.json(name)
        if not isinstance(value, dict | None) and value != "":
            raise bad_request(f"object expected as {name}")
        return value or {}

    def array(self, name: str) -> list[Any]:
        """A list; an empty one where none is given."""
        value = self.json(name)
        if not isinstance(value, list | None) and value != "":
            raise bad_request(f"can't parse {name}: expected an Array")
        return value or []

    def objects(self, name: str) -> list[JSON]:
        """A list of structures."""
        given = self.array(name)
        if not all(isinstance(one, dict) for one in given):
            raise bad_request(f"can't parse {name}: expected an Array of Objects")
        return given


def whole(value: Any, name: str) -> int:
    """A number, however it is written."""
    try:
        return int(value)
    except (TypeError, ValueError, OverflowError):
        raise bad_request(f"{name} must be a number") from None
