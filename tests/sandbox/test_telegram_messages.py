"""What the real Telegram client can send, and what the person sees."""

import json

import httpx
import pytest
import telegram
from telegram import (
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    KeyboardButton,
    ReplyKeyboardMarkup,
    ReplyParameters,
)
from telegram.error import BadRequest, Forbidden, InvalidToken

from sandbox import Sandbox
from sandbox.telegram_api import TelegramUser
from tests.sandbox.clients import telegram_client


@pytest.fixture
async def ana(box: Sandbox) -> TelegramUser:
    ana = box.telegram.user(5001, "Ana", language_code="es")
    await ana.start()
    return ana


def buttons(*titles: str) -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup([[InlineKeyboardButton(t, callback_data=f"token-{t}")] for t in titles])


async def test_bot_knows_itself(bot: telegram.Bot) -> None:
    me = await bot.get_me()
    assert me.is_bot
    assert me.id == 7000000001


async def test_wrong_token_is_unauthorized(box: Sandbox) -> None:
    with pytest.raises(InvalidToken):
        await telegram_client(box, "7000000001:wrong").initialize()


async def test_html_is_shown_as_text_with_a_header(bot: telegram.Bot, ana: TelegramUser) -> None:
    sent = await bot.send_message(
        ana.id, "<b>Horario</b>\nDe 9 a 6 &amp; más <i>🙂 ya</i>", parse_mode="HTML"
    )
    assert sent.parse_entity(sent.entities[1]) == "🙂 ya"
    assert ana.last.text == "Horario\nDe 9 a 6 & más 🙂 ya"
    assert ana.last.header == "Horario"


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("1 <b>dos", "find end tag"),
        ("<h1>hola</h1>", "Unsupported start tag"),
        ("a < b", "Unsupported start tag"),
        ("</b>", "Unexpected end tag"),
        ("<b>hola</i>", "Unmatched end tag"),
    ],
)
async def test_broken_html_is_refused(bot: telegram.Bot, ana: TelegramUser, text: str, problem: str) -> None:
    with pytest.raises(BadRequest, match=f"(?i){problem}"):
        await bot.send_message(ana.id, text, parse_mode="HTML")


async def test_text_of_4096_fits_and_one_more_does_not(bot: telegram.Bot, ana: TelegramUser) -> None:
    await bot.send_message(ana.id, "x" * 4096)
    with pytest.raises(BadRequest, match="too long"):
        await bot.send_message(ana.id, "x" * 4097)
    with pytest.raises(BadRequest, match="text is empty"):
        await bot.send_message(ana.id, "  ")


async def test_callback_data_past_64_bytes_is_refused(bot: telegram.Bot, ana: TelegramUser) -> None:
    wide = InlineKeyboardMarkup([[InlineKeyboardButton("Sí", callback_data="ñ" * 33)]])
    with pytest.raises(BadRequest, match="Button_data_invalid"):
        await bot.send_message(ana.id, "hola", reply_markup=wide)


async def test_bot_cannot_write_first(box: Sandbox, bot: telegram.Bot) -> None:
    stranger = box.telegram.user(5002, "Berta")
    with pytest.raises(BadRequest, match="Chat not found"):
        await bot.send_message(stranger.id, "hola")
    with pytest.raises(BadRequest, match="Chat not found"):
        await bot.send_message(424242, "hola")


async def test_member_of_a_group_who_never_wrote_cannot_be_written_to(
    box: Sandbox, bot: telegram.Bot
) -> None:
    member = box.telegram.user(5003, "Carla")
    await box.telegram.group("Guardia", member)
    with pytest.raises(Forbidden, match="can't initiate"):
        await bot.send_message(member.id, "hola")


async def test_blocked_bot_is_forbidden_until_unblocked(bot: telegram.Bot, ana: TelegramUser) -> None:
    await ana.block()
    with pytest.raises(Forbidden, match="blocked by the user"):
        await bot.send_message(ana.id, "hola")
    await ana.unblock()
    await bot.send_message(ana.id, "hola")
    ana.deactivate()
    with pytest.raises(Forbidden, match="deactivated"):
        await bot.send_message(ana.id, "hola")


async def test_reply_points_at_the_message(bot: telegram.Bot, ana: TelegramUser) -> None:
    question = await ana.say("¿hora?")
    sent = await bot.send_message(ana.id, "las 9", reply_parameters=ReplyParameters(int(question.id)))
    assert sent.reply_to_message is not None
    assert ana.last.reply_to == question.id
    with pytest.raises(BadRequest, match="replied not found"):
        await bot.send_message(ana.id, "?", reply_parameters=ReplyParameters(99999))
    await bot.send_message(
        ana.id, "?", reply_parameters=ReplyParameters(99999, allow_sending_without_reply=True)
    )


