"""The embedded PostgreSQL: the wheel's binaries, one owner, reached by nobody else.

It listens on a socket in a folder of mode 0700 and asks the kernel who connects (`peer`), never `trust`.
What goes wrong is logged without the statement, its values or the row in question.
"""

import contextlib
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Self
from urllib.parse import quote

import psycopg

from bot.config import ConfigError
from bot.supervisor.instance import locked, open_data_dir
from bot.supervisor.place import Place, find_place
from bot.supervisor.process import Account, end, end_leftover, identify, spawn, start_time, wait_until

STOP_STEPS = ((signal.SIGINT, 15.0), (signal.SIGQUIT, 5.0))  # "fast", then "immediate" shutdown
_SOCKET_NAME = "/.s.PGSQL.5432"
_SOCKET_PATH_LIMIT = 107  # bytes, Linux: sun_path
_LOG_LIMIT = 10_000_000  # bytes

_SETTINGS = """\
# Written at each start. Put your own settings into local.conf beside this file.
listen_addresses = ''
port = 5432
unix_socket_directories = '{socket}'
unix_socket_permissions = 0700
hba_file = '{folder}/pg_hba.conf'
ident_file = '{folder}/pg_ident.conf'
timezone = 'UTC'
log_timezone = 'UTC'
fsync = {durable}
synchronous_commit = {durable}
full_page_writes = {durable}
autovacuum = {durable}
# Nothing personal in the log: no statement, no value, no row.
log_statement = none
log_min_messages = log
log_min_error_statement = panic
log_min_duration_statement = -1
log_parameter_max_length = 0
log_parameter_max_length_on_error = 0
log_error_verbosity = terse
log_checkpoints = off
include_if_exists = '{folder}/local.conf'
"""


