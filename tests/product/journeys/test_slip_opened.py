"""A slip: filled in for a patient, opened once on the patient's own phone, consented to by them, and gone on with."""

import re
from typing import Any
from urllib.parse import unquote

import pytest
from sqlalchemy import select

from bot.journeys import slips
from bot.journeys.slips import picture, secret_of
from bot.store.tables import Consent, IntakeDraft, Message, Slip
from tests.product.conftest import Product
from tests.product.journeys.erasure import done
from tests.product.journeys.people import Teller, said
from tests.product.journeys.slips import TOLD, links_of, makes_one, opens, rosa_of
from tests.product.quiet import silent


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
    ("channel", "language", "opened_on", "shown_in"),
    [("telegram", "es", "whatsapp", "es"), ("whatsapp", "en", "telegram", "es")],
)
async def test_a_slip_is_made_opened_on_the_other_channel_and_gone_on_with(
    product: Product,
    channel: str,
    language: str,
    opened_on: str,
    shown_in: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(
        slips, "new_word", lambda: "dc4k-jn2d-kms2-m8dd"
    )  # "kms": as one in 600 looks like danger
    monkeypatch.setattr(slips, "new_token", lambda mark: f"{mark}Os8UK-0zxunhK5diVWyuFg")  # "SOS"
    luz, made = await makes_one(product, channel, language)
    await product.settle()  # the picture follows the words
    picture_of_it = next(bubble.file for bubble in luz.phone.bubbles if bubble.file)
    assert picture_of_it.content_type == "image/png"
    assert picture_of_it.content == picture(re.findall(r"https://\S+", made.text)[0])
    rosa = rosa_of(product, opened_on)
    bubble = await opens(product, rosa, opened_on, links_of(made))
    for word in TOLD["es"] if language == "es" else ("Puebla", TOLD["en"][2]):
        assert word.casefold() in bubble.text.casefold()
    (slip,) = await rows(product, Slip)
    assert slip.answers is None
    texts = product.puente.services.texts
    await rosa.tap(texts.title("slip_agree_tell", shown_in))
    await rosa.hears(said(product, "intake.ask.who", shown_in))
    await luz.phone.hears({"es": "El volante que hizo el", "en": "The slip you made on"}[language])
    await rosa.say("para mí")
    await rosa.hears(said(product, "intake.ask.age", shown_in))  # specialty, story and city are there already
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
    await silent(product, luz.phone)


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
    await done(product)
    assert await rows(product, Slip) == []


async def test_in_a_quiet_time_a_button_of_a_slip_is_answered_and_does_nothing(product: Product) -> None:
    luz, made = await makes_one(product)
    await luz.says("mi mamá no respira")
    await luz.phone.hears("911")
    await product.settle()
    luz.phone.catch_up()
    await luz.taps("slip_revoke", made)
    answer = await luz.asked("quiet.here")
    assert answer.options == ()
    await luz.taps("slip_another", made)
    await luz.asked("quiet.here")
    (slip,) = await rows(product, Slip)
    assert slip.opened_at is None
    assert [draft for draft in await drafts_of(product, "slip") if draft.closed_at is None] == []


def test_only_what_looks_like_a_slip_is_taken_for_one() -> None:
    def found(**body: str) -> str:
        return secret_of(Message(body=body))

    assert found(text="Volante bcdf-ghjk-mnpq-2345") == "bcdfghjkmnpq2345"
    assert found(text="  slip BCDF ghjk mnpq 2345. ") == "bcdfghjkmnpq2345"
    assert found(start_payload="v_abcdefghijklmnopqrstuv") == "v_abcdefghijklmnopqrstuv"
    assert found(start_payload="abcdefghijklmnopqrstuv") == ""  # an invitation's
    assert found(text="volante") == ""
    assert found(text="perdí el volante de mi mamá") == ""
