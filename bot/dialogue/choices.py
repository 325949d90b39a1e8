"""A tapped button, or its number or title typed instead: looked up on our side."""

import unicodedata
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from bot.store.tables import Choice, Conversation, Message
from bot.texts import TextBook

START = "/start"  # Telegram's START button sends this text


async def choice_of(
    texts: TextBook, session: AsyncSession, conversation: Conversation, message: Message
) -> dict[str, Any] | None:
    """The meaning of the option that this message picks; `{}` for a button that is not, or no longer, ours."""
    if message.body.get("text", "").split("@")[0].split(" ")[0] == START:
        return {"label": "greet"}
    token = message.body.get("choice", "")
    # A consultant's "2" is meant for her patient, unless she was just asked which case.
    if not token and (conversation.role == "patient" or conversation.awaiting):
        text = message.body.get("text", "")
        token = typed_token(text, conversation.last_said)
        if not token and conversation.role == "patient":
            token = _at_place(texts.place(text), conversation.last_said)
    if not token:
        return None
    row = await session.get(Choice, token)
    return row.meaning if row and row.conversation_id == conversation.id else {}


def typed_token(text: str, last_said: dict[str, Any] | None) -> str:
    """The token of the option named by number or title, when options were the last thing said."""
    options = (last_said or {}).get("options", ())
    typed = folded(text)
    if not options or not typed:
        return ""
    if case := next((option for option in options if _case(option) == typed.lstrip("#")), None):
        return str(case["token"])
    if typed.isdecimal():
        position = int(typed) if len(typed) < 3 else 0
        picked = options[position - 1] if 0 < position <= len(options) else None
        # Where cases are offered "2" is case 2: never the second one, which may be another patient's.
        return str(picked["token"]) if picked and not _case(picked) else ""
    return next((str(option["token"]) for option in options if folded(option["title"]) == typed), "")


def _at_place(place: int, last_said: dict[str, Any] | None) -> str:
    options = (last_said or {}).get("options", ())
    return str(options[place - 1]["token"]) if 0 < place <= len(options) else ""


def _case(option: dict[str, Any]) -> str:
    """The number of the case that an option is titled by ("#104 Luz"), or ""."""
    first = str(option["title"]).split(" ")[0]
    return first[1:] if first.startswith("#") else ""


def folded(text: str) -> str:
    """Without case, accents and the signs around."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(c for c in decomposed if not unicodedata.combining(c)).strip(" \t\n.,;:!?¿¡()*")
