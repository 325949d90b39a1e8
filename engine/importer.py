"""Which files below `data/` are training data."""

from __future__ import annotations

import os
from functools import cached_property
from pathlib import Path

from rasa.shared.importers.rasa import RasaFileImporter
from rasa.shared.nlu.training_data.training_data import TrainingData

from engine import examples

_MESSAGES = "nlu"
_CONVERSATIONS = ("rules", "stories")


class TrainingFolders(RasaFileImporter):
    """`data` means data/nlu, data/rules and data/stories; any other path means itself.

    Texts, facts and safety rules live beside the training data; Rasa would take any of their files for its own
    that has, say, a key `rules`. Messages in a folder named nlu are read by `engine.examples`: Rasa reads them
    twice, with a YAML reader that takes a minute.
    """

    def __init__(
        self,
        config_file: str | None = None,
        domain_path: str | None = None,
        training_data_paths: list[str] | str | None = None,
    ) -> None:
        paths = [training_data_paths] if isinstance(training_data_paths, str) else training_data_paths
        parts = [part for path in paths or [] for part in _parts(path)]
        self._messages = [Path(part) for part in parts if _holds_messages(part)]
        super().__init__(config_file, domain_path, [part for part in parts if not _holds_messages(part)])

    def get_nlu_data(self, language: str | None = "en") -> TrainingData:
        """The messages of the nlu folders, and what Rasa finds in the other paths."""
        return self._read.merge(super().get_nlu_data(language))

    @cached_property
    def _read(self) -> TrainingData:
        return TrainingData([message for folder in self._messages for message in examples.read(folder)])


def _parts(path: str) -> list[str]:
    named = (os.path.join(path, name) for name in (_MESSAGES, *_CONVERSATIONS))
    return [part for part in named if os.path.isdir(part)] or [path]


def _holds_messages(path: str) -> bool:
    return os.path.isdir(path) and os.path.basename(os.path.normpath(path)) == _MESSAGES
