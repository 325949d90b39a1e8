"""Which files below `data/` are training data."""

from __future__ import annotations

import os

from rasa.shared.importers.rasa import RasaFileImporter

_TRAINING = ("nlu", "rules", "stories")


class TrainingFolders(RasaFileImporter):
    """`data` means data/nlu, data/rules and data/stories; any other path means itself.

    Texts, facts and safety rules live beside the training data; Rasa would take any of their files for its own
    that has, say, a key `rules`.
    """

    def __init__(
        self,
        config_file: str | None = None,
        domain_path: str | None = None,
        training_data_paths: list[str] | str | None = None,
    ) -> None:
        paths = [training_data_paths] if isinstance(training_data_paths, str) else training_data_paths
        super().__init__(config_file, domain_path, [part for path in paths or [] for part in _parts(path)])


def _parts(path: str) -> list[str]:
    parts = [part for name in _TRAINING if os.path.isdir(part := os.path.join(path, name))]
    return parts or [path]
