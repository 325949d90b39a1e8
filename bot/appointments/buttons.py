"""What the buttons of visits mean. They are no labels of Rasa's: `bot/conversation/visit_tapped.py` carries them out."""

from collections.abc import Mapping
from typing import Any

from bot.dialogue.say import Offer
from bot.store.tables import Appointment

LABEL = "appointment"
# Under a reminder, in the order of the template's buttons (data/texts/templates.yml): what each does.
UNDER_A_REMINDER: Mapping[str, str] = {
    "visit_coming": "coming",
    "visit_move": "move",
    "visit_cancel": "cancel_ask",
}


def meaning(do: str, **more: Any) -> dict[str, Any]:
    return {"label": LABEL, "do": do, **more}


def ours(visit: Appointment) -> list[Offer | str]:
    """Under what tells of a visit: move, cancel, a person."""
    return [
        Offer("visit_move", meaning("move", visit=visit.id)),
        Offer("visit_cancel", meaning("cancel_ask", visit=visit.id)),
        "talk_to_human",
    ]


def reminded(visit: Appointment) -> list[Offer]:
    """Under a reminder: I will be there (also a typed yes), move, cancel."""
    yes = {"visit_coming": {"on": "affirm"}}
    return [
        Offer(name, meaning(do, visit=visit.id, **yes.get(name, {}))) for name, do in UNDER_A_REMINDER.items()
    ]


def proposed(held: Appointment) -> list[Offer | str]:
    """Under what a consultant proposes: agreed, other times, a person."""
    which = {"visit": held.id, "specialty": held.specialty, "instead_of": held.instead_of or 0}
    return [
        Offer("visit_accept", meaning("accept", **which, on="affirm")),
        Offer("visit_other", meaning("other", **which, on="deny")),
        "talk_to_human",
    ]


def others(specialty: str, moving: int = 0) -> list[Offer | str]:
    """Other times, a person."""
    return [Offer("visit_other", meaning("other", specialty=specialty, instead_of=moving)), "talk_to_human"]
