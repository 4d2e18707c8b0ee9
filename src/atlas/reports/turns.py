"""Turn outcomes: which turns of a session its verifiers passed, as far as they say."""

from __future__ import annotations

from collections.abc import Iterable

from atlas.core.session import Session
from atlas.core.verdicts import Verdict


def turn_outcomes(verdict: Verdict) -> dict[int, bool]:
    """Turn number (from 1) -> passed, as `details["turns"]` lists them (`index`, `ok`); else empty."""
    return {int(item["index"]): bool(item["ok"]) for item in verdict.details.get("turns", ())}


def graded_turns(verdicts: Iterable[Verdict]) -> dict[int, bool]:
    """Every turn that a required verdict speaks of; it passed when all of them say so. In order of turns."""
    outcomes: dict[int, bool] = {}
    for verdict in verdicts:
        if verdict.required:
            for turn, passed in turn_outcomes(verdict).items():
                outcomes[turn] = outcomes.get(turn, True) and passed
    return dict(sorted(outcomes.items()))


def first_failed_turn(session: Session) -> int | None:
    """The first turn that a required verdict failed; None when none did or the verdicts do not say."""
    return next((turn for turn, passed in graded_turns(session.verdicts).items() if not passed), None)
