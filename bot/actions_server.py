"""4b · Rasa's custom actions, served by the bot on a loopback listener of their own, with a token; never on PORT."""

import hmac
import importlib

import structlog
import uvicorn
from rasa_sdk.executor import ActionExecutor
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from bot.config import Settings

log = structlog.get_logger()


def actions_app(token: str) -> Starlette:
    """The action endpoint as Rasa calls it: POST /webhook?token=…"""
    importlib.import_module("actions")  # register_package would end the process on an ImportError
    executor = ActionExecutor()
    executor.register_package("actions")

    async def webhook(request: Request) -> Response:
        if not hmac.compare_digest(request.query_params.get("token", ""), token):
            return Response(status_code=403)
        try:
            result = await executor.run(await request.json())
        except Exception:
            log.error("action failed", exc_info=True)
            return JSONResponse({"error": "action failed"}, status_code=500)
        return JSONResponse(result.model_dump() if result else None)

    return Starlette(routes=[Route("/webhook", webhook, methods=["POST"])])


async def serve_actions(settings: Settings) -> None:
    """Serve until cancelled; nothing to do when ACTIONS_URL names another server."""
    if settings.actions_port is None or settings.actions_token is None:
        return
    app = actions_app(settings.actions_token.get_secret_value())
    await uvicorn.Server(web_config(app, "127.0.0.1", settings.actions_port)).serve()


def web_config(app: ASGIApp, host: str, port: int) -> uvicorn.Config:
    """uvicorn without its access log: paths hold one-time tokens."""
    return uvicorn.Config(
        app,
        host=host,
        port=port,
        access_log=False,
        log_config=None,
        server_header=False,
        timeout_graceful_shutdown=5,
    )
