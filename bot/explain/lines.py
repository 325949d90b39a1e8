"""An explanation as a page of text."""

from collections.abc import Iterator, Mapping, Sequence
from textwrap import indent
from typing import Any

BY = {
    "rule": "a safety rule",
    "classifier": "the model's label, which raises a danger",
    "command": "a command",
    "label": "the model's label",
    "unsure": "the model, which is not sure enough: the assistant asks back",
    "third_language": "its language, which is neither Spanish nor English",
    "no_words": "there is nothing to understand",
}
VIEWS = {
    "words": "words",
    "lemmas": "base form",
    "letters": "letters",
    "concepts": "concept",
    "together": "concepts together",
}
WIDTH = 13


def lines(told: Mapping[str, Any]) -> Iterator[str]:
    """Lines for people, of what `explain` returns."""
    yield _row("message", told["text"])
    yield _row("language", told["language"])
    yield from _safety(told["safety"])
    yield from _command(told["command"])
    yield from _label(told)
    yield from _answer(told)
    yield _row("model", told["model"])
    yield _row("texts", f"version {told['texts']}")


def _row(name: str, value: object) -> str:
    return f"{name:<{WIDTH}}{value}"


def _rows(name: str, values: Sequence[str]) -> Iterator[str]:
    for position, value in enumerate(values or ["none"]):
        yield _row("" if position else name, value)


def _safety(safety: Mapping[str, Any]) -> Iterator[str]:
    verdict = safety["verdict"]
    yield _row("safety", f"{verdict}, by the rule {safety['rule']}" if verdict else "no rule fired")
    yield from _rows("  fired", list(_rules(safety["fired"])))
    yield from _rows("  excused", list(_rules(safety["excused"])))


def _rules(rules: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    for rule in rules:
        yield f"{rule['rule']} ({rule['kind']})  {rule['where']}"
        for pattern in rule["patterns"]:
            yield f"  “{pattern['words']}”  {pattern['where']}"
            for context, places in pattern.get("excused_by", {}).items():
                yield f"    does not count: {context}  {', '.join(places)}"


def _command(command: Mapping[str, str] | None) -> Iterator[str]:
    told = f"{command['name']} (of {command['of']})  {command['where']}" if command else "none"
    yield _row("command", told)


def _label(told: Mapping[str, Any]) -> Iterator[str]:
    ranking = [f"{one['confidence']:6.1%}  {one['label']}" for one in told["ranking"]]
    if told["unsure"]:
        ranking[0] += "  (not sure enough)"
    yield from _rows("label", ranking)
    yield _row("also wanted", ", ".join(told["also_wanted"]) or "none")
    yield from _rows("entities", [_entity(one) for one in told["entities"]])
    pieces = [f"{one['weight']:+.3f}  {VIEWS[one['view']]}: {one['piece']}" for one in told["weighed"]]
    yield from _rows("weighed most", pieces or ["nothing that the model knows"])


def _entity(entity: Mapping[str, Any]) -> str:
    words = f"  “{entity['text']}”" if entity.get("text") else ""
    return f"{entity['entity']}: {entity['value']}{words}"


def _answer(told: Mapping[str, Any]) -> Iterator[str]:
    yield _row("decided by", BY[told["by"]])
    yield from _rows("answer", [f"{one['key']}  {one['where']}" for one in told["answer"]])
    for effect in told["effects"]:
        yield from _rows("does", [effect["effect"], *_outcomes(effect["then_one_of"])])
    if told["sent"]:
        yield _row("sent", f"in {told['answer_language']}:")
        yield indent(told["sent"], " " * WIDTH)
    if told["buttons"]:
        yield _row("buttons", " · ".join(f"[{title}]" for title in told["buttons"]))


def _outcomes(outcomes: Sequence[Mapping[str, str]]) -> Iterator[str]:
    for position, one in enumerate(outcomes):
        yield f"  {'or' if position else 'then'} {one['key']}  {one['where']}"
