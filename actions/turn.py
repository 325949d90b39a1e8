"""One turn as the actions see it: what came in, what to answer, what to remember."""

import json
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from typing import Any, Literal, NotRequired, TypedDict

from rasa_sdk import Action, Tracker
from rasa_sdk.events import FollowupAction, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.asked import answers_a_question, asks_again
from actions.calling import wants_call
from actions.interrupting import FORM, LEFT, interrupts
from actions.naming import named_answer
from bot.entities import Named
from bot.entities.named import values

Reason = Literal["asked", "collaboration", "complaint", "consent", "misunderstood", "not_helped", "task"]
Urgency = Literal["normal", "high"]

HANDOFF = {
    outcome: f"handoff.{outcome}" for outcome in ("notified", "out_of_hours", "nobody", "already_open")
}

DANGERS = ("emergency", "crisis")

# Cheerful after an emergency or a death would hurt.
_SMALL_TALK = (
    "greet",
    "greet.again",
    "goodbye",
    "thank",
    "chitchat",
    "help",
    "affirm",
    "deny",
    "out_of_scope",
)
_NOT_WHEN_QUIET = frozenset(f"answer.{topic}" for topic in _SMALL_TALK) | {"fallback.offer_person"}


CONSENT: Reason = "consent"  # of an offer alone: no case is opened by it
CONSENT_BUTTONS = ("consent", "no_consent", "talk_to_human")


# What needs no word beside "they will call you": the wish itself, and what was not understood.
_TASKS = ("request_referral", "second_opinion", "schedule_telehealth")
_CALL_ANSWERS = frozenset(
    {
        "talk_to_human",
        "ask_contact",
        "affirm",
        "deny",
        "greet",
        "thank",
        "chitchat",
        "out_of_scope",
        "nlu_fallback",
    }
    | {*_TASKS}
)


class Offer(TypedDict):
    """What a "yes" starts: the arguments of an open_case; of the question for consent, what was wanted when it was asked."""

    reason: Reason
    topic: str
    then: NotRequired[str]  # what was wanted, as a button would say it


