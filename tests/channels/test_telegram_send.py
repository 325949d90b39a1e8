import json

import httpx
import pytest
from telegram import InlineKeyboardMarkup
from telegram.error import BadRequest, Forbidden, NetworkError, TelegramError, TimedOut

from bot.channels.base import Attachment, AttachmentKind, Bubble, File, Message, Option, Receipt
from bot.channels.errors import (
    BadConfig,
    ContactUnreachable,
    Moved,
    OutcomeUnknown,
    Rejected,
    SendError,
    Throttled,
    Unavailable,
)
from bot.channels.telegram import errors, outgoing
from bot.channels.telegram.parse import KINDS, parse_update
from bot.channels.telegram.send import Telegram
from bot.channels.telegram.verify import verify
from sandbox import Sandbox
from sandbox.telegram_api.people import TelegramUser

from .conftest import PUBLIC_URL, Office

YES_NO = (Option("t1", "Sí"), Option("t2", "No"))
CHAT = "5001"


async def test_markup_in_a_text_is_shown_not_obeyed(telegram: Telegram, ana: TelegramUser) -> None:
    await telegram.send(CHAT, Bubble("<b>a</b> & b_c*", header="Caso <7> & más"), "send-1")
    shown = await ana.hears("Caso", within=5)
    assert (shown.text, shown.header) == ("Caso <7> & más\n<b>a</b> & b_c*", "Caso <7> & más")


@pytest.mark.parametrize(
    ("titles", "rows"),
    [
        pytest.param(["Sí", "No"], [2], id="short ones side by side"),
        pytest.param(["Sí", "No", "Más"], [2, 1], id="odd one last"),
        pytest.param(["Hablar con una persona", "No"], [1, 1], id="long ones below each other"),
    ],
)
def test_a_keyboard_is_laid_out_for_a_phone(titles: list[str], rows: list[int]) -> None:
    keyboard = outgoing.keyboard([Option(title, title) for title in titles])
    assert isinstance(keyboard, InlineKeyboardMarkup)
    assert [len(row) for row in keyboard.inline_keyboard] == rows


def test_a_description_is_read_on_the_button() -> None:
    keyboard = outgoing.keyboard([Option("t1", "Lunes", "9:00")])
    assert isinstance(keyboard, InlineKeyboardMarkup)
    assert keyboard.inline_keyboard[0][0].text == "Lunes · 9:00"


async def test_a_tapped_option_comes_back_and_its_bubble_is_edited_in_place(
    box: Sandbox, telegram: Telegram, ana: TelegramUser
) -> None:
    await telegram.send(CHAT, Bubble("¿Sigue?", options=YES_NO), "send-1")
    await ana.tap("Sí")
    event = parse_update(box.telegram.updates_sent[-1], telegram.bot_id)
    assert isinstance(event, Message)
    assert (event.choice, event.address) == ("t1", CHAT)
    assert await telegram.send(CHAT, Bubble("Gracias", acknowledges=event.acknowledge), "send-2") == Receipt(
        ""
    )
    edited = await telegram.send(CHAT, Bubble("Sigue.", replaces=event.quoted_id), "send-3")
    assert edited.provider_id == event.quoted_id
    assert ana.toasts == ["Gracias"]
    assert [(bubble.text, bubble.options) for bubble in ana.bubbles] == [("Sigue.", ())]


async def test_an_edit_that_changes_nothing_is_done(telegram: Telegram, ana: TelegramUser) -> None:
    receipt = await telegram.send(CHAT, Bubble("hola", options=YES_NO), "send-1")
    again = Bubble("hola", options=YES_NO, replaces=receipt.provider_id)
    assert await telegram.send(CHAT, again, "send-2") == receipt


@pytest.mark.parametrize("words", ["message to edit not found", "message can't be edited"])
async def test_a_bubble_that_cannot_be_edited_any_more_is_sent_anew(
    box: Sandbox, telegram: Telegram, ana: TelegramUser, words: str
) -> None:
    receipt = await telegram.send(CHAT, Bubble("hola"), "send-1")
    box.telegram.faults.reject("editMessageText", 400, 400, words)
    anew = await telegram.send(CHAT, Bubble("hola, de nuevo", replaces=receipt.provider_id), "send-2")
    assert anew != receipt
    await ana.hears("de nuevo", within=5)


