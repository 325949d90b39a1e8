"""What the assistant says: keys of `data/texts`, rendered in the person's language into one draft."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from bot.entities import Subject
from bot.outbox.draft import Draft, DraftOption
from bot.services import Services
from bot.store.tables import Choice, Conversation


@dataclass(frozen=True, slots=True)
class Offer:
    """A button: what a tap means, and its title: `title` itself, or the title of `name` in `data/texts/buttons.yml`.

    `wants`: as in `bot.channels.base.Option`.
    """

    name: str
    meaning: Mapping[str, Any]
    title: str = ""
    wants: str = ""


@dataclass(frozen=True, slots=True)
class Say:
    """One text key with its values. `options` None: the text's own buttons. `asks`: an answer is expected."""

    key: str
    values: Mapping[str, str] = field(default_factory=dict)
    options: Sequence[str | Offer] | None = None
    asks: bool = False


async def compose(
    services: Services,
    session: AsyncSession,
    conversation: Conversation,
    says: Sequence[Say],
    language: str,
    *,
    menus: bool = True,
) -> Draft:
    """One draft of all that is said, options of the last that has any. Remembers it for "repeat" and typed numbers."""
    texts: list[str] = []
    offers: list[Offer] = []
    for say in says:
        values = in_words(services, say.values, language)
        rendered = services.texts.render(say.key, language, values, services.office, services.real)
        texts.append(rendered.text)
        named: Sequence[str | Offer] = rendered.options if say.options is None else say.options
        offers = [option if isinstance(option, Offer) else label_offer(option) for option in named] or offers
    options = await put_on_offer(services, session, conversation, offers, language) if menus else ()
    draft = Draft(text="\n\n".join(dict.fromkeys(texts)), options=options)
    conversation.last_said = {**draft.to_json(), "says": [_remembered(say) for say in says]}
    conversation.awaiting = any(say.asks for say in says)
    return draft


def beside(services: Services, says: Sequence[Say], language: str) -> Draft:
    """What is said while an answer is awaited: without buttons, and not remembered, so that the question stays answerable."""
    texts = [
        services.texts.render(
            say.key, language, in_words(services, say.values, language), services.office, services.real
        ).text
        for say in says
    ]
    return Draft(text="\n\n".join(dict.fromkeys(texts)))


def in_words(services: Services, values: Mapping[str, str], language: str) -> dict[str, str]:
    """`values` with the keys of data/entities and data/private.yml in words: {specialty: "oncology+child,neurology"},
    {insurer: "gnp"}. Only here, so that "repeat" says them in the language of then."""

    def shown(kind: str, key: str) -> str:
        if kind == "specialty":
            return services.entities.shown_subject(Subject.read(key), language)
        if kind == "private":
            return services.texts.word(kind, key, language)
        return services.entities.shown(kind, key, language)

    return {
        name: services.texts.say_list([shown(name, key) for key in value.split(",")], language)
        if name in ("specialty", "insurer", "private")
        else value
        for name, value in values.items()
    }


def _remembered(say: Say) -> dict[str, Any]:
    names = None if say.options is None else [option for option in say.options if isinstance(option, str)]
    return {"key": say.key, "values": dict(say.values), "options": names}


def said_before(conversation: Conversation) -> list[Say]:
    """What was said last, to be said again (in the language of now)."""
    return [Say(**said) for said in (conversation.last_said or {}).get("says", ())]


def label_offer(name: str) -> Offer:
    """A button that means: as if the person had said `name`."""
    return Offer(name, {"label": name})


async def put_on_offer(
    services: Services,
    session: AsyncSession,
    conversation: Conversation,
    offers: Sequence[Offer],
    language: str,
) -> tuple[DraftOption, ...]:
    """Give each offer a token that only this conversation can redeem."""
    options = []
    for offer in offers:
        token = secrets.token_urlsafe(12)
        now = services.clock()
        row = Choice(
            token=token, conversation_id=conversation.id, meaning=dict(offer.meaning), created_at=now
        )
        session.add(row)
        title = offer.title or services.texts.title(offer.name, language)
        options.append(DraftOption(token, title, offer.wants))
    return tuple(options)
