"""A report against a previous one: deltas, intervals where they mean something, and reasons where they do not."""

from __future__ import annotations

from dataclasses import replace

import pytest

from atlas.core.json import JsonObject
from atlas.core.thread import ModelTally, UsageTally
from atlas.reports.learning.comparison import Comparison, compare, part
from atlas.reports.learning.part import Labels
from atlas.reports.learning.previous import PreviousArtifact, PreviousReport, summary_from
from atlas.reports.learning.sections import parts_of
from atlas.reports.learning.summary import FORMAT, Heading, summary_json
from tests.reports.learning.threads import KEY, tally, thread, window

NOW = replace(
    thread(arms=[tally("learning", 50, 60)], recent=[0.8, 0.9] * 10),
    recent=window([0.8, 0.9] * 10, first=100),
    usage=UsageTally(60, 30, 90, 60, 40, 4),
    models=(ModelTally("student", "small", 60, 60, 0.85, 0.9, "now"),),
)
OLD = replace(
    thread(arms=[tally("learning", 20, 40)], recent=[0.4, 0.5] * 10),
    usage=UsageTally(40, 10, 30, 20, 10, 1),
    models=(
        ModelTally("student", "small", 40, 40, 0.45, 0.5, "then"),
        ModelTally("judge", "j", 40, 40, 0.4, 0.5, ""),
    ),
)


def report(document: JsonObject, manifest_format: int = FORMAT) -> PreviousReport:
    return PreviousReport("old/index.json", manifest_format, (summary_from(document, PreviousArtifact("x.json")),))


def written() -> JsonObject:
    return summary_json(OLD, parts_of(OLD, Labels()), Heading("t", "s", "now", "c", (), {}))


def compared(document: JsonObject) -> Comparison:
    found = compare(NOW, report(document))
    assert isinstance(found, Comparison)
    return found


def test_what_one_report_writes_the_next_one_reads() -> None:
    found = compared(written())
    assert found.recent_mean.value == pytest.approx(0.4)
    assert found.recent_mean.verdict == "higher"
    assert found.recent_mean.interval is not None
    assert found.latest_score == pytest.approx(0.4)
    assert (found.sessions, found.cue_hits, found.adoptions) == (20, 60, 30)
    assert found.cue_rate == pytest.approx(0.25)
    assert found.models["student:small"].sessions == 20
    assert found.models["student:small"].reward_mean == pytest.approx(0.4)
    assert found.models["judge:j"].reward_mean is None


def test_windows_that_share_sessions_are_no_two_samples() -> None:
    document = written()
    document["reward"]["recent_window"]["last_number"] = 105
    found = compared(document)
    assert found.recent_mean.value == pytest.approx(0.4)
    assert (found.recent_mean.interval, found.recent_mean.reason) == (
        None,
        "the two recent windows may share sessions",
    )


def test_a_summary_of_an_older_version_is_compared_as_far_as_it_goes() -> None:
    older = {
        "learning_key": KEY,
        "session_count": 10,
        "reward": {"recent_mean": 0.5, "latest_score": None, "recent_window": {"label": "recent", "size": 5}},
        "model_breakdown": [],
        "usage_metrics": {"cue_triggers": 12, "adoption_rate": 1.4},
    }
    found = compare(NOW, report(older, 0))
    assert isinstance(found, Comparison)
    assert found.older_format
    assert (found.sessions, found.latest_score, found.cue_hits, found.adoptions) == (50, None, 78, None)
    assert found.recent_mean.verdict == "cannot say"
    section = part(NOW, report(older, 0)).section
    assert "of an older version" in section.paragraphs[1]


def test_simulated_sessions_are_not_held_against_real_ones() -> None:
    real = {**written(), "simulated": False}
    assert compare(NOW, report(real)) == "old/index.json has no summary of simulated sessions of this key"
    found = part(NOW, report(real))
    assert found.section.paragraphs == (
        "Cannot say: old/index.json has no summary of simulated sessions of this key.",
    )


def test_a_summary_that_could_not_be_read_is_the_reason() -> None:
    gone = PreviousReport("old/index.json", 1, (), {KEY: "old/index.json names x.json, which is not there"})
    assert compare(NOW, gone) == "old/index.json names x.json, which is not there"


def test_the_deltas_have_the_names_that_readers_know() -> None:
    deltas = part(NOW, report(written())).data["comparison"]
    assert deltas["session_count_delta"] == 20
    assert deltas["model_deltas"]["student:small"]["session_count_delta"] == 20
    assert deltas["recent_mean_delta"] == pytest.approx(0.4)