async def test_a_file_does_not_replace_but_follows(telegram: Telegram, ana: TelegramUser) -> None:
    receipt = await telegram.send(CHAT, Bubble("hola"), "send-1")
    file = File(AttachmentKind.DOCUMENT, "application/pdf", "a.pdf", b"%PDF")
    await telegram.send(CHAT, Bubble("mire", file=file, replaces=receipt.provider_id), "send-2")
    assert [bubble.text for bubble in ana.bubbles] == ["hola", "mire"]


@pytest.mark.parametrize(
    "words", ["query is too old and response timeout expired or query ID is invalid", "QUERY_ID_INVALID"]
)
async def test_a_tap_acknowledged_too_late_is_done(
    box: Sandbox, telegram: Telegram, ana: TelegramUser, words: str
) -> None:
    box.telegram.faults.reject("answerCallbackQuery", 400, 400, words)
    assert await telegram.send(CHAT, Bubble("Ya", acknowledges="4400"), "send-1") == Receipt("")


async def test_a_quote_is_shown_and_a_deleted_one_does_not_stop_the_bubble(
    telegram: Telegram, ana: TelegramUser
) -> None:
    question = await ana.say("¿dónde están?")
    await telegram.send(CHAT, Bubble("En Polanco.", reply_to=question.id), "send-1")
    assert (await ana.hears("Polanco", within=5)).reply_to == question.id
    await telegram.send(CHAT, Bubble("Sí.", reply_to="99999"), "send-2")
    await telegram.send(CHAT, Bubble("No.", reply_to="not-a-number"), "send-3")
    await ana.hears("No.", within=5)


async def test_plain_words_are_sent_when_our_markup_is_not_understood(
    box: Sandbox, telegram: Telegram, ana: TelegramUser
) -> None:
    box.telegram.faults.reject("sendMessage", 400, 400, "can't parse entities: bad tag")
    await telegram.send(CHAT, Bubble("a < b", header="Caso"), "send-1")
    assert (await ana.hears("Caso", within=5)).text == "Caso\na < b"


@pytest.mark.parametrize(
    ("kind", "content_type", "shown_as"),
    [
        (AttachmentKind.IMAGE, "image/jpeg", "image"),
        (AttachmentKind.IMAGE, "image/heic", "document"),
        (AttachmentKind.DOCUMENT, "application/pdf", "document"),
        (AttachmentKind.DOCUMENT, "image/jpeg", "document"),
        (AttachmentKind.AUDIO, "audio/ogg; codecs=opus", "audio"),
        (AttachmentKind.AUDIO, "audio/mpeg", "audio"),
        (AttachmentKind.AUDIO, "audio/amr", "document"),
        (AttachmentKind.VIDEO, "video/mp4", "video"),
        (AttachmentKind.STICKER, "image/webp", "sticker"),
        (AttachmentKind.CONTACT, "text/vcard", "document"),
    ],
)
async def test_a_file_is_uploaded_as_what_it_is(
    telegram: Telegram, ana: TelegramUser, kind: AttachmentKind, content_type: str, shown_as: str
) -> None:
    await telegram.send(CHAT, Bubble(file=File(kind, content_type, "a.bin", b"content")), "send-1")
    shown = (await ana.hears(lambda bubble: bubble.file is not None, within=5)).file
    assert shown is not None
    assert (shown.kind, shown.content) == (shown_as, b"content")


async def test_a_file_carries_caption_buttons_and_name(telegram: Telegram, ana: TelegramUser) -> None:
    file = File(AttachmentKind.DOCUMENT, "application/pdf", "cita.pdf", b"%PDF")
    await telegram.send(CHAT, Bubble("Su <cita>", header="Caso", file=file, options=YES_NO), "send-1")
    shown = await ana.hears("cita", within=5)
    assert (shown.text, len(shown.options)) == ("Caso\nSu <cita>", 2)
    assert shown.file is not None
    assert shown.file.name == "cita.pdf"