async def test_topics_of_a_private_chat_are_opened_where_the_bot_has_them(
    box: Sandbox, bot: telegram.Bot, ana: TelegramUser
) -> None:
    with pytest.raises(BadRequest, match=r"(?i)BOT_FORUM_CREATE_FORBIDDEN"):
        await bot.create_forum_topic(ana.id, "#1 Luz")
    box.telegram.topics_enabled = True
    assert (await bot.get_me()).has_topics_enabled
    topic = await bot.create_forum_topic(ana.id, "#1 Luz")
    sent = await bot.send_message(ana.id, "hola", message_thread_id=topic.message_thread_id)
    assert (sent.is_topic_message, sent.message_thread_id) == (True, topic.message_thread_id)
    assert (await ana.hears("hola")).topic == "#1 Luz"


async def test_unknown_topic_is_refused(bot: telegram.Bot, ana: TelegramUser) -> None:
    with pytest.raises(BadRequest, match="thread not found"):
        await bot.send_message(ana.id, "hola", message_thread_id=77)


async def test_files_of_every_kind_arrive(bot: telegram.Bot, ana: TelegramUser) -> None:
    await bot.send_photo(ana.id, b"jpeg", caption="<b>foto</b>", parse_mode="HTML")
    await bot.send_document(ana.id, b"%PDF-1.4", filename="cita.pdf")
    await bot.send_voice(ana.id, b"OggS")
    await bot.send_audio(ana.id, b"ID3")
    await bot.send_video(ana.id, b"mp4")
    await bot.send_sticker(ana.id, b"webp")
    await bot.send_location(ana.id, 32.5, -117.0)
    await bot.send_contact(ana.id, "+525500000100", "Oficina")
    kinds = [b.file.kind for b in ana.bubbles if b.file]
    assert kinds == ["image", "document", "audio", "audio", "video", "sticker"]
    document = ana.bubbles[1].file
    assert document
    assert (document.name, document.content_type, document.content) == (
        "cita.pdf",
        "application/pdf",
        b"%PDF-1.4",
    )
    assert ana.bubbles[0].text == "foto"
    assert ana.bubbles[6].place
    assert ana.bubbles[7].contact


async def test_caption_past_1024_is_refused(bot: telegram.Bot, ana: TelegramUser) -> None:
    with pytest.raises(BadRequest, match="caption is too long"):
        await bot.send_photo(ana.id, b"jpeg", caption="x" * 1025)


async def test_copy_leaves_no_trace_of_the_author(box: Sandbox, bot: telegram.Bot, ana: TelegramUser) -> None:
    bob = box.telegram.user(5004, "Bob")
    await bob.start()
    original = await ana.send_document(b"%PDF", name="estudio.pdf", caption="mi estudio")
    await bot.copy_message(bob.id, ana.id, int(original.id))
    assert bob.last.text == "mi estudio"
    assert bob.last.file
    with pytest.raises(BadRequest, match="copy not found"):
        await bot.copy_message(bob.id, ana.id, 99999)


async def test_edit_changes_the_bubble_and_refuses_what_is_the_same(
    bot: telegram.Bot, ana: TelegramUser
) -> None:
    sent = await bot.send_message(ana.id, "uno", reply_markup=buttons("Sí"))
    await ana.hears("uno")
    await bot.edit_message_text("dos", ana.id, sent.message_id)
    edited = await ana.hears("dos")
    assert edited.edited
    assert edited.options == ()
    with pytest.raises(BadRequest, match="not modified"):
        await bot.edit_message_text("dos", ana.id, sent.message_id)
    await bot.edit_message_reply_markup(ana.id, sent.message_id, reply_markup=buttons("No"))
    assert [o.title for o in ana.last.options] == ["No"]
    with pytest.raises(BadRequest, match="not modified"):
        await bot.edit_message_reply_markup(ana.id, sent.message_id, reply_markup=buttons("No"))
    with pytest.raises(BadRequest, match="edit not found"):
        await bot.edit_message_text("x", ana.id, 99999)


async def test_bot_edits_only_its_own(bot: telegram.Bot, ana: TelegramUser) -> None:
    hers = await ana.say("hola")
    with pytest.raises(BadRequest, match="can't be edited"):
        await bot.edit_message_text("x", ana.id, int(hers.id))


async def test_deleted_bubble_is_gone(bot: telegram.Bot, ana: TelegramUser) -> None:
    sent = await bot.send_message(ana.id, "uy")
    await bot.delete_message(ana.id, sent.message_id)
    assert ana.bubbles == []
    with pytest.raises(BadRequest, match="delete not found"):
        await bot.delete_message(ana.id, sent.message_id)


