"""What the product kept of the day, read once at its end."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from bot.services import Services
from bot.store.tables import Case, Consultant, Conversation, Entry, Message, Send


@dataclass(frozen=True)
class Record:
    """All rows, each kind in the order in which it was made."""

    ends: datetime
    cases: Sequence[Case]
    entries: Sequence[Entry]
    messages: Sequence[Message]
    sends: Sequence[Send]
    conversations: dict[UUID, Conversation]
    names: dict[UUID, str]  # of consultants

    def of_case(self, case: Case) -> list[Entry]:
        return [entry for entry in self.entries if entry.case_id == case.id]

    def of_patients(self) -> list[Message]:
        return [m for m in self.messages if self.conversations[m.conversation_id].role == "patient"]

    def sent(self, *purposes: str) -> list[Send]:
        return [send for send in self.sends if send.purpose in purposes]

    def keys(self, send: Send) -> list[str]:
        """The texts that a bubble says."""
        return list((send.why or {}).get("keys", ()))

    def conversation_at(self, address: str) -> Conversation | None:
        return next((c for c in self.conversations.values() if c.address == address), None)


async def read(services: Services) -> Record:
    async with services.database.session() as session:
        consultants = (await session.scalars(select(Consultant))).all()
        conversations = (await session.scalars(select(Conversation))).all()
        return Record(
            services.clock(),
            (await session.scalars(select(Case).order_by(Case.id))).all(),
            (await session.scalars(select(Entry).order_by(Entry.id))).all(),
            (await session.scalars(select(Message).order_by(Message.id))).all(),
            (await session.scalars(select(Send).order_by(Send.id))).all(),
            {conversation.id: conversation for conversation in conversations},
            {consultant.id: str(consultant.profile["name"]) for consultant in consultants},
        )
