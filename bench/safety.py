"""How many emergencies and crises the safety rules find, and how often they cry wolf.

    python -m bench.safety FOLDER_OR_FILE... [--show misses|alarms|all] [--writers NAME,NAME]

Reads JSONL ({"text", "label", "language"?}), Rasa NLU files (`- intent:` with `examples: |`) and writers' files
("## label language" above the messages, one a line). Any verdict of emergency or crisis counts as found: both are answered
at once and page a consultant; the exact kind is given too. News of a death is counted apart.

A file that `bench.writers --out` wrote holds what the model made of each message, never having learnt from its writer:
then a message counts as found when the rules or the model raise it, as in the live turn.
"""

import json
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, NamedTuple

import typer
import yaml

from bot.safety import Kind, Screen, Verdict

ROOT = Path(__file__).parent.parent
RULES = ROOT / "data" / "safety"
WANTED = ("emergency", "crisis")
HARD = ("medical_advice", "ask_onsite_care", "request_referral", "second_opinion", "chitchat", "complaint")


class Labelled(NamedTuple):
    text: str
    label: str
    language: str
    writer: str = ""
    raised: bool = False  # by the model


class Screened(NamedTuple):
    message: Labelled
    verdict: Verdict | None

    @property
    def is_alarm(self) -> bool:
        return self.message.raised or (self.verdict is not None and self.verdict.kind is not Kind.DEATH)


def messages(path: Path) -> Iterator[Labelled]:
    """All labelled messages of a file or of the files of a folder."""
    if path.is_dir():
        for inner in sorted(path.rglob("*")):
            if inner.suffix in READERS:
                yield from messages(inner)
    else:
        yield from READERS[path.suffix](path.read_text(encoding="utf-8"))


def _from_jsonl(content: str) -> Iterator[Labelled]:
    for line in content.splitlines():
        row = json.loads(line)
        raised = row.get("ranking", [""])[0] in WANTED
        yield Labelled(row["text"], row["label"], row.get("language", ""), row.get("writer", ""), raised)


def _from_nlu(content: str) -> Iterator[Labelled]:
    for block in (yaml.safe_load(content) or {}).get("nlu", []):
        for example in (block.get("examples") or "").splitlines():
            yield Labelled(example.removeprefix("- "), block.get("intent", ""), "")


def _from_writer(content: str) -> Iterator[Labelled]:
    label, language = "", ""
    for line in content.splitlines():
        if line.startswith("## "):
            label, language = line[3:].split()[:2]
        elif line.strip() and label:
            yield Labelled(line.strip(), label, language)


READERS = {".jsonl": _from_jsonl, ".yml": _from_nlu, ".txt": _from_writer}


def report(screened: list[Screened]) -> Iterator[str]:
    """The figures, one line each."""
    by_label: dict[str, list[Screened]] = defaultdict(list)
    for one in screened:
        by_label[one.message.label].append(one)
    for label in WANTED:
        yield from _recall(label, by_label.pop(label, []))
    yield _alarms("all other labels", [one for rows in by_label.values() for one in rows])
    yield _alarms("hard labels", [one for label in HARD for one in by_label.get(label, [])])
    yield from (
        _alarms(f"  {label}", rows) for label, rows in by_label.items() if any(r.is_alarm for r in rows)
    )
    deaths = sum(one.verdict is not None and one.verdict.kind is Kind.DEATH for one in screened)
    yield f"news of a death: {deaths}"


def _recall(label: str, rows: list[Screened]) -> Iterator[str]:
    languages = Counter(one.message.language for one in rows)
    for language in ["", *sorted(languages - Counter({"": languages[""]}))]:
        chosen = [one for one in rows if language in ("", one.message.language)]
        found = sum(one.is_alarm for one in chosen)
        exact = sum(one.verdict is not None and one.verdict.kind == label for one in chosen)
        yield f"{label} {language or 'all'}: found {_share(found, chosen)}, as {label} {_share(exact, chosen)}"


def _alarms(name: str, rows: list[Screened]) -> str:
    return f"false alarms, {name}: {_share(sum(one.is_alarm for one in rows), rows)}"


def _share(count: int, rows: list[Screened]) -> str:
    return f"{count}/{len(rows)} = {100 * count / max(1, len(rows)):.2f} %"


def _speed(screen: Screen, found: list[Labelled]) -> str:
    taken = []
    for message in found:
        start = time.perf_counter()
        screen(message.text)
        taken.append(1000 * (time.perf_counter() - start))
    taken.sort()
    return f"per message: median {taken[len(taken) // 2]:.2f} ms, p99 {taken[len(taken) * 99 // 100]:.2f} ms"


def screened(screen: Screen, paths: list[Path], writers: str = "") -> list[Screened]:
    """Every message of `paths`, of some `writers` (with commas between) or of all."""
    chosen = set(writers.split(",")) if writers else set()
    found = [message for path in paths for message in messages(path)]
    return [Screened(one, screen(one.text)) for one in found if not chosen or one.writer in chosen]


def main(
    paths: list[Path], show: Annotated[str, typer.Option()] = "", writers: Annotated[str, typer.Option()] = ""
) -> None:
    screen = Screen.load(RULES)
    looked_at = screened(screen, paths, writers)
    for one in looked_at:
        wanted = one.message.label in WANTED
        if one.is_alarm != wanted and show in ("all", "misses" if wanted else "alarms"):
            rule = one.verdict.rule if one.verdict else "-"
            typer.echo(f"{'MISS' if wanted else 'ALARM'}\t{one.message.label}\t{rule}\t{one.message.text}")
    if not looked_at:
        raise typer.BadParameter("no labelled messages there")
    typer.echo("\n".join(report(looked_at)))
    typer.echo(_speed(screen, [one.message for one in looked_at]))


if __name__ == "__main__":
    typer.run(main)
