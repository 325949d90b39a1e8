"""A message as numbers: five ways to look at its words and letters, rare pieces weighing more."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from math import log, sqrt
from typing import Any

import numpy as np
from joblib import Parallel, delayed
from scipy.sparse import csr_matrix, hstack
from sklearn.feature_extraction.text import TfidfVectorizer

from engine.folding import fold
from engine.thesaurus import Thesaurus, together

# Each view: (n-grams of, shortest, longest, seen at least in so many messages)
_VIEWS = {
    "words": ("word", 1, 2, 2),
    "lemmas": ("word", 1, 2, 2),
    "letters": ("char_wb", 3, 4, 4),
    "concepts": ("word", 1, 2, 2),
    "together": ("word", 1, 1, 3),
}


@dataclass(frozen=True)
class Reading:
    """One message, ready to be counted: its text, its words and their base forms."""

    text: str
    words: list[str]
    lemmas: list[str]


class Features:
    """Fitted views. State is plain (`state`, `from_state`): lists of strings and arrays, no pickles."""

    def __init__(self, thesaurus: Thesaurus) -> None:
        self.thesaurus = thesaurus
        self._vectorizers = {name: _vectorizer(name) for name in _VIEWS}

    def fit_transform(self, readings: list[Reading]) -> csr_matrix:
        """Learn from `readings`; returns (messages, features)."""
        seen = [self._views(reading) for reading in readings]
        fitted = Parallel(n_jobs=-1, mmap_mode=None)(
            delayed(_fit)(vectorizer, [views[name] for views in seen])
            for name, vectorizer in self._vectorizers.items()
        )
        self._vectorizers = dict(
            zip(self._vectorizers, (vectorizer for vectorizer, _ in fitted), strict=True)
        )
        parts = [counted for _, counted in fitted]
        return csr_matrix(hstack(parts, dtype=np.float32))

    def transform(self, readings: list[Reading]) -> csr_matrix:
        """(messages, features), in float32: what the vectorizers return, in a quarter of their time."""
        counters, width = self._counters
        columns: list[int] = []
        values: list[float] = []
        ends = [0]
        for reading in readings:
            for name, view in self._views(reading).items():
                counters[name].count(view, columns, values)
            ends.append(len(columns))
        shape = (len(readings), width)
        return csr_matrix((np.asarray(values, np.float32), columns, ends), shape=shape, dtype=np.float32)

    def piece(self, column: int) -> dict[str, str]:
        """What `column` counts: {"piece", "view"}."""
        for name, vectorizer in self._vectorizers.items():
            if column < len(vectorizer.vocabulary_):
                found = next(piece for piece, place in vectorizer.vocabulary_.items() if place == column)
                return {"piece": found, "view": name}
            column -= len(vectorizer.vocabulary_)
        raise IndexError(column)

    def _views(self, reading: Reading) -> dict[str, str]:
        words, lemmas = [fold(word) for word in reading.words], [fold(lemma) for lemma in reading.lemmas]
        meant = self.thesaurus.read(words, lemmas)
        return {
            "words": " ".join(words),
            "lemmas": " ".join(lemmas),
            "letters": fold(reading.text),
            "concepts": " ".join(meant),
            "together": " ".join(together(meant)),
        }

    @cached_property
    def _counters(self) -> tuple[dict[str, _Counter], int]:
        counters, width = {}, 0
        for name, vectorizer in self._vectorizers.items():
            counters[name] = _Counter(vectorizer, width)
            width += len(vectorizer.vocabulary_)
        return counters, width

    def state(self) -> dict[str, dict[str, Any]]:
        """Per view its pieces, in order of their columns, and their weights."""
        return {
            name: {"pieces": list(vectorizer.get_feature_names_out()), "weights": vectorizer.idf_}
            for name, vectorizer in self._vectorizers.items()
        }

    @classmethod
    def from_state(cls, thesaurus: Thesaurus, state: dict[str, dict[str, Any]]) -> Features:
        """The features that returned `state`."""
        features = cls(thesaurus)
        for name, learnt in state.items():
            pieces = learnt["pieces"]
            vectorizer = features._vectorizers[name]
            vectorizer.vocabulary_ = {piece: column for column, piece in enumerate(pieces)}
            vectorizer.idf_ = np.asarray(learnt["weights"], dtype=np.float32)
        return features


class _Counter:
    """One fitted view, for messages that come one by one; its columns begin at `first`."""

    def __init__(self, vectorizer: TfidfVectorizer, first: int) -> None:
        self._pieces_of = vectorizer.build_analyzer()
        self._column_of: dict[str, int] = vectorizer.vocabulary_
        self._rarity: list[float] = vectorizer.idf_.tolist()
        self._first = first

    def count(self, text: str, columns: list[int], values: list[float]) -> None:
        """Append the columns of the view's pieces in `text`, and their weights at length 1."""
        known = [
            column for piece in self._pieces_of(text) if (column := self._column_of.get(piece)) is not None
        ]
        weights = {c: (1 + log(n)) * self._rarity[c] for c, n in Counter(known).items()}
        length = sqrt(sum(weight * weight for weight in weights.values()))
        columns.extend(self._first + column for column in weights)
        values.extend(weight / length for weight in weights.values())


def _fit(vectorizer: TfidfVectorizer, texts: list[str]) -> tuple[TfidfVectorizer, csr_matrix]:
    counted = vectorizer.fit_transform(texts)
    vars(vectorizer).pop("stop_words_", None)  # all pieces that were too rare: much to send, of no use
    return vectorizer, counted


def _vectorizer(name: str) -> TfidfVectorizer:
    analyzer, shortest, longest, seen = _VIEWS[name]
    return TfidfVectorizer(
        analyzer=analyzer,
        ngram_range=(shortest, longest),
        min_df=seen,
        sublinear_tf=True,
        lowercase=False,
        token_pattern=r"\S+",  # noqa: S106 (no password)
        dtype=np.float32,
    )
