"""A bubble as the outbox stores it: plain data, with files and earlier bubbles by reference."""

from dataclasses import asdict, dataclass
from typing import Any, Self


@dataclass(frozen=True, slots=True)
class DraftOption:
    """A button. `wants`: "contact" for the key of Telegram that shares the person's own number."""

    token: str
    title: str
    wants: str = ""


@dataclass(frozen=True, slots=True)
class DraftFile:
    """Attachment `index` of a stored message, or what came by the upload page, or an answer read aloud."""

    message_id: int = 0
    index: int = 0
    record: str = ""  # the id of a record
    recording: int = 0  # the id of one


@dataclass(frozen=True, slots=True)
class DraftMade:
    """A small file that we made ourselves, as text: it lives in the send, and nowhere else."""

    name: str
    content_type: str
    text: str


@dataclass(frozen=True, slots=True)
class DraftTemplate:
    name: str
    language: str
    values: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Draft:
    """What a bubble will be. `replaces` and `quotes` name earlier sends and messages by our own ids."""

    text: str = ""
    header: str = ""
    options: tuple[DraftOption, ...] = ()
    file: DraftFile | None = None
    about: DraftFile | None = None  # a file whose name, or kind, and size are said below the text
    made: DraftMade | None = None  # on Telegram
    template: DraftTemplate | None = None
    otherwise: DraftTemplate | None = None  # said instead when WhatsApp's 24 hours are over
    replaces: int = 0  # a send
    quotes: str = ""  # provider's id of the quoted message in the receiver's chat
    acknowledges: str = ""  # Telegram's callback query

    def to_json(self) -> dict[str, Any]:
        return {name: value for name, value in asdict(self).items() if value}

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Self:
        fields = dict(data)
        fields["options"] = tuple(DraftOption(**option) for option in data.get("options", ()))
        for name in ("file", "about"):
            fields[name] = DraftFile(**data[name]) if name in data else None
        fields["made"] = DraftMade(**data["made"]) if "made" in data else None
        for name in ("template", "otherwise"):
            if name in data:
                fields[name] = DraftTemplate(**{**data[name], "values": tuple(data[name].get("values", ()))})
        return cls(**fields)


@dataclass(frozen=True, slots=True)
class Purpose:
    """Why a bubble is sent; decides its lane and what its failure means."""

    name: str
    urgent: bool = False  # overtakes everything else to the same person
    to_patient: bool = True


REPLY = Purpose("reply")
SAFETY = Purpose("safety", urgent=True)
ANNOUNCEMENT = Purpose("announcement")
OPT_OUT = Purpose("opt_out")  # the last word to who wants none
RELAY = Purpose("relay")  # a consultant's words to a patient
INVITATION = Purpose("invitation")  # the template that reopens a closed window
ENCLOSURE = Purpose("enclosure")  # a file of ours to a patient: what it says stands in words before it
CARD = Purpose("card", to_patient=False)
PAGE = Purpose("page", urgent=True, to_patient=False)
FORWARD = Purpose("forward", to_patient=False)  # a patient's words to a consultant
NOTICE = Purpose("notice", to_patient=False)  # the desk's own words to a consultant
UPDATE = Purpose("update", to_patient=False)  # a card, edited in place
BOARD = Purpose("board", to_patient=False)  # a case's line in the staff group
ALARM = Purpose("alarm", urgent=True, to_patient=False)
ACKNOWLEDGEMENT = Purpose("ack", urgent=True)
