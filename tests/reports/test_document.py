from __future__ import annotations

import orjson
import pytest

from atlas.core.json import JsonObject
from atlas.core.messages import Usage
from atlas.reports.document import metrics_json
from atlas.reports.run import RunReport, run_report
from tests.reports.played import OUTAGE, context, session, two_arms

RUNBOOK_KEYS = {
    *("timestamp", "total_conversations", "atlas_successful_runs", "harness_successes", "failed_runs"),
    *("failed_conversations", "token_usage", "execution_modes", "adaptive_modes", "learning_usage_totals"),
    *(
        "reward_summary",
        "config_path",
        "conversations_path",
        "dataset_revision",
        "run_id",
        "agent_config",
        "tasks_path",
    ),
}


@pytest.fixture
def report() -> RunReport:
    used = {"session": {"cue_hits": 3, "action_adoptions": 2, "failed_adoptions": 1}}
    sessions = [
        session("c1", True, reward=1.0, learning_usage=used, turns=[True, True]),
        session("c2", False, reward=0.25, turns=[True, False], usage={"teacher": Usage(10, 5, 1, 0.5)}),
        session("c3", None, failure=OUTAGE),
        session("c1", True, "after", reward=0.75),
        session("c2", True, "after"),
    ]
    return run_report(sessions, context(), arms=("before", "after"), comparisons=(("before", "after"),))


@pytest.fixture
def document(report: RunReport) -> JsonObject:
    return metrics_json(report)


def test_it_has_every_key_of_the_runbook(document: JsonObject) -> None:
    assert document.keys() >= RUNBOOK_KEYS


def test_counts_keep_failures_apart(document: JsonObject) -> None:
    assert document["total_conversations"] == 5
    assert document["atlas_successful_runs"] == 4
    assert document["harness_successes"] == 3
    assert document["failed_runs"] == 1
    assert document["failed_conversations"] == ["c3"]
    assert document["failures"][0]["kind"] == "ModelTimeout"


def test_tokens_and_cost_are_over_all_roles_and_sessions(document: JsonObject) -> None:
    assert document["token_usage"] == {
        "prompt_tokens": 410,
        "completion_tokens": 85,
        "total_tokens": 495,
        "calls": 9,
    }
    assert document["cost_usd"] == pytest.approx(0.508)
    assert document["usage_by_role"]["teacher"]["total_tokens"] == 15
    assert sum(role["total_tokens"] for role in document["usage_by_role"].values()) == 495


def test_rewards_learning_and_modes(document: JsonObject) -> None:
    assert document["reward_summary"] == {"count": 3, "mean": pytest.approx(2 / 3), "min": 0.25, "max": 1.0}
    assert document["learning_usage_totals"] == {"cue_hits": 3, "action_adoptions": 2, "failed_adoptions": 1}
    assert document["execution_modes"] == document["adaptive_modes"] == {"paired": 4}
    assert document["first_failed_turn"] == {"2": 1}


def test_arms_and_comparisons(document: JsonObject) -> None:
    before, after = document["arms"]
    assert before["strict_success"]["rate"] == 0.5
    assert before["strict_success"]["total"] == 2
    assert after["strict_success"]["interval"]["low"] == pytest.approx(0.342, abs=1e-3)
    (comparison,) = document["comparisons"]
    assert (comparison["pairs"], comparison["gained"], comparison["lost"]) == (2, 1, 0)
    assert comparison["difference"] == 0.5
    assert comparison["p_value"] == 1.0
    assert comparison["conclusion"] == "underpowered"
    assert comparison["minimal_detectable_effect"] is None


def test_the_curve_is_there_when_there_is_a_stream(document: JsonObject) -> None:
    assert document["learning_curve"] is None
    curve = metrics_json(two_arms([True], [True], [True, False]))["learning_curve"]
    assert curve["outcomes"] == [True, False]
    assert [point["rate"] for point in curve["points"]] == [1.0, 0.5]


def test_it_is_plain_json_and_equal_for_equal_runs(report: RunReport, document: JsonObject) -> None:
    assert orjson.loads(orjson.dumps(document)) == document
    assert metrics_json(report) == document


def test_simulated_is_said(document: JsonObject) -> None:
    assert document["simulated"] is False
    simulated = metrics_json(two_arms([True], [True]))
    assert simulated["simulated"] is True
    assert all(arm["simulated"] for arm in simulated["arms"])
    assert simulated["comparisons"][0]["simulated"] is True
