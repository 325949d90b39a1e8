"""Whose message it is: a contact is found by any of their addresses, and made when new."""

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from bot.clock import Clock
from bot.store.encrypted import keyring
from bot.store.tables import Alias, Conversation


async def find_conversation(
    session: AsyncSession, channel: str, address: str, aliases: Iterable[str] = ()
) -> Conversation | None:
    """The conversation with whoever is known by the address, else by one of the aliases; locked for this transaction."""
    known = _fingerprint(channel, address)
    fingerprints = [known, *(_fingerprint(channel, alias) for alias in aliases)]
    query = (
        select(Conversation)
        .join(Alias)
        .where(Alias.channel == channel, Alias.fingerprint.in_(fingerprints))
        .order_by((Alias.fingerprint == known).desc(), Conversation.created_at)
        .limit(1)
        .with_for_update(of=Conversation, key_share=True)
    )
    return (await session.scalars(query)).one_or_none()


async def meet(
    session: AsyncSession, clock: Clock, channel: str, address: str, aliases: Iterable[str] = ()
) -> Conversation:
    """The conversation with the person at `address`, made if need be; new aliases are learnt."""
    others = tuple(aliases)
    conversation = await find_conversation(session, channel, address, others)
    if conversation is not None:
        await _learn(session, conversation, [address, *others])
        return conversation
    made = Conversation(channel=channel, address=address, created_at=clock())
    session.add(made)
    await session.flush()
    await _learn(session, made, [address, *others])
    owner = await find_conversation(session, channel, address, others)
    if owner is None or owner.id == made.id:
        return made
    await session.delete(made)  # another transaction met the same person first
    return owner


async def relocate(session: AsyncSession, conversation: Conversation, address: str) -> None:
    """It has another address from now on, and is known by the one before as well."""
    conversation.address = address
    await _learn(session, conversation, [address])


async def _learn(session: AsyncSession, conversation: Conversation, addresses: Iterable[str]) -> None:
    rows = [
        {"channel": conversation.channel, "fingerprint": fingerprint, "conversation_id": conversation.id}
        for fingerprint in sorted({_fingerprint(conversation.channel, address) for address in addresses})
    ]
    await session.execute(insert(Alias).values(rows).on_conflict_do_nothing())


def _fingerprint(channel: str, address: str) -> bytes:
    return keyring.blind(f"{channel}:{address}")
