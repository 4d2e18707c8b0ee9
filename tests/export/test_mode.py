"""The mode of a session, as exported."""

from __future__ import annotations

from dataclasses import replace

from atlas.core.history import History, PastSession
from atlas.core.json import to_json
from atlas.core.session import Failure, Played, Probing
from atlas.export.mode import adaptive_summary, learning_history
from tests.reports.played import played

PAST = History(
    7, 0.6, (PastSession(0.3, False, "paired"), PastSession(0.9, True, "auto"), PastSession(0.8, True, "auto"))
)


def probed(failure: Failure | None = None) -> Played:
    if failure:
        return replace(played("c1"), probing=Probing(PAST, 3, 2, failure=failure))
    return replace(played("c1"), mode="auto", probing=Probing(PAST, 3, 2, "auto", 0.9, "it does well"))


def test_a_mode_without_a_choice() -> None:
    summary = adaptive_summary(played("c1"))
    assert (summary["adaptive_mode"], summary["reason"]) == ("paired", "forced")
    assert (summary["probe"], summary["confidence"]) == (None, None)
    assert learning_history(played("c1")) is None


def test_what_the_probe_said_and_from_what() -> None:
    summary = adaptive_summary(probed())
    assert summary["mode_history"] == [{"mode": "auto", "confidence": 0.9}]
    assert summary["probe"] == {
        "mode": "auto",
        "confidence": 0.9,
        "rationale": "it does well",
        "playbook_version": 3,
        "cue_hits": 2,
        "failure": None,
    }


def test_a_probe_that_failed_says_why() -> None:
    probe = adaptive_summary(probed(Failure("model", "ModelTimeout", "no reply")))["probe"]
    assert probe is not None
    assert probe["mode"] is None
    assert to_json(probe["failure"]) == {"boundary": "model", "kind": "ModelTimeout", "message": "no reply"}


def test_the_history_that_the_mode_was_chosen_from() -> None:
    history = learning_history(probed())
    assert history is not None
    assert (history["count"], history["total_count"], history["scores"]) == (3, 7, [0.3, 0.9, 0.8])
    assert (history["average_score"], history["overall_average_score"]) == (PAST.recent_average, 0.6)
    assert (history["recent_high_score_streak"], history["recent_low_score_streak"]) == (2, 0)
