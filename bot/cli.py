"""`puente`: run the product or its parts, and administer it."""

import asyncio
import contextlib
import json
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Annotated

import typer

from bot.config import ConfigError, Settings, load_settings
from bot.datafile import DataFileError
from bot.supervisor.secrets import with_secrets

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)

case_app = typer.Typer(no_args_is_help=True, help="Cases.")
app.add_typer(case_app, name="case")
consultant_app = typer.Typer(no_args_is_help=True, help="Consultants who join by invitation.")
app.add_typer(consultant_app, name="consultant")
texts_app = typer.Typer(no_args_is_help=True, help="What the assistant says.")
app.add_typer(texts_app, name="texts")

Chat = Annotated[str, typer.Argument(help="The number of a case, or the id of a conversation.")]
Name = Annotated[str, typer.Argument(help="As patients and colleagues read it.")]


@contextlib.contextmanager
def _explained() -> Iterator[None]:
    """What is wrong with the settings is said in words, not as a traceback."""
    try:
        yield
    except BrokenPipeError:  # whoever read the output has seen enough
        raise
    except (ConfigError, DataFileError, ValueError) as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(2) from None
    except OSError as error:
        typer.echo(f"{error.filename}: {error.strerror}" if error.filename else str(error), err=True)
        raise typer.Exit(2) from None


def _settings() -> Settings:
    try:
        return with_secrets(load_settings(), announce=lambda line: typer.echo(line, err=True))
    except ConfigError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(2) from None


@app.command()
def run() -> None:
    """Set up what is missing and start everything: database, Rasa, the bot, and the sandbox when no token is set."""
    from bot.supervisor.run import run as supervise

    raise typer.Exit(supervise(_settings()))


@app.command()
def train(force: Annotated[bool, typer.Option(help="Train although nothing changed.")] = False) -> None:
    """Train the model if its inputs changed."""
    from bot.supervisor.training import train as train_model

    raise typer.Exit(train_model(force=force))


@app.command()
def serve(worker: Annotated[bool, typer.Option(help="Take turns in this process too.")] = True) -> None:
    """The web application (`make run` starts it): webhooks, actions, health; with the worker inside."""
    from bot.app import serve as serve_all
    from bot.observability.logs import configure_logs

    configure_logs()
    asyncio.run(serve_all(_settings(), with_worker=worker))


@app.command()
def work() -> None:
    """A further worker beside `puente serve`."""
    from bot.app import work_only
    from bot.observability.logs import configure_logs

    configure_logs()
    asyncio.run(work_only(_settings()))


@app.command()
def classify(
    file: Annotated[Path | None, typer.Argument(help="One message per line, or JSONL.")] = None,
) -> None:
    """Print, as JSONL, what the assistant would take each message for."""
    from bot.classify import classify as classify_texts
    from bot.classify import read_file

    with _explained():
        for verdict in classify_texts(read_file(file, sys.stdin)):
            typer.echo(json.dumps(verdict, ensure_ascii=False))


@app.command()
def explain(
    message: Annotated[str, typer.Argument(help="What a patient may write.")],
    as_json: Annotated[bool, typer.Option("--json", help="As one line of JSON.")] = False,
) -> None:
    """Tell why a message is understood and answered as it is: rules, label, texts, with file and line."""
    from bot.explain import explain as explain_text
    from bot.explain import lines as page

    with _explained():
        told = explain_text(message, load_settings())
        for line in [json.dumps(told, ensure_ascii=False)] if as_json else page(told):
            typer.echo(line)


@app.command()
def evaluate(
    file: Annotated[
        Path | None, typer.Argument(help="JSONL with text and label, optionally language and writer.")
    ] = None,
    judged: Annotated[
        Path | None, typer.Option(help="What `python -m bench.writers --out` wrote: shown, not classified.")
    ] = None,
    report: Annotated[Path | None, typer.Option(help="Write a web page too. It quotes messages.")] = None,
) -> None:
    """Print how well labelled messages are understood: overall, per language, per label, and what is confused."""
    from bot.evaluate.command import evaluation

    with _explained():
        for line in evaluation(file, judged, report):
            typer.echo(line)


