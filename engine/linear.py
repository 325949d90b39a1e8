"""The decision: a linear support vector machine for all labels, how many people say it so, and how sure it may claim to be."""

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
# What the machine finds, and how many people use a piece for a label: the one weighs words against each other, the other knows
# that what one person writes often is her habit. Together 0.6 points better on writers left out; 0.02 to 0.05 do the same.
_VOICES = 0.03
_UNHEARD = 0.01  # people who are counted for a piece that nobody uses for a label
_FEW = 10  # labels, of which all are tried
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
    seen, unseen = (some[np.isin(truths[some], _tried(truths))] for some in _split(truths, writers))
    choices = [np.arange(len(truths)), seen]
    chosen, tried = _fit(features, truths, np.asarray(writers), choices, cost)
    sharpness = _sharpness(tried, features[unseen], truths[unseen])
    return LinearModel(chosen.labels, chosen.weights, chosen.offsets, sharpness)


def _tried(truths: NDArray[np.str_]) -> NDArray[np.str_]:
    """Every other label: how sure a score makes is one number, and half of the labels tell it in a quarter of the time."""
    labels = np.unique(truths)
    return np.asarray(labels[1::2] if len(labels) > _FEW else labels)


def _voices(features: csr_matrix, truths: NDArray[np.str_], writers: NDArray[np.str_]) -> NDArray[np.float32]:
    """(features, labels): naive Bayes on people instead of messages. How much likelier a piece is for the label than for the
    others, by the number of writers who use it there."""
    labels, label_of = np.unique(truths, return_inverse=True)
    unnamed = np.char.add("message ", np.arange(len(writers)).astype(str))  # who is not named may be anybody
    people, writer_of = np.unique(np.where(writers == "", unnamed, writers), return_inverse=True)
    used = csr_matrix((np.ones_like(features.data), features.indices, features.indptr), features.shape)
    pairs, pair_of = np.unique(label_of * len(people) + writer_of, return_inverse=True)
    by_pair = _sums(pair_of, len(pairs)) @ used
    by_pair.data[:] = 1  # a person counts once
    counted = (_sums(pairs // len(people), len(labels)) @ by_pair).toarray() + np.float32(_UNHEARD)
    likely = np.log(counted / counted.sum(axis=1, keepdims=True))
    return np.asarray((likely - likely.mean(axis=0)).T, dtype=np.float32)


def _sums(groups: NDArray[np.int64], count: int) -> csr_matrix:
    """(groups, rows): what adds up the rows of each group."""
    rows = np.arange(len(groups))
    return csr_matrix((np.ones(len(groups), np.float32), (groups, rows)), shape=(count, len(groups)))


def _fit(
    features: csr_matrix,
    truths: NDArray[np.str_],
    writers: NDArray[np.str_],
    choices: list[NDArray[np.int64]],
    cost: float,
) -> list[LinearModel]:
    """One model for each choice of messages, their sharpness still 1."""
    given = [(features[chosen], truths[chosen]) for chosen in choices]  # each once: a file for the processes
    heard = (_voices(*some, writers[chosen]) for some, chosen in zip(given, choices, strict=True))
    names = [np.unique(some) for _, some in given]
    parts = [np.array_split(some, min(_PARTS, len(some))) for some in names]
    # The machine writes into what it is given: mmap_mode "c" lets it have copies.
    fitted = Parallel(n_jobs=-1, mmap_mode="c")(
        delayed(_fit_part)(*some, part, cost)
        for some, divided in zip(given, parts, strict=True)
        for part in divided
    )
    models = []
    for some, divided, voices in zip(names, parts, heard, strict=True):
        own, fitted = fitted[: len(divided)], fitted[len(divided) :]
        weights = np.ascontiguousarray(np.vstack([rows for rows, _ in own]).T)
        weights += _VOICES * voices
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
