"""The fingerprint of a task: what is the same however its names change, and what is not."""

from __future__ import annotations

from dataclasses import replace
from random import Random

from atlas.core.tasks import Setup, Task, TaskId
from atlas.datasets.fingerprint import fingerprint
from atlas.datasets.generator import generate_set
from atlas.datasets.loader import task_of
from atlas.learning.disjoint import Evidence


def instructions(setup: Setup) -> str:
    return "Help."


def tasks(count: int = 12, seed: int = 3) -> list[Task]:
    return [task_of(row, instructions, "rev") for row in generate_set(seed, {"train": count})]


def renamed(task: Task, old: str, new: str) -> Task:
    """The same requests about a client of another name, in a world of its own."""
    content = {
        table: {
            f"{key}-other": {
                name: value.replace(old, new) if isinstance(value, str) else value for name, value in row.items()
            }
            for key, row in rows.items()
        }
        for table, rows in task.setup.content.items()
    }
    turns = tuple(turn.replace(old, new) for turn in task.brief.turns)
    return replace(
        task,
        brief=replace(task.brief, task_id=TaskId("other"), turns=turns),
        setup=Setup(task.setup.as_of, "other", content),
    )


def test_a_request_about_another_client_is_the_same_text() -> None:
    for task in tasks():
        for row in task.setup.content["clients"].values():
            if any(row["name"] in turn for turn in task.brief.turns):
                other = renamed(task, row["name"], "Zebra Holdings")
                assert fingerprint(other).texts == fingerprint(task).texts
                kinds = {overlap.kind for overlap in Evidence([fingerprint(task)]).overlaps(fingerprint(other))}
                assert kinds == {"text"}
                return
    raise AssertionError("no request names a client")


def test_a_task_of_a_task_file_is_known_by_its_world() -> None:
    task = tasks()[0]
    again = replace(task, brief=replace(task.brief, task_id=TaskId(f"{task.task_id}::run-2")))
    assert fingerprint(again) == fingerprint(task)


def test_no_text_is_nothing_but_a_gap() -> None:
    assert not [text for task in tasks() for text in fingerprint(task).texts if not text.strip("# .?!")]


def test_worlds_of_generated_tasks_share_nothing() -> None:
    made = tasks(20)
    Random(0).shuffle(made)
    evidence = Evidence(map(fingerprint, made[:10]))
    kinds = {overlap.kind for task in made[10:] for overlap in evidence.overlaps(fingerprint(task))}
    assert kinds <= {"text"}
