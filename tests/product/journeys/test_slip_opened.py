"""A slip: filled in for a patient, opened once on the patient's own phone, consented to by them, and gone on with."""

import re
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from sqlalchemy import select

from bot.journeys.slips import picture, secret_of
from bot.store.tables import Consent, IntakeDraft, Message, Slip
from tests.product.conftest import Product
from tests.product.journeys.people import Teller, said

WORD = {"es": "volante", "en": "I want to make a slip"}
TOLD = {
    "es": ("cardiología", "Puebla", "una segunda opinión sobre la válvula"),
    "en": ("cardiology", "Puebla", "a second opinion about the valve"),
}


def links_of(bubble: Any) -> dict[str, str]:
    """What the link opens on each channel: the text that WhatsApp prefills, the payload of Telegram's START."""
    found = [urlsplit(link) for link in re.findall(r"https://\S+", bubble.text)]
    opens = {link.netloc: parse_qs(link.query) for link in found}
    return {"whatsapp": opens["wa.me"]["text"][0], "telegram": opens["t.me"]["start"][0]}


async def makes_one(product: Product, channel: str = "telegram", language: str = "es") -> tuple[Teller, Any]:
    """Luz has made a slip; the bubble that says so."""
    luz = Teller(product, channel, language)
    await luz.says(WORD[language])
    await luz.asked("privacy.consent.ask")
    await luz.taps("consent")
    for step, answer in zip(("specialty", "city", "wanted"), TOLD[language], strict=True):
        await luz.asked(step)
        await luz.says(answer)
        if step == "wanted":  # its words may come in several bubbles
            product.box.clock.advance(seconds=4)
    await luz.phone.hears("Luz")
    await luz.taps("slip_send")
    made = await luz.phone.hears("https://wa.me/")
    return luz, made


def rosa_of(product: Product, channel: str) -> Any:
    box = product.box
    return (
        box.telegram.user(5091, "Rosa", language_code="es")
        if channel == "telegram"
        else box.twilio.user("whatsapp:+5215500000991", "Rosa")
    )


async def opens(product: Product, rosa: Any, channel: str, links: dict[str, str]) -> Any:
    if channel == "telegram":
        await rosa.start(links["telegram"])
    else:
        await rosa.say(unquote(links["whatsapp"]))
    bubble = await rosa.hears(lambda bubble: "Luz" in bubble.text)
    if not bubble.options:  # on WhatsApp the buttons come under the last of two
        await rosa.hears(lambda bubble: bool(bubble.options))
    return bubble


async def rows(product: Product, table: Any) -> list[Any]:
    await product.settle()
    async with product.puente.services.database.session() as session:
        return list(await session.scalars(select(table).order_by(table.created_at)))


async def drafts_of(product: Product, journey: str) -> list[IntakeDraft]:
    await product.settle()
    async with product.puente.services.database.session() as session:
        query = select(IntakeDraft).where(IntakeDraft.journey == journey)
        return list(await session.scalars(query.order_by(IntakeDraft.id)))


@pytest.mark.parametrize(
    ("channel", "language", "opened_on"), [("telegram", "es", "whatsapp"), ("whatsapp", "en", "telegram")]
)
async def test_a_slip_is_made_opened_on_the_other_channel_and_gone_on_with(
    product: Product, channel: str, language: str, opened_on: str
) -> None:
    luz, made = await makes_one(product, channel, language)
    picture_of_it = next(bubble.file for bubble in luz.phone.bubbles if bubble.file)
    assert picture_of_it.content_type == "image/png"
    assert picture_of_it.content == picture(re.findall(r"https://\S+", made.text)[0])
    rosa = rosa_of(product, opened_on)
    bubble = await opens(product, rosa, opened_on, links_of(made))
    for word in TOLD["es"] if language == "es" else ("Puebla", TOLD["en"][2]):
        assert word.casefold() in bubble.text.casefold()
    (slip,) = await rows(product, Slip)
    assert slip.answers is None
    tongue = "en" if "prepared this slip" in bubble.text else "es"
    texts = product.puente.services.texts
    await rosa.tap(texts.title("slip_agree_tell", tongue))
    await rosa.hears(said(product, "intake.ask.who", tongue))
    await luz.phone.hears(lambda bubble: "abri" in bubble.text or "opened" in bubble.text)
    await rosa.say({"es": "para mí", "en": "for me"}[tongue])
    await rosa.hears(said(product, "intake.ask.age", tongue))  # specialty, story and city are there already
    (draft,) = await drafts_of(product, "referral")
    assert draft.answers["story"] == {"words": TOLD[language][2]}
    async with product.puente.services.database.session() as session:
        agreed = await session.scalars(select(Consent.conversation_id))
        assert draft.conversation_id in list(agreed)


