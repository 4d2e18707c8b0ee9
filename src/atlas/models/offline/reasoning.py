"""The offline judge of reasoning: a score by rule for the steps of a trajectory, whatever came out in the end."""

from __future__ import annotations

from collections.abc import Iterator
from statistics import fmean

from atlas.core.json import JsonObject, dumps

FAILED, IGNORED, REPEATED, UNGROUNDED = 0.5, 0.2, 0.2, 0.6
"""What a step is worth that failed, that failed and was replied upon, that was done before; a reply without one."""
UNCERTAINTY = 0.1


def reasoning(ask: JsonObject) -> JsonObject:
    """The grade in the form asked for: the mean worth of the steps. Equal steps get equal grades.

    What the assistant's texts say of themselves is not read, so that nothing written there can move the grade.
    """
    found = [(number, *each) for number, turn in enumerate(ask["turns"], start=1) for each in _worth(turn)]
    flaws = [f"In turn {number} {flaw}." for number, _, flaw in found if flaw]
    return {
        "score": round(fmean(worth for _, worth, _ in found), 4) if found else 0.0,
        "rationale": " ".join(flaws[:3]) or "Every step followed from what was asked and observed.",
        "uncertainty": UNCERTAINTY,
    }


def _worth(turn: JsonObject) -> Iterator[tuple[float, str]]:
    """What each step is worth, and what is wrong with it."""
    steps = turn["steps"]
    if not steps and turn["end"] == "replied":
        yield UNGROUNDED, "the reply follows from no step"
    done: set[str] = set()
    for number, step in enumerate(steps, start=1):
        actions = _actions(step)
        if len(set(actions)) < len(actions) or not done.isdisjoint(actions):
            yield REPEATED, f"step {number} repeats what was done"
        elif not _failed(step):
            yield 1.0, ""
        elif number == len(steps) and turn["end"] == "replied":
            yield IGNORED, f"step {number} failed and was replied upon"
        else:
            yield FAILED, f"step {number} failed"
        done.update(actions)
    if turn["end"] != "replied":
        yield 0.0, "no reply was reached"


def _actions(step: JsonObject) -> list[str]:
    if "observed" in step:
        return [step["wrote"]]
    return [f"{call['tool']} {dumps(call['arguments'])}" for call in step["calls"]]


def _failed(step: JsonObject) -> bool:
    if "observed" in step:
        return "Error:" in step["observed"].splitlines()
    return any(call["error"] for call in step["calls"])
