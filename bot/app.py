"""The composition root: builds everything once and mounts channels, actions, media, records, health and metrics."""

import asyncio
import contextlib
import functools
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, replace

import procrastinate
import structlog
import uvicorn
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from sqlalchemy import text
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import BaseRoute, Route

from bot.actions_server import serve_actions, web_config
from bot.appointments.ics import CONTENT_TYPE, linked_file
from bot.channels.base import Channel, ChannelName
from bot.channels.errors import SendError
from bot.channels.telegram.polling import Poller
from bot.channels.telegram.send import Telegram, TelegramSettings
from bot.channels.whatsapp.send import WhatsApp, WhatsAppSettings
from bot.clock import Clock, clock_of
from bot.config import ROOT, Settings
from bot.console.routes import console_routes
from bot.conversation.stages import STAGES
from bot.desk import board, leaving, roster
from bot.desk.alarms import raise_alarm
from bot.desk.consequences import follow
from bot.dialogue.rasa import Rasa
from bot.entities import Entities
from bot.entities.unfinished import beginnings
from bot.inbox.webhooks import Inbox, routes
from bot.journeys.steps import journeys
from bot.office import Office
from bot.office import load as load_office
from bot.outbox.deliver import Outbox
from bot.outbox.files import open_once
from bot.privacy import notice
from bot.records.web.files import file_routes
from bot.records.web.upload import UploadPage
from bot.safety import HelpComing, Screen
from bot.sandbox_door import inside_routes, sandbox_routes
from bot.services import Services
from bot.store.database import Database
from bot.store.jobs import Jobs
from bot.texts import Editions, Labels, TextBook
from bot.watch import Watch
from bot.worker import make_queue, register, work

log = structlog.get_logger()

type Handler = Callable[[Request], Awaitable[Response]]


@dataclass(frozen=True, slots=True)
class Puente:
    """The wired product, open: what the web application and the worker run on."""

    services: Services
    queue: procrastinate.App
    outbox: Outbox
    inbox: Inbox
    watch: Watch


@contextlib.asynccontextmanager
async def opened(settings: Settings, clock: Clock | None = None) -> AsyncIterator[Puente]:
    """Build and open everything; close it in reverse. Raises what is wrong with settings, office, texts or key.

    `clock`: of a test; else the system's, or the one that the sandbox moves.
    """
    office = load_office(settings.office_file)
    texts = replace(TextBook.load(ROOT / "data" / "texts"), editions=Editions())
    texts.check(office)
    for read in (journeys, beginnings):
        read()  # read when they are needed; what is wrong with them is told now
    queue = make_queue(settings.database)
    database = Database(settings.database)
    services = Services(
        settings=settings,
        office=office,
        texts=texts,
        labels=Labels.load(ROOT / "data" / "labels.yml"),
        entities=Entities.load(ROOT / "data" / "entities"),
        screen=safety_rules(),
        help_coming=HelpComing.load(ROOT / "data" / "help_coming.yml"),
        database=database,
        jobs=Jobs(queue),
        channels=make_channels(settings, office, texts),
        rasa=Rasa(
            settings.rasa_url or "", settings.rasa_token.get_secret_value() if settings.rasa_token else ""
        ),
        clock=clock or clock_of(settings.sandbox_clock),
    )
    outbox = Outbox(services, follow, raise_alarm)
    telegram = services.channels.get(ChannelName.TELEGRAM)
    inbox = Inbox(services, outbox, telegram.bot_id if isinstance(telegram, Telegram) else "")
    register(queue, services, outbox, STAGES)
    await database.open(settings.encryption_keys)
    async with queue.open_async():
        await roster.sync(services)
        await leaving.leave_former_chats(services)
        await board.sync(services)
        try:
            yield Puente(services, queue, outbox, inbox, Watch(services, queue))
        finally:
            for channel in services.channels.values():
                await channel.close()
            await services.rasa.close()
            await database.close()


@functools.cache
def safety_rules() -> Screen:
    """The rules of `data/safety`, read once in a process: compiling them takes seconds."""
    return Screen.load(ROOT / "data" / "safety")


def make_channels(settings: Settings, office: Office, texts: TextBook) -> dict[str, Channel]:
    """The channels whose tokens are set."""
    channels: dict[str, Channel] = {}
    if settings.telegram_bot_token:
        token = settings.telegram_bot_token.get_secret_value()
        channels[ChannelName.TELEGRAM] = Telegram(TelegramSettings(token, settings.telegram_api_base))
    if settings.whatsapp_configured:
        channels[ChannelName.WHATSAPP] = WhatsApp(
            WhatsAppSettings(
                account_sid=settings.twilio_account_sid or "",
                auth_token=settings.twilio_auth_tokens[0],
                sender=settings.twilio_whatsapp_from or "",
                messaging_service_sid=settings.twilio_messaging_service_sid or "",
                public_url=settings.base_url,
                api_base=settings.twilio_api_base or "",
                list_button=" / ".join(texts.title("options", language) for language in ("es", "en")),
                templates=_templates(office, real=settings.real_providers),
            )
        )
    return channels