async def test_tap_is_answered_once_in_time(box: Sandbox, bot: telegram.Bot, ana: TelegramUser) -> None:
    await bot.send_message(ana.id, "¿sí o no?", reply_markup=buttons("Sí", "No"))
    await ana.tap("No")
    await ana.tap(0)
    first, second = (u.callback_query for u in (await bot.get_updates())[-2:])
    assert first
    assert second
    assert (first.data, second.data) == ("token-No", "token-Sí")
    assert first.message
    assert await bot.answer_callback_query(first.id, "gracias")
    assert ana.toasts == ["gracias"]
    box.clock.advance(minutes=3)
    with pytest.raises(BadRequest, match="Query is too old"):
        await bot.answer_callback_query(second.id)
    with pytest.raises(LookupError):
        await ana.tap("Tal vez")


async def test_reply_keyboard_sends_words_or_the_own_contact(bot: telegram.Bot, ana: TelegramUser) -> None:
    keys = [[KeyboardButton("Mi número", request_contact=True), KeyboardButton("Luego")]]
    await bot.send_message(ana.id, "¿su número?", reply_markup=ReplyKeyboardMarkup(keys))
    await ana.tap("Mi número")
    await ana.tap("Luego")
    shared, later = (u.message for u in (await bot.get_updates())[-2:])
    assert shared
    assert shared.contact
    assert shared.contact.user_id == ana.id
    assert later
    assert later.text == "Luego"


async def test_file_of_a_person_is_downloaded(bot: telegram.Bot, ana: TelegramUser) -> None:
    await ana.send_voice(b"OggS-voz")
    await ana.send_photo(b"jpeg", caption="receta")
    voice, photo = (u.message for u in (await bot.get_updates())[-2:])
    assert voice
    assert voice.voice
    file = await bot.get_file(voice.voice.file_id)
    assert bytes(await file.download_as_bytearray()) == b"OggS-voz"
    assert photo
    assert photo.caption == "receta"
    assert photo.photo[-1].width == 1280


async def test_file_past_20_megabytes_is_not_given(bot: telegram.Bot, ana: TelegramUser) -> None:
    await ana.send_document(b"x" * (20 * 1024 * 1024 + 1), name="grande.bin")
    update = (await bot.get_updates())[-1]
    assert update.message
    assert update.message.document
    with pytest.raises(BadRequest, match="too big"):
        await bot.get_file(update.message.document.file_id)
    with pytest.raises(BadRequest, match="nvalid file_id"):
        await bot.get_file("nothing")


async def test_person_edits_shares_and_quotes(bot: telegram.Bot, ana: TelegramUser) -> None:
    hello = await ana.say("hoal")
    await ana.edit(hello, "hola")
    await ana.send_contact("Mamá", "+525500000001")
    await ana.send_location(19.4, -99.1, "Casa")
    await ana.say("esto", quote=hello)
    _, _, edited, contact, place, quoting = await bot.get_updates()
    assert edited.edited_message
    assert edited.edited_message.text == "hola"
    assert contact.message
    assert contact.message.contact
    assert place.message
    assert place.message.venue
    assert quoting.message
    assert quoting.message.reply_to_message


async def test_deep_link_payload_follows_start(bot: telegram.Bot, box: Sandbox) -> None:
    dora = box.telegram.user(5005, "Dora")
    await dora.start("cita_7")
    message = (await bot.get_updates())[-1].message
    assert message
    assert message.text == "/start cita_7"
    assert message.parse_entity(message.entities[0]) == "/start"


async def test_commands_chat_and_typing(bot: telegram.Bot, ana: TelegramUser) -> None:
    await bot.set_my_commands([("tomar", "Tomar un caso")], language_code="es")
    assert (await bot.get_my_commands(language_code="es"))[0].command == "tomar"
    assert (await bot.get_chat(ana.id)).first_name == "Ana"
    await bot.send_chat_action(ana.id, "typing")
    assert ana.phone.typing_until is not None


async def test_half_a_sign_is_typed_as_one_that_cannot_be_read(bot: telegram.Bot, ana: TelegramUser) -> None:
    said = await ana.say("hola \ud83d")
    assert said.text == "hola \ufffd"
    (*_, update) = await bot.get_updates()
    assert update.message
    assert update.message.text == "hola \ufffd"
    edited = await ana.edit(said, "adiós \ude00")
    assert edited.text == "adiós \ufffd"


async def test_half_a_sign_from_the_bot_is_refused(box: Sandbox, ana: TelegramUser) -> None:
    async with httpx.AsyncClient() as client:
        body = json.dumps({"chat_id": ana.id, "text": "hola \ud83d"})
        url = f"{box.credentials['TELEGRAM_API_BASE']}/bot{box.telegram.token}/sendMessage"
        answer = await client.post(url, content=body, headers={"Content-Type": "application/json"})
    assert (answer.status_code, "UTF-8" in answer.json()["description"]) == (400, True)
