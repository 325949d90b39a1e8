"""What must hold after the day. Each check returns what offends it; empty: it holds."""

from collections import Counter
from collections.abc import Callable, Iterable
from datetime import timedelta
from itertools import pairwise

from bench.rehearsal import holders, truth
from bench.rehearsal.day import Day
from bench.rehearsal.patients import Patient
from bench.rehearsal.script import ASKS
from bench.rehearsal.words import STAMP
from bot.outbox.deliver import ARRIVED
from bot.store.tables import Case, Message, Send
from sandbox import Bubble

type Check = Callable[[Day], Iterable[str]]

PROMPTLY = timedelta(minutes=2)
NOTIFIED = ("handoff.notified", "safety.notified")
# Alarms that a trouble of that kind explains while it lasts.
EXPLAINED = {
    "no_notification": ("down", "rejected", "throttled", "pair"),
    "undeliverable": ("rejected",),
    "consultant_unreachable": ("down", "rejected"),
    "template": ("down", "rejected"),
}


def lost_messages(day: Day) -> Iterable[str]:
    """Every bubble on a patient's phone was stored, and is answered or in a case's thread."""
    in_a_thread = {entry.body["message"] for entry in day.record.entries if "message" in entry.body}
    answered = {send.answers_id for send in day.record.sends}
    for patient in day.patients:
        stored = {message.reference: message for message in _messages(day, patient)}
        for said in patient.said:
            message = stored.get(said.bubble.id) if said.bubble else None
            if said.bubble and message is None:
                yield f"{patient.script.name}: a message of {said.at:%H:%M} was not stored"
            elif message and not (message.said or message.id in in_a_thread or message.id in answered):
                yield from [f"message {message.id}: not answered, in no case"] if said.kind != "thumb" else []
    yield from (f"message {m.id}: never taken up" for m in day.record.of_patients() if m.answered_at is None)


def lost_replies(day: Day) -> Iterable[str]:
    """Every bubble for a patient arrived, unless they left, their window is closed or its provider refused it."""
    for send in day.record.sent("reply", "safety", "announcement", "relay", "invitation", "opt_out"):
        conversation = day.record.conversations[send.conversation_id]
        gone = conversation.unreachable_at or conversation.opted_out_at
        refused = send.error in ("Rejected", "WindowClosed")
        if send.state not in (*ARRIVED, "held", "cancelled", "merged") and not (gone or refused):
            yield f"send {send.id} ({send.purpose}): {send.state}, {send.error}"
    yield from _relays_not_on_the_phone(day)


def _relays_not_on_the_phone(day: Day) -> Iterable[str]:
    for send in day.record.sent("relay"):
        patient = _patient_of(day, send)
        for stamp in STAMP.findall(send.body.get("text", "")):
            count = sum(bubble.text.count(stamp) for bubble in patient.phone.bubbles) if patient else 0
            arrives = send.state in ARRIVED and not (patient and patient.blocked)
            if count != 1 and arrives:
                channel = day.record.conversations[send.conversation_id].channel
                how = f"{channel}, {send.state}, {send.attempts} attempts"
                yield f"send {send.id} ({how}): {stamp} is {count} times on the phone"


def asks_without_a_case(day: Day) -> Iterable[str]:
    """Every ask for a person has a case, at once."""
    for patient in day.patients:
        cases = [case for case in day.record.cases if _is_of(day, case, patient)]
        begun = [
            entry.at
            for case in cases
            for entry in day.record.of_case(case)
            if entry.kind in ("opened", "reopened", "asked_again", "message") and entry.consultant_id is None
        ]
        for said in patient.said:
            after = [at for at in begun if said.at <= at <= said.at + PROMPTLY]
            if said.kind in ASKS and not after and not patient.opted_out:
                yield f"{patient.script.name}: asked for a person at {said.at:%H:%M}"


def cases_not_honest(day: Day) -> Iterable[str]:
    """Every case is closed, or open and honestly waiting: the last that its patient was told is true, and something is due."""
    yield from truth.dishonest(day.record, day.stage.puente.services.office)
    yield from truth.forgotten(day.record)


def held_by_two(day: Day) -> Iterable[str]:
    """No case was ever held by two, and every relay came from the holder of that moment."""
    yield from holders.contradictions(day.record)


def wrong_phones(day: Day) -> Iterable[str]:
    """No line of a consultant is on the phone of another patient than it was for; a note is on no patient's phone."""
    lines = {stamp: line for one in day.consultants for stamp, line in one.hand.lines.items()}
    cases = {case.id: case for case in day.record.cases}
    for patient in day.patients:
        for bubble in patient.phone.bubbles:
            for stamp in STAMP.findall(bubble.text):
                line = lines[stamp]
                if line.note:
                    yield f"{stamp}: a note of {line.consultant} in case {line.case} reached a patient"
                elif not _is_of(day, cases[line.case], patient):
                    yield f"{stamp}: {line.consultant} wrote it for case {line.case}, {patient.script.name} has it"


