"""Methods about chats, members and commands."""

import json
import re

from simulator.api.params import Params
from simulator.api.rights import may_send, reachable
from simulator.chats import JSON, Chat, Member
from simulator.errors import bad_request
from simulator.world import BotAccount, World

COMMAND = re.compile(r"[a-z0-9_]{1,32}")
COMMANDS_LIMIT = 100
ADMIN_RIGHTS = ("can_manage_chat", "can_delete_messages", "can_manage_video_chats", "can_restrict_members",
                "can_promote_members", "can_change_info", "can_invite_users", "can_post_stories",
                "can_edit_stories", "can_delete_stories", "can_send_welcome_messages",
                "can_pin_messages")  # fmt: skip
RESTRICTIONS = ("can_send_messages", "can_send_audios", "can_send_documents", "can_send_photos",
                "can_send_videos", "can_send_video_notes", "can_send_voice_notes", "can_send_polls",
                "can_send_other_messages",
                "can_add_web_page_previews", "can_react_to_messages", "can_edit_tag", "can_change_info",
                "can_invite_users", "can_pin_messages", "can_manage_topics")  # fmt: skip


def get_me(world: World, bot: BotAccount, p: Params) -> JSON:
    del world, p
    return bot.account.as_user() | {
        "can_join_groups": True,
        "can_read_all_group_messages": not bot.privacy,
        "supports_inline_queries": False,
    }


def described(member: Member) -> JSON:
    """A ChatMember as the platform shows it."""
    shown: JSON = {"status": member.status, "user": member.account.as_user()}
    match member.status:
        case "creator":
            return shown | {"is_anonymous": False}
        case "administrator":
            return shown | dict.fromkeys(ADMIN_RIGHTS, True) | {"can_be_edited": False, "is_anonymous": False}
        case "restricted":
            return shown | dict.fromkeys(RESTRICTIONS, False) | {"is_member": True, "until_date": 0}
        case "kicked":
            return shown | {"until_date": 0}
        case "member" | "left":
            return shown


def get_chat(world: World, bot: BotAccount, p: Params) -> JSON:
    chat = world.chat_for(bot, p.raw.get("chat_id"))
    if chat.peer is None:
        reachable(bot, chat)
    gifts = (
        "unlimited_gifts",
        "limited_gifts",
        "unique_gifts",
        "premium_subscription",
        "gifts_from_channels",
    )
    full = chat.as_chat() | {
        "accent_color_id": 0,
        "max_reaction_count": 11,
        "accepted_gift_types": dict.fromkeys(gifts, False),
    }
    pinned = [m for i in chat.pins if (m := chat.message(i)) is not None]
    return full | ({"pinned_message": pinned[-1].snapshot(with_reply=False)} if pinned else {})


def group_for(world: World, bot: BotAccount, p: Params) -> Chat:
    chat = world.chat_for(bot, p.raw.get("chat_id"))
    reachable(bot, chat)
    return chat


def get_chat_member(world: World, bot: BotAccount, p: Params) -> JSON:
    chat = group_for(world, bot, p)
    account = world.accounts.get(p.integer("user_id"))
    if account is None:
        raise bad_request("PARTICIPANT_ID_INVALID")
    return described(chat.member(account.id) or Member(account, "left" if chat.peer is None else "member"))


def get_chat_administrators(world: World, bot: BotAccount, p: Params) -> list[JSON]:
    chat = group_for(world, bot, p)
    if chat.peer is not None:
        raise bad_request("there are no administrators in the private chat")
    bots = {other.id for other in world.bots.values()} - {bot.id}
    return [described(m) for m in chat.members.values() if m.is_admin and m.account.id not in bots]


def get_chat_member_count(world: World, bot: BotAccount, p: Params) -> int:
    chat = group_for(world, bot, p)
    return 2 if chat.peer is not None else sum(m.present for m in chat.members.values())


def leave_chat(world: World, bot: BotAccount, p: Params) -> bool:
    chat = group_for(world, bot, p)
    if chat.peer is not None:
        raise bad_request("chat member status can't be changed in private chats")
    chat.members[bot.id].status = "left"
    world.note(chat, bot.account, "leaves")
    return True


def send_chat_action(world: World, bot: BotAccount, p: Params) -> bool:
    chat = world.chat_for(bot, p.raw.get("chat_id"))
    may_send(bot, chat, "text")
    world.witness.typing(chat)
    return True


def set_message_reaction(world: World, bot: BotAccount, p: Params) -> bool:
    message = group_for(world, bot, p).message(p.integer("message_id"))
    if message is None:
        raise bad_request("message to react not found")
    emoji = [str(r.get("emoji", "")) for r in p.objects("reaction")]
    message.reactions[bot.id] = emoji
    world.note(message.chat, bot.account, "reacts", " ".join(emoji), message)
    return True


def scope_key(p: Params) -> tuple[str, str]:
    scope = p.object("scope") or {"type": "default"}
    language = p.text("language_code")
    if language and not (len(language) == 2 and language.isalpha()):
        raise bad_request("invalid language code specified")
    return json.dumps(scope, sort_keys=True), language


def set_my_commands(world: World, bot: BotAccount, p: Params) -> bool:
    key, commands = scope_key(p), p.objects("commands")
    scope = json.loads(key[0])
    if "chat_id" in scope:
        world.chat_for(bot, scope["chat_id"])
    if len(commands) > COMMANDS_LIMIT:
        raise bad_request("BOT_COMMANDS_TOO_MUCH")
    for command in commands:
        if not COMMAND.fullmatch(str(command.get("command", "")).removeprefix("/")):
            raise bad_request("BOT_COMMAND_INVALID")
        if not 1 <= len(str(command.get("description", ""))) <= 256:
            raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")
    bot.commands[key] = commands
    world.witness.commands()
    return True


def get_my_commands(world: World, bot: BotAccount, p: Params) -> list[JSON]:
    del world
    return bot.commands.get(scope_key(p), [])


def delete_my_commands(world: World, bot: BotAccount, p: Params) -> bool:
    bot.commands.pop(scope_key(p), None)
    world.witness.commands()
    return True


def delete_webhook(world: World, bot: BotAccount, p: Params) -> bool:
    del world
    bot.updates.set_webhook("", None, None, drop=p.flag("drop_pending_updates"))
    return True


def set_webhook(world: World, bot: BotAccount, p: Params) -> bool:
    del world
    allowed = p.array("allowed_updates") if p.raw.get("allowed_updates") is not None else None
    bot.updates.set_webhook(
        p.text("url"), p.text("secret_token"), allowed, drop=p.flag("drop_pending_updates")
    )
    return True


def get_webhook_info(world: World, bot: BotAccount, p: Params) -> JSON:
    del world, p
    return bot.updates.webhook_info()


def accepted(world: World, bot: BotAccount, p: Params) -> bool:
    """Methods that change only what a client decorates: taken, and nothing more."""
    del world, bot, p
    return True
