"""The decision: a linear support vector machine for all labels, and how sure it may claim to be."""

from __future__ import annotations

import warnings
from dataclasses import dataclass

import numpy as np
from joblib import Parallel, delayed
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar
from scipy.sparse import csr_matrix
from scipy.special import logsumexp, softmax
from sklearn.exceptions import ConvergenceWarning
from sklearn.model_selection import GroupKFold, StratifiedKFold
from sklearn.svm import LinearSVC

_SEED = 20
_PASSES = 3  # over the messages; with more the answers on writers left out are no better
_FOLDS = 2  # of which one is tried: it is one number that is learnt
_PARTS = 2  # of the labels, each fitted in a process of its own; fixed, so that every machine learns the same


@dataclass(frozen=True)
class LinearModel:
    """Weights (features, labels), offsets (labels); probabilities = softmax(sharpness * scores)."""

    labels: list[str]
    weights: NDArray[np.float32]
    offsets: NDArray[np.float32]
    sharpness: float

    def scores(self, features: csr_matrix) -> NDArray[np.float64]:
        """(messages, labels): how far each message lies on the label's side."""
        return np.asarray(features @ self.weights + self.offsets, dtype=np.float64)

    def probabilities(self, features: csr_matrix) -> NDArray[np.float64]:
        """(messages, labels); each row sums to 1."""
        return np.asarray(softmax(self.sharpness * self.scores(features), axis=1))


def train(features: csr_matrix, labels: list[str], writers: list[str], cost: float) -> LinearModel:
    """Fit on everything; learn the sharpness on messages of writers left out."""
    truths = np.asarray(labels)
    seen, unseen = _split(truths, writers)
    chosen, tried = _fit(features, truths, [np.arange(len(truths)), seen], cost)
    sharpness = _sharpness(tried, features[unseen], truths[unseen])
    return LinearModel(chosen.labels, chosen.weights, chosen.offsets, sharpness)


def _fit(
    features: csr_matrix, truths: NDArray[np.str_], choices: list[NDArray[np.int64]], cost: float
) -> list[LinearModel]:
    """One model for each choice of messages, their sharpness still 1."""
    given = [(features[chosen], truths[chosen]) for chosen in choices]  # each once: a file for the processes
    names = [np.unique(some) for _, some in given]
    parts = [np.array_split(some, min(_PARTS, len(some))) for some in names]
    # The machine writes into what it is given: mmap_mode "c" lets it have copies.
    fitted = Parallel(n_jobs=-1, mmap_mode="c")(
        delayed(_fit_part)(*some, part, cost)
        for some, divided in zip(given, parts, strict=True)
        for part in divided
    )
    models = []
    for some, divided in zip(names, parts, strict=True):
        own, fitted = fitted[: len(divided)], fitted[len(divided) :]
        weights = np.ascontiguousarray(np.vstack([rows for rows, _ in own]).T)
        models.append(
            LinearModel(
                [str(name) for name in some], weights, np.hstack([offsets for _, offsets in own]), 1.0
            )
        )
    return models


def _fit_part(
    features: csr_matrix, truths: NDArray[np.str_], part: NDArray[np.str_], cost: float
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Each label of `part` against all others: (weights (labels, features), offsets (labels))."""
    answers = np.searchsorted(part, truths).clip(max=len(part) - 1)
    answers = np.where(part[answers] == truths, answers, len(part))  # the last number: any other label
    machine = LinearSVC(C=cost, max_iter=_PASSES, random_state=_SEED)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        machine.fit(features, answers)
    return _rows(machine.coef_, len(part)), _rows(machine.intercept_, len(part))


def _rows(fitted: NDArray[np.float64], labels: int) -> NDArray[np.float32]:
    """One row a label. With two classes the machine keeps one row, which speaks for the second."""
    rows = fitted if len(fitted) > 1 else np.concatenate([-fitted, fitted])
    return rows[:labels].astype(np.float32)


def _split(labels: NDArray[np.str_], writers: list[str]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Indices of the messages to learn from and of those to try: of other writers where there are several."""
    groups = min(_FOLDS, len(set(writers)))
    if groups > 1:
        return next(iter(GroupKFold(groups).split(labels, labels, writers)))
    return next(iter(StratifiedKFold(_FOLDS, shuffle=True, random_state=_SEED).split(labels, labels)))


def _sharpness(model: LinearModel, features: csr_matrix, truths: NDArray[np.str_]) -> float:
    """The factor that makes the probabilities of `truths` most likely (temperature scaling)."""
    known = np.isin(truths, model.labels)
    scores = model.scores(features[known])
    columns = np.searchsorted(model.labels, truths[known])

    def surprise(factor: float) -> float:
        scaled = factor * scores
        return float(np.sum(logsumexp(scaled, axis=1) - scaled[np.arange(len(columns)), columns]))

    return float(minimize_scalar(surprise, bounds=(0.5, 30.0), method="bounded").x)
