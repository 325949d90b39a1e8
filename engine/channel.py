"""The only way in: one turn of one conversation over HTTP, for the bot alone.

Rasa's own REST channel has no authentication, logs the person's text when something fails and then
answers 200 with an empty list (rasa 3.6.21, core/channels/rest.py). This one takes the same requests on the
same path.
"""

from __future__ import annotations

import hmac
import logging
from collections.abc import Awaitable, Callable
from typing import Any

from rasa.core.channels.channel import CollectingOutputChannel, InputChannel, UserMessage
from rasa.shared.exceptions import InvalidConfigException
from sanic import Blueprint, response
from sanic.request import Request
from sanic.response import HTTPResponse

from engine import hardening

logger = logging.getLogger(__name__)

OnMessage = Callable[[UserMessage], Awaitable[Any]]


class TurnChannel(InputChannel):
    """`POST /webhooks/rest/webhook?token=…` with {"sender", "message", "metadata"}.

    200: a list of {"recipient_id", "custom"}, never empty; the header X-Model names the model that answered.
    400 malformed, 403 forbidden, 500 no_answer (an action failed; Rasa has saved the message without an
    answer) or engine_failed (nothing is known to be saved).
    """

    def __init__(self, token: str) -> None:
        self._token = token

    @classmethod
    def name(cls) -> str:
        return "rest"

    @classmethod
    def from_credentials(cls, credentials: dict[str, Any] | None) -> TurnChannel:
        """Built once, when the server starts: the moment to make Rasa fit to serve."""
        token = (credentials or {}).get("token")
        if not token:
            raise InvalidConfigException("credentials.yml: the channel needs a token (RASA_TOKEN is empty).")
        hardening.apply()
        return cls(str(token))

    def blueprint(self, on_new_message: OnMessage) -> Blueprint:
        blueprint = Blueprint("turn_channel", __name__)

        @blueprint.route("/webhook", methods=["POST"])
        async def receive(request: Request) -> HTTPResponse:
            if not hmac.compare_digest(request.args.get("token", "").encode(), self._token.encode()):
                return response.json({"error": "forbidden"}, status=403)
            message = _message(request)
            if message is None:
                return response.json({"error": "malformed"}, status=400)
            answer = await _answer(on_new_message, message)
            answer.headers["X-Model"] = request.app.ctx.agent.processor.model_filename
            return answer

        return blueprint


async def _answer(on_new_message: OnMessage, message: UserMessage) -> HTTPResponse:
    try:
        await on_new_message(message)
    except Exception as error:  # whatever it is, the bot must hear of it, and the log must not hear the text
        logger.error("turn failed", extra={"harmless": "engine.turn_failed", "error": hardening.where(error)})
        return response.json({"error": "engine_failed"}, status=500)
    answers = message.output_channel.messages  # type: ignore[union-attr]
    if not answers:
        return response.json({"error": "no_answer"}, status=500)
    return response.json(answers)


def _message(request: Request) -> UserMessage | None:
    body = request.json
    if not isinstance(body, dict):
        return None
    sender, text, metadata = body.get("sender"), body.get("message"), body.get("metadata") or {}
    if not (isinstance(sender, str) and sender and isinstance(text, str) and isinstance(metadata, dict)):
        return None
    return UserMessage(text, CollectingOutputChannel(), sender, input_channel="rest", metadata=metadata)
