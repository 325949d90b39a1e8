"""A case: opened, notified, taken, relayed both ways, given back, closed."""

from tests.product.conftest import Product
from tests.product.people import consultant, operator, patient
from tests.product.quiet import silent


def by_words(text: str) -> str:
    return "talk_to_human" if "persona" in text else "ask_cost"


async def taken_case(product: Product, channel: str = "telegram", to: str = "telegram"):  # type: ignore[no-untyped-def]
    product.rasa.label_of = by_words
    luz, ana = patient(product.box, channel), consultant(product.box, to)
    await luz.say("quiero hablar con una persona")
    card = await ana.hears("Caso")
    await luz.hears("avisé")
    await ana.tap("Tomar", card)
    await ana.hears("quiero hablar")
    await luz.hears(lambda bubble: True)
    return luz, ana


async def test_notified_is_said_only_after_a_provider_accepted_it(product: Product) -> None:
    product.rasa.label_of = by_words
    luz = patient(product.box, "telegram")
    product.box.telegram.faults.reject(
        "sendMessage", 403, 403, "Forbidden: bot was blocked by the user", address="900000101"
    )
    product.box.twilio.faults.reject(
        "messages.create", 400, 63024, "invalid recipient", address="whatsapp:+525500000102"
    )
    await luz.say("quiero hablar con una persona")
    bubble = await luz.hears("caso")
    assert "avisé" not in bubble.text
    olga = operator(product.box)
    await olga.hears("caso")


async def test_files_and_quotes_travel_both_ways(product: Product) -> None:
    luz, ana = await taken_case(product, "whatsapp", "telegram")
    sent = await luz.send_image(b"\xff\xd8\xff picture", content_type="image/jpeg")
    picture = await ana.hears(lambda bubble: bubble.file is not None)
    await product.settle()
    assert picture.file.content == b"\xff\xd8\xff picture"
    await ana.say("la veo", quote=picture)
    await luz.hears("la veo")
    await ana.send_document(b"%PDF-1.4 plan", content_type="application/pdf", name="plan.pdf")
    document = await luz.hears(lambda bubble: bubble.file is not None)
    assert document.file.content == b"%PDF-1.4 plan"
    await ana.send_voice(b"OggS voice", content_type="audio/ogg")
    await luz.hears(lambda bubble: bubble.file is not None)
    assert sent


async def test_a_quoted_reply_points_at_the_original_on_telegram(product: Product) -> None:
    luz, ana = await taken_case(product)
    mine = await luz.say("¿y el jueves?")
    arrived = await ana.hears("jueves")
    await product.settle()
    await ana.say("el jueves sí", quote=arrived)
    relayed = await luz.hears("el jueves sí")
    assert relayed.reply_to == mine.id
    await product.settle()
    await luz.say("gracias", quote=relayed)
    back = await ana.hears("gracias")
    assert back.reply_to is not None


async def test_the_patient_brings_the_assistant_back(product: Product) -> None:
    luz, ana = await taken_case(product)
    await luz.say("asistente")
    await ana.hears("volvió")
    await luz.hears(lambda bubble: True)
    await luz.say("¿cuánto cuesta?")
    assert "costo" in (await luz.hears(lambda bubble: True)).text.lower()


async def test_a_voice_note_reaches_a_person(product: Product) -> None:
    for channel in ("whatsapp", "telegram"):
        luz, ana = patient(product.box, channel), consultant(product.box, "telegram")
        await luz.send_voice(b"OggS hello", content_type="audio/ogg")
        await luz.hears("Recibí")
        await ana.hears("Caso")
        await luz.hears("avisé")


async def test_a_closed_window_holds_the_words_and_invites(product: Product) -> None:
    luz, ana = await taken_case(product, "whatsapp", "telegram")
    product.box.clock.advance(hours=25)
    await ana.say("ya tengo respuesta")
    await ana.hears("24 horas")
    invitation = await luz.hears("respuesta")
    assert invitation.template
    await luz.say("sí, dígame")
    await luz.hears("ya tengo respuesta")


async def test_a_consultant_behind_a_closed_window_is_reached_by_template(product: Product) -> None:
    product.rasa.label_of = by_words
    luz, bruno = patient(product.box, "telegram"), consultant(product.box, "whatsapp")
    product.box.clock.advance(hours=25)
    await luz.say("quiero hablar con una persona")
    card = await bruno.hears(lambda bubble: bool(bubble.template))
    await bruno.say("tomar", quote=card)
    await bruno.hears("quiero hablar")


async def test_a_consultant_with_two_cases_is_asked_which(product: Product) -> None:
    luz, ana = await taken_case(product, "telegram", "telegram")
    rosa = patient(product.box, "whatsapp", name="Rosa")
    await rosa.say("quiero hablar con una persona")
    card = await ana.hears("Caso")
    await ana.tap("Tomar", card)
    await ana.hears("quiero hablar")
    await rosa.hears("caso")
    await ana.say("¿me puede dar más datos?")
    asked = await ana.hears(lambda bubble: len(bubble.options) == 2)
    await silent(product, luz)
    await ana.tap(0, asked)
    await luz.hears("más datos")


async def test_what_was_sent_before_the_case_was_taken_is_delivered_on_taking(product: Product) -> None:
    luz, ana = patient(product.box, "whatsapp"), consultant(product.box, "telegram")
    await luz.send_voice(b"OggS an old voice", content_type="audio/ogg")
    card = await ana.hears("Caso")
    await ana.tap("Tomar", card)
    voice = await ana.hears(lambda bubble: bubble.file is not None)
    assert voice.file.content == b"OggS an old voice"


async def test_a_picture_with_words_is_answered_and_reaches_a_person(product: Product) -> None:
    product.rasa.label_of = by_words
    luz, ana = patient(product.box, "telegram"), consultant(product.box, "telegram")
    await luz.send_photo(b"\xff\xd8\xff", content_type="image/jpeg", caption="¿cuánto cuesta esto?")
    await luz.hears("costo")
    card = await ana.hears("Caso")
    await ana.tap("Tomar", card)
    await ana.hears(lambda bubble: bubble.file is not None)


async def test_another_wish_in_a_waiting_case_is_notified_too(product: Product) -> None:
    product.rasa.label_of = lambda text: "complaint" if "queja" in text else "talk_to_human"
    luz, ana = patient(product.box, "telegram"), consultant(product.box, "telegram")
    await luz.say("una persona por favor")
    await ana.hears("Caso 1")
    await luz.hears("avisé")
    await luz.say("tengo una queja muy seria")
    again = await ana.hears("Caso 1")
    assert "ueja" in again.text
    await luz.say("otra vez una queja")
    await luz.hears("caso")
    await silent(product, ana)


async def test_a_note_is_kept_from_the_patient_and_shown_to_the_next_holder(product: Product) -> None:
    luz, ana = await taken_case(product)
    await ana.say("nota llamar el lunes")
    await ana.hears("Nota guardada")
    await ana.say("soltar")
    await luz.hears("asistente")
    bruno = consultant(product.box, "whatsapp")
    await bruno.hears("Caso")
    await bruno.say("tomar")
    assert "llamar el lunes" in (await bruno.hears("quiero hablar")).text
    assert not any("llamar el lunes" in bubble.text for bubble in luz.bubbles)


async def test_the_word_assistant_without_a_person_in_charge_is_understood(product: Product) -> None:
    luz = patient(product.box, "telegram")
    await luz.say("asistente")
    await luz.hears("asistente automático")
