import os
import shutil
import signal
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from bot.config import ConfigError
from bot.supervisor import place
from bot.supervisor.database import database, published, published_url
from bot.supervisor.instance import Taken
from bot.supervisor.postgres import EmbeddedPostgres, temporary_postgres
from bot.supervisor.process import identify, wait_until

from .conftest import Load

as_root = pytest.mark.skipif(os.getuid() != 0, reason="only root needs another user for PostgreSQL")


def server(data_dir: Path) -> EmbeddedPostgres:
    return EmbeddedPostgres(data_dir, durable=False, announce=lambda _: None)


def ask(url: str, question: str) -> object:
    with psycopg.connect(url) as connection:
        row = connection.execute(question.encode()).fetchone()
        return row[0] if row else None


@pytest.fixture
def running(data_dir: Path) -> Iterator[EmbeddedPostgres]:
    with server(data_dir) as running:
        yield running


def test_data_outlive_a_restart_and_the_socket_does_not(data_dir: Path) -> None:
    with server(data_dir) as first:
        with psycopg.connect(first.url) as connection:
            connection.execute("create table note as select 'kept' as said")
        pid = first.process.pid if first.process else 0
    assert not (data_dir / "postgres" / "socket").exists()
    assert wait_until(lambda: not Path(f"/proc/{pid}").exists(), 5)
    with server(data_dir) as second:
        assert ask(second.url, "select said from note") == "kept"


def test_it_speaks_utf8_and_utc_as_an_ordinary_role(running: EmbeddedPostgres) -> None:
    assert ask(running.url, "select lower('ÁÑÜ')") == "áñü"
    assert ask(running.url, "show timezone") == "UTC"
    assert ask(running.url, "select current_setting('is_superuser')") == "off"


def test_only_its_owner_gets_in(running: EmbeddedPostgres, data_dir: Path) -> None:
    assert stat.S_IMODE((data_dir / "postgres" / "socket").stat().st_mode) == 0o700
    assert stat.S_IMODE((data_dir / "postgres" / "data").stat().st_mode) == 0o700
    assert (data_dir / "postgres" / "pg_hba.conf").read_text("utf-8") == "local all all peer map=own\n"
    assert ask(running.url, "show listen_addresses") == ""


@as_root
def test_another_user_is_refused_even_through_an_open_folder(running: EmbeddedPostgres) -> None:
    os.chmod(running.socket, 0o755)
    os.chmod(running.socket / ".s.PGSQL.5432", 0o777)
    psql: list[str | Path] = [running.place.program("psql"), running.url, "--command", "select 1"]
    tried = subprocess.run(
        psql, user="nobody", group="nogroup", extra_groups=[], cwd="/", capture_output=True, check=False
    )
    assert tried.returncode != 0
    assert b"Peer authentication failed" in tried.stderr


def test_the_log_holds_no_statement_no_value_and_no_row(running: EmbeddedPostgres) -> None:
    with psycopg.connect(running.url, autocommit=True) as connection:
        connection.execute("create table contact (name text primary key)")
        for _ in range(2):
            try:
                connection.execute("insert into contact values (%s)", ["Ana Inventada"])
            except psycopg.errors.UniqueViolation:
                continue
        with pytest.raises(psycopg.errors.InvalidTextRepresentation):
            connection.execute("select 'Ana Inventada'::int")
    log = running.log.read_text("utf-8")
    assert "ready to accept connections" in log
    assert "Ana" not in log
    assert "contact" not in log


def test_after_a_kill_it_starts_again_with_all_that_was_committed(data_dir: Path) -> None:
    with EmbeddedPostgres(data_dir, announce=lambda _: None) as running:
        with psycopg.connect(running.url) as connection:
            connection.execute("create table note as select 'kept' as said")
        assert running.process is not None
        os.kill(running.process.pid, signal.SIGKILL)
        running.process.wait()
        assert not running.is_ready()
        running.start()
        running.await_ready()
        assert ask(running.url, "select said from note") == "kept"


def test_a_stale_pid_file_with_a_number_that_others_have_now(data_dir: Path) -> None:
    with server(data_dir):
        pass
    (data_dir / "postgres" / "data" / "postmaster.pid").write_text(f"{os.getpid()}\n", "utf-8")
    with server(data_dir) as again:
        assert again.is_ready()


OWNER = """
import signal, sys, time
from pathlib import Path
from bot.supervisor.postgres import EmbeddedPostgres
with EmbeddedPostgres(Path(sys.argv[1]), durable=False, announce=lambda _: None) as server:
    print(server.process.pid, flush=True)
    time.sleep(600)
"""


@pytest.fixture
def owner(data_dir: Path) -> Iterator[tuple["subprocess.Popen[bytes]", int]]:
    """Another process that owns the server: itself and the server's number."""
    process = subprocess.Popen([sys.executable, "-c", OWNER, str(data_dir)], stdout=subprocess.PIPE)
    assert process.stdout is not None
    yield process, int(process.stdout.readline())
    process.kill()
    process.communicate()


