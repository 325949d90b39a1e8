"""Every table. Texts, names, addresses and files are sealed (`Encrypted`); what stays clear is counts, times and states."""

import uuid
from datetime import date, datetime
from typing import Any, ClassVar

from sqlalchemy import (
    BigInteger,
    DateTime,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB, UUID
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from bot.store.encrypted import Encrypted, EncryptedBytes

Moment = DateTime(timezone=True)
MADE_BY_US = 1000  # positions of files from here on: not sent by the person, but made for them


class Base(DeclarativeBase):
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        datetime: Moment,
        uuid.UUID: UUID(as_uuid=True),
    }


class IndexKey(Base):
    """The key of the blind index, sealed with ENCRYPTION_KEY: it outlives the rotation of that key."""

    __tablename__ = "index_key"
    id: Mapped[int] = mapped_column(primary_key=True)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)


class Conversation(Base):
    """The exchange with one contact: a person at an address of a channel. `id` is the opaque sender id Rasa sees."""

    __tablename__ = "conversations"
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    role: Mapped[str] = mapped_column(String(12), default="patient")  # patient, consultant, operator, board
    consultant_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("consultants.id"))
    hears_alarms: Mapped[bool] = mapped_column(default=False)  # the operator, who may be a consultant too
    channel: Mapped[str] = mapped_column(String(12))
    address: Mapped[str] = mapped_column(Encrypted("conversations.address"))
    name: Mapped[str] = mapped_column(Encrypted("conversations.name"), default="")
    phone: Mapped[str] = mapped_column(Encrypted("conversations.phone"), default="")
    language: Mapped[str] = mapped_column(String(2), default="")  # empty until the first message that tells
    language_wished: Mapped[bool] = mapped_column(default=False)
    last_inbound_at: Mapped[datetime | None]
    opted_out_at: Mapped[datetime | None]
    unreachable_at: Mapped[datetime | None]
    colleague_at: Mapped[
        datetime | None
    ]  # since then known as a clinician or researcher (bot/family/colleagues.py)
    blocked_at: Mapped[datetime | None]  # by a consultant: an abuser; only red flags are still answered
    window_warned_at: Mapped[datetime | None]  # a consultant was told that her own 24 hours are about to end
    quiet_since: Mapped[
        datetime | None
    ]  # after a safety answer or a death: no menus until a person closes the case
    awaiting: Mapped[bool] = mapped_column(default=False)  # the last bubble asked something
    last_said: Mapped[dict[str, Any] | None] = mapped_column(
        Encrypted("conversations.last_said")
    )  # the last draft
    thread: Mapped[str] = mapped_column(
        String(32), default=""
    )  # the topic in which they wrote last (Telegram)
    noticed_at: Mapped[datetime | None]  # the short privacy notice was shown, of this version
    notice_version: Mapped[str] = mapped_column(String(16), default="")
    person: Mapped[bytes | None] = mapped_column(
        LargeBinary
    )  # blind index of the provider's id of the person, where a number may change hands (WhatsApp)
    voice_at: Mapped[datetime | None]  # their last voice note: they may be answered by voice, too
    doubted_at: Mapped[datetime | None]  # somebody else may be writing (bot/privacy/identity.py)
    erasing_at: Mapped[datetime | None]  # blocked, because everything here is about to be erased
    wake_at: Mapped[datetime | None]  # when the turn should look again although nothing new arrived
    created_at: Mapped[datetime]
    __table_args__ = (
        Index("conversations_wake_at", "wake_at", postgresql_where=text("wake_at IS NOT NULL")),
        Index(
            "conversations_by_consultant",
            "consultant_id",
            postgresql_where=text("consultant_id IS NOT NULL"),
        ),
    )


class Alias(Base):
    """Every address by which a contact may turn up (number, BSUID, chat id), as blind index."""

    __tablename__ = "aliases"
    channel: Mapped[str] = mapped_column(String(12), primary_key=True)
    fingerprint: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    conversation_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("conversations.id", ondelete="CASCADE"), index=True
    )