class Turn:
    """The message in hand and the answer being built."""

    def __init__(self, dispatcher: CollectingDispatcher, tracker: Tracker) -> None:
        self._dispatcher = dispatcher
        self._slots = tracker.slots
        self._message: Mapping[str, Any] = tracker.latest_message
        self._remembered: dict[str, Any] = {"offered": None, "misunderstood": 0, "language": self.language}

    @property
    def label(self) -> str:
        """The message's label (Rasa's intent), `nlu_fallback` when Rasa was not sure."""
        return str(self._message["intent"]["name"])

    @property
    def likeliest(self) -> str:
        """The first label of the ranking, whether Rasa was sure of it or not."""
        return next(iter(self.ranking), self.label)

    @property
    def understood(self) -> dict[str, Any]:
        """What this answer rests on, for the record: the likeliest label, how likely, and whether that was not enough."""
        likeliest = self.likeliest
        ranked = [self._message["intent"], *self._message.get("intent_ranking", [])]
        confidence = next((e.get("confidence") for e in ranked if e["name"] == likeliest), None)
        return {"label": likeliest, "confidence": confidence, "unsure": self.label != likeliest}

    @property
    def text(self) -> str:
        return str(self._message.get("text") or "")

    @property
    def tapped(self) -> bool:
        """True for a button: the bot sends "/<label>", and never lets a person's text begin with "/"."""
        return self.text.startswith("/")

    @property
    def ranking(self) -> list[str]:
        """All labels, most likely first."""
        names = [entry["name"] for entry in self._message.get("intent_ranking", [])]
        return [name for name in names if name != "nlu_fallback"]

    @property
    def danger(self) -> float:
        """How likely it is an emergency or a crisis, together."""
        ranked = self._message.get("intent_ranking", [])
        return sum(float(entry["confidence"]) for entry in ranked if entry["name"] in DANGERS)

    @property
    def named(self) -> list[Named]:
        """Who and what the message names, in its order: specialties, relatives, cities, insurers, physicians, days."""
        return Named.of_rasa(self._message.get("entities") or [])

    @property
    def also_wanted(self) -> list[str]:
        """The other questions of the message, beside its label; none beside a danger, sure or not."""
        return [] if self.likeliest in DANGERS else list(self._message.get("also_wanted") or [])

    @property
    def language(self) -> str:
        """What this message is answered in: "es" or "en"."""
        return str(self._metadata.get("language") or "es")

    @property
    def former_language(self) -> str:
        """What the message before was answered in; of the first message, its own."""
        return str(self._slots.get("language") or self.language)

    @property
    def quiet(self) -> bool:
        """After a safety answer or news of a death: no menus and no guessing."""
        return bool(self._metadata.get("quiet"))

    @property
    def offer(self) -> Offer | None:
        """What the last answer offered or, for a tapped button, the last one that offered anything."""
        return self._slots.get("offered") or (self._slots.get("last_offer") if self.tapped else None)

    @property
    def draft(self) -> Mapping[str, Any] | None:
        """The request that is being told step by step, as the bot keeps it (bot/conversation/intake.py)."""
        return self._metadata.get("draft")

    @property
    def telling(self) -> bool:
        """Whether a request is being told right now: what is written may answer its question."""
        return bool(self.draft and self.draft["in_play"])

    @property
    def choice(self) -> Mapping[str, Any]:
        """What the tapped button means, beside its label."""
        return self._metadata.get("choice") or {}

    @property
    def message_id(self) -> int:
        return int(self._metadata.get("message_id") or 0)

    @property
    def confidence(self) -> float:
        """How sure the label of the message is; 1 for a button."""
        return 1.0 if self.tapped else float(self._message["intent"].get("confidence") or 0.0)

    @property
    def greeted(self) -> bool:
        return bool(self._slots.get("greeted"))

    @property
    def case_open(self) -> bool:
        """Whether this conversation is already with a person."""
        return self._metadata.get("case") == "open"

    @property
    def waits_for_a_person(self) -> bool:
        """Whether what is not understood is kept for somebody who will read it; nothing is said of that in a quiet time."""
        return self.case_open and not self.quiet

    @property
    def consented(self) -> bool:
        """Whether personal data may be asked, kept and passed to Los Angeles."""
        return bool(self._metadata.get("consented"))

    @property
    def calendars(self) -> bool:
        """Whether telehealth visits can be booked here."""
        return bool(self._metadata.get("calendars"))

    @property
    def visits(self) -> int:
        """How many visits this conversation has coming."""
        return int(self._metadata.get("visits") or 0)

    @property
    def asked(self) -> str:
        """The key of the text said last, when it asked something; else ""."""
        return str(self._metadata.get("asked") or "")

    @property
    def last_topic(self) -> str | None:
        """What the case closed last was about; None when there has been none."""
        return self._metadata.get("last_topic")

    @property
    def misunderstood(self) -> int:
        return int(self._slots.get("misunderstood") or 0)

    def say(self, key: str, options: Sequence[str] | None = None) -> None:
        """Answer with an approved text; `options` replace its own buttons. A quiet turn has none, and no small talk."""
        here = "quiet.grief" if self._metadata.get("grief") else "quiet.here"
        payload: dict[str, Any] = {"say": here if self.quiet and key in _NOT_WHEN_QUIET else key}
        if self.quiet:
            payload["options"] = []
        elif options is not None:
            payload["options"] = list(options)
        self._dispatcher.utter_message(json_message=payload)

    def say_answer(self, label: str) -> None:
        """The answer of a label: to what the message names where there is such an answer, else the general one."""
        answer = named_answer(label, self.named)
        if answer is None:
            self.say(f"answer.{label}")
        else:
            self._dispatcher.utter_message(json_message=answer | ({"options": []} if self.quiet else {}))

    def effect(self, name: str, say: Mapping[str, str], **arguments: Any) -> None:
        """Ask the bot to do something; `say` names the text for each outcome."""
        self._dispatcher.utter_message(json_message={"effect": name, "say": dict(say), **arguments})

    def open_case(self, reason: Reason, topic: str, urgency: Urgency = "normal") -> None:
        self.effect("open_case", HANDOFF, reason=reason, topic=topic, urgency=urgency)

    def ask_call(self, at: str = "") -> None:
        """A person is to call; number and hour are read by the bot. `at`: the moment that the message names."""
        silent = {"silent": "yes"} if self.quiet else {}
        topic = self.label if self.label in _TASKS else "talk_to_human"
        self.effect("callback", {}, at=at, topic=topic, **silent)
        self.close_offer()

    def ask_consent(self) -> None:
        """What is wanted needs consent. It is taken up again after the yes, with what the message names."""
        named: dict[str, list[str]] = {}
        for one in self.named:
            named.setdefault(one.kind, []).append(one.value)
        self.say("privacy.consent.ask", options=CONSENT_BUTTONS)
        self.make_offer(Offer(reason=CONSENT, topic=self.label, then=f"/{self.label}{json.dumps(named)}"))

    def answer_consent(self, *, given: bool) -> None:
        """The yes or no to it, tapped or typed."""
        then = self.offer.get("then", "") if self.offer else ""
        if given:
            outcomes = {"given": "privacy.consent.given", "at_rest": "privacy.consent.at_rest"}
            self.effect("give_consent", outcomes, then=then)
        else:
            self.effect("revoke_consent", {"done": "privacy.consent.declined"})
        self.close_offer()

    def make_offer(self, offer: Offer) -> None:
        self._remembered |= {"offered": offer, "last_offer": offer}

    def close_offer(self) -> None:
        self._remembered |= {"offered": None, "last_offer": None}

    def keep_offer(self) -> None:
        """The next "yes" still means what it meant before this turn."""
        self._remembered.pop("offered")

    def remember_greeting(self) -> None:
        self._remembered["greeted"] = True

    def count_misunderstood(self) -> int:
        """How many messages in a row were not understood, this one included."""
        self._remembered["misunderstood"] = self.misunderstood + 1
        return self.misunderstood + 1

    def events(self) -> list[dict[str, Any]]:
        """What Rasa is to remember."""
        return [SlotSet(name, value) for name, value in self._remembered.items()]

    @property
    def _metadata(self) -> Mapping[str, Any]:
        return self._message.get("metadata") or {}


