"""A contact card that answers the question for a number, or for where a colleague is written to."""

from typing import Any

from bot.channels.base import AttachmentKind
from bot.conversation.intake import ask_step, keep_draft
from bot.conversation.turn import Outcome, Turn
from bot.journeys import drafts
from bot.journeys.steps import SUMMARY, Answer, journeys
from bot.outbox.why import Cause

ASKED_FOR = ("phone", "reach")  # kinds of steps that a card answers


async def contact_given(turn: Turn) -> Outcome:
    draft = turn.draft
    if draft is None or turn.quiet or not drafts.in_play(draft, turn.now) or draft.step == SUMMARY:
        return Outcome.GO_ON
    kind, card = journeys().steps[draft.step].kind, _card(turn)
    if kind not in ASKED_FOR or card is None or turn.first.body.get("text"):
        return Outcome.GO_ON
    turn.cause = Cause("attachment")
    turn.parts += [keep_draft({"answers": {draft.step: _answer(kind, card)}}), ask_step({})]
    return Outcome.REPLY


def _card(turn: Turn) -> dict[str, Any] | None:
    cards = (one for one in turn.first.body.get("attachments", ()) if one["kind"] == AttachmentKind.CONTACT)
    return next((card for card in cards if card.get("phone") or card.get("label")), None)


def _answer(kind: str, card: dict[str, Any]) -> Answer:
    if kind == "phone" and card.get("phone"):
        return {"value": card["phone"]}
    return {"words": " · ".join(filter(None, (card.get("label", ""), card.get("phone", ""))))}
