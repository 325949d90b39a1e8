"""Words reach the person they are meant for, or nobody."""

import asyncio

import psycopg

from tests.product.conftest import Product
from tests.product.people import patient
from tests.product.quiet import silent
from tests.product.test_handoff import by_words, taken_case


async def two_cases(product: Product):  # type: ignore[no-untyped-def]
    luz, ana = await taken_case(product, "telegram", "telegram")
    rosa = patient(product.box, "whatsapp", name="Rosa")
    await rosa.say("quiero hablar con una persona")
    card = await ana.hears("Caso 2")
    await ana.tap("Tomar", card)
    await ana.hears("quiero hablar")
    await rosa.hears("caso")
    await product.settle()
    return luz, rosa, ana


async def test_words_for_a_closed_case_go_to_nobody(product: Product) -> None:
    luz, rosa, ana = await two_cases(product)
    await luz.say("¿hay resultado?")
    asked_by_luz = await ana.hears("resultado")
    await ana.say("secreto para Luz")
    which = await ana.hears(lambda bubble: len(bubble.options) == 2)
    await ana.say("cerrar 1")
    await ana.hears("cerrado")
    await ana.tap(0, which)
    await ana.hears("cerrado")
    await product.settle()
    rosa.catch_up()
    await ana.say("citado para Luz", quote=asked_by_luz)
    await ana.hears("cerrado")
    await ana.say("cerrar", quote=asked_by_luz)
    await ana.hears("cerrado")
    await silent(product, rosa)
    assert not any("para Luz" in bubble.text for bubble in rosa.bubbles)


async def test_a_bare_number_from_a_consultant_is_for_the_patient(product: Product) -> None:
    luz, ana = await taken_case(product)
    await luz.say("¿cuántas hojas mando?")
    await ana.hears("hojas")
    await ana.say("2")
    assert (await luz.hears("2")).text.endswith("2")


async def test_stop_behind_a_greeting_is_honoured(product: Product) -> None:
    product.rasa.label_of = lambda text: "greet"
    luz = patient(product.box, "telegram")
    await luz.say("hola")
    await luz.say("BAJA")
    await luz.hears("ALTA", within=5)


async def test_a_file_that_cannot_be_delivered_leaves_the_case_with_its_holder(product: Product) -> None:
    luz, bruno = await taken_case(product, "telegram", "whatsapp")
    await luz.send_document(b"PK zip", content_type="application/zip", name="a.zip")
    await bruno.hears("no se le puede entregar")
    await bruno.say("mándelo como PDF por favor")
    await luz.hears("PDF")


async def test_a_file_of_a_strange_type_does_not_stop_what_follows(product: Product) -> None:
    luz, ana = await taken_case(product)
    await luz.send_document(b"x", content_type="application/" + "x" * 200, name="x.bin")
    await luz.say("¿lo recibió?")
    await ana.hears("recibió", within=15)


async def test_a_message_at_the_moment_of_closing_is_not_lost(product: Product) -> None:
    luz, ana = await taken_case(product)
    await asyncio.gather(ana.say("cerrar"), luz.say("¿cuánto cuesta?"))
    await product.settle()
    answered = sum("costo" in bubble.text.lower() for bubble in luz.bubbles)
    forwarded = sum(
        bubble.text.endswith("¿cuánto cuesta?") and "#" in bubble.header for bubble in ana.bubbles
    )
    assert answered + forwarded == 1


async def test_a_dead_workers_job_gives_way_to_the_one_behind_it(product: Product, database_url: str) -> None:
    product.rasa.label_of = by_words
    luz = patient(product.box, "telegram")
    await luz.say("¿cuánto cuesta?")
    await luz.hears("costo")
    await product.settle()
    async with await psycopg.AsyncConnection.connect(database_url, autocommit=True) as connection:
        row = await (
            await connection.execute("SELECT id FROM conversations WHERE role = 'patient'")
        ).fetchone()
        assert row
        key = str(row[0])
        worker = "INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - interval '1 hour') RETURNING id"
        dead = await (await connection.execute(worker)).fetchone()
        assert dead
        job = (
            "INSERT INTO procrastinate_jobs (queue_name, task_name, lock, queueing_lock, args, status, worker_id)"
            " VALUES ('answer', 'answer', %(lock)s, %(lock)s, jsonb_build_object('key', %(key)s::text), 'doing', %(worker)s)"
        )
        await connection.execute(job, {"lock": f"answer:{key}", "key": key, "worker": dead[0]})
    await luz.say("¿y cuánto cuesta la segunda?")
    await luz.hears("costo", within=10)


async def test_the_same_words_twice_are_two_bubbles_though_an_answer_is_lost(product: Product) -> None:
    luz, ana = await taken_case(product, "whatsapp", "telegram")
    await ana.say("ok")
    await luz.hears("ok")
    await product.settle()
    product.box.twilio.faults.drop("messages.create")
    await ana.say("ok")
    await luz.hears("ok", within=15)
