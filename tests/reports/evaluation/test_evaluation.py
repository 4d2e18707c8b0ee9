from __future__ import annotations

from dataclasses import replace

import pytest

from atlas.core.session import RunId
from atlas.reports.evaluation.evaluation import Conditions, labels
from tests.reports.evaluation.evaluated import CONDITIONS, evaluation, played, task


def test_sessions_carry_the_label_of_their_run() -> None:
    found = evaluation("mini", [played("a", [True]), played("b", [False])])
    assert [session.slot.arm for session in found.sessions] == ["mini", "mini"]
    assert found.played == {"a", "b"}


def test_a_task_that_the_dataset_does_not_hold_is_named() -> None:
    with pytest.raises(ValueError, match="run run-mini played b, which the dataset does not hold"):
        evaluation("mini", [played("a", [True]), played("b", [True])], [task("a"), task("b", split="train")])


@pytest.mark.parametrize(
    ("sample", "trials", "planned"), [(None, 1, 3), (None, 4, 12), (2, 1, 2), (2, 3, 6), (99, 1, 3)]
)
def test_what_was_planned(sample: int | None, trials: int, planned: int) -> None:
    tasks = [
        task(name, split=split) for name, split in (("a", "test"), ("b", "test"), ("c", "test"), ("d", "train"))
    ]
    conditions = replace(CONDITIONS, sample=sample, trials=trials)
    assert evaluation("mini", [played("a", [True])], tasks, conditions=conditions).planned == planned


def test_labels_name_agent_and_model_and_are_unique() -> None:
    runs = [
        (RunId("20260302T090000Z-0000000a"), Conditions("oracle", "r")),
        (RunId("20260302T090000Z-0000000b"), Conditions("chat", "r", model="gpt-4.1-mini")),
        (RunId("20260302T090000Z-0000000c"), Conditions("oracle", "r")),
    ]
    assert labels(runs) == ["oracle 0000000a", "chat gpt-4.1-mini", "oracle 0000000c"]
