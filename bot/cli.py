"""`puente`: run the product or its parts, and administer it."""

import asyncio
import contextlib
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from bot.config import ConfigError, Settings, load_settings
from bot.datafile import DataFileError
from bot.supervisor.secrets import with_secrets

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)

case_app = typer.Typer(no_args_is_help=True, help="Cases.")
app.add_typer(case_app, name="case")


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


if __name__ == "__main__":
    app()