class Message(Base):
    """One bubble from a person, stored once. `body` holds text, attachments, quote, choice."""

    __tablename__ = "messages"
    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    conversation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("conversations.id", ondelete="CASCADE"))
    channel: Mapped[str] = mapped_column(String(12))
    account: Mapped[str] = mapped_column(String(64))
    provider_id: Mapped[str] = mapped_column(String(128))
    reference: Mapped[str] = mapped_column(String(128), default="")  # what a quote of this message names
    body: Mapped[dict[str, Any]] = mapped_column(Encrypted("messages.body"))
    verdict: Mapped[str | None] = mapped_column(
        String(12)
    )  # emergency, crisis, death, none; NULL: not screened
    received_at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(
        default=0
    )  # turns begun: from the second on, Rasa's tracker is looked at first
    answered_at: Mapped[datetime | None]
    said: Mapped[list[str] | None] = mapped_column(
        Encrypted("messages.said")
    )  # the keys of data/texts that answered it
    emptied_at: Mapped[datetime | None]  # its words were erased by age (bot/privacy/retention.py)
    __table_args__ = (
        UniqueConstraint("channel", "account", "provider_id", name="messages_once"),
        Index("messages_unanswered", "conversation_id", "id", postgresql_where=text("answered_at IS NULL")),
        Index("messages_by_conversation", "conversation_id", "id"),
    )


class Send(Base):
    """One bubble on its way to a person: the outbox. `lane` orders: within one, nothing overtakes."""

    __tablename__ = "sends"
    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    conversation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("conversations.id", ondelete="CASCADE"))
    lane: Mapped[str] = mapped_column(String(48))
    purpose: Mapped[str] = mapped_column(String(16))
    body: Mapped[dict[str, Any]] = mapped_column(Encrypted("sends.body"))
    case_id: Mapped[int | None] = mapped_column(ForeignKey("cases.id", ondelete="SET NULL"))
    answers_id: Mapped[int | None] = mapped_column(
        BigInteger
    )  # the message that this bubble answers or relays
    state: Mapped[str] = mapped_column(String(12), default="pending")
    attempts: Mapped[int] = mapped_column(default=0)
    error: Mapped[str] = mapped_column(String(64), default="")
    provider_id: Mapped[str | None] = mapped_column(String(128))
    why: Mapped[dict[str, Any] | None] = mapped_column(
        JSONB(none_as_null=True)
    )  # what decided a reply of the assistant (bot/outbox/why.py); nobody's words
    created_at: Mapped[datetime]
    due_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]  # handed to the provider; the outcome may be unknown
    emptied_at: Mapped[datetime | None]  # its words were erased by age
    __table_args__ = (
        Index("sends_pending", "lane", "id", postgresql_where=text("state IN ('pending', 'sending')")),
        Index("sends_due", "due_at", postgresql_where=text("state IN ('pending', 'sending')")),
        Index("sends_by_provider_id", "provider_id"),
        Index("sends_by_case", "case_id"),
        Index("sends_by_answered", "answers_id", postgresql_where=text("answers_id IS NOT NULL")),
        Index("sends_by_conversation", "conversation_id", "id"),
        Index("sends_failed", "created_at", postgresql_where=text("state = 'failed'")),
        Index("sends_held", "conversation_id", postgresql_where=text("state = 'held'")),
        Index("sends_board", "created_at", postgresql_where=text("purpose = 'board'")),
        Index("sends_unsure", "id", postgresql_where=text("why->>'by' = 'unsure'")),
        Index("sends_explained", "created_at", postgresql_where=text("why IS NOT NULL")),
    )


class Choice(Base):
    """What a button means. Its token travels; its meaning stays here."""

    __tablename__ = "choices"
    token: Mapped[str] = mapped_column(String(32), primary_key=True)
    conversation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("conversations.id", ondelete="CASCADE"))
    meaning: Mapped[dict[str, Any]] = mapped_column(Encrypted("choices.meaning"))
    created_at: Mapped[datetime]


class Consultant(Base):
    """A person of the office. Listed in office.yml, or invited (`profile` then holds all that the file would)."""

    __tablename__ = "consultants"
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    fingerprint: Mapped[bytes] = mapped_column(LargeBinary, unique=True)  # of the name
    profile: Mapped[dict[str, Any]] = mapped_column(Encrypted("consultants.profile"))
    listed: Mapped[bool] = mapped_column(
        default=True
    )  # has access: in office.yml, or invited and not removed
    invited: Mapped[bool] = mapped_column(default=False)
    paused_at: Mapped[datetime | None]  # absent by her own word
    paused_until: Mapped[datetime | None]  # until she says so when NULL
    greeted_at: Mapped[datetime | None]  # the last "good morning"
    created_at: Mapped[datetime]


