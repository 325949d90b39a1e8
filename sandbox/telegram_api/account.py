"""Methods about the bot itself, its updates, chats and files."""

from typing import TYPE_CHECKING, Any

from sandbox.telegram_api.errors import bad_request
from sandbox.telegram_api.media import MOST_DOWNLOAD
from sandbox.telegram_api.parameters import Parameters
from sandbox.telegram_api.people import membership

if TYPE_CHECKING:
    from sandbox.telegram_api.api import TelegramApi


async def get_me(api: "TelegramApi", parameters: Parameters) -> Any:
    abilities = {
        "can_join_groups": True,
        "can_read_all_group_messages": False,
        "supports_inline_queries": False,
    }
    abilities |= {"has_topics_enabled": api.topics_enabled, "allows_users_to_create_topics": False}
    return api.me | abilities | {"can_connect_to_business": False, "has_main_web_app": False}


async def get_updates(api: "TelegramApi", parameters: Parameters) -> Any:
    if "allowed_updates" in parameters:
        api.updates.allowed = parameters.json("allowed_updates") or []
    limit = min(max(parameters.number("limit", 100) or 100, 1), 100)
    timeout = min(max(parameters.number("timeout", 0) or 0, 0), 50)
    return await api.updates.poll(parameters.number("offset"), limit, timeout)


async def set_webhook(api: "TelegramApi", parameters: Parameters) -> Any:
    if "allowed_updates" in parameters:
        api.updates.allowed = parameters.json("allowed_updates") or []
    if parameters.flag("drop_pending_updates"):
        api.updates.drop_all()
    most = min(max(parameters.number("max_connections", 40) or 40, 1), 100)
    api.delivery.set(parameters.text("url"), parameters.text("secret_token"), most)
    return True


async def delete_webhook(api: "TelegramApi", parameters: Parameters) -> Any:
    if parameters.flag("drop_pending_updates"):
        api.updates.drop_all()
    api.delivery.set("", "", 40)
    return True


async def get_webhook_info(api: "TelegramApi", parameters: Parameters) -> Any:
    webhook = api.delivery.webhook
    info: dict[str, Any] = {
        "url": webhook.url,
        "has_custom_certificate": False,
        "pending_update_count": len(api.updates.pending()),
    }
    if webhook.url:
        info |= {"max_connections": webhook.max_connections, "ip_address": "127.0.0.1"}
    if webhook.last_error:
        info |= {"last_error_date": webhook.last_error[0], "last_error_message": webhook.last_error[1]}
    return info | ({"allowed_updates": api.updates.allowed} if api.updates.allowed else {})


async def set_my_commands(api: "TelegramApi", parameters: Parameters) -> Any:
    commands = parameters.json("commands") or []
    if len(commands) > 100:
        raise bad_request("too many commands specified")
    for command in commands:
        if not 1 <= len(command["command"]) <= 32 or not 1 <= len(command["description"]) <= 256:
            raise bad_request("BOT_COMMAND_INVALID")
    api.commands[_command_key(parameters)] = commands
    return True


async def get_my_commands(api: "TelegramApi", parameters: Parameters) -> Any:
    return api.commands.get(_command_key(parameters), [])


async def delete_my_commands(api: "TelegramApi", parameters: Parameters) -> Any:
    api.commands.pop(_command_key(parameters), None)
    return True


async def get_chat(api: "TelegramApi", parameters: Parameters) -> Any:
    chat = api.chats.known(parameters.text("chat_id"))
    if not chat.open:
        raise bad_request("chat not found")
    gifts = dict.fromkeys(
        ("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription", "gifts_from_channels"),
        False,
    )
    return chat.json() | {"accent_color_id": 0, "max_reaction_count": 11, "accepted_gift_types": gifts}


async def leave_chat(api: "TelegramApi", parameters: Parameters) -> Any:
    chat = api.chats.writable(parameters.text("chat_id"))
    if chat.kind == "private":
        raise bad_request("chat member status can't be changed in private chats")
    chat.bot_was_removed = True
    membership(api, chat, api.me, "member", "left")
    return True


async def get_file(api: "TelegramApi", parameters: Parameters) -> Any:
    """At most 20 MB can be downloaded by a bot."""
    file_id = parameters.text("file_id")
    stored = api.chats.files.get(file_id)
    if stored is None:
        raise bad_request("invalid file_id")
    size = len(stored.content)
    if size > MOST_DOWNLOAD:
        raise bad_request("file is too big")
    return {
        "file_id": file_id,
        "file_unique_id": stored.unique_id,
        "file_size": size,
        "file_path": stored.path,
    }


async def log_out(api: "TelegramApi", parameters: Parameters) -> Any:
    """logOut and close: there is nothing to leave."""
    return True


def _command_key(parameters: Parameters) -> str:
    return f"{parameters.text('scope')}|{parameters.text('language_code')}"
