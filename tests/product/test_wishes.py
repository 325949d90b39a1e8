"""What a person wishes about the chat itself: to be left alone, another language, the same again."""

from tests.product.conftest import Product
from tests.product.people import patient
from tests.product.quiet import silent


async def test_stop_is_honoured_before_understanding_and_start_undoes_it(product: Product) -> None:
    product.rasa.label_of = lambda text: "ask_cost"
    for channel, stop, start in (("telegram", "BAJA", "ALTA"), ("whatsapp", "stop", "start")):
        luz = patient(product.box, channel)
        await luz.say(stop)
        await luz.hears("ALTA" if stop == "BAJA" else lambda bubble: True)
        await luz.say("¿cuánto cuesta?")
        assert "costo" not in (await luz.hears(lambda bubble: True)).text.lower()
        await luz.say("mi papá no puede respirar")
        await luz.hears("911", within=2)
        await luz.hears("aviso")
        await luz.say(start)
        await luz.hears(lambda bubble: True)
        await luz.say("¿cuánto cuesta?")
        assert "cost" in (await luz.hears(lambda bubble: True)).text.lower()


async def test_a_refused_reply_reaches_a_person_and_the_operator(product: Product) -> None:
    from tests.product.people import consultant, operator

    product.rasa.label_of = lambda text: "ask_cost"
    luz, ana = patient(product.box, "telegram"), consultant(product.box, "telegram")
    product.box.telegram.faults.reject(
        "sendMessage", 400, 400, "Bad Request: something new", times=2, address="5001"
    )
    await luz.say("¿cuánto cuesta?")
    await ana.hears("Caso")
    await operator(product.box).hears(lambda bubble: True)


async def test_a_late_failure_is_carried_on_like_one_at_once(product: Product) -> None:
    """63018, one message per 6 s to a person, comes by status callback after a 201: the bubble goes out again."""
    product.rasa.label_of = lambda text: "ask_cost"
    rosa = patient(product.box, "whatsapp", name="Rosa")
    product.box.twilio.faults.fail_later(63018)
    await rosa.say("¿cuánto cuesta?")
    await rosa.hears("costo", within=15)
    await product.settle()


async def test_an_answer_lost_on_the_way_back_is_looked_up_and_not_sent_twice(product: Product) -> None:
    product.rasa.label_of = lambda text: "ask_cost"
    rosa = patient(product.box, "whatsapp", name="Rosa")
    product.box.twilio.faults.lose_response("messages.create")
    await rosa.say("¿cuánto cuesta?")
    await rosa.hears("costo")
    await product.settle(15)
    await silent(product, rosa)


async def test_a_failed_action_is_asked_again_and_counted_once(product: Product) -> None:
    product.rasa.label_of = lambda text: "ask_cost"
    product.rasa.fail_next = 1
    luz = patient(product.box, "telegram")
    await luz.say("¿cuánto cuesta?")
    await luz.hears("costo", within=15)
    assert set(product.rasa.counted().values()) == {1}


async def test_with_rasa_down_a_person_is_found(product: Product) -> None:
    from tests.product.people import consultant

    product.rasa.down = True
    luz, ana = patient(product.box, "telegram"), consultant(product.box, "telegram")
    await luz.say("¿cuánto cuesta?")
    await luz.hears("falla", within=40)
    await ana.hears("Caso", within=10)
    product.rasa.down = False
    product.rasa.label_of = lambda text: "ask_hours"
    await luz.say("¿qué horario tienen?")
    await luz.hears("abre", within=15)
