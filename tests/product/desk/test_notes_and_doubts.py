"""Notes never reach a patient; what looks like a mistyped command is asked about; blocking; edits on both sides."""

import pytest

from tests.product.desk.writers import (
    BOTH,
    CROSSED,
    Writing,
    holding,
    other_phone,
    titles,
)
from tests.product.people import patient
from tests.product.quiet import silent


@BOTH
async def test_a_note_is_not_sent_and_can_be_sent_after_all(way: Writing) -> None:
    luz = patient(way.product.box, "telegram", way.language)
    await way.takes(luz)
    await way.her.say(f"{way.order('note')}: llamar el lunes")
    saved = await way.her.hears(way.text("desk.note_saved", case="1"))
    await silent(way.product, luz)
    await way.her.tap(way.button("send_note"), saved)
    await way.her.hears(way.text("desk.note_sent", case="1"))
    assert (await luz.hears("llamar el lunes")).text.endswith("\nllamar el lunes")
    await way.her.tap(way.button("send_note"), saved)
    await way.her.hears(way.text("desk.writing.sent_already", case="1"))


@CROSSED
async def test_with_several_cases_the_note_asks_which(way: Writing) -> None:
    luz, rosa = await way.two()
    await way.her.say(f"{way.order('note')} llamar el lunes")
    asked = await way.her.hears(way.text("desk.note_which", words="llamar el lunes"))
    assert titles(asked) == ["#1 Luz", "#2 Rosa"]
    if way.language == "en":
        await way.her.tap("#2 Rosa", asked)
    else:
        await way.her.say("2")
    await way.her.hears(way.text("desk.note_saved", case="2"))
    assert "note" in await way.entries(2)
    assert "note" not in await way.entries(1)
    await silent(way.product, luz, rosa)


async def test_a_note_under_a_picture_stays_here_too(way: Writing) -> None:
    luz = patient(way.product.box, "telegram")
    await way.takes(luz)
    await way.her.send_photo(b"\xff\xd8\xff", content_type="image/jpeg", caption="nota la receta de antes")
    await way.her.hears("Nota guardada")
    await silent(way.product, luz)


@BOTH
async def test_a_mistyped_note_is_asked_about_and_goes_to_the_patient_only_on_her_tap(way: Writing) -> None:
    luz = patient(way.product.box, "telegram", way.language)
    await way.takes(luz)
    typed = "ntoa llamar al hijo" if way.language == "es" else "noet: call the son"
    await way.her.say(typed)
    asked = await way.her.hears(way.text("desk.writing.doubt", words=typed))
    assert titles(asked)[1] == way.button("send_anyway")
    assert titles(asked)[0].startswith("nota llamar" if way.language == "es" else "note call")
    await silent(way.product, luz)
    await way.her.tap(0, asked)
    await way.her.hears(way.text("desk.note_saved", case="1"))
    await silent(way.product, luz)
    await way.her.say("ntoa comer bien")
    asked = await way.her.hears(holding("ntoa comer bien"))
    await silent(way.product, luz)
    await way.her.tap(way.button("send_anyway"), asked)
    await luz.hears("ntoa comer bien")


@BOTH
async def test_a_mistyped_order_is_carried_out_on_one_tap(way: Writing) -> None:
    luz = patient(way.product.box, "telegram", way.language)
    await way.takes(luz)
    await way.her.say("cerar 1" if way.language == "es" else "clsoe 1")
    asked = await way.her.hears(lambda bubble: len(bubble.options) == 2)
    assert titles(asked)[0] == f"{way.order('close')} 1"
    assert (await way.case(1)).closed_at is None
    await way.her.tap(0, asked)
    await way.her.hears(way.text("desk.closed", case="1"))
    assert (await way.case(1)).closed_at


async def test_what_only_begins_like_an_order_just_goes(way: Writing) -> None:
    luz = patient(way.product.box, "telegram")
    await way.takes(luz)
    for words in ("toma agua", "notas de la consulta: todo bien", "cierre la llave del gas", "take care"):
        await way.her.say(words)
        await luz.hears(words)
    await silent(way.product, way.her)


@BOTH
async def test_an_abuser_is_stopped_and_the_head_of_office_knows(way: Writing) -> None:
    luz = patient(way.product.box, "telegram", way.language)
    await way.takes(luz)
    head = other_phone(way.product, "telegram" if way.language == "es" else "whatsapp")
    head.catch_up()
    await way.her.say(f"{way.order('block')} 1")
    asked = await way.her.hears(way.text("desk.blocking.sure", case="1"))
    assert (await way.patient_of(1)).blocked_at is None
    await way.her.tap(way.button("block_now"), asked)
    await way.her.hears(way.text("desk.blocking.done", case="1"))
    await head.hears(holding("1", "Ana" if way.language == "es" else "Bruno"))
    assert ((await way.case(1)).outcome, bool((await way.case(1)).closed_at)) == ("blocked", True)
    luz.catch_up()
    await luz.say("contésteme ya")
    await silent(way.product, luz, way.her)
    await luz.say("mi papá no puede respirar" if way.language == "es" else "my dad can't breathe")
    await luz.hears("911")
    await way.her.hears("URG")


