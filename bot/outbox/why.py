"""Why a reply was given, kept beside it: ids and figures by which a person can trace it later. No word of the patient."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any, Literal

from bot.services import Services
from bot.store.tables import Recording

type By = Literal[
    "rule",  # of data/safety
    "classifier",  # a danger that the rules did not see
    "command",  # BAJA, ALTA, ASISTENTE, or the provider's own opt-out
    "choice",  # tapped, or typed as number or title
    "label",  # Rasa's, sure enough
    "unsure",  # Rasa's likeliest label was not
    "attachment",  # what the assistant cannot open
    "no_words",  # nothing to understand
    "third_language",
    "assistant_off",  # turned off by the head of office
    "desk",  # what became of the case, in the assistant's words
    "role",  # who writes: the operator
    "engine_down",  # Rasa did not answer, several times
]


@dataclass(frozen=True, slots=True)
class Cause:
    """What decided a reply. `confidence` of `label`, 0 to 1. `model`: the file name of the one that was asked."""

    by: By
    rule: str = ""
    command: str = ""
    label: str = ""
    confidence: float | None = None
    model: str = ""


def why(
    services: Services, cause: Cause, keys: Iterable[str], language: str, recording: Recording | None = None
) -> dict[str, Any]:
    """What is stored with a reply: the cause, and the texts that were said, by key, language and version (of the files,
    and of each answer that the office has edited); and the recording that was played after it, by its id and mark."""
    told = {name: value for name, value in asdict(cause).items() if value not in ("", None)}
    if cause.confidence is not None:
        told["confidence"] = round(cause.confidence, 4)
    if recording is not None:
        told["recording"] = {"id": recording.id, "mark": recording.mark}
    said, editions = list(keys), services.texts.editions.by_key
    if edited := {key: editions[key].number for key in said if key in editions}:
        told["versions"] = edited
    return {**told, "keys": said, "language": language, "texts": services.texts.version}
