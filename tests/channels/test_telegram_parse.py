from datetime import UTC, datetime
from typing import Any

import pytest

from bot.channels.base import (
    Attachment,
    AttachmentKind,
    ChannelName,
    Ignored,
    Message,
    Moved,
    Reachability,
)
from bot.channels.errors import Malformed
from bot.channels.telegram.parse import parse_update
from bot.channels.telegram.verify import verify

from .payloads import (
    BOT_ID,
    CHAT_ID,
    Fields,
    group_chat,
    private_chat,
    sender,
    telegram,
    telegram_member,
    telegram_tap,
)


def message(update: Fields) -> Message:
    event = parse_update(update, BOT_ID)
    assert isinstance(event, Message)
    return event


def test_a_text_becomes_a_message() -> None:
    assert parse_update(telegram(text="hola"), BOT_ID) == Message(
        channel=ChannelName.TELEGRAM,
        account=str(BOT_ID),
        provider_id="900001-11",
        address=str(CHAT_ID),
        text="hola",
        sender_name="Ana Prueba",
        language_hint="es",
        message_ref="11",
        sent_at=datetime.fromtimestamp(1_790_000_000, UTC),
    )


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        pytest.param({"text": " a\n b "}, {"text": " a\n b "}, id="text is left as it is"),
        pytest.param({"text": "a\x00\ud83db"}, {"text": "ab"}, id="what cannot be stored is dropped"),
        pytest.param({"text": "/start k9_A-z"}, {"start_payload": "k9_A-z"}, id="deep link"),
        pytest.param({"text": "/start@puente_bot x"}, {"start_payload": "x"}, id="deep link with bot name"),
        pytest.param({"text": "/start"}, {"text": "/start", "start_payload": ""}, id="plain start"),
        pytest.param({"text": "/started x"}, {"start_payload": ""}, id="no start"),
        pytest.param({"text": "x", "reply_to_message": {"message_id": 7}}, {"quoted_id": "7"}, id="quote"),
        pytest.param({"text": "x", "reply_to_message": None}, {"quoted_id": ""}, id="no quote"),
        pytest.param({"text": "x", "forward_origin": {"type": "user"}}, {"text": "x"}, id="forwarded"),
        pytest.param({"text": "x", "via_bot": {"id": 3, "is_bot": True}}, {"text": "x"}, id="via a bot"),
        pytest.param(
            {"text": "x", "from": None}, {"address": str(CHAT_ID), "sender_name": ""}, id="no sender"
        ),
        pytest.param({"text": "x", "from": sender(is_bot="False")}, {"text": "x"}, id="sloppy sender"),
        pytest.param({"text": "x", "date": 0}, {"sent_at": None}, id="no date"),
        pytest.param({"text": "x", "date": 10**20}, {"sent_at": None}, id="impossible date"),
        pytest.param({"text": "x", "field_of_tomorrow": {}}, {"text": "x"}, id="unknown field"),
    ],
)
def test_fields_are_read(fields: dict[str, Any], expected: dict[str, Any]) -> None:
    event = message(telegram(**fields))
    assert {name: getattr(event, name) for name in expected} == expected


def test_an_edit_names_the_same_message_under_an_id_of_its_own() -> None:
    before = message(telegram(text="hola"))
    edit = telegram("edited_message", text="hola!", edit_date=1_790_000_060)
    after = message({**edit, "update_id": 900_009})
    assert after.edited
    assert after.message_ref == before.message_ref
    assert after.provider_id != before.provider_id
    assert after.sent_at == datetime.fromtimestamp(1_790_000_060, UTC)


def test_the_same_update_has_the_same_id_and_another_update_has_not() -> None:
    first, again = message(telegram(text="a")), message(telegram(text="a"))
    other = message({**telegram(text="a"), "update_id": 900_010})
    assert first.provider_id == again.provider_id != other.provider_id


FILE = {"file_id": "f1", "file_unique_id": "u1", "file_size": 900, "mime_type": "x/y", "file_name": "n.y"}


def read(kind: AttachmentKind, **differing: Any) -> Attachment:
    return Attachment(
        kind, **{"reference": "f1", "content_type": "x/y", "name": "n.y", "size": 900, **differing}
    )


