"""`puente run`: everything, in order, until it is told to stop. Read `Supervisor.run` from top to bottom."""

import contextlib
import signal
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic import SecretStr

from bot.config import ROOT, ConfigError, Settings, foreign_environment
from bot.observability.logs import configure_logs
from bot.supervisor.database import published
from bot.supervisor.instance import Record, locked, open_data_dir
from bot.supervisor.network import demand_free, free_ports, get
from bot.supervisor.parts import Keeper, Part
from bot.supervisor.postgres import STOP_STEPS as POSTGRES_STOP_STEPS
from bot.supervisor.postgres import EmbeddedPostgres
from bot.supervisor.process import spawn
from bot.supervisor.progress import Progress, Step
from bot.supervisor.rasa import STOP_STEPS as RASA_STOP_STEPS
from bot.supervisor.rasa import rasa_server
from bot.supervisor.sandbox import credentials, sandbox_part
from bot.supervisor.secrets import with_secrets
from bot.supervisor.training import ENGINE_PYTHON, ensure_model

_GIVES_UP_AFTER = 3  # deaths before a part was ever ready
_STARTUP = 180.0  # seconds
_DYING = 2.0  # seconds that a killed instance may still hold its lock
_BOT_STOP_STEPS = ((signal.SIGTERM, 20.0),)  # time for the turn and the sends under way


def _train_when_needed(progress: Progress, stopping: Callable[[], bool]) -> Path:
    return ensure_model(progress=progress, stopping=stopping)


@dataclass(frozen=True, slots=True)
class Commands:
    """How each part is started; to `rasa` and `sandbox` the supervisor adds the options it chooses."""

    rasa: Sequence[str | Path] = (ENGINE_PYTHON, "-m", "engine.run")
    sandbox: Sequence[str | Path] = (sys.executable, "-m", "sandbox")
    bot: Sequence[str | Path] = (Path(sys.executable).with_name("puente"), "serve")
    model: Callable[[Progress, Callable[[], bool]], Path] = _train_when_needed


class Stopped(Exception):
    """Somebody asked us to stop while we were starting."""


def run(settings: Settings, commands: Commands | None = None) -> int:
    """Start all, stay until SIGINT, SIGTERM or SIGHUP, stop all. Exit code 0, or 1 with the reason said."""
    configure_logs()
    supervisor = Supervisor(settings, commands or Commands())
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, supervisor.ask_to_stop)
    try:
        supervisor.run()
    except Stopped:
        return 0
    except ConfigError as error:
        supervisor.progress.say(f"Puente cannot start:\n{error}")
        return 1
    return 0