class Invitation(Base):
    """A word or link by which a consultant joins, once."""

    __tablename__ = "invitations"
    fingerprint: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    consultant_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("consultants.id", ondelete="CASCADE"))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class Focus(Base):
    """The case that a consultant picked in one of her chats, and the one to which her last line went."""

    __tablename__ = "focus"
    conversation_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("conversations.id", ondelete="CASCADE"), primary_key=True
    )
    case_id: Mapped[int | None] = mapped_column(ForeignKey("cases.id", ondelete="SET NULL"))
    until: Mapped[datetime | None]
    addressee_id: Mapped[int | None] = mapped_column(ForeignKey("cases.id", ondelete="SET NULL"))


class Reminder(Base):
    """What a consultant asked to be reminded of."""

    __tablename__ = "reminders"
    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    conversation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("conversations.id", ondelete="CASCADE"))
    case_id: Mapped[int | None] = mapped_column(ForeignKey("cases.id", ondelete="CASCADE"))
    words: Mapped[str] = mapped_column(Encrypted("reminders.words"))
    due_at: Mapped[datetime]
    done_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    __table_args__ = (Index("reminders_due", "due_at", postgresql_where=text("done_at IS NULL")),)


class Switch(Base):
    """What the head of office turned: the office closed for today, the assistant off."""

    __tablename__ = "switches"
    name: Mapped[str] = mapped_column(String(16), primary_key=True)  # closed, assistant_off
    until: Mapped[datetime | None]
    set_at: Mapped[datetime]
    set_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("consultants.id"))


class Case(Base):
    """A handoff. Its story is its entries; the columns are what the entries add up to, for look-up."""

    __tablename__ = "cases"
    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)  # the case number that people see
    conversation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("conversations.id", ondelete="CASCADE"))
    reason: Mapped[str] = mapped_column(String(24))
    topic: Mapped[str] = mapped_column(String(32))
    specialty: Mapped[str] = mapped_column(String(32), default="")
    lane: Mapped[str] = mapped_column(
        String(12), default=""
    )  # clinicians: a colleague's; empty: by its topic
    urgency: Mapped[str] = mapped_column(String(8))
    language: Mapped[str] = mapped_column(String(2))
    opened_at: Mapped[datetime]
    notified_at: Mapped[datetime | None]  # a provider accepted a notification
    announced_at: Mapped[datetime | None]  # the patient was told how the notification went
    announce_by: Mapped[datetime | None]  # tell her honestly by then, whatever is known
    holder_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("consultants.id"))
    taken_at: Mapped[datetime | None]
    notify_at: Mapped[datetime | None]  # nobody was on duty: consultants are notified then
    page_all_at: Mapped[datetime | None]  # everybody is paged then unless the patient was answered
    page_again_at: Mapped[datetime | None]  # nobody has taken the emergency: everybody is paged again then
    widen_at: Mapped[datetime | None]  # offered to the best match first; to everybody on duty from then on
    awaits_since: Mapped[datetime | None]  # the patient's first words that the holder has not answered
    take_by: Mapped[datetime | None]  # target times, counted in office hours (bot/desk/targets.py)
    answer_by: Mapped[datetime | None]
    escalate_at: Mapped[datetime | None]  # the next step of the escalation, and how many were taken
    escalated: Mapped[int] = mapped_column(default=0)
    summoned_at: Mapped[datetime | None]  # a template asked the patient, whose window is closed, to go on
    closed_at: Mapped[datetime | None]
    outcome: Mapped[str] = mapped_column(
        String(16), default=""
    )  # answered, referred, booked, not_for_us, unreachable; blocked, merged
    rating: Mapped[str] = mapped_column(String(8), default="")  # the patient's thumb: up, down
    callback_since: Mapped[datetime | None]  # the patient asked to be called, and nobody has yet
    callback_number: Mapped[str | None] = mapped_column(Encrypted("cases.callback_number"))
    callback_at: Mapped[datetime | None]  # when they would like it
    board_due_at: Mapped[datetime | None]  # since then its line on the notice board says what was before
    __table_args__ = (
        Index("cases_one_open", "conversation_id", unique=True, postgresql_where=text("closed_at IS NULL")),
        Index("cases_held", "holder_id", postgresql_where=text("closed_at IS NULL")),
        *(
            Index(f"cases_{due}", due, postgresql_where=text(f"closed_at IS NULL AND {due} IS NOT NULL"))
            for due in ("escalate_at", "widen_at", "page_again_at")
        ),
        *(
            Index(f"cases_{due}", due, postgresql_where=text(f"{due} IS NOT NULL"))
            for due in ("announce_by", "notify_at", "page_all_at")
        ),
        Index("cases_by_conversation", "conversation_id"),
        Index("cases_closed", "closed_at", "id"),
        Index("cases_board_due_at", "board_due_at", postgresql_where=text("board_due_at IS NOT NULL")),
    )


