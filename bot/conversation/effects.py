"""What Rasa's actions may ask for, carried out in the turn's transaction and worded after it happened."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from bot.conversation import intake, rights, telehealth
from bot.conversation.callback import call
from bot.conversation.opt_out import leave
from bot.conversation.records import list_files, offer_page
from bot.conversation.status import status
from bot.conversation.turn import Effect, Turn, open_a_case
from bot.desk import emergency
from bot.dialogue.say import Say, said_before
from bot.entities import Subject
from bot.privacy import consent
from bot.safety import Kind, Verdict
from bot.store.tables import Message

type Payload = Mapping[str, Any]


def _open_case(payload: Payload) -> Effect:
    async def effect(turn: Turn, session: AsyncSession) -> Sequence[Say]:
        return await open_a_case(
            turn,
            session,
            reason=payload["reason"],
            topic=payload["topic"],
            urgency=payload.get("urgency", "normal"),
        )

    return effect


def _safety(payload: Payload) -> Effect:
    async def effect(turn: Turn, session: AsyncSession) -> Sequence[Say]:
        verdict = Verdict(
            Kind(payload["verdict"]), "classifier", "en" if turn.language == "en" else "es", False
        )
        await emergency.respond(
            turn.services,
            session,
            turn.conversation,
            turn.first,
            verdict,
            by="classifier",
            cause=replace(turn.cause, by="classifier") if turn.cause else None,
        )
        return ()

    return effect


def _set_language(payload: Payload) -> Effect:
    async def effect(turn: Turn, session: AsyncSession) -> Sequence[Say]:
        turn.conversation.language = payload["language"]
        turn.conversation.language_wished = True
        return [Say("language.changed")]

    return effect


def _opt_out(payload: Payload) -> Effect:
    return leave


def _repeat(payload: Payload) -> Effect:
    async def effect(turn: Turn, session: AsyncSession) -> Sequence[Say]:
        return said_before(turn.conversation) or [Say("repeat.nothing")]

    return effect


def _case_status(payload: Payload) -> Effect:
    return status


def _give_consent(payload: Payload) -> Effect:
    """`then`: what was wanted when consent was asked; it is answered after this (understand.py)."""

    async def effect(turn: Turn, session: AsyncSession) -> Sequence[Say]:
        await consent.give(turn.services, session, turn.conversation)
        names = ("given",) if payload.get("then") else ("given", "at_rest")
        return [Say(payload["say"][name]) for name in names if name in payload["say"]]

    return effect


def _revoke_consent(payload: Payload) -> Effect:
    async def effect(turn: Turn, session: AsyncSession) -> Sequence[Say]:
        await consent.revoke(turn.services, session, turn.conversation.id)
        return [Say(key) for key in payload["say"].values()]

    return effect


def _name_specialty(payload: Payload) -> Effect:
    """Whether the hospital has what was asked for: the office file says it, and only then is it said."""

    async def effect(turn: Turn, session: AsyncSession) -> Sequence[Say]:
        asked = [Subject.read(text) for text in payload["specialty"].split(",")]
        said: dict[str, list[str]] = {"offered": [], "unconfirmed": []}
        for one in asked:
            known = turn.services.office.offers(one.specialty, child=one.child, real=turn.services.real)
            said["offered" if known else "unconfirmed"].append(str(one))
        return [
            Say(payload["say"][outcome], {"specialty": ",".join(names)})
            for outcome, names in said.items()
            if names
        ]

    return effect


def _keep_day(payload: Payload) -> Effect:
    """The day that a message names stays with it, for the card of its case."""

    async def effect(turn: Turn, session: AsyncSession) -> Sequence[Say]:
        message = await session.get_one(Message, turn.first.id)
        message.body = {**message.body, "day": payload["day"]}
        return ()

    return effect


EFFECTS: Mapping[str, Callable[[Payload], Effect]] = {
    "open_case": _open_case,
    "safety": _safety,
    "set_language": _set_language,
    "opt_out": _opt_out,
    "repeat": _repeat,
    "case_status": _case_status,
    "my_data": lambda payload: rights.my_data,
    "erase": lambda payload: rights.ask_to_erase,
    "keep_data": lambda payload: rights.keep,
    "privacy_notice": lambda payload: rights.tell_notice,
    "give_consent": _give_consent,
    "revoke_consent": _revoke_consent,
    "name_specialty": _name_specialty,
    "keep_day": _keep_day,
    "callback": call,
    "offer_slots": telehealth.offer_slots,
    "move_appointment": telehealth.move_appointment,
    "cancel_appointment": telehealth.cancel_appointment,
    "choose": telehealth.choose,
    "offer_page": lambda payload: offer_page,
    "list_files": lambda payload: list_files,
    "keep_draft": intake.keep_draft,
    "ask_step": intake.ask_step,
    "offer_resume": intake.offer_resume,
    "leave_draft": intake.leave_draft,
    "send_draft": intake.send_draft,
}
