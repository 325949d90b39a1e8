"""What stands on the desk around the phones: who there is, the clock, the faults, the stories, and what became of a message."""

from datetime import datetime
from pathlib import Path
from typing import Any

import yaml
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from sandbox.clock import Clock
from sandbox.inside import Inside
from sandbox.page.troubles import Troubles
from sandbox.page.view import people_view
from sandbox.people import People, newcomer, user_of
from sandbox.telegram_api import TelegramApi, TelegramUser
from sandbox.twilio_api import TwilioApi

type Json = dict[str, Any]

_STORIES = Path(__file__).with_name("stories.yml")
_LONGEST_NAME = 60
_KNOWN_INSIDE = ("opening", "reminder")  # moments that the bot tells
_FURTHEST_MINUTES = 7 * 24 * 60  # at once; a desk is moved, not lost


class Desk:
    """The JSON below /sandbox/api that belongs to no phone. Time moves only forward: data were written at it."""

    def __init__(
        self,
        people: People,
        telegram: TelegramApi,
        twilio: TwilioApi,
        clock: Clock,
        zone: str,
        inside: Inside,
    ) -> None:
        self._people, self._telegram, self._twilio = people, telegram, twilio
        self._clock, self._zone, self._inside = clock, zone, inside
        self._troubles = Troubles(telegram, twilio)
        self.routes = [
            Route("/api/desk", self._read),
            Route("/api/stories", self._stories),
            Route("/api/people", self._welcome, methods=["POST"]),
            Route("/api/clock", self._move, methods=["POST"]),
            Route("/api/faults", self._trouble, methods=["POST"]),
            Route("/api/happened/{person}/{channel}/{bubble}", self._happened),
        ]

    async def _read(self, request: Request) -> Response:
        return JSONResponse(
            {
                "people": people_view(self._people),
                "zone": self._zone,
                "now": self._clock.now().isoformat(),
                "moved": self._clock.shift.total_seconds(),
                "movable": self._clock.file is not None,
                "faults": self._troubles.on,
                "inside": self._inside.known,
            }
        )

    async def _stories(self, request: Request) -> Response:
        return JSONResponse(yaml.safe_load(_STORIES.read_text(encoding="utf-8")))

    async def _welcome(self, request: Request) -> Response:
        """A new patient."""
        told = await request.json()
        name = " ".join(str(told.get("name") or "").split())[:_LONGEST_NAME]
        language = str(told.get("language"))
        if not name or language not in {"es", "en"}:
            return _refused("a name and a language are needed")
        person = newcomer(self._people, name, language, self._telegram, self._twilio)
        return JSONResponse({"key": person.key}, status_code=201)

    async def _move(self, request: Request) -> Response:
        """Ahead by `minutes`, or `to` the next opening of the office or reminder of a visit."""
        told = await request.json()
        if self._clock.file is None:
            return _refused("this clock stands for real time")
        if told.get("to") in _KNOWN_INSIDE:
            found = await self._inside.ask(told["to"])
            if not found or not found["at"]:
                return _refused(f"no {told['to']} is known")
            self._clock.move_to(datetime.fromisoformat(found["at"]))
        elif 0 < (minutes := float(told.get("minutes") or 0)) <= _FURTHEST_MINUTES:
            self._clock.advance(minutes=minutes)
        else:
            return _refused("time moves forward, a week at most")
        return JSONResponse({"now": self._clock.now().isoformat()})

    async def _trouble(self, request: Request) -> Response:
        told = await request.json()
        try:
            self._troubles.turn(str(told.get("fault")), bool(told.get("on")))
        except LookupError:
            return _refused("no such fault")
        return JSONResponse(self._troubles.on)

    async def _happened(self, request: Request) -> Response:
        """The life of one message as the bot tells it, with the times of the provider's ticks."""
        path = request.path_params
        user = user_of(self._people, path["person"], path["channel"])
        bubble = user.phone.find(path["bubble"]) if user else None
        if user is None or bubble is None:
            return JSONResponse({"error": "not found"}, status_code=404)
        address = str(user.id) if isinstance(user, TelegramUser) else user.address
        story = await self._inside.ask("happened", channel=path["channel"], address=address, bubble=bubble.id)
        if story is None:
            return JSONResponse({"error": "not known to the bot"}, status_code=404)
        for send in [*story["sends"], *((story["case"] or {}).get("offered") or [])]:
            record = self._twilio.messages.get(send.pop("provider_id") or "")
            send["ticks"] = [[status, at.isoformat()] for status, at in record.history] if record else []
        return JSONResponse({**story, "written": bubble.sent_at.isoformat(), "mine": bubble.mine})


def _refused(why: str) -> Response:
    return JSONResponse({"error": why}, status_code=409)
