"""Whom a consultant's words reach: quoted, in focus, the only one; and what waits, is asked, or is taken back."""

import pytest

from tests.product.desk.phones import later
from tests.product.desk.writers import BOTH, CROSSED, TAKEN, Writing, her_phone, holding, other_phone, titles
from tests.product.people import patient
from tests.product.quiet import silent


@CROSSED
async def test_she_picks_a_focus_by_word_or_by_button_and_sees_it(way: Writing) -> None:
    luz, rosa = await way.two()
    await way.her.say(f"{way.order('write')} 1")
    told = await way.her.hears("Luz")
    assert way.text("desk.focus.header", case="1") in told.text
    await way.her.say("palabras para uno")
    await way.lets_go(1)
    await luz.hears("palabras para uno")
    await luz.say("una respuesta")
    forwarded = await way.her.hears("una respuesta")
    assert f"#1 · Luz · {way.text('desk.focus.mark')}" in forwarded.text
    await silent(way.product, rosa)
    await way.her.say(f"{way.order('case')} 2")
    await way.her.tap(way.button("write"), await way.her.hears(lambda b: way.button("write") in titles(b)))
    await way.her.hears("Rosa")
    await way.her.say("palabras para dos")
    await way.lets_go(2)
    await rosa.hears("palabras para dos")
    await silent(way.product, luz)


@BOTH
async def test_taking_a_case_sets_no_focus(way: Writing) -> None:
    luz, rosa = await way.two()
    await way.her.say("¿para quién es esto?")
    asked = await way.her.hears(way.text("desk.writing.which", words="«¿para quién es esto?»"))
    assert titles(asked) == ["#1 Luz", "#2 Rosa"]
    assert way.text("desk.focus.header", case="2") not in asked.text
    await silent(way.product, luz, rosa)


@BOTH
async def test_a_focus_ends_when_another_patients_message_appears(way: Writing) -> None:
    luz, rosa = await way.two()
    await way.her.say(f"{way.order('write')} 1")
    await way.her.hears("Luz")
    await rosa.say("yo también espero")
    forwarded = await way.her.hears("yo también espero")
    assert way.text("desk.focus.mark") not in forwarded.text
    await way.her.say("palabras para uno")
    await way.her.hears(lambda bubble: len(bubble.options) == 2)
    await silent(way.product, luz)


async def test_a_focus_ends_after_ten_minutes_without_use(way: Writing) -> None:
    luz, _ = await way.two()
    await way.her.say(f"{way.order('write')} 1")
    await way.her.hears("Luz")
    for words in ("una línea", "otra línea"):
        way.product.box.clock.advance(minutes=9)
        await way.her.say(words)
        if words == "una línea":
            await way.lets_go(1)
        await luz.hears(words)
    way.product.box.clock.advance(minutes=11)
    await way.her.say("palabras para uno")
    await way.her.hears(lambda bubble: len(bubble.options) == 2)
    await silent(way.product, luz)


async def test_what_is_quoted_goes_before_the_focus(way: Writing) -> None:
    luz, rosa = await way.two()
    await rosa.say("dígame algo")
    from_rosa = await way.her.hears("dígame algo")
    await way.her.say("escribir 1")
    await way.her.hears("Luz")
    await way.her.say("para la segunda", quote=from_rosa)
    await way.lets_go(2)
    await rosa.hears("para la segunda")
    await way.her.say("para la primera")
    await way.lets_go(1)
    await luz.hears("para la primera")
    await silent(way.product, rosa)


@BOTH
async def test_a_focus_that_is_no_longer_hers_is_refused_and_not_passed_to_another(way: Writing) -> None:
    luz, rosa = await way.two()
    await way.her.say(f"{way.order('write')} 1")
    await way.her.hears("Luz")
    bruno = other_phone(way.product, "telegram" if way.language == "es" else "whatsapp")
    await bruno.say(f"{way.order('take_over')} 1")
    await way.her.hears("Bruno" if way.language == "es" else "Ana")
    await way.product.settle()
    await way.her.say("palabras para uno")
    refused = await way.her.hears(lambda bubble: way.button("take_over") in titles(bubble))
    assert "1" in refused.text
    await silent(way.product, rosa)
    assert not any("palabras" in bubble.text for bubble in luz.bubbles)


