"""The design of an experiment: made from a seed alone, nothing twice, the same draws in every arm."""

from __future__ import annotations

from pathlib import Path

import pytest

from atlas.core.session import RunId
from atlas.core.tasks import Brief, Setup, Target, Task, TaskId
from atlas.errors import ConfigError
from atlas.reports.experiment.layout import ALONE, FROZEN, HELD_OUT, LEARNING, SEEDING, SPLITS, arm
from atlas.runs.experiment.config import ExperimentConfig
from atlas.runs.experiment.design import Design, designed

CONFIG = ExperimentConfig(
    title="t", run_config=Path("r.yaml"), dataset=Path("d.jsonl"),
    seed_sessions=4, stream_sessions=6, test=5, transfer=3, orders=3, trials=2,
)  # fmt: skip


def task(split: str, number: int) -> Task:
    brief = Brief(TaskId(f"{split}-{number}"), "crm", "family", "", ("hello",))
    return Task(brief, Setup("", "seed"), Target(()), split=split)


TASKS = [task(split, number) for split in ("train", "test", "transfer") for number in range(20)]


def made(config: ExperimentConfig = CONFIG) -> Design:
    return designed(config, TASKS, RunId("r"))


def test_the_same_seed_gives_the_same_design_and_another_one_another() -> None:
    assert made() == made()
    assert made(CONFIG.model_copy(update={"seed": 1})) != made()


def test_no_slot_is_played_twice() -> None:
    design = made()
    plays = [play for order in range(3) for play in design.learning(order)]
    plays += design.stream_alone()
    plays += [p for c in HELD_OUT for split in SPLITS for order in range(3) for p in design.plays(c, split, order)]
    slots = [slot.session_id for _, slot in plays]
    assert len(set(slots)) == len(slots) == 3 * 10 + 3 * 6 + 4 * 3 * 2 * (5 + 3)


def test_orders_hold_the_same_tasks_in_different_orders() -> None:
    design = made()
    assert len({frozenset(t.task_id for t in order) for order in design.orders}) == 1
    assert len({tuple(t.task_id for t in order) for order in design.orders}) == 3
    arms = [slot.arm for _, slot in design.learning(1)]
    assert arms == [SEEDING] * 4 + [LEARNING] * 6
    assert {slot.trial for _, slot in design.learning(1)} == {1}


def test_arms_play_the_same_tasks_with_the_same_draws() -> None:
    design = made()
    places = [
        {(slot.task_id, slot.trial) for order in range(3) for _, slot in design.plays(condition, "test", order)}
        for condition in (ALONE, FROZEN)
    ]
    assert places[0] == places[1]
    assert {trial for _, trial in places[0]} == set(range(6))
    stream = {(slot.task_id, slot.trial) for _, slot in design.stream_alone()}
    learned = {(s.task_id, s.trial) for order in range(3) for _, s in design.learning(order) if s.arm == LEARNING}
    assert stream == learned


def test_what_is_learned_from_is_not_held_out_and_not_spare() -> None:
    design = made()
    groups = [{t.task_id for t in group} for group in (design.training, design.tested, design.spare)]
    assert not groups[0] & groups[1]
    assert not groups[0] & groups[2]
    assert {t.split for t in design.spare} == {"train"}
    assert arm(FROZEN, "test") == design.plays(FROZEN, "test", 0)[0][1].arm


def test_too_small_a_dataset_is_named_with_its_numbers() -> None:
    with pytest.raises(ConfigError, match=r"d.jsonl holds 20 usable conversations of split transfer, .* 21"):
        made(CONFIG.model_copy(update={"transfer": 21}))
