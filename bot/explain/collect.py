"""Everything that decides about one message, in the order of a turn, as plain data."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.classify import understand
from bot.config import ROOT, Settings
from bot.conversation.understand import say_of
from bot.desk.emergency import answer_keys
from bot.dialogue.rasa import plain
from bot.dialogue.say import Offer, Say
from bot.entities import Entities
from bot.entities.unfinished import is_unfinished
from bot.explain.rehearse import rehearse
from bot.explain.rules import rules_found
from bot.language import detect, is_third_language
from bot.office import Office, load
from bot.outbox.why import By
from bot.safety import Kind, Screen, Verdict
from bot.sources import where
from bot.store.tables import Conversation
from bot.supervisor.training import model_path
from bot.texts import SENTENCES, Command, TextBook

SHOWN_LABELS = 3
SAID_AT_ONCE = {"opt_out": "opt_out.done", "assistant": "handoff.back_to_assistant"}
_TEXT_FILES = tuple(f"data/texts/{name}" for name in SENTENCES)


@dataclass(frozen=True, slots=True)
class _Answer:
    """What decided, what is said at once, in which language, and what is carried out: (effect, keys of its outcomes)."""

    by: By
    says: Sequence[Say]
    language: str
    effects: Sequence[tuple[str, Sequence[str]]] = ()


def explain(text: str, settings: Settings) -> dict[str, Any]:
    """Why `text` is answered as it is, by somebody with no open case and nothing asked before.

    The keys are those of the printed page (`lines.py`), in its order. Raises ValueError without words, and what the data files
    and the engine raise.
    """
    if not text.strip():
        raise ValueError("There is no message to explain.")
    screen, book = Screen.load(ROOT / "data" / "safety"), TextBook.load(ROOT / "data" / "texts")
    office = load(settings.office_file)
    verdict, command = screen(text), book.command(text)
    understood = understand([plain(text)], explained=True)[0]
    language = detect(text)
    answer = _decided(text, verdict, command) or _by_label(understood, language, office)
    return {
        "text": text,
        "language": language,
        "safety": {
            "verdict": verdict.kind.value if verdict else None,
            "rule": verdict.rule if verdict else None,
            **rules_found(screen, text),
        },
        "command": _told(command, book),
        **_understood(understood),
        "by": answer.by,
        **_said(answer, book, office, settings.real_providers),
        "model": model_path().name,
        "texts": book.version,
    }


def _understood(understood: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "label": understood["label"],
        "confidence": understood["confidence"],
        "unsure": understood["unsure"],
        "ranking": understood["ranking"][:SHOWN_LABELS],
        "also_wanted": understood.get("also_wanted") or [],
        "entities": understood.get("entities") or [],
        "weighed": understood["weighed"],
    }


def _told(command: Command | None, book: TextBook) -> dict[str, str] | None:
    if command is None:
        return None
    of = "patients" if book.commands[command.name].of == "contacts" else "consultants"
    return {"name": command.name, "of": of, "where": where("data/texts/commands.yml", command.name)}


def _decided(text: str, verdict: Verdict | None, command: Command | None) -> _Answer | None:
    """What the stages before Rasa decide (bot/conversation/stages.py)."""
    language = detect(text)
    if verdict:
        return _Answer("rule", _safety(verdict), verdict.language, [("safety", ())])
    if command and command.name in SAID_AT_ONCE:
        return _Answer("command", [Say(SAID_AT_ONCE[command.name], options=())], language)
    if is_third_language(text):
        return _Answer("third_language", [Say("third_language")], language)
    if not any(sign.isalnum() for sign in text):
        return _Answer("no_words", [Say("fallback.signs")], language)
    if is_unfinished(text, Entities.load(ROOT / "data" / "entities").find(text)):
        return _Answer("no_words", [Say("fallback.go_on", options=())], language)
    return None


def _by_label(understood: Mapping[str, Any], language: str, office: Office) -> _Answer:
    payloads = rehearse(understood, {"language": language, "case": None})
    danger = next((p["verdict"] for p in payloads if p.get("effect") == "safety"), None)
    if danger:
        verdict = Verdict(Kind(danger), "classifier", "en" if language == "en" else "es")
        return _Answer("classifier", _safety(verdict), language, [("safety", ())])
    says = [say_of(payload) for payload in payloads if "say" in payload and "effect" not in payload]
    effects = [(p["effect"], list((p.get("say") or {}).values())) for p in payloads if "effect" in p]
    return _Answer("unsure" if understood["unsure"] else "label", says, language, effects)


def _safety(verdict: Verdict) -> list[Say]:
    """To an unknown number, with somebody there to be paged."""
    return [Say(key, options=()) for key in answer_keys(Conversation(phone=""), verdict, reachable=True)]


def _said(answer: _Answer, book: TextBook, office: Office, real: bool) -> dict[str, Any]:
    texts: list[str] = []
    buttons: list[str] = []
    for say in answer.says:
        rendered = book.render(say.key, answer.language, say.values, office, real)
        texts.append(rendered.text)
        named: Sequence[str | Offer] = rendered.options if say.options is None else say.options
        buttons = [book.title(str(name), answer.language) for name in named] or buttons
    return {
        "answer": [_located(say.key) for say in answer.says],
        "effects": [
            {"effect": name, "then_one_of": [_located(key) for key in keys]} for name, keys in answer.effects
        ],
        "answer_language": answer.language,
        "sent": "\n\n".join(dict.fromkeys(texts)),
        "buttons": buttons,
    }


def _located(key: str) -> dict[str, str]:
    """A text key and where it stands."""
    places = [place for file in _TEXT_FILES if (place := where(file, key)) != file]
    return {"key": key, "where": next(iter(places), "data/texts")}
