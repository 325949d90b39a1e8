"""The model of exactly these inputs: trained when there is none, named by a digest of what Rasa reads.

models/puente-<digest>.tar.gz belongs to the inputs whose digest it bears, so a model can be neither stale nor
half written, and going back to older data finds the older model again.
"""

import contextlib
import hashlib
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from pathlib import Path

from bot.config import ROOT, ConfigError, foreign_environment
from bot.supervisor.instance import locked
from bot.supervisor.process import end, spawn
from bot.supervisor.progress import Progress, Step

ENGINE_PYTHON = ROOT / "engine" / ".venv" / "bin" / "python"
TRAINING_DATA = ("data/nlu", "data/rules", "data/stories")
_INPUTS = (
    "config.yml",
    "domain.yml",
    "domain",
    *TRAINING_DATA,
    "data/thesaurus",
    "data/entities",
    "engine/*.py",
    "engine/*.yml",
    "bot/language.py",
    "bot/entities/*.py",
    "engine/requirements.lock",
)
_SOURCES = (".yml", ".yaml", ".py", ".lock")
_KEPT_MODELS = 3
_SLOW = 3600.0  # seconds that another training may take before we stop waiting for it


def inputs(root: Path = ROOT) -> list[Path]:
    """The files that decide what a model is, sorted. What only the bot reads (texts, office) is not there."""
    found: set[Path] = set()
    for pattern in _INPUTS:
        for path in root.glob(pattern):
            found.update(path.rglob("*") if path.is_dir() else [path])
    return sorted(path for path in found if path.is_file() and path.suffix in _SOURCES)


def digest(root: Path = ROOT) -> str:
    """16 hexadecimal digits over names and contents of the inputs."""
    total = hashlib.sha256()
    for path in inputs(root):
        content = path.read_bytes()
        total.update(f"{path.relative_to(root)}\0{len(content)}\0".encode())
        total.update(content)
    return total.hexdigest()[:16]


def model_path(root: Path = ROOT) -> Path:
    """Where the model of the present inputs is, or will be."""
    return root / "models" / f"puente-{digest(root)}.tar.gz"


def ensure_model(
    *,
    force: bool = False,
    progress: Progress | None = None,
    stopping: Callable[[], bool] = lambda: False,
    root: Path = ROOT,
    command: Iterable[str | Path] | None = None,
) -> Path:
    """The model of the present inputs, trained now if need be; one training at a time.

    Raises ConfigError when training fails, with Rasa's last words.
    """
    (root / "models").mkdir(exist_ok=True)
    if model_path(root).exists() and not force:
        return model_path(root)
    with locked(root / "models" / ".lock", "Another training does not end", _SLOW):
        model = model_path(root)
        if force or not model.exists():
            shown = progress or Progress(sys.stderr)
            with shown.step("Training the model") as step:
                _train(model, step, stopping, root, list(command or _RASA_TRAIN))
                step.outcome = f"models/{model.name}"
        _forget_old(model)
    return model


def train(force: bool = False) -> int:
    """`puente train`: exit code 0 when the model of the present inputs exists."""
    try:
        model = ensure_model(force=force)
    except ConfigError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    sys.stderr.write(
        f"The model is {model.relative_to(ROOT)}; a running engine takes it at its next start.\n"
    )
    return 0


_RASA_TRAIN = (ENGINE_PYTHON, "-m", "engine.train", "--out")


def engine_environment(**values: str) -> dict[str, str]:
    """What Rasa may see of our environment: nothing of the providers' tokens."""
    passed = ("PATH", "LD_LIBRARY_PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "TZ", "OMP_NUM_THREADS")
    quiet = {
        "PYTHONUNBUFFERED": "1",
        "RASA_TELEMETRY_ENABLED": "false",
        "TF_CPP_MIN_LOG_LEVEL": "3",
        "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
        "PYTHONWARNINGS": "ignore",
    }
    inherited = {name: value for name, value in foreign_environment().items() if name in passed}
    return {**inherited, **quiet, **values}


def _train(
    model: Path, step: Step, stopping: Callable[[], bool], root: Path, command: list[str | Path]
) -> None:
    draft = Path(tempfile.mkdtemp(prefix=".training-", dir=root / "models"))
    try:
        with (draft / "log").open("wb") as log:
            process = spawn([*command, draft], env=engine_environment(), cwd=root, output=log)
        _await_end(process, step, stopping)
        if process.returncode != 0 or not (draft / "model.tar.gz").exists():
            raise ConfigError([_failure((draft / "log").read_text("utf-8", "replace"))])
        if model != model_path(root):
            raise ConfigError(["The training data changed while it was trained on: run it again"])
        (draft / "model.tar.gz").replace(model)
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def _await_end(process: "subprocess.Popen[bytes]", step: Step, stopping: Callable[[], bool]) -> None:
    try:
        while process.poll() is None and not stopping():
            step.beat()
            time.sleep(0.1)
    finally:
        end(process)


def _failure(log: str) -> str:
    """Here Rasa's own words may be shown: they can quote training data, never a person."""
    return "Training failed. Rasa's last words:\n" + "\n".join(log.splitlines()[-30:])


def _forget_old(model: Path) -> None:
    """The newest few stay, for whoever switches between branches."""
    with contextlib.suppress(FileNotFoundError):
        models = sorted(
            model.parent.glob("puente-*.tar.gz"), key=lambda path: path.stat().st_mtime, reverse=True
        )
        for old in [path for path in models if path != model][_KEPT_MODELS - 1 :]:
            old.unlink(missing_ok=True)
