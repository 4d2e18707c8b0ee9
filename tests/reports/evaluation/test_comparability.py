from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from atlas.core.session import Session
from atlas.reports.evaluation.comparability import content, shared_by_all, shared_tasks, warnings
from tests.reports.evaluation.evaluated import CONDITIONS, arm, evaluation, played, task

OTHER_FILE = replace(CONDITIONS, dataset_revision="sha256:fedcba9876543210+mtime:2026-03-02T09:00:00+00:00")


def regraded(sessions: Sequence[Session], version: str) -> list[Session]:
    return [
        replace(session, verdicts=tuple(replace(verdict, version=version) for verdict in session.verdicts))
        for session in sessions
    ]


def test_the_content_of_a_file_is_what_counts_not_its_commit() -> None:
    assert content("9aee997+sha256:0123456789abcdef") == "sha256:0123456789abcdef"
    assert content("sha256:0123456789abcdef+mtime:2026-03-02T09:00:00+00:00") == "sha256:0123456789abcdef"
    assert content("unknown") == "unknown"


def test_equal_runs_need_no_warning() -> None:
    moved = evaluation("b", [played("a", [True])], conditions=replace(CONDITIONS, dataset="/elsewhere/dev.jsonl"))
    assert list(warnings([evaluation("a", [played("a", [False])]), moved])) == []


def test_tasks_of_other_files_are_shared_when_they_are_equal_in_all_but_name() -> None:
    one = evaluation("one", [played(name, [True]) for name in "abc"])
    tasks = [task("a"), task("b", asks="find another"), task("d")]
    other = evaluation("other", [played(name, [True]) for name in "abd"], tasks, conditions=OTHER_FILE)
    assert shared_tasks(one, other) == shared_tasks(other, one) == {"a"}
    assert shared_by_all([one, other]) == {"a"}
    assert shared_by_all([one]) == {"a", "b", "c"}


def test_every_condition_that_differs_is_named_with_its_values() -> None:
    conditions = replace(OTHER_FILE, split="dev", sample=1, seed=7, trials=2, backend="mock", judge_model="gpt-4.1")
    tasks = [task("a", split="dev"), task("b", split="dev")]
    other = evaluation("other", [played("a", [True]), played("a", [True], trial=1)], tasks, conditions=conditions)
    found = list(warnings([evaluation("one", [played("a", [True])]), other]))
    assert found == [
        "The runs differ in the dataset: one: sha256:0123456789abcdef; other: sha256:fedcba9876543210.",
        "The runs differ in the split: one: test; other: dev.",
        "The runs differ in the sample: one: all; other: 1.",
        "The runs differ in the seed: one: 42; other: 7.",
        "The runs differ in the trials of a task: one: 1; other: 2.",
        "The runs differ in the backend: one: postgres; other: mock.",
        "The runs differ in the judge: one: none; other: gpt-4.1.",
        "Paired comparisons use only conversations that both runs played and that are the same in both; 1 are "
        "common to all runs.",
    ]


def test_another_agent_or_model_is_the_point_and_no_warning() -> None:
    other = evaluation("b", [played("a", [True])], conditions=replace(CONDITIONS, agent="null", model="m"))
    assert list(warnings([evaluation("a", [played("a", [True])]), other])) == []


def test_an_unfinished_run_says_so() -> None:
    run = evaluation("mini", [played("a", [True])], [task("a"), task("b")], status="interrupted")
    (warning,) = warnings([run])
    assert "Run run-mini (mini) holds 1 of 2 sessions (its status: interrupted)" in warning


def test_graders_of_other_versions_are_named_and_what_to_do() -> None:
    one = arm("one", [True])
    (state, replies, calls) = warnings([one, evaluation("other", regraded(one.sessions, "2"))])
    assert "different versions of reply_facts (one: 1; other: 2)" in state
    assert "`atlas crm regrade RUN`" in replies
    assert "tool_calls" in calls


def test_one_run_graded_by_two_versions_says_so() -> None:
    one = arm("one", [True, True])
    mixed = evaluation("one", [one.sessions[0], *regraded(one.sessions[1:], "2")])
    assert any("different versions of structured (one: 1, 2)" in warning for warning in warnings([mixed]))


def test_a_grader_of_one_run_alone_is_a_difference() -> None:
    one = arm("one", [True])
    fewer = [replace(session, verdicts=session.verdicts[:2]) for session in one.sessions]
    (warning,) = warnings([one, evaluation("other", fewer)])
    assert "tool_calls (one: 1; other: not used)" in warning