class JoinedChat(Base):
    """A chat of somebody whose case is led in several: joined by a consultant (bot/desk/merging.py)."""

    __tablename__ = "joined_chats"
    conversation_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("conversations.id", ondelete="CASCADE"), primary_key=True
    )
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id", ondelete="CASCADE"), index=True)


class ContactOfCase(Base):
    """A person in a case: its first sender, or somebody who joined by an invitation, in a chat of their own
    (bot/family/contacts.py). What was declared is sealed, or one of a few words."""

    __tablename__ = "contacts_of_case"
    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id", ondelete="CASCADE"), index=True)
    conversation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("conversations.id", ondelete="CASCADE"))
    first: Mapped[bool] = mapped_column(default=False)  # the case is led in their own chat
    relation: Mapped[str] = mapped_column(
        Encrypted("contacts_of_case.relation"), default=""
    )  # to the patient: "self", a key of data/entities/relatives.yml, or words of theirs
    authority: Mapped[str] = mapped_column(String(12), default="")  # declared: asked, parent, guardian
    invited_by_id: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey("conversations.id", ondelete="SET NULL")
    )
    consultant_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("consultants.id"))  # who invited them
    asked_at: Mapped[datetime]
    joined_at: Mapped[datetime | None]  # NULL: has opened the invitation and not told everything yet
    revoked_at: Mapped[datetime | None]
    __table_args__ = (
        UniqueConstraint("case_id", "conversation_id", name="contacts_once"),
        Index("contacts_by_conversation", "conversation_id"),
    )


class CaseInvitation(Base):
    """A word or link by which somebody joins a case, once: one row each, of one case and moment."""

    __tablename__ = "case_invitations"
    fingerprint: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id", ondelete="CASCADE"), index=True)
    invited_by_id: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey("conversations.id", ondelete="SET NULL")
    )
    consultant_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("consultants.id"))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    used_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("conversations.id", ondelete="CASCADE"))


class Topic(Base):
    """The topic of a case in a consultant's private chat (Telegram)."""

    __tablename__ = "topics"
    conversation_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("conversations.id", ondelete="CASCADE"), primary_key=True
    )
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id", ondelete="CASCADE"), primary_key=True)
    thread: Mapped[str] = mapped_column(String(32))
    __table_args__ = (Index("topics_by_thread", "conversation_id", "thread"),)


class Entry(Base):
    """One thing that happened in a case. Append-only."""

    __tablename__ = "case_entries"
    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id", ondelete="CASCADE"), index=True)
    kind: Mapped[str] = mapped_column(String(16))
    consultant_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("consultants.id"))
    at: Mapped[datetime]
    body: Mapped[dict[str, Any]] = mapped_column(Encrypted("case_entries.body"), default=dict)


class StoredFile(Base):
    """The bytes of attachment `position` of a message, fetched once from its provider."""

    __tablename__ = "files"
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    message_id: Mapped[int] = mapped_column(ForeignKey("messages.id", ondelete="CASCADE"))
    position: Mapped[int]
    kind: Mapped[str] = mapped_column(String(12))
    content_type: Mapped[str] = mapped_column(String(128))
    name: Mapped[str] = mapped_column(Encrypted("files.name"))
    content: Mapped[bytes] = mapped_column(EncryptedBytes("files.content"))
    created_at: Mapped[datetime]
    __table_args__ = (UniqueConstraint("message_id", "position", name="files_once"),)


