"""Files: uploads, ids, and download."""

from typing import Any

from simulator.api.params import Params
from simulator.chats import JSON
from simulator.errors import PlatformError, bad_request
from simulator.world import BotAccount, StoredFile, Upload, World

UPLOAD_LIMIT = 50 * 1024 * 1024  # bytes, what a bot may send
DOWNLOAD_LIMIT = 20 * 1024 * 1024  # bytes, what a bot may fetch
PHOTO_LIMIT = 10 * 1024 * 1024  # bytes
TYPE_NAMES = {"photo": "Photo", "video": "Video", "document": "Document", "voice": "VoiceNote",
              "audio": "Audio", "sticker": "Sticker"}  # fmt: skip
MIME_TYPES = {"photo": "image/jpeg", "video": "video/mp4", "voice": "audio/ogg", "audio": "audio/mpeg",
              "document": "application/octet-stream", "sticker": "image/webp"}  # fmt: skip


def keep(world: World, bot_id: int, kind: str, upload: Upload, size: int | None = None) -> StoredFile:
    """Store a file for one bot; a size may be claimed that its bytes do not have."""
    number = world.number()
    stored = StoredFile(
        file_id=f"{TYPE_NAMES[kind]}-{bot_id}-{number}",
        unique_id=f"u{number}",
        kind=kind,
        filename=upload.filename,
        data=upload.data,
        size=len(upload.data) if size is None else size,
        content_type=MIME_TYPES[kind] if kind != "document" else upload.content_type,
    )
    world.files[stored.file_id] = stored
    return stored


def attached(world: World, bot: BotAccount, p: Params, kind: str, value: Any) -> JSON:
    """The content of a message that carries the file which `value` names or uploads."""
    upload = p.files.get(kind)
    if isinstance(value, str) and value.startswith("attach://"):
        upload = p.files.get(value.removeprefix("attach://"))
    if upload is not None:
        limit = PHOTO_LIMIT if kind == "photo" else UPLOAD_LIMIT
        if len(upload.data) > UPLOAD_LIMIT:
            raise PlatformError(413, "Request Entity Too Large")
        if len(upload.data) > limit:
            raise bad_request("file is too big for a photo")
        if not upload.data:
            raise bad_request("file must be non-empty")
        return described(keep(world, bot.id, kind, upload))
    if not value:
        raise bad_request(f"there is no {kind} in the request")
    return described(known(world, bot, kind, str(value)))


def known(world: World, bot: BotAccount, kind: str, file_id: str) -> StoredFile:
    if file_id.startswith(("http://", "https://")):
        raise bad_request("failed to get HTTP URL content")  # the simulator has no network
    stored = world.files.get(file_id)
    if stored is None or f"-{bot.id}-" not in file_id:
        raise bad_request("wrong remote file identifier specified: can't unserialize it")
    if stored.kind != kind:
        raise bad_request(f"can't use file of type {TYPE_NAMES[stored.kind]} as {TYPE_NAMES[kind]}")
    return stored


def group_item(world: World, bot: BotAccount, p: Params, item: JSON) -> JSON:
    kind = str(item.get("type"))
    if kind not in {"photo", "video", "document", "audio"}:
        raise bad_request("can't parse InputMedia: media type is invalid")
    return attached(
        world, bot, Params(p.raw, {k: v for k, v in p.files.items() if k != kind}), kind, item.get("media")
    )


def described(stored: StoredFile) -> JSON:
    """The part of a message that tells of the file."""
    base: JSON = {"file_id": stored.file_id, "file_unique_id": stored.unique_id, "file_size": stored.size}
    match stored.kind:
        case "photo":
            small = {**base, "file_unique_id": stored.unique_id + "s", "width": 90, "height": 67}
            return {"photo": [small, {**base, "width": 1280, "height": 960}]}
        case "video":
            extra: JSON = {"width": 1280, "height": 720, "duration": 10, "file_name": stored.filename}
        case "voice":
            extra = {"duration": 10}
        case "audio":
            extra = {"duration": 10, "file_name": stored.filename}
        case "sticker":
            extra = {"type": "regular", "width": 512, "height": 512, "is_animated": False, "is_video": False}
            return {"sticker": base | extra}
        case _:
            extra = {"file_name": stored.filename}
    return {stored.kind: base | extra | {"mime_type": stored.content_type}}


def get_file(world: World, bot: BotAccount, p: Params) -> JSON:
    stored = world.files.get(p.text("file_id"))
    if stored is None or f"-{bot.id}-" not in stored.file_id:
        raise bad_request("invalid file_id")
    if stored.size > DOWNLOAD_LIMIT:
        raise bad_request("file is too big")
    return {
        "file_id": stored.file_id,
        "file_unique_id": stored.unique_id,
        "file_size": stored.size,
        "file_path": stored.path,
    }


def download(world: World, token: str, path: str) -> bytes | None:
    """The bytes at a path that getFile gave to this bot."""
    bot = world.bots.get(token)
    for stored in world.files.values():
        if bot is not None and stored.path == path and f"-{bot.id}-" in stored.file_id:
            return stored.data
    return None
