import sys
import threading
from io import StringIO
from pathlib import Path

import pytest

from bot.config import ConfigError
from bot.supervisor.progress import Progress
from bot.supervisor.training import digest, ensure_model, inputs, model_path

TRAIN = """
import pathlib, sys, time
root = pathlib.Path.cwd()
with (root / "trainings").open("a") as log: log.write("x")
{action}
(pathlib.Path(sys.argv[1]) / "model.tar.gz").write_text("model")
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for name in (
        "config.yml", "domain.yml", "data/nlu/ask.yml", "data/rules/all.yml", "data/stories/all.yml",
        "engine/tokenizer.py", "engine/requirements.lock", "bot/language.py",
        "bot/entities/reader.py", "data/entities/cities.yml",
        "data/texts/answers.yml", "data/office.yml", "data/labels.yml", "bot/app.py", "engine/.venv/lib/x.py",
    ):  # fmt: skip
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("first", "utf-8")
    return tmp_path


def train(root: Path, action: str = "", force: bool = False) -> Path:
    command = [sys.executable, "-c", TRAIN.format(action=action)]
    return ensure_model(root=root, command=command, progress=Progress(StringIO()), force=force)


def trainings(root: Path) -> int:
    return len((root / "trainings").read_text("utf-8"))


@pytest.mark.parametrize(
    "name",
    ["config.yml", "domain.yml", "data/nlu/ask.yml", "data/rules/all.yml", "data/stories/all.yml",
     "engine/tokenizer.py", "engine/requirements.lock", "bot/language.py", "bot/entities/reader.py",
     "data/entities/cities.yml"],
)  # fmt: skip
def test_the_digest_follows_what_rasa_reads(root: Path, name: str) -> None:
    before = digest(root)
    (root / name).write_text("second", "utf-8")
    assert digest(root) != before
    (root / name).write_text("first", "utf-8")
    assert digest(root) == before


@pytest.mark.parametrize(
    "name", ["data/texts/answers.yml", "data/office.yml", "data/labels.yml", "bot/app.py"]
)
def test_editing_an_answer_needs_no_training(root: Path, name: str) -> None:
    before = digest(root)
    (root / name).write_text("second", "utf-8")
    assert digest(root) == before


def test_the_digest_follows_names_and_new_files(root: Path) -> None:
    seen = {digest(root)}
    (root / "data/nlu/more.yml").write_text("first", "utf-8")
    seen.add(digest(root))
    (root / "data/nlu/more.yml").rename(root / "data/nlu/other.yml")
    seen.add(digest(root))
    assert len(seen) == 3
    assert not any(".venv" in path.parts for path in inputs(root))


def test_a_model_is_trained_once_for_its_inputs(root: Path) -> None:
    model = train(root)
    assert model == model_path(root)
    assert model.read_text("utf-8") == "model"
    assert train(root) == model
    assert trainings(root) == 1
    (root / "domain.yml").write_text("second", "utf-8")
    assert train(root) != model
    (root / "domain.yml").write_text("first", "utf-8")
    assert train(root) == model
    assert trainings(root) == 2
    assert train(root, force=True) == model
    assert trainings(root) == 3


def test_a_failed_training_says_why_and_leaves_no_model(root: Path) -> None:
    with pytest.raises(ConfigError, match=r"(?s)Training failed.*two rules contradict"):
        train(root, "print('two rules contradict each other'); sys.exit(1)")
    assert not list((root / "models").glob("*.tar.gz"))
    assert not list((root / "models").glob(".training-*"))


def test_data_that_change_during_training_give_no_model(root: Path) -> None:
    with pytest.raises(ConfigError, match="changed while"):
        train(root, "(root / 'domain.yml').write_text('second')")
    assert not list((root / "models").glob("*.tar.gz"))


def test_two_who_need_the_model_train_it_once(root: Path) -> None:
    second = threading.Thread(target=train, args=(root, "time.sleep(0.5)"))
    second.start()
    train(root, "time.sleep(0.5)")
    second.join()
    assert trainings(root) == 1


def test_the_newest_few_models_stay(root: Path) -> None:
    for version in range(6):
        (root / "domain.yml").write_text(str(version), "utf-8")
        train(root)
    assert len(list((root / "models").glob("*.tar.gz"))) == 3
    assert model_path(root).exists()