class Upload(Base):
    """A link to the upload page, for some days, by which one conversation sends records. `closed_at`: it has done its work."""

    __tablename__ = "uploads"
    fingerprint: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)  # of its token
    conversation_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("conversations.id", ondelete="CASCADE"), index=True
    )
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]


class Record(Base):
    """A file that a patient sent for the case: by the upload page (then its bytes are at `path`, `bot/store/vault.py`), or
    in the chat (then they are in `files`)."""

    __tablename__ = "records"
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    conversation_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("conversations.id", ondelete="CASCADE"), index=True
    )
    case_id: Mapped[int | None] = mapped_column(ForeignKey("cases.id", ondelete="SET NULL"))
    upload: Mapped[bytes | None] = mapped_column(ForeignKey("uploads.fingerprint", ondelete="SET NULL"))
    message_id: Mapped[int | None] = mapped_column(ForeignKey("messages.id", ondelete="CASCADE"))
    position: Mapped[int | None]  # of the attachment in the message
    path: Mapped[str] = mapped_column(String(32), default="")
    name: Mapped[str] = mapped_column(Encrypted("records.name"), default="")
    kind: Mapped[str] = mapped_column(String(8), default="")  # pdf, dicom …, by its content
    size: Mapped[int] = mapped_column(BigInteger, default=0)  # bytes
    modified: Mapped[int] = mapped_column(BigInteger, default=0)  # by which a broken upload is known again
    item: Mapped[str] = mapped_column(String(24), default="")  # of the checklist, as the patient tapped
    state: Mapped[str] = mapped_column(String(12))  # fetching, receiving, kept, refused
    reason: Mapped[str] = mapped_column(String(16), default="")  # why it was refused
    attempts: Mapped[int] = mapped_column(default=0)
    fetch_at: Mapped[datetime | None]  # its provider is asked for it then
    tell_at: Mapped[datetime | None]  # what has come is told then, unless more comes
    expires_at: Mapped[
        datetime | None
    ]  # it is deleted then: an upload never finished, a file without consent
    created_at: Mapped[datetime]
    __table_args__ = (
        UniqueConstraint("message_id", "position", name="records_once"),
        *(
            Index(f"records_{due}", due, postgresql_where=text(f"{due} IS NOT NULL"))
            for due in ("fetch_at", "tell_at", "expires_at")
        ),
    )


class DiscardedFile(Base):
    """A file on disk whose record is gone (a trigger says so, whatever deleted the record): to be removed."""

    __tablename__ = "discarded_files"
    path: Mapped[str] = mapped_column(String(32), primary_key=True)


class FileToken(Base):
    """A link to a record, for minutes, for the one consultant who holds the case."""

    __tablename__ = "file_tokens"
    fingerprint: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    record_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("records.id", ondelete="CASCADE"), index=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id", ondelete="CASCADE"), index=True)
    consultant_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("consultants.id"))
    expires_at: Mapped[datetime]
    reader: Mapped[bytes | None] = mapped_column(LargeBinary)  # of the browser that opened it first


class MediaToken(Base):
    """A one-time address of a file, a record or a recording, for the provider that fetches what it is to deliver."""

    __tablename__ = "media_tokens"
    fingerprint: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    file_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("files.id", ondelete="CASCADE"))
    record_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("records.id", ondelete="CASCADE"))
    recording_id: Mapped[int | None] = mapped_column(ForeignKey("recordings.id", ondelete="CASCADE"))
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class Consent(Base):
    """A person agreed that personal data is asked, kept and passed to Los Angeles: to which words, when, and until when."""

    __tablename__ = "consents"
    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    conversation_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("conversations.id", ondelete="CASCADE"), index=True
    )
    notice_version: Mapped[str] = mapped_column(String(16))  # of the full privacy notice
    shown: Mapped[str] = mapped_column(Text)  # what was read before the yes
    language: Mapped[str] = mapped_column(String(2))
    channel: Mapped[str] = mapped_column(String(12))
    given_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]


