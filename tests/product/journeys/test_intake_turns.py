"""A request is told as people talk: interrupted, corrected, in two languages, left and taken up again."""

import pytest

from actions.interrupting import SURE_OF_DANGER
from bot.store.tables import Case
from tests.product.conftest import Product
from tests.product.journeys.people import BEGIN, EVERY_WAY, Teller, begun, draft_of, said
from tests.product.people import consultant

COST = {"es": "¿cuánto cuesta?", "en": "how much is it?"}
STORY = {"es": "olvida las cosas desde hace un año", "en": "she has been forgetting things for a year"}


async def told(luz: Teller, text: str) -> None:
    """An answer in one's own words; no further bubble follows."""
    await luz.says(text)
    luz.product.box.clock.advance(seconds=4)


@pytest.mark.parametrize(
    ("language", "text", "city"),
    [
        ("es", "quiero una referencia con un cardiólogo de Los Ángeles para mi mamá", None),
        ("en", "I want a referral to a cardiologist in Los Angeles; we live in Puebla", {"value": "puebla"}),
    ],
)
async def test_where_the_expert_is_is_not_where_they_live(
    product: Product, language: str, text: str, city: dict[str, str] | None
) -> None:
    luz = Teller(product, "whatsapp", language)
    await luz.says(text)
    await luz.asked("privacy.consent.ask")
    draft = await draft_of(product)
    assert draft is not None
    assert draft.answers.get("city") == city


@pytest.mark.parametrize(("channel", "language"), EVERY_WAY)
async def test_what_the_first_message_named_is_not_asked_and_a_question_is_answered_in_between(
    product: Product, channel: str, language: str
) -> None:
    luz = await begun(product, channel, language)
    draft = await draft_of(product)
    assert draft is not None
    assert draft.answers["who"] == {"value": "relative"}
    assert draft.answers["relation"] == {"value": "mother"}
    assert draft.answers["specialty"] == {"value": "neurology"}
    assert draft.answers["age"]["value"] == "senior"
    await told(luz, COST[language])
    answer = await luz.asked("answer.ask_cost")
    assert said(product, "intake.ask.story", language) in answer.text
    await told(luz, STORY[language])
    await luz.asked("city")
    await luz.says(COST[language])
    answer = await luz.asked("answer.ask_cost")
    assert said(product, "intake.ask.city", language) in answer.text
    draft = await draft_of(product)
    assert draft is not None
    assert draft.answers["story"] == {"words": STORY[language]}


async def test_what_was_taken_for_a_question_can_be_said_to_be_the_answer(product: Product) -> None:
    luz = await begun(product, "telegram", "es")
    await told(luz, "nadie nos dice cuánto cuesta y ya no la ven")
    await luz.asked("answer.ask_cost")
    await luz.taps("intake_mine")
    await luz.asked("city")
    draft = await draft_of(product)
    assert draft is not None
    assert "ya no la ven" in draft.answers["story"]["words"]


async def test_an_unsure_question_is_the_answer_and_a_correction_of_nothing_known_is_none(
    product: Product,
) -> None:
    luz = await begun(product, "telegram", "es")
    product.rasa.confidence_of = lambda text: 0.6
    await told(luz, "el doctor no dice cuánto cuesta ni qué tiene")
    await luz.asked("city")
    product.rasa.confidence_of = lambda text: 0.95
    await luz.says("me equivoqué de persona")
    again = await luz.asked("city")
    assert said(product, "intake.added", "es") in again.text
    draft = await draft_of(product)
    assert draft is not None
    assert "city" not in draft.answers


@pytest.mark.parametrize(("channel", "language"), EVERY_WAY)
async def test_a_story_that_is_hardly_a_danger_is_kept_and_the_number_to_call_stands_beside_the_question(
    product: Product, channel: str, language: str
) -> None:
    luz = await begun(product, channel, language)
    product.rasa.label_of = lambda text: "emergency"
    product.rasa.confidence_of = lambda text: SURE_OF_DANGER - 0.1
    await told(luz, STORY[language])
    city = await luz.asked("city")
    assert said(product, "intake.if_now", language) in city.text
    await luz.taps("emergency", city)
    await luz.phone.hears("911")
    draft = await draft_of(product)
    assert draft is not None
    assert draft.answers["story"]["words"] == STORY[language]


