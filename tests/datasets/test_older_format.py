"""The older format: usable rows load, and every problem of the others has its reason."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from atlas.core.json import JsonObject, JsonValue
from atlas.core.tasks import ExpectedCall
from atlas.datasets.older_format import AS_OF, is_older_format, load_older, placeholders, read_older
from atlas.datasets.replay import complete_targets
from atlas.environments.crm.environment import CrmEnvironment
from atlas.environments.crm.tools import SPECS as CRM_SPECS
from atlas.errors import DatasetError
from tests.datasets.samples import DEAL, SPECS, bent, conversation, lines_of, older, orders, without

PUBLISHED = Path(__file__).resolve().parents[3] / "shared" / "data" / "reference_conversations.jsonl"
needs_published = pytest.mark.skipif(
    not PUBLISHED.exists(), reason=f"{PUBLISHED} is absent: real older rows untested"
)


def problems(tmp_path: Path, *rows: JsonObject | str) -> list[str]:
    return list(map(str, load_older(lines_of(tmp_path / "o.jsonl", *rows), SPECS, orders).problems))


def test_the_format_is_told_by_the_first_row(tmp_path: Path) -> None:
    assert is_older_format(lines_of(tmp_path / "o.jsonl", "", older()))
    assert not is_older_format(lines_of(tmp_path / "c.jsonl", conversation()))
    assert not is_older_format(lines_of(tmp_path / "x.jsonl", "{}"))
    with pytest.raises(DatasetError, match="no such file"):
        is_older_format(tmp_path / "none.jsonl")
    with pytest.raises(DatasetError, match="not a JSON object"):
        is_older_format(lines_of(tmp_path / "b.jsonl", "[]"))


def test_a_right_row_becomes_a_task_without_state(tmp_path: Path) -> None:
    loaded = load_older(lines_of(tmp_path / "o.jsonl", older()), SPECS, orders)
    assert loaded.problems == ()
    (task,) = loaded.tasks
    assert (task.task_id, task.split, task.setup.as_of) == ("o-1", "dev", AS_OF)
    assert task.brief.family == "Opportunity Management"
    assert task.brief.instructions == f"Today is {AS_OF}."
    assert task.target.state.empty
    call = ExpectedCall("modify_opportunity", {"opportunity_id": DEAL, "stage": "Proposal"})
    assert task.target.turns[0].calls == (call,)


@pytest.mark.parametrize(
    ("key", "value", "reason"),
    [
        ("turns", [], "turns: a conversation needs at least one turn"),
        ("initial_entities.seed_data.Invoice", {}, "initial_entities.seed_data: unknown entities Invoice"),
        ("contains_failure", True, "contains_failure: the row names no reason that a refusal could be graded by"),
        ("turns.0.expect_success", False, "contains_failure: the row names no reason"),
        ("turns.0.turn_id", 2, "turn 1: turn_id: expected 1, got 2"),
        ("turns.0.user_utterance", "Pilot {stage} Proposal", "user_utterance: unresolved placeholder {stage}"),
        ("turns.0.expected_tool", "drop_table", "expected_tool: there is no tool 'drop_table'"),
        (
            "turns.0.expected_args.colour",
            "Proposal",
            "expected_args.colour: modify_opportunity has no such argument",
        ),
        (
            "turns.0.expected_args",
            {"stage": "Proposal"},
            "expected_args.opportunity_id: modify_opportunity requires",
        ),
        ("turns.0.expected_args.stage", "{stage}", "expected_args.stage: unresolved placeholder {stage}"),
        ("turns.0.expected_args.stage", "{{turn_1.stage}}", "stage: {{turn_1.stage}} is not an earlier turn"),
        ("turns.0.expected_args.amount", 77, "expected_args.amount: 77 follows from nothing the agent can see"),
        (
            "turns.0.expected_args.updates",
            {"colour": "Proposal"},
            "colour: modify_opportunity has no such argument",
        ),
        ("turns.0.turn_id", "x", "turn_id: "),
        ("surprise", 1, "surprise: unknown key, remove it"),
    ],
)
def test_every_kind_of_problem_has_its_reason(tmp_path: Path, key: str, value: JsonValue, reason: str) -> None:
    found = problems(tmp_path, older("good"), bent(older("bad"), key, value))
    assert len(found) == 1
    assert found[0].startswith("line 2")
    assert reason in found[0]


def test_broken_and_incomplete_lines_are_reported(tmp_path: Path) -> None:
    found = problems(tmp_path, "nope", without(older(), "workflow_category"))
    assert found[0].startswith("line 1: not a JSON object")
    assert found[1] == "line 2: workflow_category: missing key, add it"


def test_a_duplicate_names_both_lines(tmp_path: Path) -> None:
    found = problems(tmp_path, older("a"), older("b"), older("a"))
    assert found == ["line 3 (a): conversation_id: already used on line 1"]


def test_every_problem_of_a_row_is_reported(tmp_path: Path) -> None:
    row = bent(bent(older(), "turns.0.user_utterance", "{a} {{b.c}}"), "turns.0.expected_tool", "nope")
    assert len(problems(tmp_path, row)) == 5


def test_criteria_and_updates_are_looked_into(tmp_path: Path) -> None:
    row = bent(older(), "turns.0.expected_args", {"opportunity_id": DEAL, "updates": {"stage": "Proposal"}})
    assert problems(tmp_path, row) == []


def test_an_id_in_the_request_is_visible(tmp_path: Path) -> None:
    row = bent(older(), "turns.0.user_utterance", f"Move {DEAL} to Proposal")
    assert problems(tmp_path, row) == []
    unnamed = bent(older(), "turns.0.user_utterance", "Move it to Proposal")
    assert problems(tmp_path, unnamed) == [
        f"line 1 (o-1), turn 1: expected_args.opportunity_id: {DEAL!r} follows from nothing the agent can see"
    ]


@pytest.mark.parametrize(("key", "value"), [("requires_judge", True), ("evaluation", "judge")])
def test_a_turn_that_only_a_judge_can_decide_says_so(tmp_path: Path, key: str, value: JsonValue) -> None:
    response = {"text": "Fine.", "evaluation": "structured", "answers": [], "requires_judge": False, key: value}
    row = bent(older(), "turns.0.expected_response", response)
    (task,) = load_older(lines_of(tmp_path / "d.jsonl", row), SPECS, orders).tasks
    assert task.target.turns[0].judged
    assert not load_older(lines_of(tmp_path / "d.jsonl", older()), SPECS, orders).tasks[0].target.turns[0].judged


def test_placeholders() -> None:
    assert placeholders("a {stage} b {{turn_2.quote_id}} {not one}") == ["{stage}", "{{turn_2.quote_id}}"]


def test_reading_stops_at_the_first_wrong_row(tmp_path: Path) -> None:
    path = lines_of(tmp_path / "o.jsonl", older("a"), bent(older("b"), "extra", 1))
    with pytest.raises(DatasetError, match=r"o\.jsonl:2: extra: unknown key"):
        read_older(path)


@needs_published
def test_the_published_sample_parses_and_its_defects_are_found() -> None:
    assert len(read_older(PUBLISHED)) == 20
    assert is_older_format(PUBLISHED)
    loaded = load_older(PUBLISHED, CRM_SPECS, orders)
    assert [task.labels["line"] for task in loaded.tasks] == ["6", "7", "15", "16"]
    bad = {problem.line for problem in loaded.problems}
    assert bad == set(range(1, 21)) - {6, 7, 15, 16}


@needs_published
def test_no_published_id_that_stands_in_its_request_counts_as_unseen() -> None:
    rows = read_older(PUBLISHED)
    for problem in load_older(PUBLISHED, CRM_SPECS, orders).problems:
        if "follows from nothing" in problem.reason and problem.turn:
            value = problem.reason.split(": ")[1].removesuffix(" follows from nothing the agent can see").strip("'")
            said = [turn.user_utterance for turn in rows[problem.line - 1].turns[: problem.turn]]
            assert not any(value in text for text in said), str(problem)


@needs_published
def test_the_reasons_of_published_row_4() -> None:
    loaded = load_older(PUBLISHED, CRM_SPECS, orders)
    assert [problem.reason for problem in loaded.problems if problem.line == 4] == [
        "user_utterance: unresolved placeholder {{opportunity_name}}",
        "expected_args.name: unresolved placeholder {{opportunity_name}}",
        "expected_args.stage: 'Prospecting' follows from nothing the agent can see",
        "expected_args.amount: 50000 follows from nothing the agent can see",
    ]


@needs_published
async def test_the_usable_published_rows_can_be_replayed() -> None:
    loaded = load_older(PUBLISHED, CRM_SPECS, orders)
    completed = await complete_targets(loaded, CrmEnvironment.memory())
    assert Counter(completed.problems) == Counter(loaded.problems)
    assert len(completed.tasks) == 4
    assert all(any(turn.facts for turn in task.target.turns) for task in completed.tasks)
