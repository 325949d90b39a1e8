"""What the tests of recordings share: a voice note, and a consultant who records one."""

from typing import Any

from sqlalchemy import select

from bot.store.tables import Recording
from tests.product.conftest import Product
from tests.product.people import consultant


def voice_note(seconds: int = 42, marker: bytes = b"voice") -> bytes:
    """Opus in Ogg, as far as anybody looks who does not play it: the first page, the comments, a last page."""
    head = b"OpusHead\x01\x01" + (312).to_bytes(2, "little") + (48000).to_bytes(4, "little") + b"\0\0\0"
    end = seconds * 48000 + 312
    return _page(head, 0) + _page(b"OpusTags" + bytes(8), 0) + _page(marker * 20, end)


def _page(packet: bytes, position: int) -> bytes:
    header = b"OggS\0\0" + position.to_bytes(8, "little") + bytes(12)
    return header + b"\x01" + bytes([len(packet)]) + packet


def titled(product: Product, label: str, language: str) -> str:
    """`Horario (español)`, as Ana reads it."""
    texts = product.puente.services.texts
    return f"{texts.title(label, 'es')} ({texts.word('language', language, 'es')})"


async def has_recorded(product: Product, label: str = "ask_documents", language: str = "es") -> bytes:
    """Ana has recorded an answer; its bytes."""
    ana: Any = consultant(product.box, "telegram")
    ana.catch_up()
    await ana.say(f"/grabar {label} {language}")
    await ana.hears("nota de voz")
    note = voice_note(marker=language.encode())
    await ana.send_voice(note)
    await ana.hears("Quedó grabada")
    return note


async def kept(product: Product) -> list[Recording]:
    async with product.puente.services.database.session() as session:
        return list(await session.scalars(select(Recording).order_by(Recording.id)))
