from __future__ import annotations

import shlex
from pathlib import Path

import pytest

from atlas.errors import ConfigError
from atlas.runs.crm_report import ReportPlan, slug, write_report
from atlas.settings import Settings


def test_the_folder_is_named_after_the_runs_and_is_theirs_alone() -> None:
    one, other = (
        slug(["oracle", "chat gpt-4.1/mini"], ["a", "b"]),
        slug(["oracle", "chat gpt-4.1/mini"], ["a", "c"]),
    )
    assert one.startswith("oracle-vs-chat-gpt-4.1-mini-")
    assert one.rpartition("-")[0] == other.rpartition("-")[0]
    assert one != other
    assert one == slug(["oracle", "chat gpt-4.1/mini"], ["a", "b"])


def test_many_runs_still_give_a_folder_name_that_a_file_system_takes() -> None:
    assert len(slug([f"a model with a long name {n}" for n in range(20)], [])) < 80
    assert "/" not in slug(["../../etc"], [])


def test_the_command_repeats_the_report() -> None:
    plan = ReportPlan(("run-1", "my run"), "my run", (Path("a b.jsonl"), Path("c.jsonl")), 0.1, Path("out"))
    assert shlex.split(plan.command) == [
        *("atlas", "crm", "report", "run-1", "my run", "--baseline", "my run"),
        *("--dataset", "a b.jsonl", "--dataset", "c.jsonl", "--smallest-effect", "0.1", "--output", "out"),
    ]
    assert ReportPlan(("run-1",), None, (), 0.05, None).command == "atlas crm report run-1"


@pytest.mark.parametrize(
    ("runs", "baseline", "said"),
    [
        (("run-1", "run-2", "run-1"), None, "run run-1 is named twice; a run cannot be compared with itself"),
        (("run-1", "run-2"), "run-3", "the baseline run-3 is not among the runs of the report"),
    ],
)
async def test_a_choice_that_cannot_be_is_refused_before_anything_is_opened(
    runs: tuple[str, ...], baseline: str | None, said: str
) -> None:
    with pytest.raises(ConfigError, match=said):
        await write_report(ReportPlan(runs, baseline, (), 0.05, None), Settings.load())