class ConsoleSession(Base):
    """Somebody is signed in to the console: a consultant from her own chat, or the administrator by the password (NULL)."""

    __tablename__ = "console_sessions"
    fingerprint: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)  # of the cookie
    consultant_id: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey("consultants.id", ondelete="CASCADE"), index=True
    )
    conversation_id: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey("conversations.id", ondelete="CASCADE")
    )
    language: Mapped[str] = mapped_column(String(2))
    notice: Mapped[dict[str, Any] | None] = mapped_column(
        Encrypted("console_sessions.notice")
    )  # what the next page says first: the outcome of an order
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]


class ConsoleLink(Base):
    """A link by which a consultant signs in to the console, once."""

    __tablename__ = "console_links"
    fingerprint: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    consultant_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("consultants.id", ondelete="CASCADE"), index=True
    )
    conversation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("conversations.id", ondelete="CASCADE"))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class ConsoleAttempt(Base):
    """A wrong password, by the fingerprint of the network address it came from."""

    __tablename__ = "console_attempts"
    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    fingerprint: Mapped[bytes] = mapped_column(LargeBinary)
    at: Mapped[datetime] = mapped_column(index=True)


class Audit(Base):
    """Who did what in the console, when, in which case. The database refuses to change or delete a row; nothing here is of a
    patient, and the number of a case stays when the case is erased."""

    __tablename__ = "audit"
    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    at: Mapped[datetime]
    actor: Mapped[str] = mapped_column(String(16))  # consultant, administrator, unknown
    consultant_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("consultants.id"))
    what: Mapped[str] = mapped_column(String(24))
    case_id: Mapped[int | None] = mapped_column(BigInteger)
    about: Mapped[str] = mapped_column(
        String(48), default=""
    )  # `person:<id>` of a consultant, `request:<id>`, `message:<id>`, the key of an answer
    __table_args__ = (
        Index("audit_by_case", "case_id", "id"),
        Index("audit_by_about", "about", "id", postgresql_where=text("about <> ''")),
    )


class Appointment(Base):
    """A telehealth visit, or the place kept for one. Moved, it is another row with the same `uid` and the next `sequence`."""

    __tablename__ = "appointments"
    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    conversation_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("conversations.id", ondelete="CASCADE"), index=True
    )
    case_id: Mapped[int | None] = mapped_column(ForeignKey("cases.id", ondelete="SET NULL"), index=True)
    specialty: Mapped[str] = mapped_column(String(32))  # a key of the office's calendars
    starts_at: Mapped[datetime]
    minutes: Mapped[int]  # its length
    seat: Mapped[int]  # below the capacity of its calendar: two visits never have the same
    # held (proposed by a consultant), reserved, confirmed; moved, cancelled, past
    state: Mapped[str] = mapped_column(String(12))
    uid: Mapped[uuid.UUID] = mapped_column(default=uuid.uuid4, index=True)  # of the event in her own calendar
    sequence: Mapped[int] = mapped_column(default=0)
    place: Mapped[dict[str, str]] = mapped_column(Encrypted("appointments.place"))  # whose clock she lives by
    notes: Mapped[str] = mapped_column(
        Encrypted("appointments.notes"), default=""
    )  # her words, asking for it
    instead_of: Mapped[int | None] = mapped_column(ForeignKey("appointments.id", ondelete="SET NULL"))
    held_until: Mapped[datetime | None]
    remind_day_at: Mapped[datetime | None]  # due; none once she was reminded
    remind_hour_at: Mapped[datetime | None]
    coming_at: Mapped[datetime | None]  # she said that she will be there
    created_at: Mapped[datetime]
    __table_args__ = (
        Index(
            "appointments_once",
            "specialty",
            "starts_at",
            "seat",
            unique=True,
            postgresql_where=text("state IN ('held', 'reserved', 'confirmed')"),
        ),
        *(
            Index(f"appointments_{due}", due, postgresql_where=text(f"{due} IS NOT NULL"))
            for due in ("remind_day_at", "remind_hour_at", "held_until")
        ),
    )


class SlotWish(Base):
    """What somebody who wants a visit, or to move one, has said so far, and what was offered last."""

    __tablename__ = "slot_wishes"
    conversation_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("conversations.id", ondelete="CASCADE"), primary_key=True
    )
    told: Mapped[dict[str, Any]] = mapped_column(Encrypted("slot_wishes.told"))
    updated_at: Mapped[datetime]


