"""Relatives in a case: an invitation that is opened, the questions of joining, and what patients and relatives ask of it.

Before `person_in_charge`: an invitation is no message for a consultant. Nothing of it speaks in a quiet chat; a tap there
that takes somebody out of a case is honoured all the same.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.conversation.doubts import by_a_person
from bot.conversation.family_words import agreed, authority_of, own_relation, relation_of, wants_to_invite
from bot.conversation.status import LABEL
from bot.conversation.turn import Effect, Outcome, Turn
from bot.desk import cases
from bot.desk.desk import shortened
from bot.desk.joining import secret_of
from bot.dialogue.rasa import RasaDown
from bot.dialogue.say import Offer, Say
from bot.family import contacts, inviting, joining, leaving
from bot.outbox.draft import REPLY, Draft
from bot.outbox.enqueue import enqueue
from bot.outbox.why import Cause
from bot.privacy import consent
from bot.store.tables import Case, Choice, ContactOfCase

LISTED = 10  # people in one bubble
# What the answer to "who are you?" in words of her own may be taken for: anything else is a question of its own.
NO_QUESTION = ("chitchat", "out_of_scope", "nlu_fallback")


async def family(turn: Turn) -> Outcome:
    meaning = turn.choice or {}
    if "family" in meaning:
        return _reply(turn, "choice", _tapped(turn, meaning))
    if turn.quiet:
        return Outcome.GO_ON
    if (secret := secret_of(turn.first)) and await _is_invitation(turn, secret):
        return _reply(turn, "command", _open(secret), command="join")
    command = turn.command
    if turn.choice is None and command and command.name in COMMANDS:
        return await _commanded(turn, command.name, command.rest)
    if turn.choice is None and (effect := await _answered(turn)):
        return _reply(turn, "choice", effect)
    return await _offer_to_invite(turn)


def _reply(turn: Turn, by: Any, *parts: Say | Effect, command: str = "") -> Outcome:
    turn.parts += parts
    turn.cause = Cause(by, command=command)
    return Outcome.REPLY


async def _is_invitation(turn: Turn, secret: str) -> bool:
    async with turn.services.database.session() as session:
        return await joining.find(session, secret) is not None


def _open(secret: str) -> Effect:
    async def effect(turn: Turn, session: AsyncSession) -> Sequence[Say]:
        return await joining.open_(turn.services, session, turn.conversation, secret)

    return effect


# --- what a patient types


async def _commanded(turn: Turn, name: str, number: str) -> Outcome:
    """Of her own open case, or of one that she accompanies. Anybody else's "familia" is a word like any other."""
    if turn.case is None and name == "family":
        return Outcome.GO_ON
    if number and (turn.case is None or int(number) != turn.case.id):
        return Outcome.GO_ON
    return _reply(turn, "command", COMMANDS[name], command=name)


async def _invite(turn: Turn, session: AsyncSession) -> Sequence[Say]:
    """Effect: the invitation is a bubble of its own, to be forwarded as it is; what to do with it is said below."""
    if turn.conversation.doubted_at:
        return await by_a_person(turn, session, LABEL)
    case = await cases.open_case_of(session, turn.conversation.id)
    if case is None:
        joined = await contacts.accompanied(session, turn.conversation.id)
        return [Say("family.invite.not_yours" if joined else "family.invite.no_case")]
    if not await consent.given(session, turn.conversation.id):
        agree = Offer("consent", {"family": "invite", "agree": True})
        refuse = Offer("no_consent", {"family": "not_now"})
        return [Say(consent.ASKED, options=[agree, refuse, "talk_to_human"], asks=True)]
    services = turn.services
    handed = await inviting.invite(services, session, case, by=turn.conversation.id)
    values = await inviting.values(services, handed, turn.language)
    text = services.texts.render(
        "family.invitation", turn.language, values, services.office, services.real
    ).text
    await enqueue(services, session, turn.conversation, Draft(text=text), REPLY, case_id=case.id)
    await cases.append(services, session, case, "contact_invited")
    return [Say("family.invite.sent", {"until": values["until"]}, options=())]


async def _listed(turn: Turn, session: AsyncSession) -> Sequence[Say]:
    """Effect: who is in the case, with a button for each that removes them."""
    if turn.conversation.doubted_at:
        return await by_a_person(turn, session, LABEL)
    case = await cases.open_case_of(session, turn.conversation.id)
    if case is None:
        return [Say("family.list.not_yours")]
    people = await contacts.relatives(session, case)
    if not people:
        return [Say("family.list.nobody", options=[Offer("invite_family", {"family": "invite"})])]
    names = [
        await contacts.label(turn.services, session, case, one.chat, turn.language) or "–" for one in people
    ]
    title = turn.services.texts.title("remove_contact", turn.language)
    offers = [
        Offer("remove_contact", {"family": "remove", "row": one.row.id}, shortened(f"{title} {name}"))
        for one, name in zip(people, names, strict=True)
    ]
    return [Say("family.list", {"lines": "\n".join(names)}, options=offers[:LISTED])]


COMMANDS: Mapping[str, Effect] = {"invite": _invite, "family": _listed}


async def _offer_to_invite(turn: Turn) -> Outcome:
    """ "Quiero que mi hija también pueda ver": offered, as words are a guess. Her consultant reads it herself."""
    if turn.choice is not None or turn.case is None or turn.case.holder_id:
        return Outcome.GO_ON
    mine = turn.case.conversation_id == turn.conversation.id
    if not mine or not wants_to_invite(turn.services.entities, turn.text):
        return Outcome.GO_ON
    invite = Offer("invite_family", {"family": "invite"})
    return _reply(
        turn, "label", Say("family.invite.offer", options=[invite, "deny", "talk_to_human"], asks=True)
    )