def test_a_photo_over_10_mb_goes_as_a_document() -> None:
    photo = File(AttachmentKind.IMAGE, "image/jpeg", "a.jpg", bytes(10_000_001))
    assert outgoing.file_method(photo) == ("send_document", "document")


async def test_a_photo_telegram_cannot_show_goes_as_a_document(
    box: Sandbox, telegram: Telegram, ana: TelegramUser
) -> None:
    box.telegram.faults.reject("sendPhoto", 400, 400, "PHOTO_INVALID_DIMENSIONS")
    photo = File(AttachmentKind.IMAGE, "image/png", "a.png", b"wide")
    await telegram.send(CHAT, Bubble("mire", file=photo), "send-1")
    shown = (await ana.hears("mire", within=5)).file
    assert shown is not None
    assert (shown.kind, shown.content) == ("document", b"wide")


@pytest.mark.parametrize(
    "bubble", [Bubble(), Bubble("x" * 4097), Bubble("x", options=(Option("t" * 65, "Sí"),))]
)
async def test_what_telegram_never_takes_is_rejected(
    telegram: Telegram, ana: TelegramUser, bubble: Bubble
) -> None:
    with pytest.raises(Rejected):
        await telegram.send(CHAT, bubble, "send-1")


async def test_a_stranger_cannot_be_written_to(telegram: Telegram) -> None:
    with pytest.raises(ContactUnreachable):
        await telegram.send("987654", Bubble("hola"), "send-1")


async def test_a_deactivated_account_is_unreachable(telegram: Telegram, ana: TelegramUser) -> None:
    ana.deactivate()
    with pytest.raises(ContactUnreachable):
        await telegram.send(CHAT, Bubble("hola"), "send-1")


async def test_a_group_that_moved_tells_where(box: Sandbox, telegram: Telegram, ana: TelegramUser) -> None:
    group = await box.telegram.group("Guardia", ana, supergroup=False)
    old = str(group.id)
    new = await group.migrate()
    with pytest.raises(Moved) as caught:
        await telegram.send(old, Bubble("caso nuevo"), "send-1")
    assert caught.value.new_address == str(new)
    await telegram.send(str(new), Bubble("caso nuevo"), "send-2")


async def test_telegrams_own_wait_is_kept(box: Sandbox, telegram: Telegram, ana: TelegramUser) -> None:
    box.telegram.faults.throttle("sendMessage", retry_after=17)
    with pytest.raises(Throttled) as caught:
        await telegram.send(CHAT, Bubble("hola"), "send-1")
    assert caught.value.retry_after == 17


def _because(error: TelegramError, cause: Exception) -> TelegramError:
    error.__cause__ = cause
    return error


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        pytest.param(_because(TimedOut(), httpx.ConnectTimeout("x")), Unavailable, id="connect time-out"),
        pytest.param(_because(TimedOut(), httpx.PoolTimeout("x")), Unavailable, id="no free connection"),
        pytest.param(_because(TimedOut(), httpx.ReadTimeout("x")), OutcomeUnknown, id="read time-out"),
        pytest.param(_because(TimedOut(), httpx.WriteTimeout("x")), OutcomeUnknown, id="write time-out"),
        pytest.param(_because(NetworkError("x"), httpx.ConnectError("x")), Unavailable, id="refused"),
        pytest.param(_because(NetworkError("x"), httpx.ReadError("x")), OutcomeUnknown, id="cut"),
        pytest.param(TimedOut(), OutcomeUnknown, id="time-out without cause"),
        pytest.param(NetworkError("Bad Gateway"), OutcomeUnknown, id="gateway"),
        pytest.param(NetworkError("Too Many Requests"), Throttled, id="429 without parameters"),
        pytest.param(NetworkError("Request Entity Too Large"), Rejected, id="upload too large"),
        pytest.param(TelegramError("Invalid server response"), OutcomeUnknown, id="no JSON"),
        pytest.param(BadRequest("Chat not found"), ContactUnreachable, id="chat not found"),
        pytest.param(BadRequest("Not enough rights to send text messages"), BadConfig, id="no rights"),
        pytest.param(BadRequest("Message is too long"), Rejected, id="too long"),
    ],
)
def test_an_exception_is_named(error: TelegramError, kind: type[SendError]) -> None:
    assert type(errors.named(error)) is kind


