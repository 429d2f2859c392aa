"""What a browser asks, read with suspicion."""

import json
from typing import Any

from simulator.chats import JSON

LARGEST = 2**53  # beyond this a browser does not know its own numbers


class Refused(Exception):  # noqa: N818 - it reads as a sentence
    """Not done, and why, in words for the one who asked."""


def parsed(raw: str) -> JSON:
    """The request in a message of the socket."""
    try:
        act = json.loads(raw)
    except (ValueError, RecursionError):
        raise Refused("expected a JSON object") from None
    if not isinstance(act, dict):
        raise Refused("expected a JSON object")
    return act


def number(act: JSON, name: str) -> int:
    """A whole number."""
    return _number(act.get(name), name)


def numbers(act: JSON, name: str) -> list[int]:
    """A list of whole numbers."""
    given = act.get(name)
    if not isinstance(given, list):
        raise Refused(f"{name}: expected a list of numbers")
    return [_number(one, name) for one in given]


def words(act: JSON, name: str) -> str:
    """A text, perhaps an empty one; half a surrogate pair is no text."""
    given = act.get(name, "")
    if not isinstance(given, str) or any(0xD800 <= ord(character) <= 0xDFFF for character in given):
        raise Refused(f"{name}: expected a text")
    return given


def seconds(act: JSON, name: str, default: float | None) -> float | None:
    """A span of at most an hour; `default` where none is given."""
    given: Any = act.get(name)
    if given is None:
        return default
    if isinstance(given, bool) or not isinstance(given, int | float) or not 0 <= given <= 3600:
        raise Refused(f"{name}: expected 0 to 3600")
    return float(given)


def _number(given: Any, name: str) -> int:
    if isinstance(given, bool) or not isinstance(given, int) or abs(given) > LARGEST:
        raise Refused(f"{name}: expected a whole number")
    return given