class EmbeddedPostgres:
    """One cluster below `data_dir`. As a context manager it owns a running server, reached at `url`.

    Enter it in the main thread: the server ends with the thread that started it.
    Raises ConfigError when it cannot run here, with the reason and what to do.
    """

    def __init__(
        self,
        data_dir: Path,
        *,
        durable: bool = True,
        patience: float = 0,
        announce: Callable[[str], None] = print,
    ) -> None:
        self.data_dir = data_dir
        self.durable = durable
        self.patience = patience  # seconds to wait for another owner to finish
        self.announce = announce
        self.process: subprocess.Popen[bytes] | None = None
        self._resources = contextlib.ExitStack()

    def __enter__(self) -> Self:
        with contextlib.ExitStack() as building:
            self._acquire(building)
            self.start()
            building.callback(self.stop)
            self.await_ready()
            self._resources = building.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._resources.close()

    @contextlib.contextmanager
    def acquired(self) -> Iterator[Self]:
        """The cluster locked and made, the server not started: for an owner that also restarts it."""
        with contextlib.ExitStack() as resources:
            self._acquire(resources)
            yield self

    def _acquire(self, resources: contextlib.ExitStack) -> None:
        open_data_dir(self.data_dir)
        taken = f"Another process is using the database in {self.data_dir}: wait for it, or stop it"
        resources.enter_context(locked(self.data_dir / "postgres.lock", taken, self.patience))
        self.place = find_place(self.data_dir, self.announce)
        self.log = self.data_dir / "log" / "postgres.log"
        self.log.parent.mkdir(mode=0o700, exist_ok=True)
        self.socket = resources.enter_context(_socket_folder(self.place))
        self._write_settings()
        self._initialise()

    @property
    def url(self) -> str:
        """For psycopg and libpq; as an owner of the database without superuser rights."""
        return f"postgresql://puente@/puente?host={quote(str(self.socket), safe='')}"

    def start(self) -> "subprocess.Popen[bytes]":
        """Start the server as a child; a dead one's remains are cleared away first."""
        self._clear_remains()
        command: list[str | Path] = [
            self.place.program("postgres"),
            "-D",
            self.place.data,
            "-c",
            self._option("config_file"),
        ]
        with self._log_file() as log:
            self.process = spawn(
                command,
                env=_ENVIRONMENT,
                cwd=self.place.folder,
                output=log,
                account=self.place.account,
                death_signal=signal.SIGINT,  # clean even when the owner is killed
            )
        return self.process

    def stop(self) -> None:
        if self.process is not None:
            end(self.process, *STOP_STEPS)
            self.process = None

    def is_ready(self) -> bool:
        """Proved by connecting and asking, as the bot will."""
        try:
            with psycopg.connect(self.url, connect_timeout=2) as connection:
                return connection.execute("select 1").fetchone() == (1,)
        except psycopg.OperationalError:
            return False

    def await_ready(self, seconds: float = 60) -> None:
        """Until `url` answers, its database included. Raises ConfigError with the end of the server's log."""
        wait_until(lambda: self._ended() or self._create_database(), seconds)
        if self._ended() or not self.is_ready():
            raise ConfigError([f"PostgreSQL does not start; {self.log} ends with:\n{self._log_end()}"])

    def _ended(self) -> bool:
        return self.process is None or self.process.poll() is not None

    def _create_database(self) -> bool:
        """Whether role and database are there; a start that was cut short is made up for."""
        try:
            with psycopg.connect(self._admin_url, autocommit=True, connect_timeout=2) as connection:
                if not connection.execute("select 1 from pg_roles where rolname = 'puente'").fetchone():
                    rights = "" if self.durable else " createdb"  # each test has a database of its own
                    connection.execute(f"create role puente login{rights}")
                if not connection.execute("select 1 from pg_database where datname = 'puente'").fetchone():
                    connection.execute("create database puente owner puente")
        except psycopg.OperationalError:
            return False
        return True

    @property
    def _admin_url(self) -> str:
        return f"postgresql://postgres@/postgres?host={quote(str(self.socket), safe='')}"

    def _option(self, name: str) -> str:
        return f"{name}={self.place.folder}/postgresql.conf"

    def _write_settings(self) -> None:
        folder = self.place.folder
        durable = "on" if self.durable else "off"
        current = pwd.getpwuid(os.getuid()).pw_name
        users = {current, self.place.account.name if self.place.account else current}
        roles = ("puente", "postgres")
        files = {
            "postgresql.conf": _SETTINGS.format(socket=self.socket, folder=folder, durable=durable),
            "pg_hba.conf": "local all all peer map=own\n",
            "pg_ident.conf": "".join(f'own "{user}" {role}\n' for user in sorted(users) for role in roles),
        }
        for name, content in files.items():
            (folder / name).write_text(content, "utf-8")
            (folder / name).chmod(0o644)  # read by the database's user; holds no secret

    def _initialise(self) -> None:
        """Make the cluster beside its place and rename it: a run that is cut short leaves none."""
        if self.place.data.exists():
            return
        draft = self.place.folder / "data.new"
        shutil.rmtree(draft, ignore_errors=True)
        _own(draft, self.place.account)
        command: list[str | Path] = [
            self.place.program("initdb"), "--pgdata", draft, "--username=postgres", "--auth-local=peer",
            "--auth-host=reject", "--encoding=UTF8", "--locale-provider=builtin", "--locale=C.UTF-8",
            *([] if self.durable else ["--no-sync"]),
        ]  # fmt: skip
        with self._log_file() as log:
            made = spawn(
                command, env=_ENVIRONMENT, cwd=self.place.folder, output=log, account=self.place.account
            )
        try:
            made.wait()
        finally:
            end(made)
        if made.returncode != 0:
            raise ConfigError([f"The database could not be made; {self.log} ends with:\n{self._log_end()}"])
        draft.rename(self.place.data)

    def _clear_remains(self) -> None:
        """End a server that a killed owner left; forget a postmaster.pid whose number others have now."""
        pid_file = self.place.data / "postmaster.pid"
        try:
            remains = int(pid_file.read_text("ascii").split()[0])
        except (FileNotFoundError, ValueError, IndexError):
            return
        if start_time(remains) and _serves(remains, self.place):
            end_leftover(identify(remains), *STOP_STEPS)
        pid_file.unlink(missing_ok=True)

    @contextlib.contextmanager
    def _log_file(self) -> Iterator[int]:
        if self.log.exists() and self.log.stat().st_size > _LOG_LIMIT:
            self.log.replace(self.log.with_suffix(".log.1"))
        handle = os.open(self.log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            yield handle
        finally:
            os.close(handle)

    def _log_end(self) -> str:
        return "\n".join(self.log.read_text("utf-8", "replace").splitlines()[-5:])


@contextlib.contextmanager
def temporary_postgres() -> Iterator[str]:
    """The URL of an own server in a folder that is thrown away; without fsync and vacuum. For tests and benchmarks."""
    folder = Path(tempfile.mkdtemp(prefix="puente-"))
    folder.chmod(0o711 if os.getuid() == 0 else 0o700)
    server = EmbeddedPostgres(folder, durable=False, announce=lambda _: None)
    try:
        with server:
            yield server.url
    finally:
        for path in (server.place.folder, folder) if hasattr(server, "place") else (folder,):
            shutil.rmtree(path, ignore_errors=True)


_ENVIRONMENT = {"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"}


def _serves(pid: int, place: Place) -> bool:
    """Whether that process is a server on this cluster: it works in its data folder."""
    if sys.platform != "linux":
        command = subprocess.run(
            ["ps", "-o", "command=", "-p", str(pid)], capture_output=True, text=True, check=False
        )
        return str(place.data) in command.stdout
    try:
        return os.path.samefile(f"/proc/{pid}/cwd", place.data)
    except OSError:
        return False


def _own(folder: Path, account: Account | None) -> None:
    folder.mkdir(mode=0o700)
    if account:
        os.chown(folder, account.uid, account.gid)


@contextlib.contextmanager
def _socket_folder(place: Place) -> Iterator[Path]:
    """`socket/` in the place; below /tmp where that path would be too long for a socket."""
    near = place.folder / "socket"
    if len(os.fsencode(f"{near}{_SOCKET_NAME}")) > _SOCKET_PATH_LIMIT:
        near = Path(tempfile.mkdtemp(prefix="puente-", dir="/tmp"))
        if place.account:
            os.chown(near, place.account.uid, place.account.gid)
    elif not near.exists():
        _own(near, place.account)
    try:
        yield near
    finally:
        shutil.rmtree(near, ignore_errors=True)
