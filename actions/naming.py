"""Answers to what the message names: "¿Tienen oncólogo para niños?" is asked of that, not of the hospital at large."""

from collections.abc import Sequence
from typing import Any

from bot.entities import Named, subjects
from bot.entities.named import values

# Whether the hospital has it is the office file's to say: the bot chooses the text.
_ASKED_WHETHER = ("ask_specialties", "ask_pediatrics", "ask_doctor")
_NAMING_A_SPECIALTY = ("ask_cost", "ask_wait_time")
_MOST = 3  # a list of more is no question about one of them


def named_answer(label: str, named: Sequence[Named]) -> dict[str, Any] | None:
    """What to answer to a message of this label that names something; None when its general answer is the right one."""
    wanted = ",".join(str(one) for one in subjects(named, child=label == "ask_pediatrics")[:_MOST])
    if wanted and label in _ASKED_WHETHER:
        outcomes = {outcome: f"answer.{label}.{outcome}" for outcome in ("offered", "unconfirmed")}
        return {"effect": "name_specialty", "say": outcomes, "specialty": wanted}
    if wanted and label in _NAMING_A_SPECIALTY:
        return {"say": f"answer.{label}.named", "values": {"specialty": wanted}}
    if label == "ask_insurance" and (insurers := values(named, "insurer")):
        return {"say": "answer.ask_insurance.named", "values": {"insurer": ",".join(insurers[:_MOST])}}
    return None
