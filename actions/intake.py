"""The form of a request: what a message answers, corrects or skips. The bot keeps what was told and words the questions."""

from collections.abc import Mapping
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import ActionExecutionRejected, FollowupAction, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.answering import (
    MORE_THAN,
    Answers,
    corrections,
    first_answers,
    named_alone,
    of_another_step,
    read,
    told_in_passing,
)
from actions.interrupting import CHOICE, FORM, interrupts, perhaps_danger
from actions.turn import Turn
from bot.entities.named import values
from bot.entities.unfinished import is_unfinished
from bot.journeys.steps import CONSENT, FREE, SUMMARY, journeys

DONE = "intake_done"  # the form's one slot: which step is open is the draft's to say, not Rasa's
ANSWERING = ("affirm", "deny", "consent", "no_consent")

type Events = list[dict[str, Any]]


class ValidateIntake(Action):  # type: ignore[misc]  # rasa_sdk has no types
    """Called by the form for each message while it is open: an answer is kept, anything else left to its own rule."""

    def name(self) -> str:
        return f"validate_{FORM}"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Mapping[str, Any]
    ) -> Events:
        turn = Turn(dispatcher, tracker)
        events = _Intake(turn, came_back=_came_back(tracker)).take()
        for message in dispatcher.messages[:1]:
            message["custom"]["understood"] = turn.understood
        return events


class AskIntake(Action):  # type: ignore[misc]
    """The open question, unless this turn has asked something else."""

    def name(self) -> str:
        return f"action_ask_{FORM}_{DONE}"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Mapping[str, Any]
    ) -> Events:
        turn = Turn(dispatcher, tracker)
        how = tracker.slots.get("intake_ask") or {}
        turn.effect("ask_step", {}, **how)
        return []


def _came_back(tracker: Tracker) -> bool:
    """Whether another action has answered this message already, and the form only asks again."""
    for event in reversed(tracker.events):
        if event["event"] == "user":
            return False
        if event["event"] == "action" and event.get("name") not in (FORM, "action_listen"):
            return True
    return False


def _told_by(meaning: Mapping[str, Any]) -> Answers:
    """The answer that a button gives: its value, that it skips the step, or that an earlier message was the answer."""
    step = str(meaning.get("step", ""))
    told: Answers = {"skip": {"skipped": True}, "mine": {"message": meaning.get("message")}}
    if "value" in meaning:
        return {step: {"value": meaning["value"]}}
    return {step: told[meaning["do"]]} if meaning.get("do") in told else {}