def test_details_quote_neither_words_nor_numbers() -> None:
    error = BadRequest('Can\'t parse 525500000123 "palabra-secreta": here')
    assert str(errors.named(error)) == "400 Can't parse #"
    assert str(errors.named(Forbidden("Forbidden: bot was blocked by the user"))).startswith(
        "403 bot was blocked"
    )


# --- files, webhook, commands -----------------------------------------------------------------------------


async def test_what_a_person_sent_is_fetched(box: Sandbox, telegram: Telegram, ana: TelegramUser) -> None:
    await ana.send_document(b"%PDF-1.7", content_type="application/pdf", name="estudio.pdf")
    event = parse_update(box.telegram.updates_sent[-1], telegram.bot_id)
    assert isinstance(event, Message)
    assert event.attachments[0].name == "estudio.pdf"
    assert await telegram.fetch(event.attachments[0]) == b"%PDF-1.7"


@pytest.mark.parametrize(
    "attachment",
    [
        pytest.param(Attachment(AttachmentKind.VIDEO, "f1", size=20_000_001), id="over 20 MB"),
        pytest.param(Attachment(AttachmentKind.VIDEO, "no-such-file"), id="gone"),
        pytest.param(Attachment(AttachmentKind.LOCATION), id="no file"),
    ],
)
async def test_what_cannot_be_fetched_is_rejected(telegram: Telegram, attachment: Attachment) -> None:
    with pytest.raises(Rejected):
        await telegram.fetch(attachment)


async def test_a_fetch_that_failed_can_be_tried_again(box: Sandbox, telegram: Telegram) -> None:
    box.telegram.faults.server_error("getFile")
    with pytest.raises(Unavailable):
        await telegram.fetch(Attachment(AttachmentKind.IMAGE, "f1"))


async def test_updates_are_posted_with_the_secret_once_the_webhook_is_set(
    box: Sandbox, office: Office, telegram: Telegram, ana: TelegramUser
) -> None:
    await telegram.set_webhook(f"{PUBLIC_URL}/webhooks/telegram", "5ecret")
    await ana.say("hola")
    webhook = await office.gets(lambda one: b"hola" in one.body)
    assert verify(webhook.headers.get("X-Telegram-Bot-Api-Secret-Token"), "5ecret")
    event = parse_update(json.loads(webhook.body), telegram.bot_id)
    assert isinstance(event, Message)
    assert event.text == "hola"
    assert box.telegram.webhook.url == f"{PUBLIC_URL}/webhooks/telegram"
    await telegram.delete_webhook()
    assert box.telegram.webhook.url == ""


async def test_only_the_kinds_we_read_are_asked_for(box: Sandbox, office: Office, telegram: Telegram) -> None:
    await telegram.set_webhook(f"{PUBLIC_URL}/webhooks/telegram", "5ecret")
    asked = next(given for method, given in box.telegram.calls if method == "setWebhook")
    assert set(json.loads(asked["allowed_updates"])) == set(KINDS)


async def test_the_bot_knows_itself_and_sets_its_menu(box: Sandbox, telegram: Telegram) -> None:
    assert await telegram.get_me() == "puente_sandbox_bot"
    assert telegram.bot_id == box.settings.telegram_token.split(":")[0]
    await telegram.set_commands([("tomar", "Tomar un caso")], language="es")
    await telegram.set_commands([("take", "Take a case")])
    assert [method for method, _ in box.telegram.calls].count("setMyCommands") == 2


async def test_housekeeping_errors_are_named_too(box: Sandbox, telegram: Telegram) -> None:
    box.telegram.faults.throttle("setMyCommands", retry_after=3)
    with pytest.raises(Throttled):
        await telegram.set_commands([("take", "Take a case")])


def test_a_key_that_shares_the_own_number_stands_below_the_text_field() -> None:
    keys = outgoing.keyboard((Option("t1", "Compartir mi número", wants="contact"),)).to_dict()
    assert keys["keyboard"] == [[{"text": "Compartir mi número", "request_contact": True}]]
    assert keys["one_time_keyboard"] is True