# --- what is tapped, or typed in answer to a question of joining


async def _answered(turn: Turn) -> Say | Effect | None:
    """The typed answer to a question of ours that is still open; None when it is something else."""
    async with turn.services.database.session() as session:
        offered = await _offered(turn, session) if turn.conversation.awaiting and turn.text else []
    step = str(offered[0].get("family", "")) if offered else ""
    if step == "relation" and (relation := await _relation(turn)):
        return _tapped(turn, {**offered[0], "value": relation})
    if step == "authority" and (authority := authority_of(turn.text)):
        return _tapped(turn, {**offered[0], "value": authority})
    if step in ("agree", "invite") and (answer := agreed(turn.services.texts, turn.text)) is not None:
        meant = offered[0] if answer else offered[1]
        return _tapped(turn, meant) if "family" in meant else None
    return None


async def ask_again(turn: Turn, session: AsyncSession) -> Sequence[Say]:
    """Effect, behind an answer to something else: the question of joining that was asked last stays open for a typed answer."""
    offered = await _offered(turn, session) if turn.conversation.awaiting and not turn.quiet else []
    number = offered[0].get("row") if offered and "family" in offered[0] else None
    row = await session.get(ContactOfCase, number) if number else None
    if row is None or row.joined_at or row.revoked_at:
        return ()
    return [Say("family.back"), *await joining.next_step(turn.services, session, row, turn.conversation)]


async def _offered(turn: Turn, session: AsyncSession) -> list[Mapping[str, Any]]:
    """What the options under the last bubble mean. The question of consent is asked by others, too."""
    tokens = [option["token"] for option in (turn.conversation.last_said or {}).get("options", ())]
    query = select(Choice).where(Choice.token.in_(tokens))
    rows = {row.token: row.meaning for row in await session.scalars(query)}
    return [rows[token] for token in tokens if token in rows]


async def _relation(turn: Turn) -> str:
    """A relative of the list; or her own few words, unless the model takes them for something else."""
    if found := relation_of(turn.services.entities, turn.text):
        return found
    words = own_relation(turn.text)
    try:
        label = (await turn.services.rasa.parse(turn.text)).label if words else ""
    except RasaDown:
        label = ""
    return words if label in NO_QUESTION else ""


def _tapped(turn: Turn, meaning: Mapping[str, Any]) -> Say | Effect:
    step = str(meaning["family"])
    if turn.quiet and step not in ("remove", "leave"):
        return turn.quiet_word()
    if step in OF_A_ROW:
        return _of_a_row(OF_A_ROW[step], meaning)
    if step == "invite":
        return _agreed_to_invite if meaning.get("agree") else _invite
    return Say("family.invite.not_now")


async def _agreed_to_invite(turn: Turn, session: AsyncSession) -> Sequence[Say]:
    if not await consent.given(session, turn.conversation.id):
        await consent.give(turn.services, session, turn.conversation)
    return await _invite(turn, session)


type OfARow = Callable[[Turn, AsyncSession, Case, ContactOfCase, Mapping[str, Any]], Any]


def _of_a_row(do: OfARow, meaning: Mapping[str, Any]) -> Effect:
    async def effect(turn: Turn, session: AsyncSession) -> Sequence[Say]:
        row = await session.get(ContactOfCase, meaning["row"], populate_existing=True)
        if row is None:
            return [Say("fallback.old_button")]
        case = await session.get_one(Case, row.case_id)
        says: Sequence[Say] = await do(turn, session, case, row, meaning)
        return says

    return effect


async def _joining(
    turn: Turn, session: AsyncSession, case: Case, row: ContactOfCase, meaning: Mapping[str, Any]
) -> Sequence[Say]:
    if row.conversation_id != turn.conversation.id or row.revoked_at:
        return [Say("fallback.old_button")]
    return await _step(turn, session, row, str(meaning["family"]), str(meaning["value"]))


async def _step(
    turn: Turn, session: AsyncSession, row: ContactOfCase, step: str, value: str
) -> Sequence[Say]:
    if step == "disagree" and not row.joined_at:
        return [Say("family.declined")]
    if step == "relation" and not row.joined_at:
        row.relation = value
    if step == "authority" and not row.joined_at:
        row.authority = value
    if step == "agree" and not await consent.given(session, turn.conversation.id):
        await consent.give(turn.services, session, turn.conversation)
    return await joining.next_step(turn.services, session, row, turn.conversation)


async def _remove(
    turn: Turn, session: AsyncSession, case: Case, row: ContactOfCase, meaning: Mapping[str, Any]
) -> Sequence[Say]:
    """The patient takes somebody out of her case."""
    if turn.conversation.id not in await cases.chats_of(session, case):
        return [Say("fallback.old_button")]
    if row.revoked_at:
        return [Say("family.removed.already")]
    name = await leaving.end(turn.services, session, case, row)
    return [] if turn.quiet else [Say("family.removed", {"name": name})]


async def _leave(
    turn: Turn, session: AsyncSession, case: Case, row: ContactOfCase, meaning: Mapping[str, Any]
) -> Sequence[Say]:
    """A relative takes herself out."""
    if row.conversation_id != turn.conversation.id:
        return [Say("fallback.old_button")]
    if not row.revoked_at:
        await leaving.end(turn.services, session, case, row, by_herself=True)
    return [] if turn.quiet else [Say("family.left", {"case": str(case.id)})]


OF_A_ROW: Mapping[str, OfARow] = {
    "relation": _joining,
    "authority": _joining,
    "agree": _joining,
    "disagree": _joining,
    "remove": _remove,
    "leave": _leave,
}
