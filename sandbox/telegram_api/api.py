"""The Bot API on loopback: state, routes, and the one place where a call meets its fault."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import httpx
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from sandbox.clock import Clock
from sandbox.faults import Fault, FaultKind, Faults, fall_silent
from sandbox.phone import Phone, ShownOption
from sandbox.reach import Reach
from sandbox.telegram_api import account, editing, sending, topics
from sandbox.telegram_api.chats import Chat, Chats, Json
from sandbox.telegram_api.errors import ApiError, too_many_requests
from sandbox.telegram_api.parameters import Parameters, read
from sandbox.telegram_api.people import TelegramGroup, TelegramUser
from sandbox.telegram_api.shown import bubble_of, refresh
from sandbox.telegram_api.updates import Update, Updates
from sandbox.telegram_api.webhooks import Webhook, WebhookDelivery

type Method = Callable[["TelegramApi", Parameters], Awaitable[Any]]

METHODS: dict[str, Method] = {
    "getMe": account.get_me,
    "getUpdates": account.get_updates,
    "setWebhook": account.set_webhook,
    "deleteWebhook": account.delete_webhook,
    "getWebhookInfo": account.get_webhook_info,
    "setMyCommands": account.set_my_commands,
    "getMyCommands": account.get_my_commands,
    "deleteMyCommands": account.delete_my_commands,
    "getChat": account.get_chat,
    "leaveChat": account.leave_chat,
    "getFile": account.get_file,
    "logOut": account.log_out,
    "close": account.log_out,
    "sendMessage": sending.send_message,
    "sendPhoto": sending.file_sender("photo"),
    "sendDocument": sending.file_sender("document"),
    "sendVoice": sending.file_sender("voice"),
    "sendAudio": sending.file_sender("audio"),
    "sendVideo": sending.file_sender("video"),
    "sendSticker": sending.file_sender("sticker"),
    "sendLocation": sending.send_location,
    "sendContact": sending.send_contact,
    "copyMessage": sending.copy_message,
    "sendChatAction": sending.send_chat_action,
    "createForumTopic": topics.create_forum_topic,
    "editMessageText": editing.edit_message_text,
    "editMessageReplyMarkup": editing.edit_message_reply_markup,
    "deleteMessage": editing.delete_message,
    "answerCallbackQuery": editing.answer_callback_query,
}
_BY_LOWER_NAME = {name.lower(): name for name in METHODS}
_TYPING = timedelta(seconds=5)


@dataclass(slots=True)
class Tap:
    """A callback query that waits for its answer."""

    at: datetime
    phone: Phone
    answered: bool = False


class TelegramApi:
    """One bot, the chats it is in, and the people at the other end (`user`, `group`)."""

    def __init__(self, token: str, clock: Clock, reach: Reach, http: httpx.AsyncClient) -> None:
        self.token, self.clock, self.http = token, clock, http
        self.me: Json = {
            "id": int(token.partition(":")[0]),
            "is_bot": True,
            "first_name": "Puente",
            "username": "puente_sandbox_bot",
        }
        self.faults = Faults()
        self.natural_limits = False
        self.topics_enabled = False  # BotFather's threaded mode: for all private chats of the bot
        self.calls: list[tuple[str, Json]] = []
        self.chats = Chats(clock)
        self.updates = Updates(clock)
        self.delivery = WebhookDelivery(self.updates, clock, reach, http, self._call_in_answer)
        self.commands: dict[str, list[Json]] = {}
        self.taps: dict[str, Tap] = {}
        self.routes = [
            Route("/bot{token}/{method}", self._endpoint, methods=["GET", "POST"]),
            Route("/file/bot{token}/{path:path}", self._download, methods=["GET"]),
        ]

    @property
    def webhook(self) -> Webhook:
        """What the bot set; `.url` is empty while it polls."""
        return self.delivery.webhook

    @property
    def updates_sent(self) -> list[Update]:
        """Every update so far, for `TelegramUser.raw`."""
        return self.updates.sent

    def user(self, id_: int, first_name: str, **about: str) -> TelegramUser:
        """A person. `about`: last_name, username, language_code. The bot cannot write to her before she wrote."""
        return TelegramUser.joins(self, id_, first_name, about)

    async def group(
        self, title: str, *members: TelegramUser, supergroup: bool = True, bot_is_admin: bool = False
    ) -> TelegramGroup:
        """A group that has just added the bot (my_chat_member is sent)."""
        return await TelegramGroup.opens(self, title, members, supergroup, bot_is_admin)

    async def close(self) -> None:
        await self.delivery.close()

    # --- what methods do to phones ------------------------------------------------------------------------

    def post(self, chat: Chat, content: Json, options: tuple[ShownOption, ...]) -> Json:
        """Store a message of the bot and show it. `options` also has the keys of a reply keyboard."""
        message = self.chats.store(chat, content)
        chat.phone.typing_until = None
        bubble = chat.phone.add(bubble_of(self.chats, message, mine=False))
        bubble.options, bubble.topic = options, chat.topics.get(message.get("message_thread_id", 0), "")
        return message

    def reshow(self, chat: Chat, message: Json, *, reworded: bool) -> None:
        """Show an edited message; a mere change of buttons does not count as something said."""
        bubble = chat.phone.find(str(message["message_id"]))
        if bubble is None:
            return
        refresh(self.chats, bubble, message)
        bubble.edited = bubble.edited or reworded
        if reworded:
            chat.phone.reword(bubble)
        else:
            chat.phone.mark(bubble, bubble.status)

    def unshow(self, chat: Chat, message: Json) -> None:
        bubble = chat.phone.find(str(message["message_id"]))
        if bubble is not None:
            bubble.deleted = True
            chat.phone.mark(bubble, bubble.status)

    def remember_tap(self, query_id: str, phone: Phone) -> None:
        self.taps[query_id] = Tap(self.clock.now(), phone)

    def shows_typing(self, chat: Chat) -> None:
        chat.phone.typing_until = self.clock.now() + _TYPING
        chat.phone.touch()

    # --- HTTP ---------------------------------------------------------------------------------------------

    async def _endpoint(self, request: Request) -> Response:
        try:
            return await self._answer(request)
        except ApiError as error:
            return _failure(error)

    async def _answer(self, request: Request) -> Response:
        self._check_token(request)
        method = _BY_LOWER_NAME.get(request.path_params["method"].lower())
        if method is None:
            raise ApiError(404)
        parameters = await read(request)
        fault = self.faults.take(method, parameters.text("chat_id"))
        if fault is not None and fault.kind is not FaultKind.LOSE_RESPONSE:
            return await self._suffer(request, fault)
        result = await self._call(method, parameters)
        if fault is not None:
            await fall_silent(request, fault.seconds)
        return JSONResponse({"ok": True, "result": result})

    async def _call(self, method: str, parameters: Parameters) -> Any:
        self.calls.append((method, parameters.plain()))
        return await METHODS[method](self, parameters)

    async def _call_in_answer(self, body: Json) -> None:
        """A method in the answer to a webhook: its result is never told, nor its failure."""
        method = _BY_LOWER_NAME.get(str(body["method"]).lower())
        try:
            if method is not None:
                await self._call(method, Parameters(body))
        except ApiError:
            return

    def _check_token(self, request: Request) -> None:
        token = request.path_params["token"]
        if not token.partition(":")[0].isdigit():
            raise ApiError(404)
        if token != self.token:
            raise ApiError(401)

    async def _suffer(self, request: Request, fault: Fault) -> Response:
        if fault.kind is not FaultKind.REFUSE:
            await fall_silent(request, fault.seconds)
            return Response()
        if fault.retry_after is not None:
            raise too_many_requests(fault.retry_after)
        raise ApiError(fault.status, fault.text)

    async def _download(self, request: Request) -> Response:
        try:
            self._check_token(request)
        except ApiError as error:
            return _failure(error)
        stored = self.chats.file_at(request.path_params["path"])
        if stored is None:
            return _failure(ApiError(404))
        return Response(stored.content, media_type="application/octet-stream")


def _failure(error: ApiError) -> JSONResponse:
    return JSONResponse(error.body(), status_code=error.code)
