"""What a patient writes quickly reaches a holder on WhatsApp in few bubbles; files say what they are."""

import pytest

from tests.product.conftest import Product
from tests.product.desk.phones import later, taken_in
from tests.product.desk.staff import EMERGENCY
from tests.product.people import consultant, patient
from tests.product.quiet import silent
from tests.product.test_handoff import taken_case


def forwarded(person, case: int = 1) -> list[str]:  # type: ignore[no-untyped-def]
    return [bubble.text for bubble in person.bubbles if bubble.text.startswith((f"*#{case}", f"#{case}"))]


@pytest.mark.parametrize("channel", ["telegram", "whatsapp"])
async def test_bubbles_within_six_seconds_become_one_in_order(product: Product, channel: str) -> None:
    luz, bruno = await taken_case(product, channel, "whatsapp")
    texts = ["uno", "dos", "tres", "cuatro"]
    for text in texts:
        await luz.say(text)
        if text == "uno":
            await bruno.hears("uno")  # the first one waits for nothing
    await taken_in(product)
    await later(product, seconds=6)
    await bruno.hears("cuatro")
    told = forwarded(bruno)
    assert len(told) == 2
    assert [line for text in told for line in text.splitlines()[1:]] == texts


async def test_on_telegram_each_bubble_stays_its_own(product: Product) -> None:
    luz, ana = await taken_case(product, "telegram", "telegram")
    for text in ("uno", "dos"):
        await luz.say(text)
    await ana.hears("dos")
    await product.settle()
    assert len(forwarded(ana)) == 2


async def test_cases_are_never_mixed_and_her_own_orders_do_not_wait(product: Product) -> None:
    luz, bruno = await taken_case(product, "telegram", "whatsapp")
    rosa = patient(product.box, "whatsapp", name="Rosa")
    await rosa.say("quiero hablar con una persona")
    await product.settle()
    await bruno.say("tomar 2")
    await bruno.hears("El caso 2 es suyo")
    for number in range(3):
        await luz.say(f"luz {number}")
        await rosa.say(f"rosa {number}")
    await bruno.say("casos")
    await bruno.hears("Casos abiertos: 2", within=4)
    await taken_in(product)
    await later(product, seconds=6)
    assert not any("rosa" in text for text in forwarded(bruno, 1))
    assert not any("luz" in text for text in forwarded(bruno, 2))
    for case, name in ((1, "luz"), (2, "rosa")):
        lines = [line for text in forwarded(bruno, case) for line in text.splitlines()[1:]]
        assert lines == [f"{name} {number}" for number in range(3)]


async def test_danger_does_not_wait_behind_words(product: Product) -> None:
    luz, bruno = await taken_case(product, "telegram", "whatsapp")
    await luz.say("uno")
    await bruno.hears("uno")
    await luz.say("dos")
    await luz.say(EMERGENCY)
    await luz.hears("911", within=3)
    await bruno.hears("URGENTE", within=4)


async def test_what_cannot_be_delivered_is_told_and_nothing_else(product: Product) -> None:
    luz, bruno = await taken_case(product, "telegram", "whatsapp")
    await product.settle()
    bruno.catch_up()
    await bruno.say("la espero mañana")
    await luz.hears("la espero mañana")
    await silent(product, bruno)
    await luz.block()
    await bruno.say("¿sigue ahí?")
    await bruno.hears("no se entregó")


async def test_a_document_without_a_name_says_its_kind_and_size(product: Product) -> None:
    luz, ana = await taken_case(product, "whatsapp", "telegram")
    await luz.send_document(b"%PDF" + b"x" * 1_200_000, content_type="application/pdf", name="")
    document = await ana.hears(lambda bubble: bubble.file is not None)
    assert "PDF · 1.2 MB" in document.text
    assert document.file.name.endswith(".pdf")


async def test_a_documents_name_is_said_where_whatsapp_would_hide_it(product: Product) -> None:
    luz, bruno = await taken_case(product, "telegram", "whatsapp")
    await luz.send_document(b"%PDF" + b"x" * 4000, content_type="application/pdf", name="biopsia.pdf")
    await bruno.hears("biopsia.pdf · 4 KB")
    await bruno.hears(lambda bubble: bubble.file is not None)
    assert consultant(product.box, "whatsapp") is bruno
