"""The slip in the conversation: somebody fills one in for a patient, and the patient opens it, consents, and goes on."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from bot.channels.base import AttachmentKind
from bot.conversation.turn import Effect, Outcome, Turn
from bot.dialogue.say import Offer, Say
from bot.journeys import drafts, slips, words
from bot.journeys.steps import CONSENT, SLIP, journeys
from bot.outbox.draft import ANNOUNCEMENT, ENCLOSURE, Draft
from bot.outbox.enqueue import enqueue
from bot.outbox.files import kept_file
from bot.outbox.why import Cause
from bot.privacy import consent
from bot.store.tables import Conversation, IntakeDraft, Slip

COMMAND = "slip"
REFERRAL = "referral"


async def slip_in_hand(turn: Turn) -> Outcome:
    """Stage: the word VOLANTE, a link that was opened, and the buttons of both. Nothing of it in danger or grief."""
    tapped = turn.choice is not None and "do_slip" in turn.choice
    part = _effect(turn) if not turn.quiet else turn.quiet_word() if tapped else None
    if part is None:
        return Outcome.GO_ON
    turn.parts.append(part)
    turn.cause = Cause("choice" if tapped else "command", command=COMMAND)
    return Outcome.REPLY


def _effect(turn: Turn) -> Effect | None:
    if secret := slips.secret_of(turn.first):
        return _open(secret)
    if turn.choice is not None:
        how = _BUTTONS.get(str(turn.choice.get("do_slip", "")))
        return how(turn.choice) if how else None
    command = turn.command
    return _wanted if command and command.name == COMMAND else None


# --- who makes one ------------------------------------------------------------------------------------------


def offered(draft: IntakeDraft) -> Offer:
    """The button for it, under what a colleague has sent."""
    return Offer("slip_make", {"do_slip": "make", "draft": draft.id})


async def _wanted(turn: Turn, session: AsyncSession) -> Sequence[Say]:
    """Effect: those that wait to be opened, if there are any; else a new one."""
    waiting = await slips.unopened(turn.services, session, turn.conversation.id)
    if not waiting:
        return await _begin(turn, session, {})
    lines = [f"{number}. {_made_on(turn, slip)}" for number, slip in enumerate(waiting, 1)]
    new = [Offer("slip_make", {"do_slip": "make"})] if len(waiting) < slips.MOST else []
    revoke = [
        Offer(
            "slip_revoke", {"do_slip": "revoke", "slip": slip.id}, _revoke_title(turn, number, len(waiting))
        )
        for number, slip in enumerate(waiting, 1)
    ]
    return [Say("slip.waiting", {"lines": "\n".join(lines)}, options=[*new, *revoke], asks=True)]


def _made_on(turn: Turn, slip: Slip) -> str:
    return turn.services.texts.say_day(turn.services.office.local(slip.created_at), turn.language)


def _revoke_title(turn: Turn, number: int, count: int) -> str:
    title = turn.services.texts.title("slip_revoke", turn.language)
    return title if count == 1 else f"{title} {number}"


def _make(meaning: Mapping[str, Any]) -> Effect:
    """The button: with the specialty and place of the request that it stood under."""

    async def effect(turn: Turn, session: AsyncSession) -> Sequence[Say]:
        if len(await slips.unopened(turn.services, session, turn.conversation.id)) >= slips.MOST:
            return await _wanted(turn, session)
        told = await session.get(IntakeDraft, meaning["draft"]) if "draft" in meaning else None
        mine = told is not None and told.conversation_id == turn.conversation.id
        answers = told.answers if told is not None and mine else {}
        known: dict[str, Any] = {name: answers[name] for name in ("specialty", "city") if name in answers}
        return await _begin(turn, session, known)

    return effect


async def _begin(turn: Turn, session: AsyncSession, answers: dict[str, Any]) -> Sequence[Say]:
    """The first question, or the one at which it was left."""
    services = turn.services
    draft = await drafts.open_draft(session, turn.conversation.id)
    given = await consent.given(session, turn.conversation.id)
    if draft is not None and slips.is_slip(draft) and draft.left in ("", drafts.CANCELLED):
        drafts.touch(services, draft)
    else:
        draft = await drafts.begin(services, session, turn.conversation, SLIP, answers)
        draft.step = journeys().next_step(SLIP, answers, consented=given)
    return [Say("slip.begin", options=()), words.question(services, draft, turn.conversation)]


async def made(turn: Turn, session: AsyncSession, draft: IntakeDraft) -> Sequence[Say]:
    """Effect's end: they read the summary and said yes: links in words, and the QR as a picture before them."""
    services = turn.services
    handed = await slips.make(services, session, turn.conversation, draft)
    draft.closed_at, draft.confirmed_at = turn.now, turn.now
    qr = slips.picture(handed.shown)
    name = services.texts.render("slip.file", turn.language, {}, services.office, services.real).text
    file = await kept_file(
        services, session, turn.first.id, f"{name}.png", "image/png", qr, AttachmentKind.IMAGE
    )
    await enqueue(services, session, turn.conversation, Draft(file=file), ENCLOSURE)
    until = services.texts.say_day(services.office.local(handed.slip.expires_at), turn.language)
    links = "\n\n".join(
        f"{services.texts.word('channel', channel, turn.language)}: {link}"
        for channel, link in handed.links.items()
    )
    offers = [
        Offer("slip_revoke", {"do_slip": "revoke", "slip": handed.slip.id}),
        Offer("slip_another", {"do_slip": "make"}),
    ]
    return [Say("slip.made", {"links": links, "words": handed.words, "until": until}, options=offers)]