class TurnAction(Action, ABC):  # type: ignore[misc]  # rasa_sdk has no types
    """Answers one turn. Unless the answer says otherwise, an older offer lapses and the count restarts.

    `ends_intake`: why a request that is being told step by step is not asked on after this; "" when its question comes again.
    """

    ends_intake = ""

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Mapping[str, Any]
    ) -> list[dict[str, Any]]:
        turn = Turn(dispatcher, tracker)
        if turn.telling and not interrupts(turn):  # Rasa has lost the form; the draft leads
            return [*LEFT, FollowupAction(FORM)]
        if days := values(turn.named, "time"):
            turn.effect("keep_day", {}, day=days[-1])  # before a case is opened, whose card shows it
        called = wants_call(turn.text) and not turn.tapped and turn.likeliest not in DANGERS
        if called:
            turn.ask_call(days[-1] if days else "")
        if not called or turn.quiet or turn.label not in _CALL_ANSWERS:
            self._answer(turn)
        for label in turn.also_wanted:
            turn.say_answer(label)
        for message in dispatcher.messages[:1]:
            message["custom"]["understood"] = turn.understood
        return [*turn.events(), *self._with_the_request(turn, tracker)]

    def _with_the_request(self, turn: Turn, tracker: Tracker) -> list[dict[str, Any]]:
        """The request that this interrupted is asked on, or left."""
        if turn.telling and not self.ends_intake:
            return [FollowupAction(FORM)]
        if turn.telling:
            turn.effect("leave_draft", {}, why=self.ends_intake)
        return LEFT if tracker.active_loop_name == FORM else []

    def _answer(self, turn: Turn) -> None:
        """What answers a question of ours is that, whatever its label; but danger first."""
        if turn.likeliest in DANGERS or not answers_a_question(turn):
            self.answer(turn)
            asks_again(turn)

    @abstractmethod
    def answer(self, turn: Turn) -> None:
        """Say something or ask for an effect: a turn without either counts as failed."""