def _templates(office: Office, *, real: bool) -> dict[str, dict[str, str]]:
    """Content sids of the approved templates, by name and language."""
    return {
        name: {
            language: sid for language in ("es", "en") if (sid := office.template_sid(name, language, real))
        }
        for name in office.templates
    }


def web(puente: Puente) -> Starlette:
    """The product's web application."""
    services = puente.services
    mounted: list[BaseRoute] = [
        *routes(puente.inbox),
        Route("/health/live", live),
        Route("/health/ready", ready(services)),
        Route("/metrics", metrics_page),
        Route("/media/{token}", media(services)),
        *console_routes(services),
        Route("/calendar/{uid}/{seal}.ics", calendar(services)),
        *UploadPage(services).routes,
        *file_routes(services),
        Route("/privacy", privacy_page(services)),
    ]
    if services.settings.sandbox_on and services.settings.sandbox_url:
        mounted += sandbox_routes(services.settings.sandbox_url)
    mounted += inside_routes(services)
    return Starlette(routes=mounted)


async def live(request: Request) -> Response:
    return JSONResponse({"status": "ok"})


def ready(services: Services) -> Handler:
    async def handler(request: Request) -> Response:
        """200 when the database answers and Rasa has a model; else 503 and what is missing."""
        missing = [] if await services.rasa.ready() else ["rasa"]
        try:
            async with services.database.session() as session:
                await session.execute(text("SELECT 1"))
        except Exception:
            missing.append("database")
        return JSONResponse(
            {"status": "ok" if not missing else "waiting", "missing": missing}, 503 if missing else 200
        )

    return handler


async def metrics_page(request: Request) -> Response:
    return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)


def media(services: Services) -> Handler:
    async def handler(request: Request) -> Response:
        """A file for the provider that fetches it; once."""
        file = await open_once(services, request.path_params["token"])
        if file is None:
            return Response(status_code=404)
        headers = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
        return Response(file.content, media_type=file.content_type, headers=headers)

    return handler


def calendar(services: Services) -> Handler:
    async def handler(request: Request) -> Response:
        """A visit for the patient's own calendar, as it is now."""
        file = await linked_file(services, request.path_params["uid"], request.path_params["seal"])
        if file is None:
            return Response(status_code=404)
        headers = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
        return Response(file, media_type=CONTENT_TYPE, headers=headers)

    return handler


def privacy_page(services: Services) -> Handler:
    async def handler(request: Request) -> Response:
        """The full privacy notice, in the language of `?lang=`, else of the browser, else in Spanish."""
        asked = request.query_params.get("lang", "") or request.headers.get("accept-language", "")[:2].lower()
        language = "en" if asked == "en" else "es"
        headers = {
            "Content-Language": language,
            "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'",
            "Referrer-Policy": "no-referrer",
            "X-Content-Type-Options": "nosniff",
        }
        return HTMLResponse(notice.page(services, language), headers=headers)

    return handler


async def serve(settings: Settings, *, with_worker: bool = True) -> None:
    """`puente serve`: web application, actions, Telegram polling when there is no webhook, and the worker unless apart."""
    async with opened(settings) as puente:
        server = uvicorn.Server(web_config(web(puente), settings.host, settings.port))
        async with asyncio.TaskGroup() as group:
            beside = [
                group.create_task(serve_actions(settings)),
                group.create_task(listen_to_telegram(puente)),
            ]
            if with_worker:
                beside.append(group.create_task(work(puente.queue, puente.watch)))
            await server.serve()
            for task in beside:
                task.cancel()


async def work_only(settings: Settings) -> None:
    """`puente work`: a further worker."""
    async with opened(settings) as puente:
        await work(puente.queue, puente.watch)


async def listen_to_telegram(puente: Puente) -> None:
    """Have Telegram's updates come in: by webhook, or by polling, which needs no public address."""
    settings = puente.services.settings
    telegram = puente.services.channels.get(ChannelName.TELEGRAM)
    if not isinstance(telegram, Telegram) or settings.telegram_bot_token is None:
        return
    secret = settings.telegram_webhook_secret
    if settings.resolved_telegram_mode == "webhook" and secret:
        await insist(
            lambda: telegram.set_webhook(f"{settings.base_url}/webhooks/telegram", secret.get_secret_value())
        )
        return
    await insist(telegram.delete_webhook)
    token = settings.telegram_bot_token.get_secret_value()
    await Poller(token, settings.telegram_api_base, puente.inbox.telegram_update).run()


async def insist(call: Callable[[], Awaitable[None]]) -> None:
    """Try until the provider agrees; the rest of the product runs meanwhile."""
    pause = 1.0
    while True:
        try:
            return await call()
        except SendError as error:
            log.error("telegram setup failed", error=type(error).__name__, code=error.code)
            await asyncio.sleep(pause)
            pause = min(pause * 2, 60.0)