class IntakeDraft(Base):
    """A request that somebody is telling step by step (bot/journeys): where they are, and what was told so far."""

    __tablename__ = "drafts"
    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    conversation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("conversations.id", ondelete="CASCADE"))
    case_id: Mapped[int | None] = mapped_column(ForeignKey("cases.id", ondelete="CASCADE"), index=True)
    journey: Mapped[str] = mapped_column(String(16))  # a key of data/journeys.yml
    step: Mapped[str] = mapped_column(String(16))  # what was asked last; "summary" when all was
    answers: Mapped[dict[str, Any]] = mapped_column(Encrypted("drafts.answers"))
    left: Mapped[str] = mapped_column(
        String(12), default=""
    )  # why it is not asked on: cancelled, person, danger, no_consent
    started_at: Mapped[datetime]
    touched_at: Mapped[datetime]  # the last answer or question
    offered_at: Mapped[datetime | None]  # when going on was offered last
    due_at: Mapped[datetime | None]  # left half-way, it becomes a case then
    confirmed_at: Mapped[datetime | None]  # they read the summary and sent it
    closed_at: Mapped[datetime | None]  # sent, begun anew, or too old: it is not asked on
    __table_args__ = (
        Index("drafts_one_open", "conversation_id", unique=True, postgresql_where=text("closed_at IS NULL")),
        Index("drafts_due_at", "due_at", postgresql_where=text("due_at IS NOT NULL")),
    )


class Slip(Base):
    """What somebody has filled in for a patient, until it is opened (bot/journeys/slips.py)."""

    __tablename__ = "slips"
    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    conversation_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("conversations.id", ondelete="CASCADE"), index=True
    )  # of who made it
    word: Mapped[bytes] = mapped_column(LargeBinary, unique=True)  # fingerprints of its two forms
    token: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    answers: Mapped[dict[str, Any] | None] = mapped_column(
        Encrypted("slips.answers")
    )  # none once it is opened
    opener_id: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey("conversations.id", ondelete="SET NULL"), index=True
    )
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)
    opened_at: Mapped[datetime | None]
    told_at: Mapped[datetime | None]  # its maker was told that it was opened


class Recording(Base):
    """An approved answer, read aloud by a consultant."""

    __tablename__ = "recordings"
    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    label: Mapped[str] = mapped_column(String(32))  # the answer's
    language: Mapped[str] = mapped_column(String(2))
    mark: Mapped[str] = mapped_column(String(16))  # of the words that were read (bot/voice/recordings.py)
    consultant_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("consultants.id"))
    content: Mapped[bytes] = mapped_column(EncryptedBytes("recordings.content"))
    seconds: Mapped[int]
    recorded_at: Mapped[datetime]
    told_at: Mapped[datetime | None]  # she knows that the answer has changed since
    __table_args__ = (UniqueConstraint("label", "language", name="recordings_once"),)


class RecordingWish(Base):
    """A consultant is about to send the voice note of an answer; once it has come (`message_id`) it is fetched."""

    __tablename__ = "recording_wishes"
    conversation_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("conversations.id", ondelete="CASCADE"), primary_key=True
    )
    label: Mapped[str] = mapped_column(String(32))
    language: Mapped[str] = mapped_column(String(2))
    mark: Mapped[str] = mapped_column(String(16))  # of the words that she was shown
    thread: Mapped[str] = mapped_column(String(32), default="")  # the topic in which she asked
    until: Mapped[datetime]
    message_id: Mapped[int | None] = mapped_column(ForeignKey("messages.id", ondelete="SET NULL"))
    fetch_at: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    __table_args__ = (
        Index("recording_wishes_fetch_at", "fetch_at", postgresql_where=text("fetch_at IS NOT NULL")),
    )


class Erasure(Base):
    """Everything of somebody is to be erased, or was: how far it has come. What leads to them (`route`) goes last."""

    __tablename__ = "erasures"
    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    conversation_id: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey("conversations.id", ondelete="SET NULL")
    )
    channel: Mapped[str] = mapped_column(String(12))
    language: Mapped[str] = mapped_column(String(2))
    asked_by: Mapped[str] = mapped_column(String(8))  # chat, office, age
    asked_at: Mapped[datetime]
    due_at: Mapped[datetime | None]  # the next step; none when it is done
    route: Mapped[dict[str, Any] | None] = mapped_column(Encrypted("erasures.route"))
    erased: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))  # counts, case numbers
    erased_at: Mapped[datetime | None]
    receipt_at: Mapped[datetime | None]
    done_at: Mapped[datetime | None]
    __table_args__ = (Index("erasures_due", "due_at", postgresql_where=text("due_at IS NOT NULL")),)