@CROSSED
async def test_a_line_to_another_patient_waits_and_can_be_taken_back(way: Writing) -> None:
    luz, rosa = await way.two()
    await way.her.say(f"{way.order('write')} 1")
    await way.her.hears("Luz")
    await way.her.say("uno")
    await way.lets_go(1)  # two cases, and no last line to go by
    await luz.hears("uno")
    await way.her.say("dos")
    await luz.hears("dos", within=3)  # the same addressee: no wait
    await way.her.say(f"{way.order('write')} 2")
    await way.her.hears("Rosa")
    await way.her.say("secreto de Luz")
    waits = await way.her.hears(way.text("desk.writing.waits", case="2"))
    if way.language == "es":
        await way.her.tap(way.button("undo"), waits)
    else:
        await way.her.say("undo")
    undone = await way.her.hears("secreto de Luz")
    assert titles(undone) == ["#1 Luz"]
    await later(way.product, seconds=6)
    await silent(way.product, rosa)
    await way.her.tap(0, undone)  # one tap sends it to whom it was meant for
    await way.lets_go(1)
    await luz.hears("secreto de Luz")
    assert "undone" in await way.entries(2)


@BOTH
async def test_a_line_that_nobody_takes_back_arrives_by_itself(way: Writing) -> None:
    luz, rosa = await way.two()
    await luz.say("pregunta uno")
    first = await way.her.hears("pregunta uno")
    await rosa.say("pregunta dos")
    second = await way.her.hears("pregunta dos")
    await way.her.say("contesto lo primero", quote=first)
    await way.lets_go(1)
    await luz.hears("contesto lo primero")
    await way.her.say("contesto lo segundo", quote=second)
    await way.her.hears(way.text("desk.writing.waits", case="2"))
    way.product.box.clock.advance(seconds=3)
    await way.product.puente.watch.look()
    await rosa.hears_nothing(within=0.5)  # settling would be waiting until it has gone
    await later(way.product, seconds=2)
    await rosa.hears("contesto lo segundo")
    await way.her.say(way.order("undo"))
    await way.her.hears(way.text("desk.undo.too_late", case="2"))


@BOTH
async def test_the_first_line_in_her_only_case_does_not_wait(way: Writing) -> None:
    luz = patient(way.product.box, "telegram", way.language)
    await way.takes(luz)
    await way.her.say(way.order("undo"))
    await way.her.hears(way.text("desk.undo.nothing"))
    await way.her.say("aquí estoy")
    await luz.hears("aquí estoy", within=3)
    await silent(way.product, way.her)


@CROSSED
async def test_lines_kept_by_one_question_all_go_on_one_tap_and_once(way: Writing) -> None:
    luz, rosa = await way.two()
    await way.her.say("No")
    first = await way.her.hears("«No»")
    await way.her.say("Sí")
    asked = await way.her.hears("«No» «Sí»")
    await way.her.tap("#2 Rosa", asked)
    await way.lets_go(2)
    await rosa.hears("No")
    await rosa.hears("Sí")
    await way.product.settle()
    await way.her.tap("#1 Luz", first)
    await way.her.hears(way.text("desk.writing.sent_already", case="2"))
    await way.her.tap("#2 Rosa", asked)
    await way.her.hears(way.text("desk.writing.sent_already", case="2"))
    await silent(way.product, luz, rosa)


@pytest.mark.parametrize("way", [("es", "whatsapp"), ("en", "telegram")], indirect=True, ids=str)
async def test_a_typed_number_is_the_cases_and_never_a_place_in_the_list(way: Writing) -> None:
    luz, rosa = await way.two()
    eva = way.product.box.telegram.user(5003, "Eva")
    await way.takes(eva)
    await way.orders("close", 1, "desk.closed")
    for phone in (luz, rosa, eva, way.her):
        phone.catch_up()
    await way.her.say("para la segunda")
    await way.her.hears("«para la segunda»")
    await way.her.say("2")  # the second of the list is case 3
    await way.lets_go(2)
    await rosa.hears("para la segunda")
    await silent(way.product, eva)


