"""The methods of the Bot API that the simulator knows, by name."""

from collections.abc import Callable
from typing import Any

from simulator.api import chats, editing, files, sending
from simulator.api.params import Params
from simulator.world import BotAccount, World

Method = Callable[[World, BotAccount, Params], Any]

METHODS: dict[str, Method] = {
    name.replace("_", ""): method
    for name, method in {
        "get_me": chats.get_me,
        "set_webhook": chats.set_webhook,
        "delete_webhook": chats.delete_webhook,
        "get_webhook_info": chats.get_webhook_info,
        "get_chat": chats.get_chat,
        "get_chat_member": chats.get_chat_member,
        "get_chat_administrators": chats.get_chat_administrators,
        "get_chat_member_count": chats.get_chat_member_count,
        "leave_chat": chats.leave_chat,
        "send_chat_action": chats.send_chat_action,
        "set_message_reaction": chats.set_message_reaction,
        "set_my_commands": chats.set_my_commands,
        "get_my_commands": chats.get_my_commands,
        "delete_my_commands": chats.delete_my_commands,
        "set_chat_menu_button": chats.accepted,
        "set_my_description": chats.accepted,
        "set_my_short_description": chats.accepted,
        "send_message": sending.send_message,
        "send_photo": sending.send_photo,
        "send_video": sending.send_video,
        "send_voice": sending.send_voice,
        "send_audio": sending.send_audio,
        "send_document": sending.send_document,
        "send_media_group": sending.send_media_group,
        "send_poll": sending.send_poll,
        "copy_message": sending.copy_message,
        "forward_message": sending.forward_message,
        "edit_message_text": editing.edit_message_text,
        "edit_message_caption": editing.edit_message_caption,
        "edit_message_media": editing.edit_message_media,
        "edit_message_reply_markup": editing.edit_message_reply_markup,
        "delete_message": editing.delete_message,
        "pin_chat_message": editing.pin_chat_message,
        "unpin_chat_message": editing.unpin_chat_message,
        "answer_callback_query": editing.answer_callback_query,
        "stop_poll": editing.stop_poll,
        "get_file": files.get_file,
    }.items()
}