@pytest.mark.parametrize(
    ("fields", "attachment"),
    [
        pytest.param({"document": FILE}, read(AttachmentKind.DOCUMENT), id="document"),
        pytest.param({"voice": FILE}, read(AttachmentKind.AUDIO), id="voice"),
        pytest.param({"audio": FILE}, read(AttachmentKind.AUDIO), id="audio"),
        pytest.param({"video": FILE}, read(AttachmentKind.VIDEO), id="video"),
        pytest.param({"video_note": FILE}, read(AttachmentKind.VIDEO), id="video note"),
        pytest.param({"animation": FILE, "document": FILE}, read(AttachmentKind.VIDEO), id="animation"),
        pytest.param(
            {"sticker": FILE | {"emoji": "🙏"}},
            read(AttachmentKind.STICKER, content_type="image/webp", label="🙏"),
            id="sticker",
        ),
        pytest.param(
            {
                "photo": [
                    FILE | {"file_id": "s", "width": 90, "height": 90},
                    FILE | {"width": 800, "height": 600},
                ]
            },
            read(AttachmentKind.IMAGE, content_type="image/jpeg"),
            id="largest photo",
        ),
        pytest.param(
            {"location": {"latitude": 19.43, "longitude": -99.13}},
            Attachment(AttachmentKind.LOCATION, latitude=19.43, longitude=-99.13),
            id="location",
        ),
        pytest.param(
            {
                "location": {"latitude": 0, "longitude": 0},
                "venue": {
                    "location": {"latitude": 19.43, "longitude": -99.13},
                    "title": "Ángel",
                    "address": "Reforma",
                },
            },
            Attachment(AttachmentKind.LOCATION, latitude=19.43, longitude=-99.13, label="Ángel, Reforma"),
            id="venue",
        ),
        pytest.param(
            {"contact": {"phone_number": "5215500000124", "first_name": "Luz"}},
            Attachment(AttachmentKind.CONTACT, phone="+525500000124", label="Luz"),
            id="contact",
        ),
        pytest.param(
            {"dice": {"emoji": "🎲", "value": 6}}, Attachment(AttachmentKind.OTHER, label="🎲"), id="dice"
        ),
        pytest.param({"poll": {"id": "1"}}, Attachment(AttachmentKind.OTHER), id="poll"),
        pytest.param({"story": {"id": 1}}, Attachment(AttachmentKind.OTHER), id="story"),
        pytest.param({"kind_of_tomorrow": {"x": 1}}, Attachment(AttachmentKind.OTHER), id="unknown kind"),
        pytest.param(
            {"photo": ["junk"]}, Attachment(AttachmentKind.IMAGE, content_type="image/jpeg"), id="junk"
        ),
    ],
)
def test_attachments_are_read(fields: dict[str, Any], attachment: Attachment) -> None:
    assert message(telegram(**fields)).attachments == (attachment,)


def test_a_caption_is_the_text_and_each_of_an_album_is_a_message() -> None:
    photo = [{"file_id": "f1", "width": 1, "height": 1}]
    event = message(telegram(photo=photo, caption="mi estudio", media_group_id="77"))
    assert (event.text, len(event.attachments)) == ("mi estudio", 1)


@pytest.mark.parametrize(
    ("contact", "phone"),
    [
        pytest.param({"user_id": CHAT_ID}, "+525500000123", id="her own"),
        pytest.param({"user_id": CHAT_ID + 1}, "", id="somebody else's"),
        pytest.param({}, "", id="nobody's account"),
    ],
)
def test_only_the_senders_own_number_is_believed(contact: dict[str, Any], phone: str) -> None:
    card = {"phone_number": "+52 55 0000 0123", "first_name": "Ana", **contact}
    assert message(telegram(contact=card)).phone == phone


def test_a_contact_without_account_is_not_taken_for_a_sender_without_id() -> None:
    card = {"phone_number": "+525500000123", "first_name": "Ana"}
    assert message(telegram(contact=card, **{"from": {"is_bot": False}})).phone == ""


def test_a_tap_is_a_choice_to_be_acknowledged() -> None:
    event = message(telegram_tap())
    assert (event.choice, event.acknowledge, event.text) == ("t0k3n", "4400", "")
    assert (event.address, event.aliases, event.quoted_id) == (str(CHAT_ID), (), "10")
    assert event.provider_id == "900002-10"


def test_a_tap_in_a_group_is_none_of_ours() -> None:
    carrier = {"message_id": 10, "chat": group_chat(), "date": 0}
    assert parse_update(telegram_tap(message=carrier), BOT_ID) == Ignored(ChannelName.TELEGRAM, "group")


@pytest.mark.parametrize(
    ("update", "reachable"),
    [(telegram_member("kicked"), False), (telegram_member("left"), False), (telegram_member("member"), True)],
)
def test_blocking_and_unblocking_is_told(update: Fields, reachable: bool) -> None:
    expected = Reachability(ChannelName.TELEGRAM, str(BOT_ID), "900003", str(CHAT_ID), reachable)
    assert parse_update(update, BOT_ID) == expected