@BOTH
async def test_a_quoted_bubble_of_a_case_that_is_not_hers_or_closed_is_refused_with_what_to_do(
    way: Writing,
) -> None:
    luz, rosa = await way.two()
    await luz.say("¿hay resultado?")
    of_luz = await way.her.hears("resultado")
    await rosa.say("¿y el mío?")
    of_rosa = await way.her.hears("¿y el mío?")
    await way.orders("release", 2, "desk.released")
    await way.orders("close", 1, "desk.closed")
    luz.catch_up()
    rosa.catch_up()
    await way.her.say("secreto de Rosa", quote=of_rosa)
    refused = await way.her.hears(way.text("desk.take_first", case="2"))
    assert titles(refused) == [way.button("take")]
    await way.her.say("secreto de Luz", quote=of_luz)
    refused = await way.her.hears(way.text("desk.writing.closed", case="1"))
    assert way.button("write") in titles(refused)
    await silent(way.product, luz, rosa)
    await way.her.tap(way.button("write"), refused)
    await way.her.hears("Luz")
    assert (await way.case(1)).closed_at is None


@CROSSED
async def test_writing_to_a_case_that_waits_or_is_anothers(way: Writing) -> None:
    luz, _ = await way.two()
    to = "telegram" if way.her is her_phone(way.product, "telegram") else "whatsapp"
    other = other_phone(way.product, to)
    await way.orders("release", 1, "desk.released")
    way.her.catch_up()
    await way.her.say(f"{way.order('write')} 1")
    waiting = await way.her.hears(way.text("desk.focus.waiting", case="1"))
    assert titles(waiting) == [way.button("take")]
    await other.say(f"{way.order('take')} 1")
    await other.hears(TAKEN[way.language])
    way.her.catch_up()
    await way.her.say(f"{way.order('write')} 1")
    await way.her.hears(holding("1", "Bruno" if to == "telegram" else "Ana"))
    await way.her.say(f"{way.order('write')} 999")
    await way.her.hears(way.text("desk.unknown_case", case="999"))
    assert luz


@CROSSED
async def test_writing_to_a_closed_case_opens_it_again_and_tells_the_patient_with_the_first_words(
    way: Writing,
) -> None:
    luz = patient(way.product.box, "whatsapp", way.language)
    await way.takes(luz)
    await way.orders("close", 1, "desk.closed")
    luz.catch_up()
    await way.her.say(f"{way.order('write')} 1")
    await way.her.hears(holding("1", "Luz"))
    await silent(way.product, luz)
    await way.her.say("me faltó decirle algo")
    first = await luz.hears("me faltó decirle algo")
    assert way.text("handoff.writes_again", case="1", consultant=her_name(way)) in first.text
    await way.her.say("y otra cosa")
    assert "1" not in (await luz.hears("y otra cosa")).text
    await luz.say("gracias")
    await way.her.hears("gracias")
    assert "reopened" in await way.entries(1)


async def test_a_reopened_case_behind_a_closed_window_holds_the_words(way: Writing) -> None:
    luz = patient(way.product.box, "whatsapp")
    await way.takes(luz)
    await way.orders("close", 1, "desk.closed")
    luz.catch_up()
    way.product.box.clock.advance(hours=30)
    await way.her.say("escribir 1")
    await way.her.hears("Luz")
    await way.her.say("ya llegó su estudio")
    await way.her.hears("24 horas")
    assert (await luz.hears(lambda bubble: bool(bubble.template))).template
    await luz.say("sí")
    assert "de nuevo" in (await luz.hears("ya llegó su estudio")).text


async def test_a_closed_case_whose_patient_has_a_newer_one_leads_there(way: Writing) -> None:
    luz = patient(way.product.box, "telegram")
    await way.takes(luz)
    await way.orders("close", 1, "desk.closed")
    way.product.box.clock.advance(hours=80)
    for phone in (luz, way.her):
        phone.catch_up()
    assert await way.takes(luz) == 2
    await way.her.say("escribir 1")
    await way.her.hears(way.text("desk.focus.newer", case="2", closed="1"))
    await way.her.hears(holding("Luz", "2"))
    assert (await way.case(1)).closed_at


@pytest.mark.parametrize("way", [("es", "telegram"), ("en", "telegram")], indirect=True, ids=str)
async def test_a_failed_line_says_what_to_do(way: Writing) -> None:
    luz = patient(way.product.box, "telegram", way.language)
    await way.takes(luz)
    await luz.block()
    await way.her.say("¿sigue ahí?")
    failed = await way.her.hears("1")
    assert ("Llámele" if way.language == "es" else "Call the number") in failed.text


def her_name(way: Writing) -> str:
    return "Ana Ruiz" if way.her is her_phone(way.product, "telegram") else "Bruno Díaz"