class _Intake:
    """One message, as the form takes it. Each way ends in the events that say whether the form goes on."""

    def __init__(self, turn: Turn, *, came_back: bool) -> None:
        self.turn = turn
        self.draft = turn.draft
        self.came_back = came_back

    def take(self) -> Events:
        turn = self.turn
        if turn.quiet:
            return self._quiet()
        if turn.label == CHOICE:
            return self._tapped()
        journey = journeys().of_topic(turn.label)
        if journey and (not turn.telling or (turn.tapped and self._journey != journey)):
            return self._begin(journey)
        if self._spent_button():
            return self._goes_on(back=True)
        if not turn.telling:
            return [ActionExecutionRejected(FORM)]
        if interrupts(turn):
            return self._interrupted()
        return self._answer()

    def _spent_button(self) -> bool:
        """A button that answers nothing that is asked now: of the journey itself, a yes to an earlier question."""
        label, asks_yes = self.turn.label, self._step in (CONSENT, SUMMARY)
        spent = journeys().of_topic(label) or (label in ANSWERING and not asks_yes)
        return bool(self.turn.telling and self.turn.tapped and spent)

    @property
    def _journey(self) -> str:
        return str(self.draft["journey"]) if self.draft else ""

    @property
    def _step(self) -> str:
        return str(self.draft["step"]) if self.draft else ""

    # --- how it ends ---------------------------------------------------------------------------------------

    def _goes_on(self, **how: Any) -> Events:
        return [SlotSet(DONE, None), SlotSet("intake_ask", how)]

    def _is_over(self) -> Events:
        return [SlotSet(DONE, True), SlotSet("intake_ask", None), FollowupAction("action_listen")]

    def _keep(self, answers: Answers, **more: Any) -> None:
        self.turn.effect("keep_draft", {}, answers=answers, **more)

    # --- the ways ------------------------------------------------------------------------------------------

    def _quiet(self) -> Events:
        """In danger and grief nothing is asked: the label is answered in words."""
        turn = self.turn
        if turn.label != CHOICE and not journeys().of_topic(turn.label):
            return [ActionExecutionRejected(FORM)]
        turn.say("answer.help" if turn.label == CHOICE else f"answer.{turn.label}")
        return self._is_over()

    def _begin(self, journey: str) -> Events:
        draft = self.draft
        if draft and draft["journey"] == journey and draft["left"] in ("", "cancelled", "person"):
            self.turn.effect("offer_resume", {})
            return self._is_over()
        self.turn.say(f"intake.begin.{journey}", options=[])
        self._keep(first_answers(journey, self.turn), journey=journey)
        return self._goes_on()

    def _interrupted(self) -> Events:
        if not self.came_back:
            return [ActionExecutionRejected(FORM)]
        free = self._step != SUMMARY and journeys().steps[self._step].kind in FREE
        mine = self.turn.message_id if free and not self.turn.tapped else 0
        return self._goes_on(back=True, mine=mine)

    def _tapped(self) -> Events:
        meaning, draft = self.turn.choice, self.draft
        if draft is None or meaning.get("draft") != draft["id"]:
            self.turn.say("fallback.old_button")
            return self._goes_on(back=True) if self.turn.telling else self._is_over()
        ways = {"send": self._send, "cancel": self._cancel, "change": self._change}
        if way := ways.get(meaning.get("do", "")):
            return way()
        where = {"goto": meaning["step"]} if meaning.get("do") == "goto" else {}
        begun = {"journey": self._journey} if meaning.get("do") == "restart" else {}
        self._keep(_told_by(meaning), **where, **begun)
        return self._goes_on()

    def _send(self) -> Events:
        self.turn.effect("send_draft", {})
        return self._is_over()

    def _cancel(self) -> Events:
        self.turn.effect("leave_draft", {"done": "intake.left"}, why="cancelled")
        return self._is_over()

    def _change(self) -> Events:
        self._keep({}, goto=SUMMARY)
        return self._goes_on(what="change")

    def _answer(self) -> Events:
        turn, step = self.turn, self._step
        if day := values(turn.named, "time"):
            turn.effect("keep_day", {}, day=day[-1])
        if step == CONSENT:
            return self._consent()
        if journeys().corrects(turn.text) and (events := self._correct()):
            return events
        if step == SUMMARY:
            return self._confirm()
        return self._tell(step)

    def _consent(self) -> Events:
        if self.turn.label in ("no_consent", "deny"):
            self.turn.effect("revoke_consent", {"done": "privacy.consent.declined"})
            self.turn.effect("leave_draft", {}, why="no_consent")
            return self._is_over()
        if self.turn.label in ("consent", "affirm"):
            self.turn.effect("give_consent", {"given": "privacy.consent.given"})
            self._keep({})
            return self._goes_on()
        self._keep({}, goto=CONSENT)
        return self._goes_on()

    def _correct(self) -> Events:
        """ "No, me equivoqué, es neurología" changes that answer; "cambiar ciudad" asks for it again."""
        if changed := corrections(self._journey, self.turn):
            self.turn.say("intake.changed", options=[])
            self._keep(changed)
            return self._goes_on()
        if named := journeys().named_to_change(self._journey, self.turn.text):
            self._keep({}, goto=named)
            return self._goes_on()
        return []

    def _confirm(self) -> Events:
        """At the summary: yes sends it, no asks what is wrong, anything else is added to what was told."""
        label = self.turn.label
        if label == "affirm":
            return self._send()
        if label == "deny":
            return self._change()
        if changed := corrections(self._journey, self.turn):
            self._keep(changed)
            return self._goes_on()
        if named := named_alone(self._journey, self.turn):
            self._keep({}, goto=named)
            return self._goes_on()
        return self._add()

    def _tell(self, step: str) -> Events:
        turn, one = self.turn, journeys().steps[step]
        if others := of_another_step(self._journey, turn):
            return self._noted(others)
        answer = read(step, turn)
        if answer is None:
            kind = one.kind if one.kind in ("phone", "choice") and turn.text.strip() else "words"
            turn.say(f"intake.unclear.{kind}", options=[])
            self._keep({}, goto=step)
            return self._goes_on()
        if "words" in answer and "value" not in answer and one.kind not in FREE and self._says_more():
            return self._add()
        if one.kind == "words" and not one.brief and is_unfinished(turn.text, turn.named):
            self._keep({}, goto=step)  # "es mi mamá": what happened is still to be told
            return self._goes_on()
        self._keep({**self._told_besides(step), step: answer})
        for label in self._asked_besides(step):
            turn.say_answer(label)
        return self._goes_on(if_now=perhaps_danger(turn))

    def _asked_besides(self, step: str) -> list[str]:
        """The questions in an answer: "¿cuánto cuesta? mejor por aquí"."""
        turn = self.turn
        asks = journeys().steps[step].kind not in FREE and "?" in turn.text and turn.label.startswith("ask_")
        return [turn.label, *turn.also_wanted] if asks else turn.also_wanted

    def _told_besides(self, step: str) -> Answers:
        """What an answer tells of other steps: "para mi hija" of the relation, "Tijuana, she's 58" of the age."""
        if step == "who":
            found = first_answers(self._journey, self.turn)
            return {name: answer for name, answer in found.items() if name == "relation"}
        return told_in_passing(self._journey, self.turn)

    def _says_more(self) -> bool:
        """More than an answer in one's own words to a question of buttons: a long message, that something was wrong, or how
        the patient is."""
        turn = self.turn
        long = len(turn.text.split()) > MORE_THAN
        return long or journeys().corrects(turn.text) or turn.label == "medical_advice"

    def _noted(self, others: Answers) -> Events:
        """An answer to another question than the open one, which is asked again."""
        self.turn.say("intake.noted", options=[])
        self._keep(others, goto=self._step)
        return self._goes_on()

    def _add(self) -> Events:
        """Words that answer nothing that is asked are kept beside what was told, and it is asked again."""
        steps = journeys().journeys[self._journey].steps
        into = next(name for name in ("story", "field", "wanted") if name in steps)
        self.turn.say("intake.added", options=[])
        self._keep({into: {"words": self.turn.text, "added": True}}, goto=self._step)
        return self._goes_on()
