"""Text as the platform reads it: HTML to entities, UTF-16 offsets, length limits."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from html import unescape
from typing import Any

from simulator.chats import JSON
from simulator.errors import bad_request

TEXT_LIMIT = 4096  # UTF-16 units, after entities are parsed
CAPTION_LIMIT = 1024

SIMPLE_TAGS = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "tg-spoiler": "spoiler",
    "code": "code",
    "pre": "pre",
}
OTHER_TAGS = {"a", "span", "blockquote", "tg-emoji", "tg-time"}
ENTITY_TYPES = set(SIMPLE_TAGS.values()) | {
    "mention", "hashtag", "cashtag", "bot_command", "url", "email", "phone_number", "blockquote",
    "expandable_blockquote", "text_link", "text_mention", "custom_emoji", "date_time",
}  # fmt: skip
KEPT_FIELDS = ("type", "offset", "length", "url", "user", "language", "custom_emoji_id", "unix_time",
               "date_time_format")  # fmt: skip
TOKEN = re.compile(r"<(/?)([^<>]*)>|<|&(?:#\d+|#x[0-9a-fA-F]+|lt|gt|amp|quot);")
ATTRIBUTE = re.compile(r"([a-zA-Z0-9-]+)(?:\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([a-zA-Z0-9.-]+)))?")
FOUND_BY_ITSELF = re.compile(
    r"(?P<bot_command>(?<![\w/@])/[a-zA-Z0-9_]{1,64}(?:@\w{3,32})?)"
    r"|(?P<url>https?://[^\s<>\"]+)"
    r"|(?P<mention>(?<!\w)@[a-zA-Z]\w{2,31})"
    r"|(?P<hashtag>(?<!\w)#\w+)"
)


def units(text: str) -> int:
    """Length in UTF-16 units, which is how the platform counts."""
    return len(text.encode("utf-16-le")) // 2


@dataclass
class Formatted:
    """Plain text and its entities."""

    text: str
    entities: list[JSON]


def parse_error(reason: str) -> Exception:
    return bad_request(f"can't parse entities: {reason}")


def read(text: str, parse_mode: str | None, entities: list[JSON] | None) -> Formatted:
    """Apply the parse mode or the given entities, and trim as the platform does."""
    mode = (parse_mode or "").lower()
    if mode not in {"", "html"}:
        # The simulator knows HTML and entities; anything else is refused rather than misread.
        raise bad_request("unsupported parse_mode")
    formatted = parse_html(text) if mode else Formatted(text, checked(text, entities or []))
    return with_found(trimmed(formatted))


def limited(formatted: Formatted, limit: int, too_long: str) -> Formatted:
    if units(formatted.text) > limit:
        raise bad_request(too_long)
    return formatted


def checked(text: str, entities: list[JSON]) -> list[JSON]:
    """Entities that lie within the text and are of known types."""
    if not entities:
        return []
    end, surrogates, at = units(text), set[int](), 0
    for character in text:
        at += units(character)
        if ord(character) > 0xFFFF:
            surrogates.add(at - 1)  # the second half of a pair: no entity may begin or end there
    for entity in entities:
        first, last = span(entity)
        if first > end:
            raise bad_request(f"entity begins after the end of the text at UTF-16 offset {first}")
        if last > end or first < 0:
            raise bad_request(
                f"entity beginning at UTF-16 offset {first} ends after the end of the text"
                f" at UTF-16 offset {last}"
            )
        if first in surrogates:
            raise bad_request(f"entity begins in a middle of a UTF-16 symbol at UTF-16 offset {first}")
        if last in surrogates:
            raise bad_request(
                f"entity beginning at UTF-16 offset {first} ends in a middle of a UTF-16 symbol"
            )
    kept = [{name: e[name] for name in KEPT_FIELDS if e.get(name) is not None} for e in entities]
    return sorted((e for e in kept if e["length"]), key=lambda e: (e["offset"], -e["length"]))


def span(entity: JSON) -> tuple[int, int]:
    """Where an entity begins and ends."""
    if str(entity.get("type")) not in ENTITY_TYPES:
        raise bad_request("can't parse MessageEntity: Unsupported type specified")
    offset, length = entity.get("offset"), entity.get("length")
    if not isinstance(offset, int) or not isinstance(length, int):
        raise bad_request("can't parse MessageEntity: offset and length must be of type Number")
    return offset, offset + length


def trimmed(formatted: Formatted) -> Formatted:
    """Without the white space at both ends; entities move along and never cover what went."""
    body = formatted.text.rstrip()
    lead = units(body) - units(body.lstrip())
    body = body.lstrip()
    moved = []
    for entity in formatted.entities:
        first = max(0, entity["offset"] - lead)
        last = min(units(body), entity["offset"] + entity["length"] - lead)
        if last > first:
            moved.append({**entity, "offset": first, "length": last - first})
    return Formatted(body, moved)


def with_found(formatted: Formatted) -> Formatted:
    """Add the commands, links, mentions and hashtags that clients find by themselves."""
    taken = [(e["offset"], e["offset"] + e["length"]) for e in formatted.entities]
    entities = list(formatted.entities)
    for match in FOUND_BY_ITSELF.finditer(formatted.text):
        first = units(formatted.text[: match.start()])
        last = first + units(match.group())
        if all(last <= start or first >= end for start, end in taken):
            entities.append({"type": str(match.lastgroup), "offset": first, "length": last - first})
    return Formatted(formatted.text, sorted(entities, key=lambda e: (e["offset"], -e["length"])))


@dataclass
class OpenTag:
    name: str
    at: int  # UTF-16 offset in the plain text
    entity: JSON | None


def parse_html(source: str) -> Formatted:
    """The platform's HTML: a short list of tags, four named entities, errors by byte offset."""
    plain: list[str] = []
    entities: list[JSON] = []
    stack: list[OpenTag] = []
    at, offset = 0, 0

    def emit(piece: str) -> None:
        nonlocal offset
        plain.append(piece)
        offset += units(piece)

    for match in TOKEN.finditer(source):
        emit(source[at : match.start()])
        at = match.end()
        byte = len(source[: match.start()].encode())
        piece = match.group()
        if piece.startswith("&"):
            emit(unescape(piece))
        elif piece == "<":
            raise parse_error(f"Unclosed start tag at byte offset {byte}")
        elif match.group(1):
            close(stack, match.group(2).strip().lower(), offset, byte, entities.append)
        else:
            stack.append(opened(match.group(2), offset, byte))
    emit(source[at:])
    if stack:
        raise parse_error(f'Can\'t find end tag corresponding to start tag "{stack[-1].name}"')
    text = "".join(plain)
    return Formatted(text, checked(text, merged_code(entities)))