def false_notified(day: Day) -> Iterable[str]:
    """ "Notified" was said only after a provider had accepted a card or page of that case, since it began to wait."""
    for send in day.record.sends:
        if not set(NOTIFIED) & set(day.record.keys(send)):
            continue
        since = max(
            entry.at
            for entry in day.record.entries
            if entry.case_id == send.case_id
            and entry.kind in ("opened", "reopened")
            and entry.at <= send.created_at
        )
        cards = [
            card
            for card in day.record.sent("card", "page")
            if card.case_id == send.case_id and not card.body.get("replaces")  # an edit calls nobody
        ]
        known = [card for card in cards if since <= card.created_at and _accepted_by(day, card, send)]
        if not known:
            yield f"send {send.id}, case {send.case_id}: no card had been accepted"


def _accepted_by(day: Day, card: Send, told: Send) -> bool:
    """Whether the provider itself knows the card, from before the patient was told. (Twilio may take one and refuse it later:
    then it is sent again, and the row names only the last attempt.)"""
    box, chat = day.stage.box, day.record.conversations[card.conversation_id]
    if chat.channel == "whatsapp":
        callback = f"?send={card.id}"
        attempts = (m for m in box.twilio.messages.values() if m.to == chat.address)
        taken = (m for m in attempts if m.form.get("StatusCallback", "").endswith(callback))
        return any(message.created_at <= told.created_at for message in taken)
    if not card.provider_id:
        return False
    shown = box.telegram.chats.known(chat.address).messages.get(int(card.provider_id))
    return shown is not None and int(shown["date"]) <= told.created_at.timestamp()


def said_twice(day: Day) -> Iterable[str]:
    """No patient reads the same bubble twice in a row, unless two of their messages have the same answer."""
    for patient in day.patients:
        messages = {message.id for message in _messages(day, patient)}
        answers = Counter(s.body.get("text") for s in day.record.sent("reply") if s.answers_id in messages)
        for earlier, later in pairwise(patient.phone.timeline):
            both = not (earlier.mine or later.mine) and (earlier.text or earlier.file)
            same = _face(earlier) == _face(later)
            if both and same and answers[later.text] < 2:
                yield f"{patient.script.name}: {later.text[:60]!r} at {later.sent_at:%H:%M}"


def _face(bubble: Bubble) -> tuple[str, str, object]:
    return bubble.text, bubble.template, bubble.file


def unexplained(day: Day) -> Iterable[str]:
    """No alarm but for a trouble that was ordered; no fault in the log."""
    for line in day.stage.log.alarms():
        kinds = EXPLAINED.get(str(line.told.get("kind")), ())
        ordered = any(trouble.kind in kinds and trouble.explains(line.at) for trouble in day.troubles)
        if not (ordered or _of_who_left(day, str(line.told.get("detail")))):
            yield f"{line.at:%H:%M} alarm {line.told}"
    yield from (f"{line.at:%H:%M} {line.event} {line.told}" for line in day.stage.log.faults())


def _of_who_left(day: Day, detail: str) -> bool:
    """An alarm about a bubble for somebody who has blocked the bot: "send 12 ContactUnreachable 403"."""
    words = detail.split()
    if words[:1] != ["send"]:
        return False
    send = next(send for send in day.record.sends if send.id == int(words[1]))
    patient = _patient_of(day, send)
    return bool(patient and patient.blocked)


def _messages(day: Day, patient: Patient) -> list[Message]:
    conversation = day.record.conversation_at(patient.address)
    return [m for m in day.record.messages if conversation and m.conversation_id == conversation.id]


def _is_of(day: Day, case: Case, patient: Patient) -> bool:
    return day.record.conversations[case.conversation_id].address == patient.address


def _patient_of(day: Day, send: Send) -> Patient | None:
    address = day.record.conversations[send.conversation_id].address
    return next((patient for patient in day.patients if patient.address == address), None)


CHECKS: dict[str, Check] = {
    "every message is answered or in a case's thread": lost_messages,
    "every reply arrived, once": lost_replies,
    "every ask for a person has a case": asks_without_a_case,
    "every case is closed, or open and honestly waiting": cases_not_honest,
    "no case was held by two, no relay came from anybody but its holder": held_by_two,
    "no line on a wrong patient's phone, no note on any": wrong_phones,
    "no false «notified»": false_notified,
    "nothing said twice in a row": said_twice,
    "no alarm unexplained, no fault": unexplained,
}


def judged(day: Day) -> dict[str, list[str]]:
    """What offends each check."""
    return {name: list(check(day)) for name, check in CHECKS.items()}
