"""A draft in words: its questions with their buttons, and what was told, a line each."""

from collections.abc import Sequence
from typing import Any

from bot.dialogue.say import Offer, Say
from bot.entities import Subject
from bot.journeys.drafts import told
from bot.journeys.steps import SLIP, SUMMARY, Answer, journeys
from bot.services import Services
from bot.store.tables import Conversation, IntakeDraft

CHOICE = "intake_choice"  # the label of all buttons of a request: what each means is in its meaning


def offer(draft: IntakeDraft, name: str, title: str = "", **meaning: Any) -> Offer:
    """A button of this draft: one of an older draft means nothing any more."""
    return Offer(name, {"label": CHOICE, "draft": draft.id, **meaning}, title)


def question(services: Services, draft: IntakeDraft, conversation: Conversation) -> Say:
    """What is asked at the step at which the draft is."""
    language = conversation.language or "es"
    if draft.step == SUMMARY:
        lines = answer_lines(services, draft, language)
        values = {"lines": "\n".join(lines) or "–"}
        if draft.journey == SLIP:
            return _slip_summary(services, draft, conversation, values)
        offers = [offer(draft, f"intake_{do}", do=do) for do in ("send", "change", "cancel")]
        return Say("intake.summary", values, options=offers, asks=True)
    if draft.step == "consent":
        return Say("privacy.consent.ask", asks=True)
    if draft.step == "phone" and conversation.phone:
        known = offer(draft, "yes", "", step="phone", value=conversation.phone)
        values, key = {"phone": conversation.phone}, "intake.ask.phone.known"
        return Say(key, values, options=[known, *_skip(draft)], asks=True)
    return Say(f"intake.ask.{draft.step}", options=_offers(services, draft, language), asks=True)


def _slip_summary(
    services: Services, draft: IntakeDraft, conversation: Conversation, values: dict[str, str]
) -> Say:
    maker = conversation.name or services.texts.word("slip", "somebody", conversation.language or "es")
    names = {"slip_send": "send", "intake_change": "change", "intake_cancel": "cancel"}
    offers = [offer(draft, name, do=do) for name, do in names.items()]
    return Say("slip.summary", {**values, "maker": maker}, options=offers, asks=True)


def _offers(services: Services, draft: IntakeDraft, language: str) -> list[Offer]:
    step = journeys().steps[draft.step]
    if step.kind == "specialty":
        titles = {
            key: title.es if language == "es" else title.en
            for key, title in services.office.specialties.items()
        }
    elif step.kind == "relation":
        titles = {key: services.entities.shown("relative", key, language) for key in step.offered}
    else:
        titles = {key: services.texts.title(f"intake_{draft.step}_{key}", language) for key in step.options}
    answers = [
        offer(draft, "intake_answer", _title(title), step=draft.step, value=value)
        for value, title in titles.items()
    ]
    return [*answers, *_skip(draft)]


def _title(words: str) -> str:
    """As a button shows it: 20 characters at most (WhatsApp)."""
    title = words[:1].upper() + words[1:]
    return title if len(title) <= 20 else f"{title[:19].rstrip()}…"


def _skip(draft: IntakeDraft) -> list[Offer]:
    return (
        []
        if journeys().steps[draft.step].needed
        else [offer(draft, "intake_skip", step=draft.step, do="skip")]
    )


def to_change(services: Services, draft: IntakeDraft, language: str) -> Say:
    """Which answer is to be changed: ten at most, the number of rows of a list on WhatsApp."""
    names = [name for name in journeys().asked(draft.journey, draft.answers) if name in draft.answers]
    offers = [
        offer(draft, "intake_answer", _title(label(services, name, language)), step=name, do="goto")
        for name in names
    ]
    return Say("intake.change", options=offers[:10], asks=True)


def label(services: Services, step: str, language: str) -> str:
    return services.texts.word("intake", step, language)


def answer_lines(
    services: Services,
    draft: IntakeDraft,
    language: str,
    only: Sequence[str] | None = None,
    *,
    before_consent: bool = False,
) -> list[str]:
    """`Ciudad: Puebla`: each step that was asked and not skipped (of `only`), in the order of the journey. To the patient
    themselves also before they have consented."""
    answers = draft.answers if before_consent else told(draft)
    lines = []
    for name in journeys().asked(draft.journey, answers):
        shown = in_words(services, name, answers[name], language) if name in answers else ""
        if shown and (only is None or name in only):
            lines.append(f"{label(services, name, language)}: {shown}")
    return lines


def in_words(services: Services, step: str, answer: Answer, language: str) -> str:
    """An answer as a person reads it; "" for a skipped one."""
    value, words = str(answer.get("value", "")), str(answer.get("words", ""))
    shown = _value_in_words(services, step, value, language) if value else ""
    if shown and words:
        return f"{shown} ({words})"
    return shown or words


def _value_in_words(services: Services, step: str, value: str, language: str) -> str:
    kind = journeys().steps[step].kind
    if kind == "specialty":
        office = services.office.specialties.get(value)
        known = office and value not in services.entities.phrases.entries["specialty"]
        if office and known:
            return office.es if language == "es" else office.en
        return services.entities.shown_subject(Subject.read(value), language)
    if kind == "relation":
        return services.entities.shown("relative", value, language)
    if kind == "city":
        return services.entities.shown("city", value, language)
    if value in journeys().steps[step].options:
        return services.texts.title(f"intake_{step}_{value}", language)
    return value
