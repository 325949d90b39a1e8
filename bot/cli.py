"""`puente`: run the product or its parts, and administer it."""

import asyncio
from typing import Annotated

import typer

from bot.config import ConfigError, Settings, load_settings
from bot.supervisor.secrets import with_secrets

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)


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


if __name__ == "__main__":
    app()