async def test_a_story_that_is_likely_a_danger_is_answered_as_one(product: Product) -> None:
    luz = await begun(product, "whatsapp", "es")
    product.rasa.label_of = lambda text: "emergency"
    product.rasa.confidence_of = lambda text: SURE_OF_DANGER
    await told(luz, "no para de convulsionar")
    await luz.phone.hears("Llame al 911")


async def test_a_story_in_three_bubbles_is_one_answer(product: Product) -> None:
    luz = await begun(product, "telegram", "es")
    for bubble in ("empezó en mayo", "primero las llaves", "luego los nombres"):
        await luz.says(bubble)
    await luz.asked("city")
    draft = await draft_of(product)
    assert draft is not None
    assert draft.answers["story"]["words"] == "empezó en mayo primero las llaves luego los nombres"


@pytest.mark.parametrize(("channel", "language"), EVERY_WAY)
async def test_an_answer_is_corrected_by_naming_the_right_one_or_the_step(
    product: Product, channel: str, language: str
) -> None:
    luz = await begun(product, channel, language)
    await told(luz, {"es": "no, me equivoqué, es cardiología", "en": "sorry, I meant cardiology"}[language])
    await luz.asked("intake.changed")
    await told(luz, STORY[language])
    await luz.asked("city")
    await luz.says("Puebla")
    await luz.asked("channel")
    await luz.says({"es": "cambiar ciudad", "en": "change city"}[language])
    await luz.asked("city")
    await luz.says("Oaxaca")
    await luz.asked("channel")
    draft = await draft_of(product)
    assert draft is not None
    assert draft.answers["specialty"] == {"value": "cardiology"}
    assert draft.answers["city"]["value"] == "oaxaca"


async def test_the_language_may_change_in_the_middle(product: Product) -> None:
    luz = await begun(product, "whatsapp", "es")
    await told(luz, "My mother has been forgetting where she lives, and the doctors are not sure why")
    await luz.asked("city", "en")
    await luz.says("vive con nosotros en Puebla, desde hace dos años")
    await luz.asked("channel", "es")


@pytest.mark.parametrize(("channel", "language"), EVERY_WAY)
async def test_a_person_at_once_with_what_was_told(product: Product, channel: str, language: str) -> None:
    ana = consultant(product.box, "telegram")
    luz = await begun(product, channel, language)
    await told(luz, STORY[language])
    await luz.asked("city")
    await luz.says({"es": "quiero hablar con una persona", "en": "I want to talk to a person"}[language])
    card = await ana.hears("Caso 1")
    assert "neurología" in card.text
    assert "a medias" in card.text
    assert STORY[language] not in card.text
    await ana.tap("Tomar", card)
    assert STORY[language] in (await ana.hears("Luz")).text
    assert not any(said(product, "intake.back", language) in b.text for b in luz.phone.bubbles)


async def test_in_an_emergency_the_form_stops_and_nothing_resumes(product: Product) -> None:
    luz = await begun(product, "telegram", "es")
    await luz.says("mi mamá no respira")
    await luz.phone.hears("911")
    await luz.phone.hears("aviso")
    await product.settle()
    before = len(luz.phone.bubbles)
    await luz.says("gracias")
    answer = await luz.asked("answer.thank")  # of the stand-in for Rasa, which knows of no quiet time
    assert not answer.options
    product.box.clock.advance(days=3)
    await luz.says("gracias")
    await luz.asked("answer.thank")
    draft = await draft_of(product)
    assert draft is not None
    assert (draft.left, draft.due_at) == ("danger", None)
    after = [bubble.text for bubble in luz.phone.bubbles[before:]]
    assert not any(said(product, "intake.ask.story", "es") in text for text in after)
    assert not any("solicitud" in text for text in after)


@pytest.mark.parametrize(("channel", "language"), EVERY_WAY)
async def test_cancelling_is_kind_and_keeps_it_for_72_hours(
    product: Product, channel: str, language: str
) -> None:
    luz = await begun(product, channel, language)
    await told(luz, STORY[language])
    await luz.asked("city")
    await luz.says({"es": "cancelar", "en": "never mind"}[language])
    await luz.asked("intake.left")
    await luz.says(BEGIN[language])
    await luz.phone.hears(lambda bubble: len(bubble.options) == 3)
    await luz.taps("intake_resume")
    await luz.asked("city")
    await luz.says({"es": "cancelar", "en": "never mind"}[language])
    await luz.asked("intake.left")
    product.box.clock.advance(hours=73)
    await product.puente.watch.look()
    assert await draft_of(product) is None