@app.command()
def doctor() -> None:
    """List what is still invented or missing before patients may write."""
    from bot.doctor import findings

    with _explained():
        for finding in findings(load_settings()):
            typer.echo(finding)


@case_app.command("list")
def list_cases() -> None:
    """Open cases: number, urgency, topic, since when, who holds it. No text, no name of a patient."""
    from bot.caselist import lines

    with _explained():
        for line in lines(_settings()):
            typer.echo(line)


@app.command()
def export(which: Chat) -> None:
    """Print everything that is stored of one person's chat, as JSON. It holds what they wrote: keep it where that may be."""
    from bot.datarights import export as export_chat

    with _explained():
        typer.echo(export_chat(_settings(), which))


@app.command()
def erase(
    which: Chat, yes: Annotated[bool, typer.Option(help="Do not ask; it cannot be undone.")] = False
) -> None:
    """Erase everything of one person: blocked at once, erased as soon as Puente runs, with a receipt to them."""
    from bot.datarights import erase as erase_chat

    if not yes:
        typer.confirm(f"Erase everything of {which}? It cannot be undone.", abort=True)
    with _explained():
        typer.echo(erase_chat(_settings(), which))


@app.command()
def reseal() -> None:
    """Seal everything anew with the newest ENCRYPTION_KEY, so that an older one may be given up."""
    from bot.datarights import reseal as seal_anew

    with _explained():
        _say(seal_anew(_settings()))


@consultant_app.command("add")
def add_consultant(
    name: Name,
    languages: Annotated[str, typer.Option(help="The first is the one we write to them in.")] = "es",
    specialties: Annotated[str, typer.Option(help="Keys of office.yml, or any.")] = "any",
    lanes: Annotated[str, typer.Option(help="patients, clinicians, or both.")] = "patients",
    head: Annotated[bool, typer.Option(help="Head of office.")] = False,
    hours: Annotated[
        str | None, typer.Option(help='"mon-fri 09:00-18:00, sat 10:00-14:00"; else the office\'s.')
    ] = None,
) -> None:
    """Invite a consultant: prints a word and links, good once and for 72 hours. Works while Puente runs."""
    from bot.consultants import add, hours_of

    lists = {"languages": languages, "specialties": specialties, "lanes": lanes}
    with _explained():
        profile = {"name": name, "head": head, **{key: _listed(value) for key, value in lists.items()}}
        if hours:
            profile["hours"] = hours_of(hours)
        _say(add(_settings(), profile))


@consultant_app.command("invite")
def invite_consultant(name: Name) -> None:
    """A further word for somebody invited: to join on another channel, or because the first ran out."""
    from bot.consultants import invite_again

    with _explained():
        _say(invite_again(_settings(), name))


@consultant_app.command("list")
def list_consultants() -> None:
    """Everybody: name, languages, specialties, head, channels, and whether from office.yml or by invitation."""
    from bot.consultants import listed

    with _explained():
        _say(listed(_settings()))


@consultant_app.command("remove")
def remove_consultant(name: Name) -> None:
    """End somebody's access at once; their open cases go back to the queue, and their patients are told."""
    from bot.consultants import remove

    with _explained():
        _say(remove(_settings(), name))


@app.command("lines")
def training_lines() -> None:
    """Write the training lines that the office wrote in the console into data/nlu."""
    from bot.lines.export import export as write_lines

    with _explained():
        _say(write_lines(_settings()))


@texts_app.command("export")
def export_texts() -> None:
    """Write the answers that were edited in the console back into data/texts."""
    from bot.answers.export import export as write_back

    with _explained():
        _say(write_back(_settings()))


def _listed(written: str) -> list[str]:
    return [part.strip() for part in written.split(",") if part.strip()]


def _say(lines: Iterable[str]) -> None:
    for line in lines:
        typer.echo(line)


if __name__ == "__main__":
    app()