def test_one_owner_at_a_time(owner: object, data_dir: Path) -> None:
    with pytest.raises(Taken, match="Another process is using the database"), server(data_dir):
        pass


def test_a_killed_owner_takes_the_server_along(
    owner: tuple["subprocess.Popen[bytes]", int], data_dir: Path
) -> None:
    process, pid = owner
    identity = identify(pid)
    process.kill()
    process.wait()
    with server(data_dir) as next_one:
        assert not identity.alive()
        assert next_one.is_ready()
    assert wait_until(lambda: not identity.alive(), 5)


def test_a_server_left_running_is_ended_before_the_next_start(running: EmbeddedPostgres) -> None:
    assert running.process is not None
    abandoned = running.process
    running.start()
    running.await_ready()
    assert abandoned.wait(5) == 0
    assert running.is_ready()


def test_an_initialisation_that_was_cut_short_is_done_again(data_dir: Path) -> None:
    (data_dir / "postgres" / "data.new" / "base").mkdir(parents=True)
    (data_dir / "postgres").chmod(0o711)
    with server(data_dir) as running:
        assert running.is_ready()


def test_a_path_too_long_for_a_socket(data_dir: Path) -> None:
    deep = data_dir / ("long-" * 12) / ("folder-" * 10)
    deep.mkdir(parents=True)
    with server(deep) as running:
        assert running.is_ready()
        assert stat.S_IMODE(running.socket.stat().st_mode) == 0o700
    assert not running.socket.exists()


@as_root
def test_below_a_closed_folder_it_lives_elsewhere_and_no_mode_is_changed(
    data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(place, "ELSEWHERE", data_dir / "elsewhere")
    closed = data_dir / "closed"
    closed.mkdir(mode=0o700)
    said: list[str] = []
    for _ in range(2):  # found again
        with EmbeddedPostgres(closed / "var", durable=False, announce=said.append) as running:
            assert running.is_ready()
            assert running.place.folder.parent == data_dir / "elsewhere"
    assert stat.S_IMODE(closed.stat().st_mode) == 0o700
    assert said[0] == said[1]
    assert "may not enter" in said[0]


@as_root
def test_binaries_that_its_user_may_not_run_are_copied(
    data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed = data_dir / "closed"
    closed.mkdir(mode=0o700)
    package = place.BINARIES.parent
    for folder in (package.with_name(f"{package.name}.libs"), package):
        shutil.copytree(folder, closed / folder.name, symlinks=True)
    monkeypatch.setattr(place, "BINARIES", closed / package.name / place.BINARIES.name)
    monkeypatch.setattr(place, "ELSEWHERE", data_dir / "elsewhere")
    with server(data_dir) as running:
        assert running.is_ready()
        assert running.place.binaries.parents[2] == data_dir / "elsewhere"


def test_a_data_dir_that_cannot_be_made_is_named(data_dir: Path) -> None:
    (data_dir / "file").touch()
    with (
        pytest.raises(ConfigError, match=r"DATA_DIR .*cannot be used: Not a directory"),
        server(data_dir / "file" / "var"),
    ):
        pass


def test_a_server_that_does_not_start_shows_the_end_of_its_log(data_dir: Path) -> None:
    with server(data_dir):
        pass
    (data_dir / "postgres" / "local.conf").write_text("no_such_setting = 1\n", "utf-8")
    with pytest.raises(ConfigError, match=r"(?s)does not start.*no_such_setting"), server(data_dir):
        pass


def test_a_temporary_server_leaves_nothing() -> None:
    with temporary_postgres() as url:
        folder = Path(url.partition("host=")[2].replace("%2F", "/")).parent.parent
        assert folder.exists()
    assert not folder.exists()


def test_a_command_uses_the_database_given(load: Load) -> None:
    with database(load(DATABASE_URL="postgresql://u@h/d")) as url:
        assert url == "postgresql://u@h/d"


def test_a_command_uses_the_running_supervisors_server(load: Load, data_dir: Path) -> None:
    with published(data_dir, "postgresql://running"), database(load()) as url:
        assert url == "postgresql://running"
        assert stat.S_IMODE((data_dir / "postgres.json").stat().st_mode) == 0o600
    assert published_url(data_dir) is None


def test_a_killed_supervisors_server_is_not_taken_for_running(data_dir: Path) -> None:
    stale = '{"url": "postgresql://gone", "pid": 1, "started": "long ago"}'
    (data_dir / "postgres.json").write_text(stale, "utf-8")
    assert published_url(data_dir) is None


def test_a_command_starts_a_server_of_its_own_when_none_runs(load: Load) -> None:
    with database(load()) as url:
        assert ask(url, "select 1") == 1