@pytest.mark.parametrize(("status", "reachable"), [("kicked", False), ("member", True)])
def test_being_removed_from_a_group_and_added_is_told(status: str, reachable: bool) -> None:
    event = parse_update(telegram_member(status, chat=group_chat()), BOT_ID)
    address = str(group_chat()["id"])
    assert event == Reachability(ChannelName.TELEGRAM, str(BOT_ID), "900003", address, reachable, group=True)


@pytest.mark.parametrize(
    "fields",
    [
        {"chat": {"id": -5, "type": "group"}, "migrate_to_chat_id": -1005},
        {"chat": {"id": -1005, "type": "supergroup"}, "migrate_from_chat_id": -5},
        {
            "chat": {"id": -1005, "type": "supergroup"},
            "migrate_from_chat_id": -5,
            "from": sender(is_bot=True),
        },
    ],
)
def test_a_group_that_moved_is_told_from_both_sides(fields: dict[str, Any]) -> None:
    assert parse_update(telegram(**fields), BOT_ID) == Moved(ChannelName.TELEGRAM, "-5", "-1005")


@pytest.mark.parametrize(
    ("update", "reason"),
    [
        pytest.param(telegram(text="hola", chat=group_chat()), "group", id="group"),
        pytest.param(
            telegram(text="/tomar", chat=group_chat(type="group")), "group", id="command in a group"
        ),
        pytest.param(telegram_member("member", chat=group_chat(type="channel")), "channel", id="a channel's"),
        pytest.param(telegram(text="hola", **{"from": sender(is_bot=True)}), "bot", id="another bot"),
        pytest.param(telegram(pinned_message={"message_id": 1}), "service", id="pinned"),
        pytest.param(telegram(successful_payment={}), "service", id="payment"),
        pytest.param(telegram(), "empty", id="nothing in it"),
        pytest.param(telegram(text="hola", chat=None), "unknown", id="no chat"),
        pytest.param(
            telegram("edited_message", location={"latitude": 1.0, "longitude": 1.0}),
            "live_location",
            id="live",
        ),
        pytest.param(telegram_tap(message=None, inline_message_id="5"), "inline", id="inline message"),
        pytest.param(telegram_tap(data=None, game_short_name="x"), "inline", id="game"),
        pytest.param(telegram_member("member", new_chat_member={}), "member", id="no new state"),
        pytest.param(telegram("channel_post", text="x"), "channel", id="channel"),
        pytest.param(
            {"update_id": 1, "message_reaction": {"chat": private_chat()}}, "reaction", id="reaction"
        ),
        pytest.param({"update_id": 1, "poll": {}}, "poll", id="poll"),
        pytest.param({"update_id": 1, "inline_query": {}}, "inline", id="inline query"),
        pytest.param(telegram("business_message", text="x"), "business", id="business"),
        pytest.param({"update_id": 1, "kind_of_tomorrow": {}}, "unknown", id="unknown kind"),
        pytest.param({"update_id": 1, "message": "text"}, "unknown", id="message of a wrong type"),
        pytest.param({"update_id": 1}, "unknown", id="nothing at all"),
    ],
)
def test_what_is_nothing_for_us_is_ignored_with_a_reason(update: Fields, reason: str) -> None:
    assert parse_update(update, BOT_ID) == Ignored(ChannelName.TELEGRAM, reason)


@pytest.mark.parametrize("update", [None, [], "x", 1, {}, {"update_id": "1"}, {"update_id": True}])
def test_what_telegram_never_sends_is_malformed(update: object) -> None:
    with pytest.raises(Malformed):
        parse_update(update, BOT_ID)


@pytest.mark.parametrize(
    ("given", "expected", "genuine"),
    [
        pytest.param("s3cret", "s3cret", True, id="genuine"),
        pytest.param("s3creT", "s3cret", False, id="wrong"),
        pytest.param("", "s3cret", False, id="empty header"),
        pytest.param(None, "s3cret", False, id="no header"),
        pytest.param("", "", False, id="nothing configured"),
        pytest.param(None, "", False, id="neither"),
        pytest.param("ñ", "s3cret", False, id="not ASCII"),
        pytest.param("\udcff", "s3cret", False, id="not text"),
    ],
)
def test_only_the_secret_opens_the_door(given: str | None, expected: str, genuine: bool) -> None:
    assert verify(given, expected) is genuine
