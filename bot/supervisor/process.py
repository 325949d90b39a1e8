"""Child processes that never outlive their owner."""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

_LIBC = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None
_PR_SET_PDEATHSIG = 1  # linux/prctl.h

type Output = IO[bytes] | int | None


@dataclass(frozen=True, slots=True)
class Account:
    """A system user that a child runs as."""

    uid: int
    gid: int
    name: str


@dataclass(frozen=True, slots=True)
class Identity:
    """A process for sure: numbers are used again, a number with its start time is not."""

    pid: int
    started: str

    def alive(self) -> bool:
        return start_time(self.pid) == self.started


def identify(pid: int) -> Identity:
    """Raises ProcessLookupError when it has ended."""
    started = start_time(pid)
    if started is None:
        raise ProcessLookupError(pid)
    return Identity(pid, started)


def start_time(pid: int) -> str | None:
    """When a process started, as a mark unique across reboots; None when it has ended (zombies have)."""
    if sys.platform != "linux":
        return _start_time_by_ps(pid)
    try:
        fields = Path(f"/proc/{pid}/stat").read_text("latin-1").rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return None
    if fields[0] in "ZX":  # proc(5): state is field 3, starttime field 22
        return None
    return f"{_boot_id()}/{fields[19]}"


def _boot_id() -> str:
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text("ascii").strip()
    except OSError:
        return ""


def _start_time_by_ps(pid: int) -> str | None:
    shown = subprocess.run(
        ["ps", "-o", "lstart=", "-p", str(pid)], capture_output=True, text=True, check=False
    )
    return shown.stdout.strip() or None


def spawn(
    command: Sequence[str | os.PathLike[str]],
    *,
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
    output: Output = None,
    account: Account | None = None,
    death_signal: int = signal.SIGKILL,
) -> "subprocess.Popen[bytes]":
    """Start a child in a session of its own: Ctrl-C reaches only its owner, which stops it in order.

    When the owner is killed the kernel sends `death_signal` (Linux). That is bound to the calling *thread*:
    call from one that lives as long as the child may.
    """
    return subprocess.Popen(
        command,
        env=env,
        cwd=cwd,
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=subprocess.STDOUT if output is not None else None,
        start_new_session=True,
        user=account.uid if account else None,
        group=account.gid if account else None,
        extra_groups=[] if account else None,
        preexec_fn=_bound_to(os.getpid(), death_signal),  # noqa: PLW1509 (after the change of user, which would clear it)
    )


def _bound_to(owner: int, death_signal: int) -> Callable[[], None]:
    def bind() -> None:
        if _LIBC is None:
            return
        _LIBC.prctl(_PR_SET_PDEATHSIG, int(death_signal), 0, 0, 0)
        if os.getppid() != owner:  # killed between fork and prctl
            os._exit(1)

    return bind


def end(process: "subprocess.Popen[bytes]", *steps: tuple[int, float]) -> int:
    """Stop a child and all it started. Each step: a signal and the seconds granted; SIGKILL comes last."""
    for number, seconds in steps:
        with contextlib.suppress(ProcessLookupError):
            process.send_signal(number)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(seconds)
            break
    _kill_group(process.pid)
    return process.wait()


def end_leftover(identity: Identity, *steps: tuple[int, float]) -> None:
    """The same for a process that is not our child: what a killed owner left behind."""
    for number, seconds in steps:
        if not identity.alive():
            break
        with contextlib.suppress(ProcessLookupError):
            os.kill(identity.pid, number)
        wait_until(lambda: not identity.alive(), seconds)
    if identity.alive():
        _kill_group(identity.pid)
        wait_until(lambda: not identity.alive(), 5)


def _kill_group(leader: int) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(leader, signal.SIGKILL)


def wait_until(condition: Callable[[], bool], seconds: float, pause: float = 0.05) -> bool:
    """Whether the condition came true within the time."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(pause)
    return True
