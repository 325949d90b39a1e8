"""The figures, reckoned by hand."""

import pytest

from bot.evaluate import figures
from tests.evaluate.judgements import JUDGED


def test_accuracy_and_first_three() -> None:
    assert figures.accuracy(JUDGED) == 4 / 8
    assert figures.top_three(JUDGED) == 6 / 8  # all but one emergency and the chitchat


def test_a_labels_precision_recall_and_f1() -> None:
    found = {score.label: score for score in figures.scores(JUDGED)}
    assert list(found) == ["ask_cost", "ask_payment", "chitchat", "crisis", "emergency"]
    cost = found["ask_cost"]
    assert (cost.messages, cost.precision, cost.recall) == (3, 1.0, 2 / 3)
    assert cost.f1 == pytest.approx(0.8)
    assert figures.macro_f1(JUDGED) == pytest.approx((0.8 + 2 / 3 + 0 + 0 + 0.5) / 5)


def test_a_label_that_nothing_was_taken_for_has_no_precision() -> None:
    (score,) = figures.scores(JUDGED[2:3])
    assert (score.precision, score.recall, score.f1) == (None, 0, 0)


def test_a_danger_taken_for_the_other_danger_is_found() -> None:
    assert figures.danger(JUDGED) == figures.Danger(messages=3, found=2, false_alarms=1)


def test_confidence_is_held_against_the_truth_in_bands() -> None:
    found = figures.bands(JUDGED)
    assert [(round(band.low, 1), band.messages, band.right) for band in found] == [
        (0.3, 1, 0.0),
        (0.4, 1, 0.0),
        (0.5, 1, 0.0),
        (0.6, 1, 1.0),
        (0.8, 1, 0.0),
        (0.9, 3, 1.0),
    ]
    gaps = 0.35 + 0.48 + 0.55 + (1 - 0.62) + 0.83 + (0.03 + 0.09 + 0.01)
    assert figures.calibration_error(JUDGED) == pytest.approx(gaps / 8)


def test_full_confidence_belongs_to_the_last_band() -> None:
    from dataclasses import replace

    (band,) = figures.bands([replace(JUDGED[0], confidence=1.0)])
    assert (band.low, band.high) == (0.9, 1.0)


def test_confusions_come_with_their_surest_example() -> None:
    found = figures.confusions(JUDGED)
    assert {(one.label, one.taken_for) for one in found} == {
        ("ask_cost", "ask_payment"),
        ("emergency", "crisis"),
        ("crisis", "chitchat"),
        ("chitchat", "emergency"),
    }
    assert figures.surest([one for one in JUDGED if not one.right])[0].label == "crisis"