class PrivacyRequest(Base):
    """Somebody used a right over their data. It outlives their data, as proof: then only kind, times and outcome are left. By
    number only it names its case."""

    __tablename__ = "privacy_requests"
    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    conversation_id: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey("conversations.id", ondelete="SET NULL")
    )
    erasure_id: Mapped[int | None] = mapped_column(ForeignKey("erasures.id", ondelete="SET NULL"))
    case_id: Mapped[int | None] = mapped_column(BigInteger)
    kind: Mapped[str] = mapped_column(String(16))  # copy, erasure, revocation, rectification
    channel: Mapped[str] = mapped_column(String(12))
    asked_at: Mapped[datetime]
    due_at: Mapped[datetime | None]  # to be answered by then; once it is granted, carried out
    answered_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    outcome: Mapped[str] = mapped_column(String(8), default="")  # done, refused
    answer: Mapped[str | None] = mapped_column(
        Encrypted("privacy_requests.answer")
    )  # why, in the office's words
    closed_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("consultants.id"))
    __table_args__ = (
        Index("privacy_requests_by_conversation", "conversation_id"),
        Index("privacy_requests_open", "due_at", postgresql_where=text("closed_at IS NULL")),
        Index("privacy_requests_closed", "closed_at", "id"),
    )


class RetentionRun(Base):
    """When what had grown old was erased, and how much of each kind."""

    __tablename__ = "retention_runs"
    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    ran_at: Mapped[datetime]
    erased: Mapped[dict[str, int]] = mapped_column(JSONB)


class AnswerVersion(Base):
    """How an answer of data/texts is said since `at`: edited in the console, read again, or put back. The newest one counts."""

    __tablename__ = "answer_versions"
    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    key: Mapped[str] = mapped_column(String(64))
    texts: Mapped[dict[str, Any] | None] = mapped_column(
        JSONB(none_as_null=True)
    )  # es, en, without_facts; NULL: as in the file
    consultant_id: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey("consultants.id")
    )  # NULL: administrator
    at: Mapped[datetime]
    reason: Mapped[str] = mapped_column(Encrypted("answer_versions.reason"))
    review_by: Mapped[date]
    __table_args__ = (Index("answer_versions_by_key", "key", "id"),)


class Review(Base):
    """Somebody at the office has looked at a message that was not understood: `outcome` lined, out_of_scope or skipped."""

    __tablename__ = "reviews"
    message_id: Mapped[int] = mapped_column(ForeignKey("messages.id", ondelete="CASCADE"), primary_key=True)
    outcome: Mapped[str] = mapped_column(String(12))
    consultant_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("consultants.id"))
    at: Mapped[datetime]


class TrainingLine(Base):
    """A training line that somebody at the office wrote in own words. It leads to no message and to no patient."""

    __tablename__ = "training_lines"
    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    label: Mapped[str] = mapped_column(String(32))
    language: Mapped[str] = mapped_column(String(8))  # es, en, mixed
    text: Mapped[str] = mapped_column(Encrypted("training_lines.text"))
    consultant_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("consultants.id"))
    at: Mapped[datetime]


class Tally(Base):
    """How often something was asked (`kind` asked, by label) or an answer said (by key) in one hour: counts, of nobody.
    `counted` marks up to which hour that is known (bot/tallies.py)."""

    __tablename__ = "tallies"
    kind: Mapped[str] = mapped_column(String(8), primary_key=True)
    hour: Mapped[datetime] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(64), primary_key=True)
    language: Mapped[str] = mapped_column(String(2), primary_key=True)
    channel: Mapped[str] = mapped_column(String(12), primary_key=True)
    count: Mapped[int]


class Alarm(Base):
    """When the operator was last told of a kind of trouble: one alarm, not a hundred."""

    __tablename__ = "alarms"
    kind: Mapped[str] = mapped_column(String(32), primary_key=True)
    raised_at: Mapped[datetime]
