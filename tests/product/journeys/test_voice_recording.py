"""An approved answer is read aloud once by a consultant: asked for, looked at, kept, listed, taken back."""

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update

from bot.store.tables import Audit, Recording
from bot.voice.ogg import LARGEST, NotVoice, seconds
from sandbox import Sandbox
from tests.product.conftest import Product
from tests.product.desk.days import MONDAY, TUESDAY, advance_to, day, office_of_day
from tests.product.desk.staff import ANA, BRUNO, label_of, office_of, staffed, waits
from tests.product.journeys.voice import has_recorded, kept, titled, voice_note
from tests.product.people import consultant


async def holds(product: Product, channel: str = "telegram") -> Any:
    """A patient whose case Ana has taken (on WhatsApp: Bruno)."""
    product.rasa.label_of = label_of
    luz = await waits(product, channel)
    await consultant(product.box, channel).say("tomar 1")
    await luz.hears("Ana Ruiz" if channel == "telegram" else "Bruno")
    return luz


def is_voice(bubble: Any) -> bool:
    return bubble.file is not None and bubble.file.kind == "audio"


@pytest.mark.parametrize("channel", ["telegram", "whatsapp"])
async def test_an_answer_is_recorded_in_one_language_or_the_other(product: Product, channel: str) -> None:
    her = consultant(product.box, channel)
    await her.say("/grabar ask_documents")
    asked = await her.hears("en español")
    assert product.puente.services.texts.render(
        "answer.ask_documents", "es", {}, product.puente.services.office, False
    ).text in "\n".join(bubble.text for bubble in her.bubbles)
    await her.tap("En inglés", asked if asked.options else None)
    await her.hears("en inglés")
    await her.send_voice(voice_note(75))
    await her.hears(f"{titled(product, 'ask_documents', 'en')}, 1:15")
    (recording,) = await kept(product)
    assert (recording.language, recording.content) == ("en", voice_note(75))
    async with product.puente.services.database.session() as session:
        (line,) = await session.scalars(select(Audit).where(Audit.what == "recorded"))
    assert line.consultant_id == recording.consultant_id


async def test_what_is_no_voice_note_is_not_kept_and_the_next_one_is(product: Product) -> None:
    ana = consultant(product.box, "telegram")
    await ana.say("grabar qué documentos")
    await ana.hears("nota de voz")
    await ana.send_audio(b"ID3" + bytes(200), content_type="audio/mpeg", name="canto.mp3")
    await ana.hears("no es una nota de voz")
    await ana.send_voice(voice_note())
    await ana.hears("Quedó grabada")
    assert [one.label for one in await kept(product)] == ["ask_documents"]


async def test_after_ten_minutes_or_a_no_a_voice_note_is_for_the_patient_again(product: Product) -> None:
    luz = await holds(product)
    ana = consultant(product.box, "telegram")
    await ana.say("/record documents")
    await ana.hears("nota de voz")
    await ana.tap("No grabar")
    await ana.hears("no grabo nada")
    await ana.send_voice(voice_note(marker=b"uno"))
    assert (await luz.hears(is_voice)).file.content == voice_note(marker=b"uno")
    await ana.say("/record documents")
    await ana.hears("nota de voz")
    product.box.clock.advance(minutes=11)
    await ana.send_voice(voice_note(marker=b"dos"))
    assert (await luz.hears(is_voice)).file.content == voice_note(marker=b"dos")
    assert await kept(product) == []


async def test_a_voice_note_that_quotes_a_patient_is_for_her(product: Product) -> None:
    luz = await holds(product, "whatsapp")
    bruno = consultant(product.box, "whatsapp")
    await luz.say("¿me puede decir algo?")
    words = await bruno.hears("¿me puede decir algo?")
    await bruno.say("grabar qué documentos")
    await bruno.hears("nota de voz")
    await bruno.send_voice(voice_note(), quote=words)
    await luz.hears(is_voice)
    assert await kept(product) == []


async def test_a_sentence_that_only_begins_so_goes_to_the_patient(product: Product) -> None:
    luz = await holds(product)
    ana = consultant(product.box, "telegram")
    await ana.say("grabar la consulta no está permitido")
    await luz.hears("grabar la consulta no está permitido")


async def test_recordings_are_listed_played_and_erased_by_their_author(product: Product) -> None:
    note = await has_recorded(product)
    ana, bruno = consultant(product.box, "telegram"), consultant(product.box, "whatsapp")
    async with product.puente.services.database.session() as session:
        await session.execute(update(Recording).values(mark="of other words"))
    await ana.say("grabaciones")
    listed = await ana.hears("ya no se usa: la respuesta cambió")
    assert "0:42 · Ana Ruiz" in listed.text
    await ana.tap(listed.options[0].title, listed)
    assert (await ana.hears(is_voice)).file.content == note
    await bruno.say("borrar grabación documentos")
    await bruno.hears("Esa grabación es de Ana Ruiz")
    await ana.say("borrar grabación ask_documents")
    await ana.hears("Borrada")
    assert await kept(product) == []


async def test_the_head_of_office_takes_one_back_and_its_author_learns_it(
    box: Sandbox, database_url: str, tmp_path: Path
) -> None:
    office = office_of(tmp_path, [ANA, {**BRUNO, "head": True}])
    async with staffed(box, database_url, office) as product:
        await has_recorded(product)
        await has_recorded(product, language="en")
        ana, bruno = consultant(box, "telegram"), consultant(box, "whatsapp")
        await bruno.say("delete recording ask_documents")
        asked = await bruno.hears("¿Cuál quiere borrar?")
        await bruno.tap(
            next(option.title for option in asked.options if option.title.startswith("EN")), asked
        )
        await ana.hears(f"Bruno Díaz borró su grabación: {titled(product, 'ask_documents', 'en')}")
        assert [one.language for one in await kept(product)] == ["es"]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "not_voice"),
        (b"OggS" + bytes(24) + b"\x01vorbis", "not_voice"),
        (voice_note() + bytes(LARGEST), "too_large"),
    ],
)
def test_only_opus_in_ogg_of_at_most_16_mb_is_a_voice_note(content: bytes, reason: str) -> None:
    assert seconds(voice_note(3)) == 3
    with pytest.raises(NotVoice) as refused:
        seconds(content)
    assert refused.value.reason == reason


async def test_the_morning_tells_once_that_an_answer_has_changed_since(
    box: Sandbox, database_url: str, tmp_path: Path
) -> None:
    async with day(box, database_url, office_of_day(tmp_path), MONDAY, 12) as product:
        await has_recorded(product)
        ana = consultant(box, "telegram")
        async with product.puente.services.database.session() as session:
            await session.execute(update(Recording).values(mark="of other words"))
        advance_to(product, TUESDAY, 9)
        morning = await ana.hears("Buenos días.")
        assert titled(product, "ask_documents", "es") in morning.text
        advance_to(product, TUESDAY + 1, 9)
        assert "rabaciones" not in (await ana.hears("Buenos días.")).text