async def test_no_consent_is_taken_kindly_and_asks_nothing(product: Product) -> None:
    luz = Teller(product, "telegram", "es")
    await luz.says(BEGIN["es"])
    await luz.asked("privacy.consent.ask")
    await luz.taps("no_consent")
    await luz.asked("privacy.consent.declined")
    draft = await draft_of(product)
    assert draft is not None
    assert draft.left == "no_consent"


async def test_a_lost_tracker_loses_no_answer(product: Product) -> None:
    luz = await begun(product, "telegram", "es")
    product.rasa.forms.clear()
    await told(luz, STORY["es"])
    await luz.asked("city")
    draft = await draft_of(product)
    assert draft is not None
    assert draft.answers["story"] == {"words": STORY["es"]}


async def test_left_half_way_it_becomes_a_case_and_can_be_completed_days_later(product: Product) -> None:
    ana = consultant(product.box, "telegram")
    luz = await begun(product, "telegram", "es")
    await told(luz, STORY["es"])
    await luz.asked("city")
    await product.settle()
    product.box.clock.advance(days=1, hours=2)
    card = await ana.hears("Caso 1")
    assert "a medias" in card.text
    await luz.asked("intake.taken_up", case="1")
    product.box.clock.advance(days=2)
    await luz.says("¿cuánto cuesta?")
    answer = await luz.asked("answer.ask_cost")
    assert "Quedó a medias" in answer.text
    await luz.taps("intake_resume")
    await luz.asked("city")
    await luz.says("Puebla")
    await luz.asked("channel")
    async with product.puente.services.database.session() as session:
        assert (await session.get_one(Case, 1)).reason == "left_half_way"


async def test_an_answer_to_another_question_is_noted_and_it_is_asked_again(product: Product) -> None:
    luz = Teller(product, "telegram", "es")
    await luz.says("quiero una referencia de neurología para mi mamá, que la vean en Los Ángeles")
    await luz.asked("privacy.consent.ask")
    await luz.taps("consent")
    await luz.asked("story")
    await told(luz, STORY["es"])
    await luz.asked("city")
    await luz.says("58 años")
    again = await luz.asked("city")
    assert said(product, "intake.noted", "es") in again.text
    await luz.says("Puebla")
    await luz.asked("channel")
    await luz.says("Oaxaca")
    await luz.asked("channel")
    await luz.says("en la tarde")
    await luz.asked("channel")
    await luz.says("por correo, a mi hermana")
    await luz.asked("phone")
    await luz.says("no, me equivoqué, tiene 68")
    await luz.asked("phone")
    draft = await draft_of(product)
    assert draft is not None
    assert draft.answers["age"] == {"value": "senior", "words": "tiene 68"}
    assert draft.answers["city"] == {"value": "oaxaca"}
    assert draft.answers["time"] == {"value": "afternoon"}
    assert draft.answers["channel"] == {"words": "por correo, a mi hermana"}


async def test_at_the_summary_a_step_is_named_to_change_it(product: Product) -> None:
    luz = await begun(product, "telegram", "es")
    await told(luz, STORY["es"])
    await luz.asked("city")
    await luz.says("Puebla")
    for step in ("channel", "time", "phone", "records", "payment"):
        await luz.asked(step)
        await luz.says("saltar")
    await luz.phone.hears("Puebla")
    await luz.says("la ciudad")
    await luz.asked("city")
    await luz.says("Cholula, Puebla")
    await luz.phone.hears("Puebla (Cholula, Puebla)")


async def test_a_yes_to_a_question_of_several_is_asked_again(product: Product) -> None:
    luz = Teller(product, "telegram", "en")
    await luz.says("we would like to collaborate")
    await luz.asked("institution")
    await told(luz, "Hospital Civil")
    await luz.asked("field")
    await told(luz, "structural heart disease")
    await luz.asked("kind")
    await luz.says("yes, i agree")
    again = await luz.asked("kind")
    assert said(product, "intake.unclear.choice", "en") in again.text