async def test_without_the_patients_yes_the_maker_learns_nothing(product: Product) -> None:
    luz, made = await makes_one(product)
    rosa = rosa_of(product, "whatsapp")
    await opens(product, rosa, "whatsapp", links_of(made))
    await product.settle()
    luz.phone.catch_up()
    await rosa.tap("Sí, sin avisar")
    await rosa.hears(said(product, "intake.ask.who", "es"))
    await product.settle()
    await luz.phone.hears_nothing(within=0.5)


async def test_who_does_not_consent_goes_no_further_and_what_it_said_goes(product: Product) -> None:
    _, made = await makes_one(product)
    rosa = rosa_of(product, "whatsapp")
    await opens(product, rosa, "whatsapp", links_of(made))
    await rosa.tap("No")
    await rosa.hears(said(product, "privacy.consent.declined", "es")[:30])
    (draft,) = await drafts_of(product, "referral")
    assert draft.left == "no_consent"
    product.box.clock.advance(hours=73)
    await product.puente.watch.look()
    assert await drafts_of(product, "referral") == []


async def test_a_slip_opens_once_and_not_for_its_maker(product: Product) -> None:
    luz, made = await makes_one(product)
    links = links_of(made)
    await luz.phone.start(links["telegram"])
    await luz.asked("slip.own")
    rosa = rosa_of(product, "whatsapp")
    await opens(product, rosa, "whatsapp", links)
    eva = product.box.telegram.user(5092, "Eva", language_code="es")
    await eva.start(links["telegram"])
    assert "Puebla" not in (await eva.hears(said(product, "slip.gone", "es"))).text
    await rosa.say(unquote(links["whatsapp"]))
    await rosa.hears(said(product, "privacy.consent.ask", "es")[:40])


async def test_a_slip_is_revoked_and_an_unopened_one_is_gone_after_fourteen_days(product: Product) -> None:
    luz, made = await makes_one(product)
    await luz.taps("slip_another", made)
    for step, answer in zip(("specialty", "city", "wanted"), TOLD["es"], strict=True):
        await luz.asked(step)
        await luz.says(answer)
    product.box.clock.advance(seconds=4)
    await luz.phone.hears("Luz")
    await luz.taps("slip_send")
    second = await luz.phone.hears("https://wa.me/")
    await luz.says("volante")
    await luz.phone.hears("1. ")
    await luz.taps("slip_revoke", second)
    await luz.asked("slip.revoked")
    rosa = rosa_of(product, "whatsapp")
    await rosa.say(links_of(second)["whatsapp"])
    await rosa.hears(said(product, "slip.gone", "es"))
    assert len(await rows(product, Slip)) == 1
    product.box.clock.advance(days=14)
    await product.puente.watch.look()
    assert await rows(product, Slip) == []


async def test_a_physician_is_offered_one_with_what_was_told_already(product: Product) -> None:
    luz = Teller(product, "telegram", "es")
    await luz.says("quiero una referencia de neurología, soy médico")
    await luz.asked("privacy.consent.ask")
    await luz.taps("consent")
    for step in ("story", "city", "age", "channel", "time", "phone", "records", "payment"):
        await luz.asked(step)
        await luz.says("Puebla" if step == "city" else "le tiembla la mano" if step == "story" else "saltar")
        product.box.clock.advance(seconds=4)
    await luz.phone.hears("¿Lo mando así?")
    await luz.taps("intake_send")
    offered = await luz.asked("slip.offer")
    await luz.taps("slip_make", offered)
    await luz.asked("wanted")  # specialty and city are known
    (draft,) = await drafts_of(product, "slip")
    assert (draft.answers["specialty"]["value"], draft.due_at) == ("neurology", None)


async def test_what_its_maker_erases_is_gone_and_a_draft_of_it_becomes_no_case(product: Product) -> None:
    luz, _ = await makes_one(product)
    await luz.says("borrar mis datos")
    await luz.taps("erase_now", await luz.phone.hears(lambda bubble: bool(bubble.options)))
    await luz.phone.hears(said(product, "privacy.erase.begun", "es")[:20])
    for _ in range(40):
        await product.puente.watch.look()
        if not await rows(product, Slip):
            break
    assert await rows(product, Slip) == []


def test_only_what_looks_like_a_slip_is_taken_for_one() -> None:
    def found(**body: str) -> str:
        return secret_of(Message(body=body))

    assert found(text="Volante bcdf-ghjk-mnpq-2345") == "bcdfghjkmnpq2345"
    assert found(text="  slip BCDF ghjk mnpq 2345. ") == "bcdfghjkmnpq2345"
    assert found(start_payload="v_abcdefghijklmnopqrstuv") == "v_abcdefghijklmnopqrstuv"
    assert found(start_payload="abcdefghijklmnopqrstuv") == ""  # an invitation's
    assert found(text="volante") == ""
    assert found(text="perdí el volante de mi mamá") == ""