class Supervisor:
    """The one owner of every process. It completes the settings as it goes, and gives them to the bot."""

    def __init__(self, settings: Settings, commands: Commands) -> None:
        self.settings = settings
        self.commands = commands
        self.progress = Progress()
        self.record = Record(settings.data_dir)
        self.keeper = Keeper(self.record)
        self.starts_rasa = settings.rasa_url is None
        self.demo: dict[str, str] = {}  # the sandbox's tokens and addresses
        self.asked_to_stop = False

    def run(self) -> None:
        """The order of the start; leaving `resources` undoes it in reverse."""
        began = time.monotonic()
        with contextlib.ExitStack() as resources:
            self._own_the_data_dir(resources)
            self.settings = with_secrets(self.settings, self.progress.say)
            self._provide_database(resources)
            self._migrate()
            self._choose_ports()
            self._start_sandbox()
            self._start_rasa()
            self._start_bot()
            self._await_all()
            self._welcome(time.monotonic() - began)
            self._stay()

    def ask_to_stop(self, *_: object) -> None:
        """The signal handler."""
        self.asked_to_stop = True

    def _complete(self, **values: object) -> None:
        self.settings = self.settings.model_copy(update=values)

    def _own_the_data_dir(self, resources: contextlib.ExitStack) -> None:
        open_data_dir(self.settings.data_dir)
        taken = f"Puente is already running on {self.settings.data_dir}: stop it, or set another DATA_DIR"
        resources.enter_context(locked(self.settings.data_dir / "lock", taken, _DYING))
        for name in self.record.end_leftovers():
            self.progress.say(f"  · ended {name}, left over from a run that was killed")
        resources.callback(self.record.clear)
        demand_free(self.settings.host, self.settings.port)

    def _provide_database(self, resources: contextlib.ExitStack) -> None:
        """The one given, or the embedded one as the first part. Parts stop before their ground goes."""
        if self.settings.database_url is not None:
            resources.enter_context(self._stopping_parts())
            return
        with self.progress.step("PostgreSQL"):
            server = EmbeddedPostgres(self.settings.data_dir, patience=30, announce=self.progress.say)
            resources.enter_context(server.acquired())
            resources.enter_context(self._stopping_parts())
            self.keeper.launch(Part("postgres", server.start, server.is_ready, POSTGRES_STOP_STEPS))
            server.await_ready()
        resources.enter_context(published(self.settings.data_dir, server.url))
        self._complete(database_url=SecretStr(server.url))

    @contextlib.contextmanager
    def _stopping_parts(self) -> Iterator[None]:
        try:
            yield
        finally:
            self.progress.say("Stopping …")
            self.keeper.stop_all()
            self.progress.say("Stopped.")

    def _migrate(self) -> None:
        from bot.store.migrate import upgrade

        with self.progress.step("Tables") as step:
            upgrade(self.settings.database)
            step.outcome = "up to date"

    def _choose_ports(self) -> None:
        """Chosen once, so that whoever is started again is found again."""
        rasa, actions, sandbox = free_ports(3)
        if self.starts_rasa:
            self._complete(rasa_url=f"http://127.0.0.1:{rasa}")
        if self.settings.actions_url is None and self.settings.actions_port is None:
            self._complete(actions_port=actions)
        if self.settings.sandbox_on:
            self._complete(sandbox_url=f"http://127.0.0.1:{sandbox}")
        self._complete(sandbox="on" if self.settings.sandbox_on else "off")

    def _start_sandbox(self) -> None:
        if self.settings.sandbox_on:
            self.demo = credentials(self.settings, self.commands.sandbox)
            self.keeper.launch(sandbox_part(self.settings, self.commands.sandbox, self.demo))

    def _start_rasa(self) -> None:
        """Loads its model while the bot starts. Without it the bot still answers emergencies."""
        if not self.starts_rasa:
            return
        model = self.commands.model(self.progress, self._told_to_stop)
        if self.asked_to_stop:
            raise Stopped
        server = rasa_server(self.settings, model, self.commands.rasa)
        self.keeper.launch(Part("rasa", server.start, server.is_ready, RASA_STOP_STEPS))

    def _start_bot(self) -> None:
        env = {**foreign_environment(), **self.settings.environment(), **self.demo}
        self.keeper.launch(
            Part(
                "bot",
                lambda: spawn(self.commands.bot, env=env, cwd=ROOT),
                self._bot_is_ready,
                _BOT_STOP_STEPS,
            )
        )

    def _bot_is_ready(self) -> bool:
        return get(f"{self.settings.local_url}/health/ready")[0] == 200

    def _await_all(self) -> None:
        for part in [part for part in self.keeper.parts if part.name != "postgres"]:
            with self.progress.step(part.name) as step:
                step.outcome = self._await(part, step)

    def _await(self, part: Part, step: Step) -> str:
        """How it went. Only a bot that does not live ends the whole: it is what answers."""
        while not part.is_ready():
            if self._told_to_stop():
                raise Stopped
            if part.deaths >= _GIVES_UP_AFTER:
                if part.name == "bot":
                    raise ConfigError(
                        [f"The bot ended {part.deaths} times (exit code {part.exit_code}), see above"]
                    )
                return f"NOT running (exit code {part.exit_code}), tried again from time to time"
            if step.seconds > _STARTUP:
                return "NOT ready yet"
            step.beat()
            time.sleep(0.1)
        return "ready"

    def _told_to_stop(self) -> bool:
        """What long steps ask while they wait; the parts already started are looked after meanwhile."""
        self.keeper.tick()
        return self.asked_to_stop

    def _welcome(self, seconds: float) -> None:
        lines = [f"Puente runs on {self.settings.base_url} (started in {seconds:.0f} s). Ctrl-C stops it."]
        if self.settings.sandbox_on:
            lines.append(f"The two phones: {self.settings.local_url}/sandbox")
        self.progress.say("\n".join(lines))

    def _stay(self) -> None:
        while not self._told_to_stop():
            time.sleep(0.1)