def close(stack: list[OpenTag], name: str, offset: int, byte: int, keep: Callable[[JSON], None]) -> None:
    if not stack:
        raise parse_error(f"Unexpected end tag at byte offset {byte}")
    tag = stack.pop()
    if name and name != tag.name:
        raise parse_error(
            f'Unmatched end tag at byte offset {byte}, expected "</{tag.name}>", found "</{name}>"'
        )
    if tag.entity is not None and offset > tag.at:
        keep({**tag.entity, "offset": tag.at, "length": offset - tag.at})


def opened(body: str, offset: int, byte: int) -> OpenTag:
    name, _, rest = body.strip().partition(" ")
    name = name.lower()
    if name not in SIMPLE_TAGS and name not in OTHER_TAGS:
        raise parse_error(f'Unsupported start tag "{name}" at byte offset {byte}')
    attributes = {m[1].lower(): unescape(m[2] or m[3] or m[4] or "") for m in ATTRIBUTE.finditer(rest)}
    return OpenTag(name, offset, entity_of(name, attributes, rest, byte))


def entity_of(name: str, attributes: dict[str, str], rest: str, byte: int) -> JSON | None:
    if name == "code" and attributes.get("class", "").startswith("language-"):
        return {"type": "code", "language": attributes["class"].removeprefix("language-")}
    if name in SIMPLE_TAGS:
        return {"type": SIMPLE_TAGS[name]}
    if name == "blockquote":
        return {"type": "expandable_blockquote" if "expandable" in rest else "blockquote"}
    if name == "span":
        if attributes.get("class") != "tg-spoiler":
            raise parse_error(f'Tag "span" must have class "tg-spoiler" at byte offset {byte}')
        return {"type": "spoiler"}
    return telegram_tag(name, attributes) if name.startswith("tg-") else link(attributes.get("href", ""))


def telegram_tag(name: str, attributes: dict[str, str]) -> JSON:
    if name == "tg-emoji":
        return {"type": "custom_emoji", "custom_emoji_id": attributes.get("emoji-id", "")}
    made: JSON = {"type": "date_time", "unix_time": int(attributes.get("unix", "0"))}
    return made | ({"date_time_format": attributes["format"]} if attributes.get("format") else {})


def link(href: str) -> JSON | None:
    if href.startswith("tg://user?id="):
        user = {"id": int(href.removeprefix("tg://user?id=")), "is_bot": False, "first_name": ""}
        return {"type": "text_mention", "user": user}
    return {"type": "text_link", "url": href} if href else None


def merged_code(entities: list[JSON]) -> list[JSON]:
    """`<pre><code class="language-x">` is one entity, a pre with a language."""
    spans = {(e["offset"], e["length"]): e for e in entities if e["type"] == "pre"}
    merged: list[JSON] = []
    for entity in entities:
        outer: dict[str, Any] | None = spans.get((entity["offset"], entity["length"]))
        if entity["type"] == "code" and outer is not None:
            if "language" in entity:
                outer["language"] = entity["language"]
        else:
            merged.append(entity)
    return merged
