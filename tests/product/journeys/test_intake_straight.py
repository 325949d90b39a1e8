"""A request told straight through: referral, second opinion, collaboration."""

import pytest

from tests.product.conftest import Product
from tests.product.journeys.people import EVERY_WAY, Teller, draft_of, said
from tests.product.people import consultant

REFERRAL = {"es": "quiero una referencia", "en": "I want a referral"}
INSTITUTION = {
    "es": "del Instituto de Ejemplo, soy jefa de servicio",
    "en": "the Example Institute, I am head of service",
}
FIELD = {
    "es": "arritmias, un registro para los dos países",
    "en": "arrhythmias, and a registry for both countries",
}
STORY = {
    "es": "le falta el aire al subir escaleras desde mayo",
    "en": "a valve was found to be narrow in May",
}


@pytest.mark.parametrize(("channel", "language"), EVERY_WAY)
async def test_a_referral_from_the_first_word_to_the_case(
    product: Product, channel: str, language: str
) -> None:
    luz, ana = Teller(product, channel, language), consultant(product.box, "telegram")
    await luz.says(REFERRAL[language])
    asked = await luz.asked("intake.begin.referral")
    assert said(product, "privacy.consent.ask", language) in asked.text
    await luz.taps("consent")
    await luz.asked("who")
    await luz.taps("intake_who_relative")
    await luz.asked("relation")
    await luz.says({"es": "es mi suegra", "en": "my mother in law"}[language])
    await luz.asked("specialty")
    await luz.says({"es": "del corazón", "en": "the heart"}[language])
    await luz.asked("story")
    await luz.says(STORY[language])
    await luz.asked("city")
    await luz.says("Puebla")
    await luz.asked("age")
    await luz.says("72")
    await luz.asked("channel")
    await luz.taps("intake_channel_call")
    await luz.asked("time")
    await luz.taps("intake_time_morning")
    await luz.phone.hears(lambda bubble: "lada" in bubble.text or "number" in bubble.text)
    await luz.says("55 1234 5678")
    await luz.asked("records")
    await luz.taps("intake_records_paper")
    await luz.asked("payment")
    await luz.taps("intake_skip")
    summary = await luz.phone.hears("Puebla")
    for told in ("72", "+525512345678", STORY[language]):
        assert told in summary.text
    await luz.taps("intake_send")
    await luz.phone.hears(said(product, "intake.sent", language, case="1"))
    card = await ana.hears("Caso 1")
    for named in ("Puebla", "Para: suegra", "Edad: 65 años o más"):
        assert named in card.text
    for hidden in (STORY[language], "12345678", "Luz"):
        assert hidden not in card.text
    await ana.tap("Tomar", card)
    taken = await ana.hears(STORY[language])
    for told in ("72", "+525512345678", "cardiología", "suegra", "En papel".lower()):
        assert told in taken.text or told in taken.text.lower()
    assert REFERRAL[language] in taken.text  # what opened the request is said in no answer
    for answer in (STORY[language], "Puebla"):
        assert taken.text.count(answer) == 1 + (
            answer in taken.text.splitlines()[2]
        )  # the line of the wish names the city
    draft = await draft_of(product)
    assert draft is not None
    assert (draft.case_id, bool(draft.confirmed_at), bool(draft.closed_at)) == (1, True, True)
    await luz.says({"es": "aquí espero", "en": "I will wait"}[language])
    words = await ana.hears(lambda bubble: "espero" in bubble.text or "wait" in bubble.text)
    assert "Luz (paciente: suegra)" in words.header + words.text


@pytest.mark.parametrize(("channel", "language"), EVERY_WAY)
async def test_a_colleague_is_asked_four_things_the_last_also_by_a_contact_card(
    product: Product, channel: str, language: str
) -> None:
    luz, ana = Teller(product, channel, language), consultant(product.box, "telegram")
    await luz.says({"es": "queremos colaborar con ustedes", "en": "we would like to collaborate"}[language])
    await luz.asked("institution")
    await luz.says(INSTITUTION[language])
    product.box.clock.advance(seconds=4)
    await luz.asked("field")
    await luz.says(FIELD[language])
    product.box.clock.advance(seconds=4)
    await luz.asked("kind")
    await luz.taps("intake_kind_research")
    await luz.asked("privacy.consent.ask")
    await luz.taps("consent")
    await luz.asked("reach")
    if channel == "telegram":
        await luz.phone.send_contact("Dra. Eva Prueba", "+525500000777")
    else:
        await luz.says("Eva Prueba, eva@example.org")
        product.box.clock.advance(seconds=4)
    await luz.phone.hears("Eva Prueba")
    await luz.taps("intake_send")
    await luz.phone.hears(said(product, "intake.sent", language, case="1"))
    card = await ana.hears("Caso 1")
    assert INSTITUTION[language] not in card.text
    await ana.tap("Tomar", card)
    taken = (await ana.hears(INSTITUTION[language])).text
    assert all(told in taken for told in (FIELD[language], "Investigación", "Eva Prueba"))


async def test_a_second_opinion_asks_for_the_plan_and_is_summed_up_in_both_languages(
    product: Product,
) -> None:
    luz, ana = Teller(product, "telegram", "es"), consultant(product.box, "telegram")
    await luz.says("quiero una segunda opinión de oncología, es para mí")
    await luz.asked("intake.begin.second_opinion")
    await luz.taps("consent")
    await luz.asked("diagnosis")
    await luz.says("proponen operar en enero")
    product.box.clock.advance(seconds=4)
    for step in ("story", "city", "age", "channel", "time", "phone", "records", "payment"):
        await luz.asked(step)
        await luz.taps("intake_skip")
    summary = await luz.phone.hears("¿Lo mando así?")
    assert "operar en enero" in summary.text
    await luz.says("sí, de acuerdo")
    await luz.asked("intake.sent", case="1")
    card = await ana.hears("Caso 1")
    assert "oncología · Para: quien escribe" in card.text
    await luz.says("resumen")
    told = (await luz.phone.hears("Caso 1 ·")).text
    assert "Case 1 ·" in told
    assert "la solicitud" in told
    assert "oncolog" not in told.lower()
    await ana.tap("Tomar", card)
    await ana.hears("operar en enero")
    await ana.say("resumen 1")
    assert "with Ana Ruiz" in (await ana.hears("Case 1 ·")).text