def _revoke(meaning: Mapping[str, Any]) -> Effect:
    async def effect(turn: Turn, session: AsyncSession) -> Sequence[Say]:
        slip = await session.get(Slip, meaning["slip"], with_for_update={"key_share": True})
        if slip is None or slip.conversation_id != turn.conversation.id:
            return [Say("slip.gone")]
        if slip.opened_at is not None:
            return [Say("slip.too_late")]
        await session.delete(slip)
        return [Say("slip.revoked")]

    return effect


# --- who opens one ------------------------------------------------------------------------------------------


def _open(secret: str) -> Effect:
    async def effect(turn: Turn, session: AsyncSession) -> Sequence[Say]:
        slip = await slips.of_secret(turn.services, session, secret)
        if slip is not None and slip.conversation_id == turn.conversation.id:
            return [Say("slip.own")]
        if slip is not None and slip.opener_id == turn.conversation.id:
            return await _again(turn, session)
        if slip is None or slip.opened_at is not None:
            return [Say("slip.gone")]
        return await _opened(turn, session, slip)

    return effect


async def _again(turn: Turn, session: AsyncSession) -> Sequence[Say]:
    """They tapped the link a second time: the question at which they are."""
    draft = await drafts.open_draft(session, turn.conversation.id)
    if draft is None or draft.left:
        return [Say("slip.gone")]
    return [words.question(turn.services, draft, turn.conversation)]


async def _opened(turn: Turn, session: AsyncSession, slip: Slip) -> Sequence[Say]:
    """What it tells becomes a request of theirs, beside what they had told of one; who made it, and what is filled in."""
    services = turn.services
    before = await drafts.open_draft(session, turn.conversation.id)
    own = before.answers if before is not None and before.journey == REFERRAL else {}
    answers = {**slips.take_out(slip, turn.conversation, turn.now), **own}
    draft = await drafts.begin(services, session, turn.conversation, REFERRAL, answers)
    given = await consent.given(session, turn.conversation.id)
    draft.step = journeys().next_step(REFERRAL, answers, consented=True) if given else CONSENT
    lines = words.answer_lines(services, draft, turn.language, before_consent=True)
    values = {"maker": await _name(turn, session, slip), "lines": "\n".join(lines) or "–"}
    says = [Say("slip.opened", values, options=())]
    if not given:
        return [*says, Say(consent.ASKED, options=()), Say("slip.tell", options=_agreeing(slip), asks=True)]
    asked = words.question(services, draft, turn.conversation)
    tell = Offer("slip_tell", {"do_slip": "agree", "slip": slip.id, "tell": True})
    return [
        *says,
        Say("slip.tell_too", options=()),
        Say(asked.key, asked.values, [*(asked.options or ()), tell], True),
    ]


async def _name(turn: Turn, session: AsyncSession, slip: Slip) -> str:
    """As the maker is called in their own application; they were told that it is shown."""
    maker = await session.get_one(Conversation, slip.conversation_id)
    return maker.name or turn.services.texts.word("slip", "somebody", turn.language)


def _agreeing(slip: Slip) -> list[Offer | str]:
    return [
        Offer("slip_agree_tell", {"do_slip": "agree", "slip": slip.id, "tell": True}),
        Offer("slip_agree", {"do_slip": "agree", "slip": slip.id, "tell": False}),
        "no_consent",
    ]


def _agree(meaning: Mapping[str, Any]) -> Effect:
    """They consent, and say whether the maker may know that it was opened: nothing else is told."""

    async def effect(turn: Turn, session: AsyncSession) -> Sequence[Say]:
        services = turn.services
        draft = await drafts.open_draft(session, turn.conversation.id)
        slip = await session.get(Slip, meaning["slip"], with_for_update={"key_share": True})
        if draft is None or draft.journey != REFERRAL or draft.left not in ("", drafts.NO_CONSENT):
            return [Say("slip.gone")]
        new = not await consent.given(session, turn.conversation.id)
        await consent.give(services, session, turn.conversation)
        drafts.touch(services, draft)
        draft.step = journeys().next_step(REFERRAL, draft.answers, consented=True)
        said = ["privacy.consent.given"] if new else []
        if (
            meaning["tell"]
            and slip is not None
            and slip.opener_id == turn.conversation.id
            and not slip.told_at
        ):
            await _tell_maker(turn, session, slip)
            said.append("slip.told")
        asked = words.question(services, draft, turn.conversation)
        return [*(Say(key, options=()) for key in said), asked]

    return effect


async def _tell_maker(turn: Turn, session: AsyncSession, slip: Slip) -> None:
    """Without a lock on their chat, and not by `compose`: what they were asked last, they may still answer. Behind WhatsApp's
    24 hours it is not said."""
    services, maker = turn.services, await session.get_one(Conversation, slip.conversation_id)
    slip.told_at = turn.now
    if maker.opted_out_at or maker.quiet_since or maker.blocked_at:
        return
    language = maker.language or "es"
    made_on = services.texts.say_day(services.office.local(slip.created_at), language)
    told = services.texts.render(
        "slip.was_opened", language, {"day": made_on}, services.office, services.real
    )
    await enqueue(services, session, maker, Draft(text=told.text), ANNOUNCEMENT)


_BUTTONS = {"make": _make, "revoke": _revoke, "agree": _agree}
