"""Verdicts over a whole playbook."""

from __future__ import annotations

import numpy as np

from atlas.reports.impact.report import ImpactReport, Threshold, impact_report
from tests.reports.impact.evidences import Seen, book, drawn, entry, evidence

GOOD, BAD = [1.0] * 90 + [0.2] * 10, [1.0] * 20 + [0.2] * 80


def report(sessions: dict[str, list[Seen]]) -> ImpactReport:
    found = [evidence(seen, name) for name, seen in sessions.items()]
    entries = [entry(name) for name in (*sessions, "unread")]
    return impact_report(book(*entries), found, Threshold(), simulated=True, sessions=9)


def test_each_entry_gets_its_verdict_and_harm_comes_first() -> None:
    made = report(
        {
            "useful": drawn(GOOD, BAD[:40] + BAD[-40:]),
            "harmful": drawn(BAD, GOOD),
            "useless": drawn([1.0] * 900 + [0.5] * 100, [1.0] * 900 + [0.5] * 100),
            "unsure": drawn(GOOD, GOOD[:17] + GOOD[-3:]),
            "few": drawn(BAD, GOOD[:9]),
        }
    )
    assert {impact.entry.id: impact.finding for impact in made.entries} == {
        "harmful": "harms",
        "useful": "helps",
        "useless": "no effect found",
        "unsure": "underpowered",
        "few": "underpowered",
        "unread": "not tested",
    }
    assert [impact.entry.id for impact in made.entries][:2] == ["harmful", "useful"]
    assert [impact.entry.id for impact in made.harmful] == ["harmful"]
    few = next(impact for impact in made.entries if impact.entry.id == "few")
    assert few.reward is not None, "the effect is shown"
    assert few.adjusted_p is None, "and not tested"


def test_p_values_are_adjusted_over_the_entries_tested() -> None:
    borderline = drawn([1.0] * 80 + [0.0] * 20, [1.0] * 10 + [0.0] * 10)
    alone = report({"a": borderline}).entries[0]
    assert alone.finding == "helps"
    quiet = {f"q{n}": drawn([1.0, 0.0] * 50, [1.0, 0.0] * 10) for n in range(9)}
    among = next(impact for impact in report({"a": borderline, **quiet}).entries if impact.entry.id == "a")
    assert among.reward == alone.reward
    assert among.adjusted_p is not None
    assert alone.adjusted_p is not None
    assert among.adjusted_p > 3 * alone.adjusted_p
    assert among.finding == "underpowered"


def test_false_discoveries_stay_below_the_rate() -> None:
    """Ten useless entries a playbook: the share of playbooks with any finding is the false discovery rate."""
    draw, wrong = np.random.default_rng(3), 0
    for _ in range(60):
        sessions = {}
        for number in range(10):
            rewards = np.where(draw.random(120) < 0.7, 1.0, 0.3)
            held = draw.random(120) < 0.15
            sessions[f"e{number}"] = drawn(rewards[~held].tolist(), rewards[held].tolist())
        made = report(sessions)
        wrong += any(impact.finding in ("helps", "harms") for impact in made.entries)
    assert wrong / 60 <= 0.05 + 2.5 * (0.05 * 0.95 / 60) ** 0.5


def test_an_observed_delta_of_the_other_sign_is_pointed_out() -> None:
    """Called for by easy tasks, harmful all the same."""
    easy = drawn([1.0] * 60 + [0.2] * 40, [1.0] * 40)
    hard = [Seen(None, 0.2, f"hard{n}") for n in range(50)]
    impact = report({"e": easy + hard}).entries[0]
    assert impact.finding == "harms"
    assert impact.misleading
    assert impact.observed is not None
    assert impact.observed.reward_delta is not None
    assert impact.observed.reward_delta.value > 0.4


def test_a_retired_entry_is_shown_and_not_tested() -> None:
    made = impact_report(
        book(entry("old", "quarantined")),
        [evidence(drawn(BAD, GOOD), "old")],
        Threshold(),
        simulated=True,
        sessions=1,
    )
    assert (made.entries[0].adjusted_p, made.entries[0].finding) == (None, "not tested")
    assert made.entries[0].reward is not None
    assert made.harmful == ()


def test_an_empty_playbook_has_an_empty_report() -> None:
    made = impact_report(book(), [], Threshold(), simulated=False, sessions=0)
    assert (made.entries, made.harmful) == ((), ())
