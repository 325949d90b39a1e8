import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from bot.supervisor.instance import Record, Taken, locked
from bot.supervisor.process import Identity, end, identify, spawn, wait_until

from .conftest import processes_naming

SLEEP = "import time; time.sleep(600)"
linux_only = pytest.mark.skipif(sys.platform != "linux", reason="the kernel's death signal is Linux's")


def test_a_number_with_its_start_time_is_a_process_for_sure() -> None:
    child = spawn([sys.executable, "-c", SLEEP])
    identity = identify(child.pid)
    assert identity.alive()
    assert not Identity(child.pid, "another start").alive()
    end(child)
    assert not identity.alive()


def test_a_zombie_counts_as_ended() -> None:
    child = spawn([sys.executable, "-c", ""])
    identity = Identity(child.pid, identify(child.pid).started)
    assert wait_until(lambda: not identity.alive(), 5)
    assert child.wait() == 0


def test_ending_a_child_ends_what_it_started(tmp_path: Path) -> None:
    starts_another = (
        f"import subprocess, sys; subprocess.run([sys.executable, '-c', {SLEEP!r}, {str(tmp_path)!r}])"
    )
    child = spawn([sys.executable, "-c", starts_another, str(tmp_path)])
    assert wait_until(lambda: len(processes_naming(str(tmp_path))) == 2, 5)
    end(child, (signal.SIGTERM, 2))
    assert wait_until(lambda: not processes_naming(str(tmp_path)), 5)


def test_a_child_that_ignores_the_polite_signal_is_killed() -> None:
    stubborn = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print(flush=True); time.sleep(600)"
    child = spawn([sys.executable, "-c", stubborn], output=subprocess.PIPE)
    assert child.stdout is not None
    child.stdout.readline()
    began = time.monotonic()
    assert end(child, (signal.SIGTERM, 0.3)) == -signal.SIGKILL
    assert time.monotonic() - began < 5
    child.stdout.close()


@linux_only
def test_a_child_dies_with_its_killed_owner(tmp_path: Path) -> None:
    owner_program = (
        "import time; from bot.supervisor.process import spawn;"
        f"spawn([{sys.executable!r}, '-c', {SLEEP!r}, {str(tmp_path)!r}]);"
        "print(flush=True); time.sleep(600)"
    )
    owner = subprocess.Popen([sys.executable, "-c", owner_program], stdout=subprocess.PIPE)
    assert owner.stdout is not None
    owner.stdout.readline()
    assert wait_until(lambda: len(processes_naming(str(tmp_path))) >= 2, 5)
    owner.kill()
    owner.communicate()
    assert wait_until(lambda: not processes_naming(str(tmp_path)), 5)


def test_leftovers_of_a_killed_instance_are_ended_and_others_spared(tmp_path: Path) -> None:
    leftover, bystander = spawn([sys.executable, "-c", SLEEP]), spawn([sys.executable, "-c", SLEEP])
    try:
        record = Record(tmp_path)
        record.add("rasa", leftover.pid)
        rows = (tmp_path / "run.json").read_text("utf-8")
        again = rows[:-1] + f', {{"name": "bot", "pid": {bystander.pid}, "started": "long ago"}}]'
        (tmp_path / "run.json").write_text(again, "utf-8")
        assert Record(tmp_path).end_leftovers() == ["rasa"]
        assert leftover.wait(5) == -signal.SIGTERM
        assert bystander.poll() is None
        assert Record(tmp_path).end_leftovers() == []
    finally:
        end(leftover)
        end(bystander)


def test_a_lock_is_held_by_one_and_freed_by_the_death_of_its_holder(tmp_path: Path) -> None:
    program = (
        "import sys, time; from pathlib import Path; from bot.supervisor.instance import locked\n"
        "with locked(Path(sys.argv[1]), 'taken'): print(flush=True); time.sleep(600)"
    )
    holder = subprocess.Popen([sys.executable, "-c", program, str(tmp_path / "lock")], stdout=subprocess.PIPE)
    assert holder.stdout is not None
    holder.stdout.readline()
    with pytest.raises(Taken, match="taken"), locked(tmp_path / "lock", "taken"):
        pass
    os.kill(holder.pid, signal.SIGKILL)
    holder.communicate()
    with locked(tmp_path / "lock", "taken"):
        pass