@CROSSED
async def test_a_blocked_contact_is_unblocked_by_word_or_button(way: Writing) -> None:
    luz = patient(way.product.box, "whatsapp", way.language)
    await way.takes(luz)
    await way.her.say(way.order("unblock"))
    await way.her.hears(way.text("desk.blocking.none"))
    await way.her.say(way.order("block"))
    await way.her.tap(way.button("block_now"), await way.her.hears(lambda b: len(b.options) == 2))
    await way.her.hears(way.text("desk.blocking.done", case="1"))
    await way.her.say(f"{way.order('write')} 1")
    await way.her.hears(way.text("desk.focus.blocked", case="1"))
    await way.her.say(way.order("unblock"))
    which = await way.her.hears(way.text("desk.blocking.which"))
    await way.her.tap(0, which)
    await way.her.hears(way.text("desk.blocking.undone", case="1"))
    assert (await way.patient_of(1)).blocked_at is None
    luz.catch_up()
    await luz.say("¿me contesta alguien?")
    await luz.hears(lambda bubble: True)


async def test_nobody_is_blocked_without_the_second_tap(way: Writing) -> None:
    luz = patient(way.product.box, "telegram")
    await way.takes(luz)
    await way.her.say("bloquear")
    await way.her.tap("No bloquear", await way.her.hears(lambda bubble: len(bubble.options) == 2))
    await way.her.hears(way.text("desk.blocking.kept"))
    assert (await way.patient_of(1)).blocked_at is None
    await way.her.say("sigo aquí")
    await luz.hears("sigo aquí")


async def test_her_edit_changes_the_patients_bubble_in_place(way: Writing) -> None:
    luz = patient(way.product.box, "telegram")
    await way.takes(luz)
    mine = await way.her.say("la cita es el lunes")
    arrived = await luz.hears("lunes")
    await way.product.settle()
    await way.her.edit(mine, "la cita es el martes")
    changed = await luz.hears("martes")
    assert (changed.id, changed.text) == (arrived.id, "Ana Ruiz\nla cita es el martes")
    await way.product.settle()
    await way.her.edit(mine, "la cita es el jueves")
    assert (await luz.hears("jueves")).id == arrived.id


@pytest.mark.parametrize("way", [("es", "telegram"), ("en", "telegram")], indirect=True, ids=str)
async def test_her_edit_reaches_whatsapp_as_a_correction(way: Writing) -> None:
    luz = patient(way.product.box, "whatsapp", way.language)
    await way.takes(luz)
    mine = await way.her.say("your visit is on Monday" if way.language == "en" else "su cita es el lunes")
    await luz.hears(mine.text)
    await way.product.settle()
    await way.her.edit(mine, "el martes a las 9")
    await luz.hears(("Corrección" if way.language == "es" else "Correction") + ": el martes a las 9")


async def test_an_edit_while_the_line_waits_changes_what_will_go(way: Writing) -> None:
    rosa = patient(way.product.box, "whatsapp", name="Rosa")
    await way.takes(rosa)
    way.product.box.clock.advance(hours=25)
    mine = await way.her.say("el lunes")
    await way.her.hears("24 horas")
    await way.her.edit(mine, "el martes")
    await way.product.settle()  # nothing is said to it
    await rosa.say("sí")
    await rosa.hears("el martes")
    assert not any("el lunes" in bubble.text for bubble in rosa.bubbles)


async def test_an_edited_order_is_not_carried_out_again(way: Writing) -> None:
    luz, _ = await way.two()
    mine = await way.her.say("soltar 1")
    await way.her.hears(way.text("desk.released", case="1"))
    await way.her.edit(mine, "soltar 2")
    await way.her.hears(way.text("desk.edits.command"))
    assert (await way.case(2)).holder_id
    noted = await way.her.say("nota llamar")
    await way.her.hears(way.text("desk.note_saved", case="2"))
    await way.her.edit(noted, "llamar el lunes a la hija")
    await way.her.hears(way.text("desk.edits.command"))
    luz.catch_up()
    await silent(way.product, luz)


async def test_an_edit_into_an_order_or_in_a_case_no_longer_hers_changes_nothing(way: Writing) -> None:
    luz = patient(way.product.box, "telegram")
    await way.takes(luz)
    mine = await way.her.say("la cita es el lunes")
    arrived = await luz.hears("lunes")
    await way.product.settle()
    for text in ("nota la cita es el lunes", "ntoa es el lunes", "cerrar 1"):
        await way.her.edit(mine, text)
        await way.her.hears(way.text("desk.edits.into_command"))
    assert (await way.case(1)).closed_at is None
    await way.orders("close", 1, "desk.closed")
    await way.her.edit(mine, "la cita es el martes")
    await way.her.hears(way.text("desk.edits.not_hers", case="1"))
    assert arrived.text.endswith("lunes")


async def test_an_edit_of_a_line_still_asked_about_is_what_will_go(way: Writing) -> None:
    luz, rosa = await way.two()
    mine = await way.her.say("el lunes")
    asked = await way.her.hears("«el lunes»")
    await way.her.edit(mine, "el martes")
    await way.product.settle()  # nothing is said to it
    await way.her.tap("#1 Luz", asked)
    await luz.hears("el martes")
    assert not any("el lunes" in bubble.text for bubble in luz.bubbles)
    assert not any("el martes" in bubble.text for bubble in rosa.bubbles)


@BOTH
async def test_a_patients_edit_reaches_the_holder_marked(way: Writing) -> None:
    luz = patient(way.product.box, "telegram", way.language)
    await way.takes(luz)
    mine = await luz.say("tengo dolor desde el lunes")
    first = await way.her.hears("lunes")
    await way.product.settle()
    await luz.edit(mine, "tengo dolor desde el martes")
    marked = await way.her.hears(way.text("desk.edits.patient", text="tengo dolor desde el martes"))
    assert "#1 · Luz" in marked.text
    assert (marked.id == first.id) == (way.language == "es")  # in place on Telegram
